import type { Role } from '@handfast/contract'
import { Refusal } from '../../lib/index.ts'

export class RequestInvalidError extends Refusal {
  override readonly name = 'RequestInvalidError'
  readonly code = 'request/invalid'
  readonly status = 400
  readonly who = 'assistant'
  override readonly pointer: string
  /** @param at JSON pointer into what was sent */
  constructor(at: string, problem: string) {
    super(at === '' ? `The request cannot be used: ${problem}.` : `${at} cannot be used: ${problem}.`)
    this.pointer = at
  }
}

/** A cursor that was not sealed here, or for another person or list. */
export class CursorInvalidError extends Refusal {
  override readonly name = 'CursorInvalidError'
  readonly code = 'request/invalid'
  readonly status = 400
  readonly who = 'assistant'
  override readonly pointer = '/cursor'
  constructor() {
    super('The cursor does not belong to this list. Start again without one.')
  }
}

export class NothingHereError extends Refusal {
  override readonly name = 'NothingHereError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'assistant'
  constructor() {
    super('There is nothing at this address. /api/v1/openapi.json lists what there is.')
  }
}

export class MethodNotAllowedError extends Refusal {
  override readonly name = 'MethodNotAllowedError'
  readonly code = 'request/method-not-allowed'
  readonly status = 405
  readonly who = 'assistant'
  readonly allowed: readonly string[]
  constructor(allowed: readonly string[]) {
    super(`This address answers ${allowed.join(', ')} only.`)
    this.allowed = allowed
  }
}

export class BodyTooLargeError extends Refusal {
  override readonly name = 'BodyTooLargeError'
  readonly code = 'request/too-large'
  readonly status = 413
  readonly who = 'assistant'
  constructor(mostBytes: number) {
    super(`The body is larger than ${mostBytes} bytes.`)
  }
}

export class MediaTypeError extends Refusal {
  override readonly name = 'MediaTypeError'
  readonly code = 'request/unsupported-media-type'
  readonly status = 415
  readonly who = 'assistant'
  constructor() {
    super('Send the body as application/json.')
  }
}

export class HostError extends Refusal {
  override readonly name = 'HostError'
  readonly code = 'request/host'
  readonly status = 403
  readonly who = 'operator'
  constructor() {
    super('This server does not answer for the host that was asked. The operator sets its public address in HANDFAST_PUBLIC_URL.')
  }
}

export class OriginError extends Refusal {
  override readonly name = 'OriginError'
  readonly code = 'request/origin'
  readonly status = 403
  readonly who = 'user'
  constructor() {
    super('A page of another site tried to change something here. Nothing was changed.')
  }
}

export class CsrfError extends Refusal {
  override readonly name = 'CsrfError'
  readonly code = 'request/csrf'
  readonly status = 403
  readonly who = 'user'
  constructor() {
    super('The page lacks the proof that it may act in this session. Reload it and try again.')
  }
}

export class CredentialsMissingError extends Refusal {
  override readonly name = 'CredentialsMissingError'
  readonly code = 'authorization/missing'
  readonly status = 401
  readonly who = 'user'
  constructor() {
    super('Sign in, or send an access token.')
  }
}

export class SessionOverError extends Refusal {
  override readonly name = 'SessionOverError'
  readonly code = 'authorization/session'
  readonly status = 401
  readonly who = 'user'
  constructor() {
    super('You are not signed in any more. Sign in again.')
  }
}

export class PersonNeededError extends Refusal {
  override readonly name = 'PersonNeededError'
  readonly code = 'authorization/person-needed'
  readonly status = 403
  readonly who = 'user'
  constructor() {
    super('A person has to do this, signed in to the console. An access token is not enough.')
  }
}

export class RoleMissingError extends Refusal {
  override readonly name = 'RoleMissingError'
  readonly code = 'authorization/role'
  readonly status = 403
  readonly who = 'operator'
  constructor(roles: readonly Role[]) {
    super(`This is for people with the role ${roles.join(' or ')}. An operator gives roles.`)
  }
}

/** A call that was made under a key, ended without an answer that could be repeated, and is not made again. */
export class CallInterruptedError extends Refusal {
  override readonly name = 'CallInterruptedError'
  readonly code: 'gateway/outcome-unknown' | 'request/conflict'
  readonly status = 409
  readonly who = 'user'
  constructor(call: string, state: string) {
    super(
      state === 'unknown'
        ? `The call ${call} was sent under this Idempotency-Key, and this server ended before an answer came: nobody here knows whether the connector acted. It was not sent again. Look there before making it under a new key.`
        : `The call ${call} was made under this Idempotency-Key and is over (${state}). It was not made again; /api/v1/calls/${call} says what is known of it.`,
    )
    this.code = state === 'unknown' ? 'gateway/outcome-unknown' : 'request/conflict'
  }
}

/** A session that an assistant's link began, at a door that is none of its own. */
export class HostedSessionError extends Refusal {
  override readonly name = 'HostedSessionError'
  readonly code = 'people/hosted-session'
  readonly status = 403
  readonly who = 'user'
  constructor() {
    super('You came here from an assistant that signed you in. This session is good for the pages that it sends you to, and for nothing else.')
  }
}
