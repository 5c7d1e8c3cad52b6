import type { EgressRequest } from '../egress/index.ts'
import { isObject, type JsonObject } from '../lib/index.ts'
import {
  type ClientInfo,
  type DroppedTool,
  HEADER_SESSION,
  legacyMessage,
  META_SERVER_INFO,
  modernRequest,
  type RawTool,
  readToolPage,
} from '../protocol/mcp/index.ts'
import { describeOthers, type OtherThings } from './describe-others.ts'
import { type Asking, detectEra, type Verdict } from './detect-era.ts'
import type { Exchanged } from './exchange.ts'
import { openSession, sessionHeaders } from './legacy.ts'
import type { LegacySession } from './session-pool.ts'
import { refusedCall } from './tool-answer.ts'
import type { Description } from './upstream-call.ts'
import { UpstreamNotUnderstoodError, UpstreamTooLargeError } from './upstream-errors.ts'
import type { Wire } from './wire.ts'
import { WrongEraError } from './wrong-era.ts'

const MAX_TOOLS = 10_000
const MAX_PAGES = 1_000
const MAX_INSTRUCTIONS = 20_000

type Tools = { readonly tools: readonly RawTool[]; readonly dropped: readonly DroppedTool[] }
/** Asks for one page of a list. */
export type AskPage = (method: string, params: JsonObject) => Promise<Exchanged>

/** Asks a connector who it is and for all its tools. The era is asked for afresh and handed to `learn`. */
export async function describe(
  wire: Wire,
  client: ClientInfo,
  nextId: () => number,
  asking: Asking,
  learn: (verdict: Verdict) => void,
): Promise<Description> {
  const verdict = await detectEra(wire, client, nextId(), asking)
  if (verdict.era === 'legacy') {
    const description = await describeLegacy(wire, client, nextId, asking)
    learn(verdict)
    return description
  }
  learn(verdict)
  const ask: AskPage = async (method, params) => {
    const id = nextId()
    const request = modernRequest(verdict.version, client, id, method, params)
    return wire.post({ ...asking, ...request, headers: { ...request.headers, ...asking.route.headers }, id, harmless: true })
  }
  const listed = await listEverything(ask, verdict.discovered['capabilities'])
  const meta = verdict.discovered['_meta']
  const info = verdict.discovered['serverInfo'] ?? (isObject(meta) ? meta[META_SERVER_INFO] : undefined)
  return { era: 'modern', version: verdict.version, ...said(info, verdict.discovered['instructions']), ...listed }
}

async function describeLegacy(wire: Wire, client: ClientInfo, nextId: () => number, asking: Asking): Promise<Description> {
  try {
    const { session, initialized } = await openSession(wire, client, nextId(), asking)
    const headers = sessionHeaders(session, asking.route.headers)
    const ask: AskPage = async (method, params) => {
      const id = nextId()
      return wire.post({ ...asking, headers, body: legacyMessage(id, method, params), id, harmless: true })
    }
    const listed = await listEverything(ask, initialized['capabilities'])
    await wire.end(endOf(session, asking))
    return { era: 'legacy', version: session.version, ...said(initialized['serverInfo'], initialized['instructions']), ...listed }
  } catch (error) {
    if (error instanceof WrongEraError && error.meaning instanceof Error) throw error.meaning
    throw error
  }
}

/** What ends a session that was opened to ask something, where it has an id. */
export function endOf(session: LegacySession, asking: Asking): Pick<EgressRequest, 'url' | 'headers' | 'reason'> | null {
  if (session.id === undefined) return null
  return { url: asking.route.url, headers: { ...sessionHeaders(session, asking.route.headers), [HEADER_SESSION]: session.id }, reason: asking.reason }
}

function said(serverInfo: unknown, instructions: unknown): Pick<Description, 'serverInfo' | 'instructions'> {
  return {
    serverInfo: isObject(serverInfo) ? serverInfo : null,
    instructions: typeof instructions === 'string' ? instructions.slice(0, MAX_INSTRUCTIONS) : null,
  }
}

/** Tools, and whatever else the connector says it has. One that declares other things but no tools is not asked for any. */
async function listEverything(ask: AskPage, capabilities: unknown): Promise<Tools & OtherThings> {
  const declared = isObject(capabilities) ? capabilities : {}
  const others = await describeOthers(ask, declared)
  const toolless =
    declared['tools'] === undefined && (others.resources.length > 0 || others.prompts.length > 0 || others.resourceTemplates.length > 0)
  const listed: Tools = toolless ? { tools: [], dropped: [] } : await listTools(ask)
  return { ...listed, ...others, dropped: [...listed.dropped, ...others.dropped] }
}

/** All pages. Two tools of one name cannot be told apart in a call, so only the first is kept. */
async function listTools(ask: AskPage): Promise<Tools> {
  const tools: RawTool[] = []
  const dropped: DroppedTool[] = []
  const names = new Set<string>()
  let cursor: string | undefined
  for (let page = 0; page < MAX_PAGES; page++) {
    const read = readPage(await ask('tools/list', cursor === undefined ? {} : { cursor }))
    for (const tool of read.tools) {
      if (names.has(tool.name)) dropped.push({ name: tool.name, reason: 'another tool has the same name' })
      else tools.push(tool)
      names.add(tool.name)
    }
    dropped.push(...read.dropped)
    if (tools.length + dropped.length > MAX_TOOLS) throw new UpstreamTooLargeError(`The connector lists more than ${MAX_TOOLS} tools.`, 'no')
    if (read.nextCursor === undefined) return { tools, dropped }
    if (read.nextCursor === cursor) throw new UpstreamNotUnderstoodError('The list of tools of the connector goes in a circle.', 'no')
    cursor = read.nextCursor
  }
  throw new UpstreamTooLargeError(`The connector's list of tools has more than ${MAX_PAGES} pages.`, 'no')
}

function readPage(answer: Exchanged): Tools & { readonly nextCursor: string | undefined } {
  if (answer.kind === 'refused') throw refusedCall(answer.status)
  if (answer.kind === 'error') {
    throw new UpstreamNotUnderstoodError(`The connector does not list its tools: ${answer.error.message || `error ${answer.error.code}`}`, 'no', {
      code: answer.error.code,
    })
  }
  if (answer.kind !== 'result') throw new UpstreamNotUnderstoodError('The connector did not answer when asked for its tools.', 'no')
  const page = readToolPage(answer.result)
  if (!page.ok) throw new UpstreamNotUnderstoodError(`The connector's list of tools is not understood: ${page.reason}.`, 'no')
  return page
}
