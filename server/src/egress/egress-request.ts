import type { RefusalCode } from '../lib/index.ts'

/** Bounds of one request, redirects included. Times in milliseconds, sizes in bytes. */
export type EgressLimits = {
  /** Until the request is on the wire: name, connection, TLS, or waiting for a free connection. */
  readonly connectMs: number
  /** From there until the whole response header is in. Above one second it is kept with half a second's precision. */
  readonly headersMs: number
  /** Longest silence inside the body. Above one second it is kept with half a second's precision. */
  readonly idleMs: number
  /** From start to the last byte. */
  readonly totalMs: number
  /** Size of the body after decoding. */
  readonly maxBytes: number
}

export const defaultLimits: EgressLimits = { connectMs: 5_000, headersMs: 30_000, idleMs: 30_000, totalMs: 60_000, maxBytes: 10 * 1024 * 1024 }

/** Said to the other side in `handfast-reason`, so that developers can tell their users' calls from our own. */
export type EgressReason = 'user-call' | 'review' | 'health' | 'account-link' | 'sign-in' | 'notice'

export type EgressRequest = {
  readonly url: URL
  readonly method: string
  /** `host`, `user-agent`, lengths and connection headers are ours and refused here. An `x-request-id` is made up when absent. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly reason: EgressReason
  /** Redirects are followed only to these origins (the reviewed ones); default: none, a redirect is refused. */
  readonly origins?: readonly string[]
  /** How many redirects are followed, at most and by default 3. */
  readonly redirects?: number
  readonly limits?: Partial<EgressLimits>
  /** Aborting closes the connection, also while the body is being read. */
  readonly signal?: AbortSignal
}

/** A body arrives once: iterate it, or take it whole, or discard it. What is never read ends with the total time. */
export type EgressBody = AsyncIterable<Uint8Array> & {
  bytes(): Promise<Buffer>
  text(): Promise<string>
  /** Closes the connection unless everything has arrived already. */
  discard(): Promise<void>
}

export type EgressResponse = {
  readonly status: number
  /** Lower-case names; repeated headers are joined with a comma. */
  readonly headers: Readonly<Record<string, string>>
  /** Where the answer came from, after redirects. */
  readonly url: URL
  readonly body: EgressBody
}

/** The decision on an address and the rule that made it. */
export type Explanation = {
  readonly allowed: boolean
  readonly rule: string
  readonly addresses: readonly string[]
  /** What a request would be refused with. */
  readonly code?: RefusalCode
}

/** What stands in for the network when a decision is explained. */
export type ExplainOptions = {
  /** Instead of asking the name server. */
  readonly addresses?: readonly string[]
  /** The answers, one after the other: each is a redirect to a `Location`. */
  readonly redirects?: readonly string[]
  /** The reviewed origins, which redirects may lead to. */
  readonly origins?: readonly string[]
}
