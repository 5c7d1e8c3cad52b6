import type { RefusalCode } from '@handfast/contract'

export type { RefusalCode }
export type Who = 'user' | 'developer' | 'operator' | 'assistant' | 'wait'
export type RefusalStatus = 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 422 | 429 | 502 | 503 | 504

/** An expected "no": the caller can act on it, and it is never a bug. The message is for the person who reads it. */
export abstract class Refusal extends Error {
  /** Public and stable, `room/reason`. Clients branch on it, so it is never reworded. */
  abstract readonly code: RefusalCode
  abstract readonly status: RefusalStatus
  /** Whose move it is. */
  abstract readonly who: Who
  /** Where the trouble is, as a JSON pointer (RFC 6901) into what was sent. */
  readonly pointer: string | undefined = undefined
  /** A page where the person can act on it. */
  readonly link: string | undefined = undefined
  /** Seconds after which another try makes sense. */
  readonly retryAfter: number | undefined = undefined
  /** For the ledger and the operator. Never sent to the caller. */
  readonly detail: Readonly<Record<string, unknown>> = {}
}

/** What a refusal looks like outside, the same on every door. */
export type RefusalBody = {
  readonly code: RefusalCode
  readonly message: string
  readonly who: Who
  readonly pointer?: string
  readonly link?: string
}

export function refusalBody(refusal: Refusal): RefusalBody {
  return {
    code: refusal.code,
    message: refusal.message,
    who: refusal.who,
    ...(refusal.pointer === undefined ? {} : { pointer: refusal.pointer }),
    ...(refusal.link === undefined ? {} : { link: refusal.link }),
  }
}
