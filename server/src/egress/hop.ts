import type { EgressLimits, EgressRequest } from './egress-request.ts'

/** One request on the wire. A redirect makes another hop of the same request. */
export type Hop = {
  readonly request: EgressRequest
  readonly url: URL
  readonly method: string
  /** Name, value, name, value; names in lower case. */
  readonly headers: string[]
  readonly body: string | Uint8Array | null
  /** Redirects followed so far. */
  readonly redirects: number
  readonly limits: EgressLimits
  /** When the first hop started, on the monotonic clock: the total time covers all hops. */
  readonly startedAt: number
}
