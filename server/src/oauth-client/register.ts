import * as oauth from 'oauth4webapi'
import { type AuthMethod, authMethods, methodFor, type OAuthClientIdentity, takesOurKey } from './client.ts'
import { type ClientSite, clientMetadata, namedAlgorithm } from './client-document.ts'
import { exchangeFailure, libraryServer, type OAuthFetch } from './exchange.ts'
import { AnswerNotTrustedError } from './oauth-errors.ts'
import type { AuthorizationServer } from './server-metadata.ts'

/** Our metadata document as an identity, where the server reads such documents and we are at an https address. */
export function documentIdentity(server: AuthorizationServer, site: ClientSite): OAuthClientIdentity | null {
  if (!server.takesMetadataDocuments) return null
  const methods = server.authMethods ?? []
  const kind = methods.includes('private_key_jwt') && takesOurKey(server) ? 'confidential' : 'public'
  const { issuer, namesIssuer } = server
  const clientId = site.documentId({ kind, issuer, namesIssuer, signedBy: namedAlgorithm(server.idTokenAlgorithms) })
  return clientId === null ? null : { issuer, clientId, method: kind === 'confidential' ? 'private_key_jwt' : 'none', secret: null }
}

export type Registered = OAuthClientIdentity & {
  /** When the registration ends, in milliseconds; null: never. */
  readonly expiresAt: number | null
}

/**
 * Registers us (RFC 7591 section 3). The method is the one that the answer names, whatever we asked for. No scopes are named: a server would hold us to
 * them, and a later call may need more.
 * @throws AnswerNotTrustedError, ServerRefusedError, ServerUnreachableError
 */
export async function registerClient(
  needs: { readonly fetch: OAuthFetch },
  server: AuthorizationServer,
  about: { readonly redirectUri: string; readonly publicUrl: string; readonly name: string },
): Promise<Registered> {
  const endpoint = server.registrationEndpoint ?? ''
  const { host } = new URL(endpoint)
  const method = methodFor(server, ['client_secret_basic', 'client_secret_post', 'none', 'private_key_jwt']) ?? 'none'
  const proof = method === 'private_key_jwt' ? { jwks_uri: new URL('/connect/jwks.json', about.publicUrl).href } : {}
  const signedBy = namedAlgorithm(server.idTokenAlgorithms)
  const metadata = {
    ...clientMetadata(about.redirectUri, about),
    token_endpoint_auth_method: method,
    ...proof,
    ...(signedBy === null ? {} : { id_token_signed_response_alg: signedBy }),
  }
  try {
    const response = await oauth.dynamicClientRegistrationRequest(libraryServer(server), metadata, {
      [oauth.customFetch]: needs.fetch('oauth-registration'),
      [oauth.allowInsecureRequests]: true,
    })
    const given = await oauth.processDynamicClientRegistrationResponse(await withExpiry(response))
    return readRegistration(given as Readonly<Record<string, unknown>>, server.issuer, host, about.redirectUri, method)
  } catch (error) {
    throw exchangeFailure(error, endpoint)
  }
}

/** With a secret has to come when it ends, and 0 where it does not (RFC 7591 section 3.2.1). Many servers leave that out and mean 0. */
async function withExpiry(response: Response): Promise<Response> {
  const text = await response.text()
  let whole = text
  try {
    const given: unknown = JSON.parse(text)
    if (typeof given === 'object' && given !== null && 'client_secret' in given && !('client_secret_expires_at' in given))
      whole = JSON.stringify({ ...given, client_secret_expires_at: 0 })
  } catch {
    // What is no JSON is judged by whoever reads it.
  }
  return new Response(whole, { status: response.status, headers: response.headers })
}

function readRegistration(
  given: Readonly<Record<string, unknown>>,
  issuer: string,
  host: string,
  redirectUri: string,
  asked: AuthMethod,
): Registered {
  const clientId = given['client_id']
  const secret = given['client_secret'] ?? null
  const method = given['token_endpoint_auth_method'] ?? (secret === null ? 'none' : asked)
  const redirects = given['redirect_uris']
  if (typeof clientId !== 'string' || !/^[\x20-\x7e]{1,2000}$/.test(clientId))
    throw new AnswerNotTrustedError(host, 'its registration has no usable client id')
  if (secret !== null && (typeof secret !== 'string' || secret.length > 4_096))
    throw new AnswerNotTrustedError(host, 'its registration has no usable secret')
  if (!authMethods.includes(method as AuthMethod)) throw new AnswerNotTrustedError(host, 'it wants a proof of identity that is not spoken here')
  if (String(method).startsWith('client_secret') && secret === null) throw new AnswerNotTrustedError(host, 'it wants a secret and gave none')
  // Registered for other addresses, people would be sent elsewhere with our codes.
  if (Array.isArray(redirects) && !redirects.includes(redirectUri)) throw new AnswerNotTrustedError(host, 'it registered other addresses than ours')
  const ends = given['client_secret_expires_at']
  return { issuer, clientId, method: method as AuthMethod, secret, expiresAt: typeof ends === 'number' && ends > 0 ? ends * 1_000 : null }
}
