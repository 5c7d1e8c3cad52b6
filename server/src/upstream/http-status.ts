import type { EgressResponse } from '../egress/index.ts'
import { CredentialRejectedError, UpstreamBusyError, UpstreamRedirectedError, type UpstreamRefusal } from './upstream-errors.ts'

const DEFAULT_WAIT = 5
const MAX_WAIT = 24 * 60 * 60

/**
 * The refusal that a status stands for by itself, whatever the body says; null where the body has to be read.
 * `withKey` decides the words of a 401: without a key there is nothing to renew, only something to link.
 */
export function refusalOfStatus(response: EgressResponse, withKey: boolean, harmless: boolean, now: number): UpstreamRefusal | null {
  const { status, headers } = response
  if (status === 401 || status === 403) {
    const message = withKey
      ? 'The connector does not accept the saved key. Link your account with it again.'
      : 'The connector wants to know whose account this is. Link your account with it first.'
    return new CredentialRejectedError(message, headers['www-authenticate']?.slice(0, 4_096), { status })
  }
  const wait = headers['retry-after']
  if (status === 429 || (status === 503 && wait !== undefined)) return new UpstreamBusyError(secondsToWait(wait, now), { status })
  if (status >= 300 && status < 400) return new UpstreamRedirectedError(harmless ? 'no' : 'maybe')
  return null
}

/** `Retry-After` in seconds (RFC 9110 section 10.2.3), a number or a date, kept within a second and a day. */
export function secondsToWait(header: string | undefined, now: number): number {
  if (header === undefined) return DEFAULT_WAIT
  const seconds = /^\s*[0-9]{1,9}\s*$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1_000
  return Number.isFinite(seconds) ? Math.min(Math.max(Math.ceil(seconds), 1), MAX_WAIT) : DEFAULT_WAIT
}
