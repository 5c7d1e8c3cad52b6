import { isObject, type Json } from '../lib/index.ts'
import {
  type Era,
  type ErrorMessage,
  HEADER_MISMATCH,
  MISSING_CAPABILITY,
  readToolResult,
  shortText,
  UNSUPPORTED_VERSION,
  URL_ELICITATION_REQUIRED,
} from '../protocol/mcp/index.ts'
import type { Exchanged } from './exchange.ts'
import type { UpstreamAnswer } from './upstream-call.ts'
import { UpstreamNotUnderstoodError, UpstreamUnreachableError } from './upstream-errors.ts'
import { WrongEraError } from './wrong-era.ts'

/** What servers say to a request of an era that they do not know. */
const OTHER_ERA = new Set([400, 404, 405, 406, 410, 415, 426])

/** What an exchange about `tools/call` means for the call. Throws an UpstreamRefusal, or WrongEraError where the era should be looked at again. */
export function toolAnswer(exchanged: Exchanged, era: Era): UpstreamAnswer {
  switch (exchanged.kind) {
    case 'result': {
      const read = readToolResult(exchanged.result)
      if (read.ok) return { kind: 'result', result: read.result, era }
      if (read.why === 'asks')
        throw new UpstreamNotUnderstoodError(`The connector asks for something that it was not offered: ${read.reason}.`, 'maybe')
      throw new UpstreamNotUnderstoodError(`The connector's answer is not the result of a tool: ${read.reason}.`, 'maybe')
    }
    case 'error':
      return errorAnswer(exchanged.error, exchanged.status)
    case 'refused':
      throw OTHER_ERA.has(exchanged.status) ? new WrongEraError(refusedCall(exchanged.status)) : refusedCall(exchanged.status)
    case 'accepted':
      throw new UpstreamNotUnderstoodError('The connector took the call but gave no answer.', 'maybe')
    case 'broken-off':
      throw new UpstreamUnreachableError('The connector closed the connection before its answer was complete.', 'maybe')
  }
}

export function refusedCall(status: number): UpstreamNotUnderstoodError {
  const message = status === 404 ? 'The connector has nothing at this address.' : `The connector refused the request (HTTP ${status}).`
  return new UpstreamNotUnderstoodError(message, status === 408 ? 'maybe' : 'no', { status })
}

/** Errors about one hop are never passed on: they would describe us to the assistant as if it had caused them. */
function errorAnswer(error: ErrorMessage, status: number): UpstreamAnswer {
  switch (error.code) {
    case UNSUPPORTED_VERSION:
      throw new WrongEraError(new UpstreamNotUnderstoodError('The connector no longer speaks the protocol as it did.', 'no', { code: error.code }))
    case MISSING_CAPABILITY:
      throw new UpstreamNotUnderstoodError('The connector asks for something that it was not offered: a capability of the assistant.', 'no', {
        code: error.code,
      })
    case HEADER_MISMATCH: {
      const message = 'The connector wants other headers than its reviewed release declares. Its developer has to submit a new release.'
      throw new UpstreamNotUnderstoodError(message, 'no', { code: error.code })
    }
    case URL_ELICITATION_REQUIRED:
      return { kind: 'error', code: error.code, message: visitFirst(error.data) }
  }
  const answer = { kind: 'error', code: error.code, message: error.message } as const
  // A refusal with a status and without our id was made before the message was looked at, as servers of the other era do.
  if (OTHER_ERA.has(status) && error.id === null) throw new WrongEraError(answer)
  return answer
}

/** A 2025-11-25 connector that wants the user on a page of its own first; the page is named, because the user has to decide about it. */
function visitFirst(data: Json | undefined): string {
  const asked = isObject(data) && Array.isArray(data['elicitations']) ? data['elicitations'].slice(0, 3) : []
  const pages = asked.flatMap((item) => {
    if (!isObject(item) || typeof item['url'] !== 'string' || item['url'].length > 2_000) return []
    const url = URL.parse(item['url'])
    return url?.protocol === 'https:' ? [`${shortText(item['message'], 300)} ${url.href}`.trim()] : []
  })
  return pages.length === 0
    ? 'The connector asks the user to visit a page of its own first, but did not say which.'
    : `The connector asks the user to visit a page of its own first: ${pages.join('; ')}`
}
