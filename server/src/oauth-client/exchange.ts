import * as oauth from 'oauth4webapi'
import { type FetchOptions, refusalBehind } from '../egress/index.ts'
import type { Refusal } from '../lib/index.ts'
import { AnswerNotTrustedError, ServerRefusedError, ServerUnreachableError } from './oauth-errors.ts'
import type { AuthorizationServer } from './server-metadata.ts'

export type OAuthFetch = (purpose: FetchOptions['purpose']) => (url: string, init: oauth.CustomFetchOptions<string, unknown>) => Promise<Response>

/** Longest token that is kept. */
const MOST_TOKEN = 32 * 1024
const ERROR_CODE = /^[\x20-\x21\x23-\x5b\x5d-\x7e]{1,100}$/

/** The server as the library wants it. */
export function libraryServer(server: AuthorizationServer): oauth.AuthorizationServer {
  return {
    issuer: server.issuer,
    ...(server.authorizationEndpoint === null ? {} : { authorization_endpoint: server.authorizationEndpoint }),
    token_endpoint: server.tokenEndpoint,
    ...(server.registrationEndpoint === null ? {} : { registration_endpoint: server.registrationEndpoint }),
    ...(server.revocationEndpoint === null ? {} : { revocation_endpoint: server.revocationEndpoint }),
    ...(server.userinfoEndpoint === null ? {} : { userinfo_endpoint: server.userinfoEndpoint }),
    ...(server.idTokenAlgorithms === null ? {} : { id_token_signing_alg_values_supported: [...server.idTokenAlgorithms] }),
    authorization_response_iss_parameter_supported: server.namesIssuer,
  }
}

/** What came of a grant. */
export type Tokens = {
  readonly accessToken: string
  readonly refreshToken: string | null
  /** Seconds; null where the server did not say. */
  readonly expiresIn: number | null
  /** What was granted; null: what was asked for (RFC 6749 section 5.1). */
  readonly scopes: readonly string[] | null
  readonly claims: Readonly<Record<string, unknown>> | null
}

/** @throws AnswerNotTrustedError for tokens that cannot be used as bearer tokens */
export function tokensOf(server: AuthorizationServer, answer: oauth.TokenEndpointResponse): Tokens {
  const { host } = new URL(server.tokenEndpoint)
  const { access_token: accessToken, refresh_token: refreshToken = null, expires_in: expiresIn, scope } = answer
  // A key pair that we do not hold would be needed (RFC 9449).
  if (answer.token_type !== 'bearer') throw new AnswerNotTrustedError(host, 'its token is not a bearer token')
  if (!/^[\x21-\x7e]+$/.test(accessToken) || accessToken.length > MOST_TOKEN) throw new AnswerNotTrustedError(host, 'its access token cannot be sent')
  if (refreshToken !== null && (!/^[\x20-\x7e]+$/.test(refreshToken) || refreshToken.length > MOST_TOKEN))
    throw new AnswerNotTrustedError(host, 'its refresh token cannot be sent')
  return {
    accessToken,
    refreshToken,
    expiresIn: expiresIn === undefined || !Number.isFinite(expiresIn) || expiresIn <= 0 ? null : expiresIn,
    scopes: scope === undefined || scope.trim() === '' ? null : scope.split(' ').filter((one) => one !== ''),
    claims: (oauth.getValidatedIdTokenClaims(answer) as Readonly<Record<string, unknown>> | undefined) ?? null,
  }
}

/** What went wrong at an endpoint, in our words. Nothing that was sent or answered is repeated but the error code. */
export function exchangeFailure(error: unknown, endpoint: string): Error {
  const { host } = new URL(endpoint)
  const refusal = refusalBehind(error)
  if (refusal !== undefined) {
    const ours = refusal.code.startsWith('oauth-client/')
    if (ours) return refusal
    const passing =
      refusal.code === 'egress/unreachable' ||
      refusal.code === 'egress/timed-out' ||
      refusal.code === 'egress/name-not-found' ||
      refusal.code === 'egress/cancelled'
    if (passing)
      return new ServerUnreachableError(host, { code: refusal.code, sent: (refusal as Refusal & { sent?: boolean }).sent === true }, refusal)
    return refusal
  }
  if (error instanceof oauth.ResponseBodyError) {
    if (error.status >= 500 || error.status === 429) return new ServerUnreachableError(host, { status: error.status, error: safeCode(error.error) })
    return new ServerRefusedError(host, safeCode(error.error))
  }
  if (error instanceof oauth.WWWAuthenticateChallengeError)
    return error.status === 401 ? new ServerRefusedError(host, 'invalid_client') : new ServerUnreachableError(host, { status: error.status })
  if (error instanceof oauth.OperationProcessingError) {
    const status = statusOf(error)
    // A page of a proxy, a busy server: not an OAuth answer, so no verdict about the grant.
    if (status !== null && status !== 200 && status !== 201) return new ServerUnreachableError(host, { status, code: error.code })
    return new AnswerNotTrustedError(host, reasonOf(error), error.code === undefined ? undefined : new Error(error.code))
  }
  if (error instanceof oauth.UnsupportedOperationError) return new AnswerNotTrustedError(host, 'it uses something that is not spoken here')
  return error instanceof Error ? error : new Error('an OAuth request failed', { cause: error })
}

function safeCode(code: string): string {
  return ERROR_CODE.test(code) ? code : 'unreadable_error'
}

function statusOf(error: Error): number | null {
  const { cause } = error
  return cause instanceof Response ? cause.status : null
}

function reasonOf(error: oauth.OperationProcessingError): string {
  if (error.code === oauth.JWT_CLAIM_COMPARISON || error.code === oauth.JWT_TIMESTAMP_CHECK)
    return 'its ID token is not for us, not from it, or not of now (OpenID Connect Core section 3.1.3.7)'
  if (error.code === oauth.RESPONSE_IS_NOT_JSON || error.code === oauth.PARSE_ERROR) return 'it is not JSON'
  return 'it does not have the shape of the standard'
}
