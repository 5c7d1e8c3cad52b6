import type { IncomingHttpHeaders } from 'node:http'
import { ResponseTooLargeError } from './egress-errors.ts'

/** Fields in one response header. The bytes are bounded by the parser, see `dial.ts`. */
export const MAX_HEADER_FIELDS = 128

/**
 * The header with one string for each name. `fields` counts the lines as they came.
 * @throws ResponseTooLargeError when there are too many fields
 */
export function responseHeaders(raw: IncomingHttpHeaders, fields: number): Record<string, string> {
  if (fields > MAX_HEADER_FIELDS) throw new ResponseTooLargeError('header', MAX_HEADER_FIELDS)
  for (const name in raw) {
    if (typeof raw[name] !== 'string') return joined(raw)
  }
  return raw as Record<string, string>
}

function joined(raw: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]))
}
