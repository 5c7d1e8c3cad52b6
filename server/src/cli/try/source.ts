import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Egress } from '../../egress/index.ts'
import { type JsonObject, Refusal } from '../../lib/index.ts'
import { inspectInWorker, MAX_DOCUMENT_BYTES } from '../../protocol/openapi/index.ts'
import { CredentialRejectedError, createUpstream } from '../../upstream/index.ts'
import { version } from '../../version.ts'
import { readDocumentAt } from '../read-document.ts'
import { UsageError } from '../say.ts'
import type { Subject } from './compose-manifest.ts'

const PATIENCE_MS = 20_000

/** What was found at the place that was named. `text` is the OpenAPI document. */
export type Source = Subject & { readonly text: string | null; readonly notes: readonly string[] }

/** The MCP server tells its tools only to those who bring a key. */
export class KeyNeededError extends Error {
  override readonly name = 'KeyNeededError'
}

export type Looking = {
  readonly egress: Egress
  /** Base address of the API that outranks the document's own. */
  readonly server: string | undefined
  readonly key: string | null
}

/**
 * Finds out what a place is: a file or an address with an OpenAPI document, or an MCP server.
 * @throws UsageError when it is neither, or does not say where its API is; KeyNeededError; refusals of egress and of the OpenAPI importer
 */
export async function lookAt(place: string, looking: Looking): Promise<Source> {
  if (!/^https?:\/\//i.test(place)) return readApi(readDocumentAt(resolve(existing(place))), undefined, looking)
  const url = URL.parse(place)
  if (url === null) throw new UsageError(`${place} is not an address.`)
  const answer = await fetchText(url, looking.egress)
  if ('text' in answer && looksLikeDocument(answer.text)) return readApi(answer.text, place, looking)
  return await askServer(place, looking, 'text' in answer ? 'what it answers to GET is no OpenAPI document' : answer.why)
}

function existing(place: string): string {
  if (!existsSync(place)) throw new UsageError(`There is no file ${place}. Give an OpenAPI document (file or URL) or the URL of an MCP server.`)
  return place
}

/** Cheap and generous: what is wrong with a document that means to be one is said by the importer. */
function looksLikeDocument(text: string): boolean {
  return /^\s*["']?(?:openapi|swagger)["']?\s*:/m.test(text.slice(0, 20_000)) || /"(?:openapi|swagger)"\s*:\s*"/.test(text)
}

async function readApi(text: string, place: string | undefined, { server }: Looking): Promise<Source> {
  const from = place === undefined ? {} : { source: place }
  const { title, description, servers, security, operations, notes } = await inspectInWorker(text, {
    ...from,
    ...(server === undefined ? {} : { server }),
  })
  const url = server ?? servers[0]
  if (url === undefined)
    throw new UsageError(`The document does not say where its API is${notes.length === 0 ? '' : ` (${notes.join(' ')})`}. Say it with --server URL.`)
  if (URL.parse(url)?.protocol.startsWith('http') !== true) throw new UsageError(`--server ${url} is not an address.`)
  if (!operations.some(({ usable }) => usable))
    throw new UsageError(`No operation of the document can be used. The first one: ${operations[0]?.reason ?? 'there is none.'}`)
  return { kind: 'openapi', title, description, url, credential: security, text, notes }
}

async function fetchText(url: URL, egress: Egress): Promise<{ readonly text: string } | { readonly why: string }> {
  const headers = { accept: 'application/json, application/yaml;q=0.9, text/yaml;q=0.9, */*;q=0.1' }
  const limits = { totalMs: PATIENCE_MS, idleMs: 5_000, maxBytes: MAX_DOCUMENT_BYTES }
  try {
    const answer = await egress.request({ url, method: 'GET', headers, reason: 'review', origins: [url.origin], limits })
    const type = answer.headers['content-type'] ?? ''
    if (answer.status === 200 && !/^text\/(?:html|event-stream)/i.test(type)) return { text: await answer.body.text() }
    await answer.body.discard()
    return { why: answer.status === 200 ? `GET answers ${type.split(';')[0]}` : `GET answers ${answer.status}` }
  } catch (error) {
    if (error instanceof Refusal && (error.code === 'egress/timed-out' || error.code === 'egress/redirect')) return { why: error.message }
    throw error
  }
}

async function askServer(url: string, { egress, key }: Looking, whyNoDocument: string): Promise<Source> {
  await using upstream = createUpstream({ egress, client: { name: 'handfast', title: 'Handfast', version } })
  const credential = key === null ? null : ({ placement: { type: 'bearer' }, secret: key, id: 'try' } as const)
  try {
    const { serverInfo, instructions, tools } = await upstream.describe({ kind: 'mcp', url }, credential, AbortSignal.timeout(PATIENCE_MS))
    if (tools.length === 0) throw new UsageError(`The MCP server at ${url} has no tools, so there is nothing to call.`)
    const placement = key === null ? ({ type: 'none' } as const) : ({ type: 'bearer' } as const)
    return { kind: 'mcp', title: titleOf(serverInfo), description: instructions, url, credential: placement, text: null, notes: [] }
  } catch (error) {
    if (error instanceof CredentialRejectedError && key === null) throw new KeyNeededError(`The MCP server at ${url} asks for a key.`)
    if (error instanceof Refusal && error.code === 'upstream/not-understood')
      throw new UsageError(`${url} is neither an OpenAPI document (${whyNoDocument}) nor an MCP server (${error.message})`)
    throw error
  }
}

function titleOf(serverInfo: JsonObject | null): string | null {
  const [title, name] = [serverInfo?.['title'], serverInfo?.['name']]
  return typeof title === 'string' && title !== '' ? title : typeof name === 'string' && name !== '' ? name : null
}
