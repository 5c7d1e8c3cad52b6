import { sha256 } from '../lib/index.ts'

/** Addresses under which other servers know this deployment as a client. All derive from the public address. */
export type ClientSite = {
  /** Where people come back to; one address for each issuer that does not name itself in its answers (RFC 9207 section 4, RFC 9700 section 4.4.2). */
  redirectUri(issuer: string, namesIssuer: boolean): string
  /** Our client id where a server reads metadata documents; null where we are not at an https address. */
  documentId(variant: DocumentVariant): string | null
}

/** What the document has to say for one server. `signedBy`: how the server signs identity tokens, where that is not what everybody assumes. */
export type DocumentVariant = {
  readonly kind: 'confidential' | 'public'
  readonly issuer: string
  readonly namesIssuer: boolean
  readonly signedBy: IdTokenAlgorithm | null
}

/** In the order of preference. */
const idTokenAlgorithms = ['ES256', 'PS256', 'Ed25519', 'EdDSA', 'ES384', 'ES512'] as const
export type IdTokenAlgorithm = (typeof idTokenAlgorithms)[number]

/** Servers assume RS256 (OpenID Connect Registration section 2), also those that cannot do it: they refuse who does not name another one. */
export function namedAlgorithm(supported: readonly string[] | null): IdTokenAlgorithm | null {
  if (supported === null || supported.includes('RS256')) return null
  return idTokenAlgorithms.find((algorithm) => supported.includes(algorithm)) ?? null
}

const PATH = new RegExp(`^/connect/(public-)?client(?:-([0-9a-f]{16}))?(?:-(${idTokenAlgorithms.join('|')}))?\\.json$`)

/** A short name of an issuer, for addresses. */
export function issuerKey(issuer: string): string {
  return sha256(issuer).slice(0, 16)
}

export function clientSite(publicUrl: () => string): ClientSite {
  const at = (path: string) => new URL(path, publicUrl()).href
  return {
    redirectUri: (issuer, namesIssuer) => at(namesIssuer ? '/connect/callback' : `/connect/callback/${issuerKey(issuer)}`),
    documentId: ({ kind, issuer, namesIssuer, signedBy }) => {
      if (!publicUrl().startsWith('https:')) return null
      const parts = [
        ...(kind === 'public' ? ['public'] : []),
        'client',
        ...(namesIssuer ? [] : [issuerKey(issuer)]),
        ...(signedBy === null ? [] : [signedBy]),
      ]
      return at(`/connect/${parts.join('-')}.json`)
    },
  }
}

/**
 * Our own description as a client (draft-ietf-oauth-client-id-metadata-document section 4), for the path that was asked for. The id inside is the
 * address that it was fetched from; so each variant has its own, and each lists the one redirect address that belongs to it.
 */
export function clientDocument(path: string, about: { readonly publicUrl: string; readonly name: string }): Readonly<Record<string, unknown>> | null {
  const read = PATH.exec(path)
  if (read === null) return null
  const at = (inner: string) => new URL(inner, about.publicUrl).href
  const key = read[2] === undefined ? '' : `/${read[2]}`
  const proof =
    read[1] === undefined
      ? { token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'ES256', jwks_uri: at('/connect/jwks.json') }
      : { token_endpoint_auth_method: 'none' }
  const signed = read[3] === undefined ? {} : { id_token_signed_response_alg: read[3] }
  return { client_id: at(path), ...clientMetadata(at(`/connect/callback${key}`), about), ...proof, ...signed }
}

/** What is the same in every registration of ours. */
export function clientMetadata(redirectUri: string, about: { readonly publicUrl: string; readonly name: string }) {
  return {
    client_name: about.name,
    client_uri: new URL(about.publicUrl).origin,
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    application_type: 'web',
  }
}
