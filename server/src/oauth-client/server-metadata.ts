import { z } from 'zod'
import { MetadataRefusedError } from './oauth-errors.ts'

const text = z.string().max(2_048)
const texts = z.array(z.string().max(512)).max(1_000)

/** What we read of an authorization server's description (RFC 8414 section 2); the rest is passed over. */
const described = z.object({
  issuer: text,
  authorization_endpoint: text.optional(),
  token_endpoint: text.optional(),
  registration_endpoint: text.optional(),
  revocation_endpoint: text.optional(),
  userinfo_endpoint: text.optional(),
  scopes_supported: texts.optional(),
  response_types_supported: texts.optional(),
  grant_types_supported: texts.optional(),
  code_challenge_methods_supported: texts.optional(),
  token_endpoint_auth_methods_supported: texts.optional(),
  token_endpoint_auth_signing_alg_values_supported: texts.optional(),
  revocation_endpoint_auth_methods_supported: texts.optional(),
  prompt_values_supported: texts.optional(),
  id_token_signing_alg_values_supported: texts.optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
  client_id_metadata_document_supported: z.boolean().optional(),
})

/** An authorization server as we use it. Kept with a link, so that a token goes back only to where it came from. */
export type AuthorizationServer = {
  readonly issuer: string
  readonly authorizationEndpoint: string | null
  readonly tokenEndpoint: string
  readonly registrationEndpoint: string | null
  readonly revocationEndpoint: string | null
  readonly userinfoEndpoint: string | null
  readonly scopes: readonly string[]
  readonly grants: readonly string[] | null
  readonly authMethods: readonly string[] | null
  readonly signingAlgorithms: readonly string[] | null
  readonly prompts: readonly string[] | null
  readonly idTokenAlgorithms: readonly string[] | null
  /** RFC 9207: every answer to an authorization request names the issuer. */
  readonly namesIssuer: boolean
  readonly takesMetadataDocuments: boolean
}

/** Which addresses may be used for OAuth: https, and plain http on this machine where the development switch is on. */
export type AddressRule = { readonly loopbackByHttp: boolean }

/** @returns why the address cannot be used, or null */
export function addressFault(address: string, rule: AddressRule): string | null {
  const url = URL.parse(address)
  if (url === null) return 'it is not an address'
  if (url.username !== '' || url.password !== '') return 'it carries a name or password'
  if (url.hash !== '' || address.includes('#')) return 'it has a fragment'
  if (url.protocol === 'https:') return null
  if (url.protocol === 'http:' && rule.loopbackByHttp && isLoopback(url.hostname)) return null
  return 'it is not https'
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}

const endpoints = ['authorization_endpoint', 'token_endpoint', 'registration_endpoint', 'revocation_endpoint', 'userinfo_endpoint'] as const

/**
 * Reads and judges a description. Nothing of it is used unless all of it may be.
 * @param issuer whom we asked; the description has to name exactly it (RFC 8414 section 3.3)
 * @throws MetadataRefusedError
 */
export function readServerMetadata(body: unknown, issuer: string, rule: AddressRule): AuthorizationServer {
  const { host } = new URL(issuer)
  const read = described.safeParse(body)
  if (!read.success) throw new MetadataRefusedError(host, `its description is malformed at "${read.error.issues[0]?.path.join('.') ?? ''}"`)
  const { data } = read
  if (data.issuer !== issuer)
    throw new MetadataRefusedError(host, 'its description names another issuer than the one that was asked (RFC 8414 section 3.3)')
  for (const name of endpoints) {
    const address = data[name]
    const fault = address === undefined ? null : addressFault(address, rule)
    if (fault !== null) throw new MetadataRefusedError(host, `the address of its ${name} cannot be used: ${fault}`)
  }
  if (data.token_endpoint === undefined) throw new MetadataRefusedError(host, 'it names no token_endpoint')
  if (data.authorization_endpoint !== undefined && data.code_challenge_methods_supported?.includes('S256') !== true)
    throw new MetadataRefusedError(
      host,
      'it does not offer PKCE with S256, without which a stolen code is worth a token (MCP authorization, RFC 7636)',
    )
  if (data.response_types_supported !== undefined && data.authorization_endpoint !== undefined && !data.response_types_supported.includes('code'))
    throw new MetadataRefusedError(host, 'it does not answer with a code')
  return {
    issuer,
    authorizationEndpoint: data.authorization_endpoint ?? null,
    tokenEndpoint: data.token_endpoint,
    registrationEndpoint: data.registration_endpoint ?? null,
    revocationEndpoint: data.revocation_endpoint ?? null,
    userinfoEndpoint: data.userinfo_endpoint ?? null,
    scopes: data.scopes_supported ?? [],
    grants: data.grant_types_supported ?? null,
    authMethods: data.token_endpoint_auth_methods_supported ?? null,
    signingAlgorithms: data.token_endpoint_auth_signing_alg_values_supported ?? null,
    prompts: data.prompt_values_supported ?? null,
    idTokenAlgorithms: data.id_token_signing_alg_values_supported ?? null,
    namesIssuer: data.authorization_response_iss_parameter_supported === true,
    takesMetadataDocuments: data.client_id_metadata_document_supported === true,
  }
}

/** A server that publishes no description, as the reviewed release spells it out. @throws MetadataRefusedError */
export function declaredServer(
  declared: {
    readonly issuer: string
    readonly authorizationEndpoint?: string
    readonly tokenEndpoint: string
    readonly revocationEndpoint?: string
    readonly userinfoEndpoint?: string
  },
  rule: AddressRule,
): AuthorizationServer {
  const { issuer, authorizationEndpoint = null, tokenEndpoint, revocationEndpoint = null, userinfoEndpoint = null } = declared
  for (const address of [issuer, authorizationEndpoint, tokenEndpoint, revocationEndpoint, userinfoEndpoint]) {
    const fault = address === null ? null : addressFault(address, rule)
    if (fault !== null)
      throw new MetadataRefusedError(URL.parse(issuer)?.host ?? 'the API', `an address that the connector declares cannot be used: ${fault}`)
  }
  return {
    issuer,
    authorizationEndpoint,
    tokenEndpoint,
    registrationEndpoint: null,
    revocationEndpoint,
    userinfoEndpoint,
    scopes: [],
    grants: null,
    authMethods: null,
    signingAlgorithms: null,
    prompts: null,
    idTokenAlgorithms: null,
    namesIssuer: false,
    takesMetadataDocuments: false,
  }
}
