import { Refusal, type RefusalStatus, type Who } from '../lib/index.ts'

/** Whether the connector may have acted: `no` only where that is certain, so that a call that may have had an effect is never repeated blindly. */
export type MayHaveRun = 'no' | 'maybe'

/** Something between us and the connector went wrong. `detail` is for the operator; it never holds what was sent or answered. */
export abstract class UpstreamRefusal extends Refusal {
  readonly mayHaveRun: MayHaveRun
  override readonly detail: Readonly<Record<string, unknown>>
  constructor(message: string, mayHaveRun: MayHaveRun, detail: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.mayHaveRun = mayHaveRun
    this.detail = detail
  }
}

export class UpstreamUnreachableError extends UpstreamRefusal {
  override readonly name = 'UpstreamUnreachableError'
  readonly code = 'upstream/unreachable'
  readonly status: RefusalStatus = 502
  readonly who: Who = 'wait'
}

export class UpstreamTimedOutError extends UpstreamRefusal {
  override readonly name = 'UpstreamTimedOutError'
  readonly code = 'upstream/timed-out'
  readonly status: RefusalStatus = 504
  readonly who: Who = 'wait'
  constructor(mayHaveRun: MayHaveRun, cause?: unknown) {
    const rest = mayHaveRun === 'maybe' ? ' It may still have done what was asked: look before you try again.' : ''
    super(`The connector did not answer in time.${rest}`, mayHaveRun, {}, cause)
  }
}

export class UpstreamTooLargeError extends UpstreamRefusal {
  override readonly name = 'UpstreamTooLargeError'
  readonly code = 'upstream/too-large'
  readonly status: RefusalStatus = 502
  readonly who: Who = 'developer'
}

export class UpstreamNotUnderstoodError extends UpstreamRefusal {
  override readonly name = 'UpstreamNotUnderstoodError'
  readonly code = 'upstream/not-understood'
  readonly status: RefusalStatus = 502
  readonly who: Who = 'developer'
}

export class UpstreamRedirectedError extends UpstreamRefusal {
  override readonly name = 'UpstreamRedirectedError'
  readonly code = 'upstream/redirected'
  readonly status: RefusalStatus = 502
  readonly who: Who = 'developer'
  /** A redirect may come after the deed (RFC 9110 section 15.4.4), so it does not prove that nothing happened. */
  constructor(mayHaveRun: MayHaveRun, cause?: unknown) {
    super('The connector sent us to another address, which was not reviewed. The call was not passed on.', mayHaveRun, {}, cause)
  }
}

/** The connector's 401 or 403. `challenge` is its `WWW-Authenticate` header, from which a fresh sign-in can start (RFC 9728 section 5.1). */
export class CredentialRejectedError extends UpstreamRefusal {
  override readonly name = 'CredentialRejectedError'
  readonly code = 'upstream/credential-rejected'
  readonly status: RefusalStatus = 403
  readonly who: Who = 'user'
  readonly challenge: string | undefined
  constructor(message: string, challenge?: string, detail: Readonly<Record<string, unknown>> = {}) {
    super(message, 'no', detail)
    this.challenge = challenge
  }
}

export class UpstreamBusyError extends UpstreamRefusal {
  override readonly name = 'UpstreamBusyError'
  readonly code = 'upstream/busy'
  readonly status: RefusalStatus = 429
  readonly who: Who = 'wait'
  override readonly retryAfter: number
  constructor(retryAfter: number, detail: Readonly<Record<string, unknown>> = {}) {
    super(`The connector asks us to wait ${retryAfter} second${retryAfter === 1 ? '' : 's'}.`, 'no', detail)
    this.retryAfter = retryAfter
  }
}

export class UpstreamCancelledError extends UpstreamRefusal {
  override readonly name = 'UpstreamCancelledError'
  readonly code = 'upstream/cancelled'
  readonly status: RefusalStatus = 409
  readonly who: Who = 'assistant'
  constructor(mayHaveRun: MayHaveRun, cause?: unknown) {
    const rest = mayHaveRun === 'maybe' ? ' The connector was told, but it may already have acted.' : ' The connector never saw it.'
    super(`The call was cancelled.${rest}`, mayHaveRun, {}, cause)
  }
}

/** The answer to a question of a connector that is no longer waited for: it took too long, or the process that kept the call stopped. */
export class QuestionGoneError extends UpstreamRefusal {
  override readonly name = 'QuestionGoneError'
  readonly code = 'upstream/question-gone'
  readonly status: RefusalStatus = 409
  readonly who: Who = 'assistant'
  constructor() {
    super('The connector no longer waits for this answer. The call it belongs to was given up; make the call again from the start.', 'no')
  }
}
