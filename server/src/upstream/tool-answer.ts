import { isObject, type Json, type JsonObject } from '../lib/index.ts'
import {
  type Era,
  type ErrorMessage,
  HEADER_MISMATCH,
  MISSING_CAPABILITY,
  type OtherMethod,
  readOtherResult,
  readToolResult,
  shortText,
  UNSUPPORTED_VERSION,
  URL_ELICITATION_REQUIRED,
} from '../protocol/mcp/index.ts'
import type { Asked } from './conversation.ts'
import type { Exchanged } from './exchange.ts'
import { askable, canBeAsked } from './questions.ts'
import type { UpstreamAnswer } from './upstream-call.ts'
import { UpstreamNotUnderstoodError, UpstreamUnreachableError } from './upstream-errors.ts'
import { WrongEraError } from './wrong-era.ts'

/** What servers say to a request of an era that they do not know. */
const OTHER_ERA = new Set([400, 404, 405, 406, 410, 415, 426])

/** What an assistant can be asked for, and what was asked of the connector where that was no tool. */
export type AnswerContext = { readonly capabilities: JsonObject; readonly other: OtherMethod | undefined }

/** What an exchange means for the call. Throws an UpstreamRefusal, or WrongEraError where the era should be looked at again. */
export function toolAnswer(exchanged: Exchanged | Asked, era: Era, context: AnswerContext): UpstreamAnswer {
  switch (exchanged.kind) {
    case 'asks':
      return exchanged
    case 'result': {
      const read = context.other === undefined ? readToolResult(exchanged.result) : readOtherResult(context.other, exchanged.result)
      if (read.ok === true)
        return context.other === undefined
          ? ({ kind: 'result', result: read.result, era } as UpstreamAnswer)
          : ({ kind: 'other', result: read.result, era } as UpstreamAnswer)
      if (read.ok === 'asks') return asks(read.inputRequests, read.requestState, context.capabilities)
      if (read.why === 'asks')
        throw new UpstreamNotUnderstoodError(`The connector asks for something that it was not offered: ${read.reason}.`, 'maybe')
      throw new UpstreamNotUnderstoodError(`The connector's answer is not the result of a tool: ${read.reason}.`, 'maybe')
    }
    case 'error':
      return errorAnswer(exchanged.error, exchanged.status, context)
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
function errorAnswer(error: ErrorMessage, status: number, context: AnswerContext): UpstreamAnswer {
  switch (error.code) {
    case UNSUPPORTED_VERSION:
      throw new WrongEraError(new UpstreamNotUnderstoodError('The connector no longer speaks the protocol as it did.', 'no', { code: error.code }))
    case MISSING_CAPABILITY: {
      const required = isObject(error.data) ? error.data['requiredCapabilities'] : undefined
      const bridged = isObject(required) ? askable(required) : {}
      // Only what the assistant could declare, and did not; anything else is between us and the connector.
      if (Object.keys(bridged).some((name) => context.capabilities[name] === undefined)) return { kind: 'lacks', capabilities: bridged }
      throw new UpstreamNotUnderstoodError('The connector asks for something that it was not offered: a capability of the assistant.', 'no', {
        code: error.code,
      })
    }
    case HEADER_MISMATCH: {
      const message = 'The connector wants other headers than its reviewed release declares. Its developer has to submit a new release.'
      throw new UpstreamNotUnderstoodError(message, 'no', { code: error.code })
    }
    case URL_ELICITATION_REQUIRED:
      return visitFirst(error.data, context.capabilities) ?? { kind: 'error', code: error.code, message: pagesInWords(error.data) }
  }
  const answer = { kind: 'error', code: error.code, message: error.message } as const
  // A refusal with a status and without our id was made before the message was looked at, as servers of the other era do.
  if (OTHER_ERA.has(status) && error.id === null) throw new WrongEraError(answer)
  return answer
}

/** What a connector asks for, where the assistant can be asked for all of it. */
function asks(inputRequests: JsonObject, requestState: string | undefined, capabilities: JsonObject): UpstreamAnswer {
  for (const [key, request] of Object.entries(inputRequests)) {
    const { method, params = {} } = request as { readonly method: string; readonly params?: JsonObject }
    if (!canBeAsked(capabilities, method, params))
      throw new UpstreamNotUnderstoodError(
        `The connector asks for something that it was not offered: ${shortText(method, 64)} as ${shortText(key, 64)}.`,
        'maybe',
      )
  }
  return { kind: 'asks', inputRequests, requestState }
}

/**
 * A 2025-11-25 connector wants the user on a page first (-32042). For an assistant that can show pages this is a question like any other; when it comes
 * back the call is made again, because there is nothing else that the connector waits for.
 */
function visitFirst(data: Json | undefined, capabilities: JsonObject): UpstreamAnswer | undefined {
  if (!canBeAsked(capabilities, 'elicitation/create', { mode: 'url' })) return undefined
  const asked = isObject(data) && Array.isArray(data['elicitations']) ? data['elicitations'].slice(0, 3) : []
  const requests = asked.flatMap((item, index) =>
    isObject(item) && typeof item['url'] === 'string'
      ? [[`page_${index + 1}`, { method: 'elicitation/create', params: { mode: 'url', message: shortText(item['message'], 300), url: item['url'] } }]]
      : [],
  )
  return requests.length === 0 ? undefined : { kind: 'asks', inputRequests: Object.fromEntries(requests) as JsonObject, requestState: AGAIN }
}

/** The state of a question after which the call is simply made again. */
export const AGAIN = 'again'

/** The page is named, because the user has to decide about it. */
function pagesInWords(data: Json | undefined): string {
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
