import { isObject, type Json, type JsonObject } from '../../lib/index.ts'
import { mirroredArguments } from './client-headers.ts'
import { shortText, valueNestsDeeperThan } from './client-messages.ts'

/** A tool as the connector lists it: its name and the schema of its input were looked at, the rest is as it came. */
export type RawTool = JsonObject & { readonly name: string; readonly inputSchema: JsonObject }

/** A tool that cannot be offered, and why, for its developer. */
export type DroppedTool = { readonly name: string; readonly reason: string }

export type ToolPage =
  | { readonly ok: true; readonly tools: readonly RawTool[]; readonly dropped: readonly DroppedTool[]; readonly nextCursor: string | undefined }
  | { readonly ok: false; readonly reason: string }

const MAX_TOOL_DEPTH = 64
const MAX_NAME = 256

/** Reads one page of `tools/list`. An empty text is a valid cursor; only an absent one ends the list. */
export function readToolPage(value: Json): ToolPage {
  if (!isObject(value)) return { ok: false, reason: 'the list of tools is not an object' }
  const listed = value['tools']
  if (!Array.isArray(listed)) return { ok: false, reason: 'the answer has no list of tools' }
  const nextCursor = value['nextCursor'] ?? undefined
  if (nextCursor !== undefined && typeof nextCursor !== 'string') return { ok: false, reason: 'the cursor of the next page is not a text' }
  const tools: RawTool[] = []
  const dropped: DroppedTool[] = []
  for (const tool of listed) {
    const reason = unusable(tool)
    if (reason === undefined) tools.push(tool as RawTool)
    else dropped.push({ name: isObject(tool) ? shortText(tool['name'], MAX_NAME) : '', reason })
  }
  return { ok: true, tools, dropped, nextCursor }
}

function unusable(tool: unknown): string | undefined {
  if (!isObject(tool)) return 'it is not an object'
  const name = tool['name']
  if (typeof name !== 'string' || name === '') return 'it has no name'
  if (name.length > MAX_NAME) return `its name is longer than ${MAX_NAME} characters`
  if (valueNestsDeeperThan(tool, MAX_TOOL_DEPTH)) return `it nests deeper than ${MAX_TOOL_DEPTH} levels`
  const inputSchema = tool['inputSchema']
  if (!isObject(inputSchema)) return 'it has no input schema'
  const mirrored = mirroredArguments(inputSchema)
  return mirrored.valid ? undefined : mirrored.reason
}
