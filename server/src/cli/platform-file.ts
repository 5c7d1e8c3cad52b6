import { dirname, resolve } from 'node:path'
import { declaredAssertionRule, groupName, roles } from '@handfast/contract'
import { parse } from 'yaml'
import { z } from 'zod'
import { canonicalJson, type Json, sha256 } from '../lib/index.ts'
import { type Handout, readHandout } from './publishing.ts'
import { readDocumentAt } from './read-document.ts'
import { readSecret, readText, type SecretPlace } from './read-secret.ts'
import { UsageError } from './say.ts'

const email = z.string().trim().toLowerCase().pipe(z.email())
const personName = z.string().trim().min(1).max(100)
const secret = z
  .union([z.strictObject({ env: z.string().regex(/^[A-Za-z_]\w*$/) }), z.strictObject({ file: z.string().min(1) })])
  .describe('Where a secret is: a variable or a file. Secrets do not stand in this file')

const connector = z.strictObject({
  manifest: z.union([z.string().min(1), z.record(z.string(), z.unknown())]).describe('Path of the manifest, or the manifest itself'),
  openapi: z.string().min(1).optional().describe('Path of the OpenAPI document; without it, it is fetched from `document` of the manifest'),
  overlay: z.string().min(1).optional().describe('Path of an OpenAPI Overlay, kept beside the untouched document'),
  listingKey: secret.optional().describe('Key for MCP servers that list their tools to known callers only; used for that and kept nowhere'),
  approve: z.boolean().default(true).describe('Approve what was handed in. In the house profile that is a self-review, and recorded as one'),
  sharedKey: secret.optional().describe('Key for calls of everybody who gave none of their own. Given once; `handfast connector key` replaces it'),
  enableFor: z.array(email).default([]).describe('People who have read the privacy notice and agree, by e-mail address'),
})

const workspace = z.strictObject({
  name: z.string().trim().min(1).max(100),
  first: z.boolean().default(false).describe('The workspace that is there from the start, whatever it is called now'),
  members: z
    .array(z.strictObject({ email, name: personName.optional(), owner: z.boolean().default(false) }))
    .default([])
    .describe('People of the workspace. New ones get a one-time link, printed once'),
  groups: z
    .array(
      z.strictObject({
        name: groupName,
        title: z.string().trim().min(1).max(100).optional(),
        claim: z.string().trim().min(1).max(500).optional().describe('What the identity provider calls it'),
        members: z.array(email).default([]).describe('By e-mail address; others who are in it stay'),
      }),
    )
    .default([]),
  policy: z
    .union([z.string().min(1), z.record(z.string(), z.unknown())])
    .optional()
    .describe('The rules of the workspace, whole, or the path of a file with them. People are named by e-mail address'),
})

/** What a platform file may say. Everything is optional, and what it does not name is left as it is. */
export const platformFile = z
  .strictObject({
    operator: z
      .strictObject({
        email,
        name: personName,
        password: secret.optional().describe('Without it a one-time link is printed'),
      })
      .optional()
      .describe('Whoever runs it. Made where nobody does yet'),
    users: z
      .array(z.strictObject({ email, name: personName, roles: z.array(z.enum(roles)).default([]) }))
      .default([])
      .describe('Accounts. New ones get a one-time link, printed once'),
    assistants: z
      .array(
        z.strictObject({
          name: z.string().trim().min(1).max(100),
          user: email.optional().describe('Whose assistant it is; without it the operator’s'),
          tokenFile: z.string().min(1).optional().describe('Where the access token is written, readable by you alone; without it, it is printed'),
        }),
      )
      .default([])
      .describe('Assistants that get one access token each'),
    registrations: z
      .array(
        z
          .strictObject({
            name: z.string().trim().min(1).max(80),
            redirectUris: z.array(z.string().min(1)).min(1).describe('Where it takes answers, compared letter by letter'),
            clientId: z
              .string()
              .regex(/^[A-Za-z0-9._-]{3,100}$/)
              .optional()
              .describe('How it names itself; without it one is made'),
            secret: z.boolean().default(false).describe('It is a service that keeps a secret'),
            secretFile: z.string().min(1).optional().describe('Where its secret is written, readable by you alone; without it, it is printed'),
            jwksUri: z.url().optional().describe('It proves itself with keys that lie there'),
            users: declaredAssertionRule.optional().describe('What it may say about users of its own; needs a secret or keys'),
          })
          .refine(({ secret, jwksUri }) => !(secret && jwksUri !== undefined), 'has a secret or keys, not both')
          .refine(
            ({ secret, jwksUri, users }) => users === undefined || secret || jwksUri !== undefined,
            'needs a secret or keys to vouch for users',
          ),
      )
      .default([])
      .describe('Assistants that ask people for access; each person still decides'),
    developer: z
      .strictObject({
        name: z.string().trim().min(1).max(80),
        country: z.string().regex(/^[A-Z]{2}$/, 'Use the two capital letters of ISO 3166, such as IE.'),
        acceptTerms: z.literal(true).describe('You have read the terms in force and may accept them for this organisation'),
      })
      .optional()
      .describe('The organisation that publishes the connectors below'),
    connectors: z.array(connector).default([]),
    workspaces: z.array(workspace).default([]),
  })
  .meta({ title: 'Handfast platform file' })

export type PlatformFile = z.infer<typeof platformFile>

