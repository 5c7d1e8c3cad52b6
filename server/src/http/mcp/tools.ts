import type { Principal } from '../../authorization/index.ts'
import { ApprovalNeededError } from '../../consent/index.ts'
import { type ListPosition, StoppingError, UnknownToolError } from '../../gateway/index.ts'
import { isObject, type JsonObject, Refusal } from '../../lib/index.ts'
import { type Era, INTERNAL_ERROR, INVALID_PARAMS, McpError, type RequestId } from '../../protocol/mcp/index.ts'
import { SealBrokenError } from '../../sealing/index.ts'
import { refusalResult } from './reply.ts'
import type { McpOptions, McpRooms } from './rooms.ts'

/** One page of `tools/list`, as the text of the list and of the next cursor. */
export async function listTools(rooms: McpRooms, options: McpOptions, person: Principal, scope: string | null, era: Era, params: JsonObject) {
  const page = await rooms.catalogue.page(person, scope, era, openCursor(rooms, person, scope, params['cursor']), options.pageSize)
  const cursor =
    page.next === null ? '' : `,"nextCursor":${JSON.stringify(rooms.sealing.seal(cursorPlace(person, scope), JSON.stringify(page.next)))}`
  return `"tools":[${page.entries.join(',')}]${cursor}`
}

/** Sealed for one person and one endpoint: nobody learns from it, and nobody else can use it. */
function cursorPlace(person: Principal, scope: string | null): string {
  return `cursor:${person.user}:${scope ?? '*'}`
}

function openCursor(rooms: McpRooms, person: Principal, scope: string | null, cursor: unknown): ListPosition | null {
  if (cursor === undefined) return null
  try {
    if (typeof cursor !== 'string') throw new SealBrokenError()
    return JSON.parse(rooms.sealing.open(cursorPlace(person, scope), cursor)) as ListPosition
  } catch (error) {
    if (error instanceof SealBrokenError)
      throw new McpError(INVALID_PARAMS, 'This cursor is not one of ours for this list. Start again without a cursor.', { status: 200 })
    throw error
  }
}

export type ToolCall = { readonly name: string; readonly arguments: JsonObject }

/** @throws McpError -32602 */
export function readToolCall(params: JsonObject, id: RequestId): ToolCall {
  const { name, arguments: args } = params
  if (typeof name !== 'string' || name === '') throw new McpError(INVALID_PARAMS, 'params.name has to be the name of a tool.', { id })
  if (args !== undefined && !isObject(args)) throw new McpError(INVALID_PARAMS, 'params.arguments has to be an object.', { id })
  return { name, arguments: args ?? {} }
}

/**
 * What an expected no of the gateway looks like to an assistant: an unknown tool is a protocol error, everything else a tool result that the model reads.
 * An approval that is needed is left to the era, which may have a better way to ask.
 */
export function toolRefusal(error: unknown, log: McpRooms['log'], askFor: (needed: ApprovalNeededError) => string): string {
  if (error instanceof UnknownToolError) throw new McpError(INVALID_PARAMS, error.message, { status: 200 })
  if (error instanceof ApprovalNeededError) return askFor(error)
  // Not for the model: whoever made the HTTP request, or the balancer before it, tries another node.
  if (error instanceof StoppingError) throw error
  if (error instanceof Refusal) return refusalResult(error)
  throw fault(error, log)
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
  const elicitation = capabilities['elicitation']
  return isObject(elicitation) && isObject(elicitation['url'])
}
