import { ScopeMissingError } from '../../authorization/index.ts'
import { PageNeededError } from '../../consent/index.ts'
import {
  CapabilityMissingError,
  ConnectorRefusedError,
  NothingToCompleteError,
  StateInvalidError,
  StoppingError,
  UnknownPromptError,
  UnknownResourceError,
  UnknownToolError,
} from '../../gateway/index.ts'
import { type JsonObject, Refusal, refusalBody } from '../../lib/index.ts'
import { type Era, INTERNAL_ERROR, INVALID_PARAMS, LEGACY_RESOURCE_NOT_FOUND, McpError, MISSING_CAPABILITY } from '../../protocol/mcp/index.ts'
import { refusalResult } from './reply.ts'
import type { McpRooms } from './rooms.ts'

/**
 * What an expected no of the gateway looks like to an assistant: an unknown tool is a protocol error, everything else a tool result that the model reads.
 * An approval that is needed is left to the era, which may have a better way to ask.
 * @returns the text of a result
 */
export function toolRefusal(error: unknown, era: Era, log: McpRooms['log'], askFor: (needed: PageNeededError) => string): string {
  if (error instanceof UnknownToolError) throw new McpError(INVALID_PARAMS, error.message, { status: 200 })
  if (error instanceof PageNeededError) return askFor(error)
  // Not for the model: whoever made the HTTP request, or the balancer before it, tries another node.
  // A scope is asked for by the challenge of the HTTP answer (RFC 6750 section 3.1), which the assistant's OAuth client acts on.
  if (error instanceof StoppingError || error instanceof ScopeMissingError) throw error
  const either = sameForAll(error, era)
  if (either !== undefined) throw either
  if (error instanceof Refusal) return refusalResult(error)
  throw fault(error, log)
}

/** The same for what is no call of a tool, whose results have no place for an error. */
export function otherRefusal(error: unknown, era: Era, log: McpRooms['log']): McpError | Refusal {
  if (error instanceof StoppingError || error instanceof ScopeMissingError) return error
  if (error instanceof UnknownResourceError) return refused(INVALID_PARAMS, error, { uri: error.uri })
  if (error instanceof UnknownPromptError || (error instanceof Refusal && error.code === 'gateway/invalid-arguments'))
    return refused(INVALID_PARAMS, error)
  if (error instanceof ConnectorRefusedError) {
    const about = error.rpcCode === INVALID_PARAMS || error.rpcCode === LEGACY_RESOURCE_NOT_FOUND
    return refused(about ? INVALID_PARAMS : INTERNAL_ERROR, error, about ? { uri: error.asked } : {})
  }
  // Codes of our own stay out of the ranges that JSON-RPC and MCP keep for themselves (2026-07-28 basic, error codes).
  return sameForAll(error, era) ?? (error instanceof Refusal ? refused(error.status, error) : fault(error, log))
}

/** An empty list is what assistants expect where nothing can be completed; undefined for every other no. */
export function noCompletions(error: unknown): string | undefined {
  return error instanceof NothingToCompleteError || error instanceof PageNeededError ? '{"completion":{"values":[],"hasMore":false}}' : undefined
}

function sameForAll(error: unknown, era: Era): McpError | undefined {
  if (error instanceof StateInvalidError) return refused(INVALID_PARAMS, error)
  // A capability is declared with every request of the newer era, so its assistant can still offer it; an older one cannot.
  if (error instanceof CapabilityMissingError && era === 'modern')
    return new McpError(MISSING_CAPABILITY, error.message, { status: 400, data: { requiredCapabilities: error.capabilities } })
  return undefined
}

function refused(code: number, error: Refusal, more: JsonObject = {}): McpError {
  return new McpError(code, error.message, { status: 200, data: { ...refusalBody(error), ...more } })
}

/** Everything unexpected: logged whole under a reference, and only the reference is told. */
export function fault(error: unknown, log: McpRooms['log']): McpError {
  if (error instanceof McpError) return error
  const ref = crypto.randomUUID()
  log.error({ err: error, ref }, 'a request failed')
  return new McpError(INTERNAL_ERROR, `Something failed on our side. The operator finds it in the log under ${ref}.`, {
    status: 500,
    data: { code: 'request/fault', ref },
  })
}

/** Whether the assistant can show its user a page of ours (elicitation in URL mode). */
export function canOpenPages(capabilities: JsonObject): boolean {
  const { elicitation } = capabilities
  return typeof elicitation === 'object' && elicitation !== null && 'url' in elicitation && typeof elicitation['url'] === 'object'
}
