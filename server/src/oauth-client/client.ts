import { type Client, type ClientAuth, ClientSecretPost, type CryptoKey, None, PrivateKeyJwt } from 'oauth4webapi'
import type { AuthorizationServer } from './server-metadata.ts'

export const authMethods = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const
export type AuthMethod = (typeof authMethods)[number]

/** Who we are at one authorization server. Held for that issuer only; another one never sees it. */
export type OAuthClientIdentity = {
  readonly issuer: string
  readonly clientId: string
  readonly method: AuthMethod
  /** For `client_secret_*`. */
  readonly secret: string | null
}

/** Our own key, for `private_key_jwt` (RFC 7523 section 2.2). */
export type SigningKey = { readonly kid: string; readonly key: CryptoKey }

export const SIGNING_ALGORITHM = 'ES256'

/** How we prove ourselves at a token endpoint that takes these methods; null where there is no common one. Absent: `client_secret_basic` (RFC 8414 section 2). */
export function methodFor(server: AuthorizationServer, can: readonly AuthMethod[]): AuthMethod | null {
  const taken = server.authMethods ?? ['client_secret_basic']
  return can.find((method) => taken.includes(method) && (method !== 'private_key_jwt' || takesOurKey(server))) ?? null
}

export function takesOurKey(server: AuthorizationServer): boolean {
  return server.signingAlgorithms === null || server.signingAlgorithms.includes(SIGNING_ALGORITHM)
}

/** The method that a client which somebody registered by hand uses, by what it holds and what the server takes. */
export function methodOfSecret(server: AuthorizationServer, hasSecret: boolean): AuthMethod {
  if (!hasSecret)
    return server.authMethods !== null && !server.authMethods.includes('none') && server.authMethods.includes('private_key_jwt')
      ? 'private_key_jwt'
      : 'none'
  return methodFor(server, ['client_secret_basic', 'client_secret_post']) ?? 'client_secret_basic'
}

export function libraryClient(identity: OAuthClientIdentity): Client {
  return { client_id: identity.clientId }
}

/**
 * Id and secret as forms write them (RFC 6749 section 2.3.1; URL standard, application/x-www-form-urlencoded serializing): `-`, `.`, `_` and `*` stand for
 * themselves. The library encodes those too, and servers that do not decode then know nobody by that name.
 */
function basic(clientId: string, secret: string): ClientAuth {
  const written = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1)
  const credentials = Buffer.from(`${written(clientId)}:${written(secret)}`).toString('base64')
  return (_server, _client, _body, headers) => headers.set('authorization', `Basic ${credentials}`)
}

export function libraryAuth(identity: OAuthClientIdentity, signing: SigningKey): ClientAuth {
  switch (identity.method) {
    case 'none':
      return None()
    case 'client_secret_basic':
      return basic(identity.clientId, identity.secret ?? '')
    case 'client_secret_post':
      return ClientSecretPost(identity.secret ?? '')
    case 'private_key_jwt':
      return PrivateKeyJwt(signing)
  }
}
