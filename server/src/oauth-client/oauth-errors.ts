import { Refusal, type RefusalStatus, type Who } from '../lib/index.ts'

/** Nobody says where people sign in to this API. */
export class SignInNotFoundError extends Refusal {
  override readonly name = 'SignInNotFoundError'
  readonly code = 'oauth-client/not-found'
  readonly status = 502
  readonly who = 'developer'
  override readonly detail: Readonly<Record<string, unknown>>
  constructor(host: string, detail: Readonly<Record<string, unknown>> = {}) {
    super(`${host} asks people to sign in, but does not say where. Its developer has to publish that, or declare the issuer in the manifest.`)
    this.detail = detail
  }
}

/** What a server says about itself cannot be true, or is not safe to act on. `reason` says which rule it breaks. */
export class MetadataRefusedError extends Refusal {
  override readonly name = 'MetadataRefusedError'
  readonly code = 'oauth-client/metadata'
  readonly status = 502
  readonly who = 'developer'
  constructor(host: string, reason: string) {
    super(`The sign-in that ${host} describes is not used: ${reason}.`)
  }
}

/** We are not known at the authorization server, and it does not take newcomers. */
export class NoClientError extends Refusal {
  override readonly name = 'NoClientError'
  readonly code = 'oauth-client/no-client'
  readonly status = 409
  readonly who = 'operator'
  constructor(issuer: string) {
    super(
      `This Handfast is not known at ${new URL(issuer).host}, which takes no new clients by itself. The operator, or the connector's developer, registers one there and gives it with \`handfast connector client\`.`,
    )
  }
}

/** The answer does not belong to the question: another issuer, another state, another shape. What it said is not shown. */
export class AnswerNotTrustedError extends Refusal {
  override readonly name = 'AnswerNotTrustedError'
  readonly code = 'oauth-client/answer'
  readonly status = 502
  readonly who = 'operator'
  override readonly detail: Readonly<Record<string, unknown>>
  constructor(host: string, reason: string, cause?: unknown) {
    super(`The answer of ${host} was not accepted: ${reason}. No account was linked.`, cause === undefined ? undefined : { cause })
    this.detail = { reason }
  }
}

/** The authorization server said no, in the words of RFC 6749 section 5.2. */
export class ServerRefusedError extends Refusal {
  override readonly name = 'ServerRefusedError'
  readonly code = 'oauth-client/refused'
  readonly status = 502
  readonly who: Who
  /** The error code of the protocol, such as `invalid_grant`; it is from a closed alphabet. */
  readonly error: string
  constructor(host: string, error: string) {
    super(`${host} refused: ${said[error] ?? `"${error}"`}.`)
    this.error = error
    this.who = error === 'access_denied' || error === 'invalid_grant' ? 'user' : error === 'temporarily_unavailable' ? 'wait' : 'operator'
  }
}

/** Asked and not answered: the network, or a server that is down. Never the end of a sign-in. */
export class ServerUnreachableError extends Refusal {
  override readonly name = 'ServerUnreachableError'
  readonly code = 'oauth-client/unreachable'
  readonly status: RefusalStatus = 503
  readonly who = 'wait'
  override readonly retryAfter = 10
  override readonly detail: Readonly<Record<string, unknown>>
  constructor(host: string, detail: Readonly<Record<string, unknown>>, cause?: unknown) {
    super(`${host} does not answer, or not properly. Try again in a moment.`, cause === undefined ? undefined : { cause })
    this.detail = detail
  }
}

const said: Readonly<Record<string, string>> = {
  access_denied: 'the sign-in was cancelled or not allowed there',
  invalid_client: 'it does not accept the credentials of this Handfast',
  unauthorized_client: 'this Handfast may not do that there',
  invalid_grant: 'the sign-in is used up, was ended there, or has expired',
  invalid_scope: 'it does not grant what the connector asks for',
  invalid_target: 'it does not issue tokens for this API',
  temporarily_unavailable: 'it is busy',
}
