import * as oauth from 'oauth4webapi'
import { libraryAuth, libraryClient, type OAuthClientIdentity, type SigningKey } from './client.ts'
import { exchangeFailure, libraryServer, type OAuthFetch, type Tokens, tokensOf } from './exchange.ts'
import { AnswerNotTrustedError } from './oauth-errors.ts'
import type { AuthorizationServer } from './server-metadata.ts'

export type AskNeeds = { readonly fetch: OAuthFetch; readonly signing: SigningKey }
export type Asked = { readonly server: AuthorizationServer; readonly client: OAuthClientIdentity; readonly resource: string | null }

/** RFC 8693 section 2.1. */
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const JWT = 'urn:ietf:params:oauth:token-type:jwt'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'

function mine({ server, client }: Asked): void {
  if (client.issuer !== server.issuer) throw new AnswerNotTrustedError(new URL(server.issuer).host, 'our client belongs to another issuer')
}

function options({ fetch: send }: AskNeeds, additional: Readonly<Record<string, string>>): oauth.TokenEndpointRequestOptions {
  return { [oauth.customFetch]: send('oauth-token'), [oauth.allowInsecureRequests]: true, additionalParameters: { ...additional } }
}

const resourceOf = ({ resource }: Asked): Readonly<Record<string, string>> => (resource === null ? {} : { resource })

/** RFC 6749 section 6. A new refresh token, where one comes, replaces the old one. @throws ServerRefusedError, ServerUnreachableError, AnswerNotTrustedError */
export async function refreshTokens(needs: AskNeeds, asked: Asked, refreshToken: string): Promise<Tokens> {
  mine(asked)
  const [as, client] = [libraryServer(asked.server), libraryClient(asked.client)]
  try {
    const response = await oauth.refreshTokenGrantRequest(
      as,
      client,
      libraryAuth(asked.client, needs.signing),
      refreshToken,
      options(needs, resourceOf(asked)),
    )
    return tokensOf(asked.server, await oauth.processRefreshTokenResponse(as, client, response))
  } catch (error) {
    throw exchangeFailure(error, asked.server.tokenEndpoint)
  }
}

/** RFC 6749 section 4.4: a token for the whole workspace, without a person. */
export async function clientCredentials(needs: AskNeeds, asked: Asked, scopes: readonly string[]): Promise<Tokens> {
  mine(asked)
  const [as, client] = [libraryServer(asked.server), libraryClient(asked.client)]
  const parameters = { ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }), ...resourceOf(asked) }
  try {
    const { additionalParameters: _, ...rest } = options(needs, {})
    const response = await oauth.clientCredentialsGrantRequest(as, client, libraryAuth(asked.client, needs.signing), parameters, rest)
    return tokensOf(asked.server, await oauth.processClientCredentialsResponse(as, client, response))
  } catch (error) {
    throw exchangeFailure(error, asked.server.tokenEndpoint)
  }
}

/** RFC 8693: a token for the API, for the one that the person's sign-in brought. */
export async function exchangeToken(
  needs: AskNeeds,
  asked: Asked,
  subjectToken: string,
  wanted: { readonly audience?: string; readonly scopes: readonly string[] },
): Promise<Tokens> {
  mine(asked)
  const [as, client] = [libraryServer(asked.server), libraryClient(asked.client)]
  const parameters = {
    subject_token: subjectToken,
    subject_token_type: ACCESS_TOKEN,
    requested_token_type: ACCESS_TOKEN,
    ...(wanted.audience === undefined ? {} : { audience: wanted.audience }),
    ...(wanted.scopes.length === 0 ? {} : { scope: wanted.scopes.join(' ') }),
    ...resourceOf(asked),
  }
  try {
    const { additionalParameters: _, ...rest } = options(needs, {})
    const response = await oauth.genericTokenEndpointRequest(as, client, libraryAuth(asked.client, needs.signing), EXCHANGE, parameters, rest)
    const { issued_token_type: issued } = (await response
      .clone()
      .json()
      .catch(() => ({}))) as { readonly issued_token_type?: unknown }
    // Section 2.2.1: it says what it issued; anything but access is not what is sent to an API.
    if (response.ok && issued !== ACCESS_TOKEN && issued !== JWT)
      throw new AnswerNotTrustedError(new URL(asked.server.tokenEndpoint).host, 'it exchanged the token for something that is no access token')
    return tokensOf(asked.server, await oauth.processGenericTokenEndpointResponse(as, client, response))
  } catch (error) {
    throw exchangeFailure(error, asked.server.tokenEndpoint)
  }
}
