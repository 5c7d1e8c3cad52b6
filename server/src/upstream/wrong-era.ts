import type { UpstreamAnswer } from './upstream-call.ts'
import type { UpstreamRefusal } from './upstream-errors.ts'

/**
 * The request was refused, without having run, in a way that a connector of the other era would refuse it. Stays inside this room:
 * whoever catches it asks for the era again and repeats the call if that changed, or else falls back to `meaning`.
 */
export class WrongEraError extends Error {
  override readonly name = 'WrongEraError'
  readonly meaning: UpstreamRefusal | UpstreamAnswer
  constructor(meaning: UpstreamRefusal | UpstreamAnswer) {
    super('the connector may speak another era')
    this.meaning = meaning
  }

  /** What the refusal means when the era was right after all. */
  settle(): UpstreamAnswer {
    if (this.meaning instanceof Error) throw this.meaning
    return this.meaning
  }
}