/** A connector with everything that its line points to. `digest`: SHA-256 of what is handed in. */
export type DeclaredConnector = {
  readonly handout: Handout
  readonly digest: string
  readonly listingKey: string | null
  readonly sharedKey: string | null
  readonly approve: boolean
  readonly enableFor: readonly string[]
}

/** A workspace with its rules read; null where the file says nothing about them. */
export type DeclaredWorkspace = Omit<z.infer<typeof workspace>, 'policy'> & { readonly policy: Readonly<Record<string, unknown>> | null }

/** A platform file with everything that it points to. */
export type Declared = Omit<PlatformFile, 'connectors' | 'operator' | 'workspaces'> & {
  readonly workspaces: readonly DeclaredWorkspace[]
  readonly digest: string
  readonly folder: string
  readonly operator: { readonly email: string; readonly name: string; readonly password: string | null } | null
  readonly connectors: readonly DeclaredConnector[]
}

/** Reads a platform file and what it points to. @throws UsageError with every problem at once */
export function readPlatformFile(path: string): Declared {
  const text = readText(path)
  const folder = dirname(resolve(path))
  let written: unknown
  try {
    written = parse(text, { maxAliasCount: 20, uniqueKeys: true }) ?? {}
  } catch (error) {
    throw new UsageError(`${path} is not YAML: ${(error as Error).message.split('\n')[0]}`)
  }
  const read = platformFile.safeParse(written)
  if (!read.success)
    throw tooMany(
      path,
      read.error.issues.map((issue) => `${issue.path.map(String).join('.') || 'the file'}: ${issue.message}`),
    )
  const problems: string[] = []
  const collect = <T>(where: string, work: () => T): T | null => {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      problems.push(`${where}: ${error.message}`)
      return null
    }
  }
  const secretAt = (where: string, place: SecretPlace | undefined) => (place === undefined ? null : collect(where, () => readSecret(place, folder)))
  const { operator, connectors, workspaces, ...others } = read.data
  const spaces = workspaces.map(({ policy, ...one }, at): DeclaredWorkspace => {
    const rules = typeof policy === 'string' ? collect(`workspaces.${at}.policy`, () => readPolicyFile(resolve(folder, policy))) : (policy ?? null)
    return { ...one, policy: rules }
  })
  const declared = connectors.map((one, at): DeclaredConnector | null => {
    const where = `connectors.${at}`
    const handout = collect(`${where}.manifest`, () => readOne(one.manifest, one.openapi, one.overlay, folder))
    const listingKey = secretAt(`${where}.listingKey`, one.listingKey)
    const sharedKey = secretAt(`${where}.sharedKey`, one.sharedKey)
    if (handout === null) return null
    const digest = sha256(
      canonicalJson({
        manifest: handout.manifest,
        document: handout.document,
        ...(handout.overlay === undefined ? {} : { overlay: handout.overlay }),
      } as Json),
    )
    return { handout, digest, listingKey, sharedKey, approve: one.approve, enableFor: one.enableFor }
  })
  const password = secretAt('operator.password', operator?.password)
  const slugs = declared.map((one) => one?.handout.slug)
  for (const slug of new Set(slugs.filter((one, at) => one !== undefined && slugs.indexOf(one) !== at)))
    problems.push(`connectors: ${slug} stands twice`)
  if (problems.length > 0) throw tooMany(path, problems)
  return {
    ...others,
    workspaces: spaces,
    folder,
    digest: sha256(text),
    operator: operator === undefined ? null : { email: operator.email, name: operator.name, password },
    connectors: declared.filter((one) => one !== null),
  }
}

function readOne(
  given: string | Readonly<Record<string, unknown>>,
  openapi: string | undefined,
  overlay: string | undefined,
  folder: string,
): Handout {
  const document = openapi === undefined ? null : readDocumentAt(resolve(folder, openapi))
  const handout = typeof given === 'string' ? readManifestFile(resolve(folder, given), document) : readHandout('manifest', given, document)
  return overlay === undefined ? handout : { ...handout, overlay: readText(resolve(folder, overlay)) }
}

/** @throws UsageError */
export function readRuleFile(file: string): z.infer<typeof declaredAssertionRule> {
  const read = declaredAssertionRule.safeParse(readPolicyFile(file))
  if (read.success) return read.data
  throw tooMany(
    file,
    read.error.issues.map((issue) => `${issue.path.map(String).join('.') || 'the file'}: ${issue.message}`),
  )
}

/** @throws UsageError */
export function readPolicyFile(file: string): Readonly<Record<string, unknown>> {
  let written: unknown
  try {
    written = parse(readText(file), { maxAliasCount: 20, uniqueKeys: true }) ?? {}
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${file} is not YAML: ${(error as Error).message.split('\n')[0]}`)
  }
  if (typeof written !== 'object' || written === null || Array.isArray(written)) throw new UsageError(`${file} is not a list of names and values.`)
  return written as Readonly<Record<string, unknown>>
}

/** @throws UsageError */
export function readManifestFile(file: string, document: string | null): Handout {
  let written: unknown
  try {
    written = parse(readText(file), { maxAliasCount: 20, uniqueKeys: true })
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${file} is not YAML: ${(error as Error).message.split('\n')[0]}`)
  }
  return readHandout(file, written, document)
}

function tooMany(path: string, problems: readonly string[]): UsageError {
  const count = problems.length === 1 ? 'One thing' : `${problems.length} things`
  return new UsageError(`${count} in ${path} cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
}
