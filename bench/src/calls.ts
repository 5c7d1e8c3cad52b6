import type { EchoShape } from './load/echoed.ts'
import { echoedText, rpcAnswer } from './load/echoed.ts'
import { type CallForm, ID_MARK, WORD_MARK } from './load/request-template.ts'

/** The stateless revision 2026-07-28, or a session of 2025-11-25. */
export type Era = 'modern' | 'legacy'

/** Where and how a row is called. */
export type Address = {
  readonly url: string
  readonly era: Era
  readonly tool: string
  readonly shape: EchoShape
  readonly headers?: Readonly<Record<string, string>>
}

const VERSION = { modern: '2026-07-28', legacy: '2025-11-25' } as const
const ABOUT = { name: 'handfast-bench', version: '0.1.0' }
const FILLER = 'plain words of no importance, '

/** A text of this many bytes with the mark of the word that changes with each call. */
export function textOf(bytes: number): string {
  const opening = `note ${WORD_MARK} `
  return opening + FILLER.repeat(Math.ceil(bytes / FILLER.length)).slice(0, Math.max(0, bytes - opening.length))
}

function headersFor(address: Address, session: string | null, method: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': VERSION[address.era],
    ...(address.era === 'modern' ? { 'mcp-method': method, 'mcp-name': address.tool } : {}),
    ...(session === null ? {} : { 'mcp-session-id': session }),
    ...address.headers,
  }
}

function callBody(address: Address, text: string): string {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': VERSION.modern,
    'io.modelcontextprotocol/clientInfo': ABOUT,
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  const params = { name: address.tool, arguments: { text }, ...(address.era === 'modern' ? { _meta: meta } : {}) }
  return JSON.stringify({ jsonrpc: '2.0', id: Number(ID_MARK), method: 'tools/call', params })
}

async function post(url: string, headers: Record<string, string>, body: string) {
  const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) })
  const type = (response.headers.get('content-type') ?? '').split(';')[0]?.trim() ?? ''
  return { status: response.status, type, body: await response.text(), session: response.headers.get('mcp-session-id') }
}

/** Opens what the era needs (a session, or nothing) and gives the call to repeat. @throws Error with what the target answered instead */
export async function openCall(address: Address, text: string): Promise<CallForm> {
  const url = new URL(address.url)
  let session: string | null = null
  if (address.era === 'legacy') {
    const { 'mcp-protocol-version': version, ...headers } = headersFor(address, null, 'initialize')
    const params = { protocolVersion: version, capabilities: {}, clientInfo: ABOUT }
    const opened = await post(address.url, headers, JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }))
    if (opened.status !== 200) throw new Error(`initialize: status ${opened.status} ${opened.body.slice(0, 200)}`)
    session = opened.session
    const ready = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })
    await post(address.url, headersFor(address, session, 'notifications/initialized'), ready)
  }
  const headers = headersFor(address, session, 'tools/call')
  return { host: url.hostname, port: Number(url.port), path: url.pathname, headers, body: callBody(address, text) }
}

/** Makes the call once, outside the load, and compares the whole echo. @throws Error with what was wrong */
export async function proveCall(address: Address, form: CallForm, text: string, added: string): Promise<void> {
  const answer = await post(address.url, { ...form.headers }, form.body)
  if (answer.status !== 200) throw new Error(`tools/call: status ${answer.status} ${answer.body.slice(0, 300)}`)
  const found = echoedText(rpcAnswer(answer.type, answer.body, Number(ID_MARK)), address.shape)
  if ('wrong' in found) throw new Error(found.wrong)
  if (found.text !== text + added) throw new Error('the echo differs from what was sent')
}
