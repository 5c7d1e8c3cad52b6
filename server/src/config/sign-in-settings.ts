import { readFileSync } from 'node:fs'
import { roles } from '@handfast/contract'
import { z } from 'zod'
import { environmentValue } from './env.ts'
import { SettingsError } from './settings-error.ts'

const domain = z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i, 'has to be a domain such as example.org')
const issuer = z.string().refine((text) => {
  const url = URL.parse(text)
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && url.search === '' && url.hash === '' && url.username === ''
}, 'has to be the address of the issuer, such as https://id.example.org')

const provider = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'has to be a short name of small letters, digits and dashes'),
    name: z.string().min(1).max(60),
    issuer,
    clientId: z.string().min(1).max(500),
    clientSecretVariable: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]*$/, 'has to be the name of an environment variable')
      .optional(),
    clientSecretFile: z.string().min(1).optional(),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/))
      .max(20)
      .default(['openid', 'email', 'profile']),
    emailDomains: z.array(domain).max(100).default([]),
    create: z.boolean().default(false),
    roles: z.array(z.enum(roles)).max(roles.length).default(['user']),
    linkByEmail: z.boolean().default(false),
    groupsClaim: z.string().min(1).max(200).optional(),
    provesSecondFactor: z.boolean().default(false),
  })
  .refine(
    (one) => one.clientSecretVariable === undefined || one.clientSecretFile === undefined,
    'takes its secret from a variable or a file, not both',
  )

/** Providers through which people sign in. In the file only: a list of these does not fit a variable. */
export const signInProviders = z
  .array(provider)
  .max(20)
  .refine((list) => new Set(list.map(({ id }) => id)).size === list.length, 'names two providers alike')
export type ProviderSettings = z.infer<typeof signInProviders>[number]

/** Roles in a list or separated by commas. */
export const roleList = z.union([
  z.array(z.enum(roles)),
  z
    .string()
    .transform((text) => text.split(',').map((one) => one.trim()))
    .pipe(z.array(z.union([z.enum(roles), z.literal('').transform(() => null)])))
    .transform((list) => list.filter((one) => one !== null)),
])

/**
 * The secret of a provider, from where its settings say. Null: it has none.
 * @throws SettingsError when it is not there
 */
function providerSecret({ id, clientSecretVariable, clientSecretFile }: ProviderSettings): string | null {
  if (clientSecretVariable === undefined && clientSecretFile === undefined) return null
  const where = `signInProviders.${id}`
  if (clientSecretVariable !== undefined) {
    const value = environmentValue(clientSecretVariable)?.trim()
    if (value === undefined || value === '') throw missing(where, `the variable ${clientSecretVariable} is not set`)
    return value
  }
  try {
    const value = readFileSync(clientSecretFile ?? '', 'utf8').trim()
    if (value !== '') return value
  } catch {}
  throw missing(where, `the file ${clientSecretFile} cannot be read, or is empty`)
}

/** What a provider is signed in through with: its settings, with the secret itself. */
export function withSecret(given: ProviderSettings) {
  const { clientSecretVariable: _variable, clientSecretFile: _file, groupsClaim = null, ...rest } = given
  return { ...rest, groupsClaim, clientSecret: providerSecret(given) }
}

function missing(where: string, what: string): SettingsError {
  return new SettingsError([{ where, what, fix: 'Put the client secret there that the provider gave you.' }])
}
