import { isObject, type JsonObject } from '../../lib/index.ts'
import { LATEST_MODERN, ToolCallWriter } from '../../protocol/mcp/index.ts'
import { version } from '../../version.ts'
import type { FirstCall } from './first-call.ts'

/** Approvals and slow connectors included. */
const LONGEST_MS = 120_000

/** What the assistant was told. */
export type Told = { readonly result: JsonObject; readonly refusal: string | null; readonly text: string }

/** Calls a tool as an assistant would: over MCP, with an access token, through the front door. */
export async function callTool(endpoint: string, token: string, { tool, arguments: given }: FirstCall): Promise<Told> {
  const inputSchema = tool.inputSchema as JsonObject
  const writer = new ToolCallWriter(LATEST_MODERN, { name: 'handfast-try', version }, { name: tool.name, inputSchema })
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: writer.modernHeaders(given, { authorization: `Bearer ${token}` }),
    body: writer.modernBody(1, JSON.stringify(given), false),
    signal: AbortSignal.timeout(LONGEST_MS),
  })
  const said: unknown = await answer.json()
  if (!isObject(said)) throw new Error(`Our own gateway answered ${answer.status} with something that is no object.`)
  const { result, error } = said
  if (!isObject(result)) throw new Error(isObject(error) ? String(error['message']) : `Our own gateway answered ${answer.status}.`)
  const meta = isObject(result['_meta']) ? result['_meta']['dev.handfast/refusal'] : undefined
  const refusal = isObject(meta) && typeof meta['code'] === 'string' ? meta['code'] : null
  return { result, refusal, text: textOf(result) }
}

function textOf({ content }: JsonObject): string {
  const blocks = Array.isArray(content) ? content.filter(isObject) : []
  return blocks.map((block) => (typeof block['text'] === 'string' ? block['text'] : `(${String(block['type'])})`)).join('\n')
}
