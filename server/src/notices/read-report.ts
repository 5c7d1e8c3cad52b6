import type { DeliveryId } from './delivery.ts'
import { parameterOf, partsOf, readPart } from './mime.ts'

/**
 * What a mail server or a mail program says became of a mail. `delivered`: it lies in the mailbox. `relayed`: a server that reports no further took it
 * on. `delayed`: not yet. `failed`: it came back. `read`: it was shown to its reader.
 */
export type ReportKind = 'delivered' | 'relayed' | 'delayed' | 'failed' | 'read'
export type Report = {
  readonly delivery: DeliveryId
  readonly kind: ReportKind
  /** When that happened, as the other side says; null: it does not say. */
  readonly at: number | null
  /** In its words. */
  readonly said: string
}

/** More than any report has. What is longer is not read at all. */
export const LONGEST_REPORT = 256 * 1024

const actions: Readonly<Record<string, ReportKind>> = {
  delivered: 'delivered',
  relayed: 'relayed',
  expanded: 'relayed',
  delayed: 'delayed',
  failed: 'failed',
}

/**
 * What a message says about one of our mails: a delivery status notification (RFC 3464) or a disposition notification (RFC 8098, before it RFC 3798).
 * Anything else, such as an answer that somebody wrote, is null. Which mail it is about says the envelope id that went with it (RFC 3461), or what the
 * report brings back of its header.
 */
export function readReport(message: string): Report | null {
  if (message.length > LONGEST_REPORT) return null
  const whole = readPart(message)
  const type = whole.headers.get('content-type') ?? ''
  if (!/^multipart\/report\b/i.test(type)) return null
  const parts = partsOf(whole)
  const of = (shape: RegExp) => parts.find(({ headers }) => shape.test(headers.get('content-type') ?? ''))
  const returned = of(/^(?:message\/(?:rfc822|global)(?:-headers)?|text\/rfc822-headers)\b/i)
  const back = returned === undefined ? null : readPart(returned.body).headers
  const named = [back?.get('x-handfast-delivery'), back?.get('message-id')]
  const status = of(/^message\/(?:global-)?delivery-status\b/i)
  if (status !== undefined) return aboutDelivery(status.body, named)
  const disposition = of(/^message\/(?:global-)?disposition-notification\b/i)
  return disposition === undefined || parameterOf(type, 'report-type')?.toLowerCase() !== 'disposition-notification'
    ? null
    : aboutReading(disposition.body, named)
}

function aboutDelivery(text: string, named: readonly (string | undefined)[]): Report | null {
  const [message, ...recipients] = text
    .replaceAll('\r\n', '\n')
    .split(/\n[ \t]*\n/)
    .map((group) => readPart(group).headers)
  const delivery = deliveryIn([message?.get('original-envelope-id'), ...named])
  // A mail of ours has one recipient; further groups are what became of it beyond a list.
  const about = recipients.find((fields) => fields.has('action')) ?? (message?.has('action') === true ? message : undefined)
  const kind = actions[(about?.get('action') ?? '').split(/\s/)[0]?.toLowerCase() ?? '']
  if (delivery === null || kind === undefined) return null
  const said = [about?.get('status'), about?.get('diagnostic-code')].filter((one) => one !== undefined).join(' ')
  return { delivery, kind, at: timeIn(about?.get('last-attempt-date') ?? message?.get('arrival-date')), said: `${kind}: ${said}`.slice(0, 400) }
}

function aboutReading(text: string, named: readonly (string | undefined)[]): Report | null {
  const fields = readPart(text).headers
  const delivery = deliveryIn([fields.get('original-message-id'), ...named])
  const how = fields.get('disposition') ?? ''
  return delivery === null || !/;\s*displayed\b/i.test(how) ? null : { delivery, kind: 'read', at: null, said: how.slice(0, 400) }
}

function deliveryIn(texts: readonly (string | undefined)[]): DeliveryId | null {
  for (const text of texts) {
    const found = /\bdlv_[0-9a-f]{32}(?![0-9a-z])/.exec((text ?? '').slice(0, 500))?.[0]
    if (found !== undefined) return found as DeliveryId
  }
  return null
}

function timeIn(text: string | undefined): number | null {
  const at = Date.parse((text ?? '').slice(0, 60))
  return Number.isNaN(at) ? null : at
}
