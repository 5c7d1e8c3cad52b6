import errors from 'undici/lib/core/errors.js'
import { Refusal } from '../lib/index.ts'
import { RequestCancelledError, RequestMalformedError, ResponseTooLargeError, TimedOutError, UnreachableError } from './egress-errors.ts'

/** Says in our words what went wrong on the wire. */
export function exchangeError(error: Error, host: string, sent: boolean): Error {
  if (error instanceof Refusal) return error
  if (error instanceof errors.ConnectTimeoutError) return new TimedOutError(host, 'connect', sent)
  if (error instanceof errors.HeadersTimeoutError) return new TimedOutError(host, 'headers', sent)
  if (error instanceof errors.BodyTimeoutError) return new TimedOutError(host, 'idle', sent)
  if (error instanceof errors.HeadersOverflowError) return new ResponseTooLargeError('header', MAX_HEADER_BYTES)
  if (error instanceof errors.ClientDestroyedError || error instanceof errors.ClientClosedError) return new RequestCancelledError(sent, error)
  if (error instanceof errors.InvalidArgumentError || error instanceof errors.NotSupportedError) {
    return new RequestMalformedError('The request cannot be sent as it is.', { cause: error })
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (error instanceof errors.HTTPParserError || error instanceof errors.ResponseContentLengthMismatchError)
    return new UnreachableError(host, 'not-http', sent, error)
  if (/CERT|ALTNAME|UNABLE_TO|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH|^UNSPECIFIED$|^ERR_TLS|^ERR_SSL|^EPROTO$/.test(code))
    return new UnreachableError(host, 'certificate', sent, error)
  return new UnreachableError(host, sent ? 'closed' : 'connect', sent, error)
}

/** Bytes of a response header, names and values together. */
export const MAX_HEADER_BYTES = 32 * 1024
