import {
  EncodingRefusedError,
  ExchangeRefusal,
  NameNotFoundError,
  RedirectRefusedError,
  RequestCancelledError,
  ResponseTooLargeError,
  TimedOutError,
  UnreachableError,
} from '../egress/index.ts'
import {
  type MayHaveRun,
  UpstreamCancelledError,
  UpstreamNotUnderstoodError,
  UpstreamRedirectedError,
  UpstreamTimedOutError,
  UpstreamTooLargeError,
  UpstreamUnreachableError,
} from './upstream-errors.ts'

/**
 * Says in the words of this room what went wrong on the way out. Refusals about addresses pass as they are, because they already tell the
 * operator or the developer what to do, and so do faults.
 * `harmless` is for requests that cannot have an effect, such as asking for the era.
 */
export function failure(error: unknown, signal: AbortSignal, harmless: boolean): unknown {
  if (error instanceof NameNotFoundError) return new UpstreamUnreachableError(error.message, 'no', {}, error)
  if (!(error instanceof ExchangeRefusal)) return error
  const mayHaveRun: MayHaveRun = error.sent && !harmless ? 'maybe' : 'no'
  if (error instanceof RequestCancelledError) {
    if (signal.aborted) return new UpstreamCancelledError(mayHaveRun, error)
    return new UpstreamUnreachableError('The connection to the connector was closed on our side.', mayHaveRun, {}, error)
  }
  if (error instanceof TimedOutError) return new UpstreamTimedOutError(mayHaveRun, error)
  if (error instanceof RedirectRefusedError) return new UpstreamRedirectedError(mayHaveRun, error)
  const tooLarge = error instanceof ResponseTooLargeError || (error instanceof EncodingRefusedError && error.expands)
  if (tooLarge) return new UpstreamTooLargeError(error.message, mayHaveRun, {}, error)
  if (error instanceof EncodingRefusedError) return new UpstreamNotUnderstoodError(error.message, mayHaveRun, {}, error)
  if (error instanceof UnreachableError) return new UpstreamUnreachableError(error.message, mayHaveRun, { reason: error.reason }, error)
  return error
}
