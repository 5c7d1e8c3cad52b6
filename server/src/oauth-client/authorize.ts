import { randomBytes } from 'node:crypto'
import * as oauth from 'oauth4webapi'
import { libraryAuth, libraryClient, type OAuthClientIdentity, type SigningKey } from './client.ts'
import { exchangeFailure, libraryServer, type OAuthFetch, type Tokens, tokensOf } from './exchange.ts'
import { AnswerNotTrustedError, MetadataRefusedError, ServerRefusedError } from './oauth-errors.ts'
import type { AuthorizationServer } from './server-metadata.ts'

/** What is kept between sending a person away and their return. The verifier is a secret. */
export type Begun = {
  readonly state: string
  readonly verifier: string
  /** Present where an ID token was asked for. */
  readonly nonce: string | null
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly resource: string | null
}

export type Wish = {
  readonly scopes: readonly string[]
  readonly resource: string | null
  readonly redirectUri: string
  /** Ask the provider to let the person choose another account, in these words (OpenID Connect Core section 3.1.2.1). */
  readonly chooseAccount: false | 'select_account' | 'login'
}

/**
 * The address to which a person is sent, and what has to be kept for their return (RFC 6749 section 4.1.1, RFC 7636, RFC 8707).
 * @throws MetadataRefusedError when the server has no place for people
 */
export async function beginAuthorization(
  server: AuthorizationServer,
  client: OAuthClientIdentity,
  wish: Wish,
): Promise<{ readonly url: string; readonly begun: Begun }> {
  if (server.authorizationEndpoint === null) throw new MetadataRefusedError(new URL(server.issuer).host, 'it has no page where people sign in')
  const { scopes, resource, redirectUri } = wish
  const begun: Begun = {
    state: randomBytes(32).toString('base64url'),
    verifier: oauth.generateRandomCodeVerifier(),
    nonce: scopes.includes('openid') ? oauth.generateRandomNonce() : null,
    redirectUri,
    scopes,
    resource,
  }
  const url = new URL(server.authorizationEndpoint)
  const parameters: Readonly<Record<string, string | null>> = {
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: redirectUri,
    state: begun.state,
    code_challenge: await oauth.calculatePKCECodeChallenge(begun.verifier),
    code_challenge_method: 'S256',
    scope: scopes.length === 0 ? null : scopes.join(' '),
    resource,
    nonce: begun.nonce,
    prompt: promptFor(server, scopes, wish.chooseAccount),
  }
  // What the endpoint's own query says under these names does not stand beside ours (RFC 6749 section 3.1).
  for (const [name, value] of Object.entries(parameters)) {
    url.searchParams.delete(name)
    if (value !== null) url.searchParams.set(name, value)
  }
  return { url: url.href, begun }
}

/** Offline access wants consent (OpenID Connect Core section 11); another account wants a choice, or where that is not offered a fresh sign-in. */
function promptFor(server: AuthorizationServer, scopes: readonly string[], chooseAccount: Wish['chooseAccount']): string | null {
  const offered = (prompt: string) => server.prompts === null || server.prompts.includes(prompt)
  const choice = chooseAccount === false ? [] : [chooseAccount, 'login'].filter(offered).slice(0, 1)
  const consent = scopes.includes('offline_access') && offered('consent') ? ['consent'] : []
  const prompts = [...choice, ...consent]
  return prompts.length === 0 ? null : prompts.join(' ')
}

/** What a person brought back. Only these are read. */
export type Returned = {
  readonly state: string
  readonly code?: string | undefined
  readonly iss?: string | undefined
  readonly error?: string | undefined
}

/**
 * Judges the answer and redeems the code. The issuer is compared as a text, before anything else of the answer is looked at (RFC 9207 section 2.4),
 * so that the code of one server never reaches another, and words of an attacker are not shown.
 * @throws AnswerNotTrustedError, ServerRefusedError, ServerUnreachableError
 */
export async function finishAuthorization(
  needs: { readonly fetch: OAuthFetch; readonly signing: SigningKey },
  server: AuthorizationServer,
  client: OAuthClientIdentity,
  begun: Begun,
  returned: Returned,
): Promise<Tokens> {
  const { host } = new URL(server.issuer)
  if (client.issuer !== server.issuer) throw new AnswerNotTrustedError(host, 'our client belongs to another issuer')
  if (returned.iss === undefined ? server.namesIssuer : returned.iss !== server.issuer)
    throw new AnswerNotTrustedError(host, 'it does not come from the server that the sign-in was begun with (RFC 9207)')
  if (returned.state !== begun.state) throw new AnswerNotTrustedError(host, 'its state is not ours')
  if (returned.error !== undefined) throw new ServerRefusedError(host, /^[a-z_]{1,60}$/.test(returned.error) ? returned.error : 'unreadable_error')
  if (returned.code === undefined || returned.code === '') throw new AnswerNotTrustedError(host, 'it has no code')

  const as = libraryServer(server)
  const parameters = new URLSearchParams({ code: returned.code, state: returned.state })
  if (returned.iss !== undefined) parameters.set('iss', returned.iss)
  try {
    const checked = oauth.validateAuthResponse(as, libraryClient(client), parameters, begun.state)
    const response = await oauth.authorizationCodeGrantRequest(
      as,
      libraryClient(client),
      libraryAuth(client, needs.signing),
      checked,
      begun.redirectUri,
      begun.verifier,
      {
        [oauth.customFetch]: needs.fetch('oauth-token'),
        [oauth.allowInsecureRequests]: true,
        ...(begun.resource === null ? {} : { additionalParameters: { resource: begun.resource } }),
      },
    )
    const answer = await oauth.processAuthorizationCodeResponse(
      as,
      libraryClient(client),
      response,
      begun.nonce === null ? {} : { expectedNonce: begun.nonce, requireIdToken: true },
    )
    return tokensOf(server, answer)
  } catch (error) {
    throw exchangeFailure(error, server.tokenEndpoint)
  }
}
