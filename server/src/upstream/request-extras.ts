import type { JsonObject } from '../lib/index.ts'
import { type CallExtras, META_CLIENT_CAPABILITIES, META_LOG_LEVEL } from '../protocol/mcp/index.ts'
import { AGAIN } from './tool-answer.ts'
import type { OtherRequest, UpstreamCall } from './upstream-call.ts'

export const NOTHING: JsonObject = Object.freeze({})

/** Assistants declare the same few sets of capabilities over and over. */
const texts = new WeakMap<JsonObject, string>()

function capabilitiesText(capabilities: JsonObject): string {
  let text = texts.get(capabilities)
  if (text === undefined) {
    text = JSON.stringify(capabilities)
    texts.set(capabilities, text)
  }
  return text
}

/** What this call adds to the prepared text of a modern tool call; undefined for the common one that adds nothing. */
export function extrasOf(call: UpstreamCall): CallExtras | undefined {
  const { capabilities, continuation, logLevel, trace } = call
  if (capabilities === undefined && continuation === undefined && logLevel === undefined && trace === undefined) return undefined
  return {
    capabilities: capabilities === undefined ? '{}' : capabilitiesText(capabilities),
    meta: `${logLevel === undefined ? '' : `,"${META_LOG_LEVEL}":${JSON.stringify(logLevel)}`}${members(trace)}`,
    params: members(continued(call)),
  }
}

/** The same for the older era, in which only the trace travels with the call itself. */
export function legacyExtrasOf({ trace }: UpstreamCall): CallExtras | undefined {
  return trace === undefined ? undefined : { capabilities: '', meta: members(trace), params: '' }
}

export function otherParams(call: UpstreamCall, other: OtherRequest, id: number): JsonObject {
  const meta = {
    ...call.trace,
    [META_CLIENT_CAPABILITIES]: call.capabilities ?? NOTHING,
    ...(call.logLevel === undefined ? {} : { [META_LOG_LEVEL]: call.logLevel }),
    ...(call.onProgress === undefined ? {} : { progressToken: id }),
  }
  return { ...other.params, ...continued(call), _meta: meta }
}

export function legacyOtherParams(call: UpstreamCall, other: OtherRequest, id: number): JsonObject {
  const meta = { ...call.trace, ...(call.onProgress === undefined ? {} : { progressToken: id }) }
  return Object.keys(meta).length === 0 ? other.params : { ...other.params, _meta: meta }
}

/** The answers to the questions of the last round, and the connector's own state, exactly as it gave it. */
function continued({ continuation }: UpstreamCall): JsonObject | undefined {
  if (continuation === undefined || continuation.requestState === AGAIN) return undefined
  const { inputResponses, requestState } = continuation
  return { inputResponses, ...(requestState === undefined ? {} : { requestState }) }
}

/** Members as JSON text, each with a comma before it. */
function members(value: JsonObject | undefined): string {
  if (value === undefined) return ''
  const text = JSON.stringify(value)
  return text === '{}' ? '' : `,${text.slice(1, -1)}`
}
