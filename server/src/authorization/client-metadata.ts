import { z } from 'zod'
import type { JsonObject } from '../lib/index.ts'
import { ClientInvalidError } from './authorization-errors.ts'
import { type ApplicationType, inferredType, problemOf } from './redirect-uris.ts'
import { shownName } from './shown-name.ts'

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
/** What an assistant may use at the token endpoint. Further ones are added by whoever registers a grant type with the server. */
export const grantTypes = ['authorization_code', 'refresh_token', DEVICE_GRANT] as const
export const clientAuthMethods = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const
export type ClientAuthMethod = (typeof clientAuthMethods)[number]

const address = z.string().max(2_000)
const https = address.regex(/^https:\/\//i, 'has to be an https address')

/** RFC 7591 section 2, of which what is not named here is left out, as the section says. */
const shape = z.object({
  redirect_uris: z.array(address).min(1, 'has to name at least one address').max(20, 'names too many addresses'),
  token_endpoint_auth_method: z.enum(clientAuthMethods).optional(),
  grant_types: z.array(z.string().max(100)).max(20).optional(),
  response_types: z.array(z.string().max(100)).max(10).optional(),
  application_type: z.enum(['web', 'native']).optional(),
  client_name: z.string().max(2_000).optional(),
  client_uri: address.optional(),
  contacts: z.array(z.string().max(200)).max(10).optional(),
  tos_uri: address.optional(),
  policy_uri: address.optional(),
  jwks_uri: https.optional(),
  jwks: z.looseObject({ keys: z.array(z.looseObject({ kty: z.enum(['RSA', 'EC', 'OKP']) })).max(10) }).optional(),
  software_id: z.string().max(200).optional(),
  software_version: z.string().max(200).optional(),
})

export type ClientMetadata = JsonObject & {
  readonly redirect_uris: readonly string[]
  readonly application_type: ApplicationType
  readonly token_endpoint_auth_method: ClientAuthMethod
  readonly client_name?: string
}

/**
 * Metadata as somebody sent it, in the shape that is kept.
 * @param assumed how it proves itself when it does not say. RFC 7591 assumes a secret in the header; programs that people run have none to keep
 * @throws ClientInvalidError
 */
export function readClientMetadata(given: unknown, assumed: ClientAuthMethod = 'client_secret_basic'): ClientMetadata {
  const read = shape.safeParse(given)
  if (!read.success) {
    const [issue] = read.error.issues
    throw new ClientInvalidError(
      issue === undefined || issue.path.length === 0 ? '' : `/${issue.path.map(String).join('/')}`,
      issue?.message ?? 'has the wrong shape',
    )
  }
  const { redirect_uris, client_name, grant_types, response_types, ...others } = read.data
  const application_type = others.application_type ?? inferredType(redirect_uris)
  redirect_uris.forEach((uri, at) => {
    const problem = problemOf(uri, application_type)
    if (problem !== null) throw new ClientInvalidError(`/redirect_uris/${at}`, problem)
  })
  if (response_types !== undefined && !response_types.includes('code')) throw new ClientInvalidError('/response_types', 'has to hold "code"')
  const token_endpoint_auth_method = others.token_endpoint_auth_method ?? assumed
  if (token_endpoint_auth_method === 'private_key_jwt' && (others.jwks === undefined) === (others.jwks_uri === undefined))
    throw new ClientInvalidError('/jwks_uri', 'or jwks has to say which keys it proves itself with')
  const name = shownName(client_name)
  const kept = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined)) as JsonObject
  return {
    ...kept,
    redirect_uris: [...new Set(redirect_uris)],
    application_type,
    token_endpoint_auth_method,
    // Who can use refresh tokens gets the choice; whether it stays connected is decided by the person.
    grant_types: grantTypes.filter((type) => type === 'authorization_code' || (grant_types ?? ['refresh_token']).includes(type)),
    response_types: ['code'],
    ...(name === '' ? {} : { client_name: name }),
  }
}

/** True where it proves itself with a secret of ours. */
export function needsSecret(method: ClientAuthMethod): boolean {
  return method === 'client_secret_basic' || method === 'client_secret_post'
}
