import { resolve } from 'node:path'
import type { Manifest, ReleaseContent } from '@handfast/contract'
import { parse } from 'yaml'
import { composeRelease, readManifest } from '../../directory/index.ts'
import type { Egress } from '../../egress/index.ts'
import { isObject, type Json, nestsDeeperThan } from '../../lib/index.ts'
import { readToolPage } from '../../protocol/mcp/index.ts'
import { inspectInWorker } from '../../protocol/openapi/index.ts'
import { linesOf } from '../../protocol/openapi/reading.ts'
import { type Described, describeTools, documentFacts } from '../../review/index.ts'
import { createUpstream } from '../../upstream/index.ts'
import { version } from '../../version.ts'
import { readDocumentAt } from '../read-document.ts'
import { readText } from '../read-secret.ts'
import { UsageError } from '../say.ts'
import { composeManifest, slugFor } from '../try/compose-manifest.ts'

export type Beside = {
  /** The OpenAPI document of a manifest. */
  readonly openapi?: string
  readonly overlay?: string
  /** An answer to `tools/list`, in the place of asking the server of a manifest. */
  readonly tools?: string
  readonly key: string | null
}

/** What is to be looked at, as far as it is known. */
export type Subject = {
  readonly name: string
  readonly content: ReleaseContent
  /** Null: nobody has declared anything. */
  readonly manifest: Manifest | null
  readonly described: Pick<Described, 'server' | 'document'> & Partial<Pick<Described, 'left'>>
  /** Lines of pointers, where the file holds what they mean. */
  readonly linesOf: (pointers: readonly string[]) => ReadonlyMap<string, number>
}

/** Where no address is known; reserved, so that nobody is ever asked (RFC 6761). */
const NOWHERE = 'https://not-known.invalid/'
const nothing = { server: null, document: null }
const noLines = () => new Map<string, number>()

/**
 * Finds out what a file is: a manifest, an answer to `tools/list`, or an OpenAPI document. Only the first can lead out of this machine, to the server or
 * document that it names, and `tools` and `openapi` keep it from that.
 * @throws UsageError, ManifestInvalidError, and what the importer and the way out refuse
 */
export async function readFileSubject(file: string, beside: Beside, egress: Egress): Promise<Subject> {
  const text = readDocumentAt(resolve(file))
  if (/^\s*["']?(?:openapi|swagger)["']?\s*:/m.test(text.slice(0, 100_000)) || /^\s*\{\s*"main"\s*:/.test(text))
    return readApi(text, beside, file, undefined)
  const value = parsed(file, text)
  const list = toolListIn(value)
  if (list !== null) return toolSubject(list, file, { name: null, instructions: instructionsIn(value) }, (pointers) => shifted(text, value, pointers))
  if (isObject(value) && value['slug'] !== undefined) return readDeclared(readManifest(value), beside, egress)
  throw new UsageError(`${file} is no manifest, no OpenAPI document and no answer to tools/list.`)
}

/** Asks an MCP server who it is and for its tools. @throws what the way out and the connector refuse */
export async function askSubject(url: string, key: string | null, egress: Egress): Promise<Subject> {
  const manifest = readManifest(
    composeManifest({ kind: 'mcp', title: null, description: null, url, credential: { type: key === null ? 'none' : 'bearer' } }, slugFor(null, url)),
  )
  await using upstream = createUpstream({ egress, client: { name: 'handfast', title: 'Handfast', version }, sse: true })
  const described = await describeTools({ egress, upstream }, manifest, { document: null, overlay: null, key })
  const name = described.server?.name ?? new URL(url).hostname
  const content = composeRelease({ ...manifest, name: name.slice(0, 60) || 'server', description: name || 'server' }, described.tools, 'nobody')
  return { name, content, manifest: null, described, linesOf: noLines }
}

/** An OpenAPI document by itself. @throws what the importer refuses */
export async function readApi(text: string, { overlay }: Beside, place: string, source: string | undefined): Promise<Subject> {
  const read = await inspectInWorker(
    { text, overlay: overlay === undefined ? undefined : readText(resolve(overlay)) },
    source === undefined ? {} : { source },
  )
  const tools = read.operations.flatMap(({ definition }) => (definition === undefined ? [] : [definition]))
  const title = read.title ?? place
  const url = read.servers.find((server) => URL.canParse(server)) ?? NOWHERE
  const manifest = composeManifest({ kind: 'openapi', title, description: null, url, credential: read.security }, slugFor(title, url))
  const content = composeRelease(
    { ...manifest, description: read.description?.trim().slice(0, 4_000).trim() || title.slice(0, 60) },
    { kind: 'openapi', tools },
    'nobody',
  )
  return { name: title, content, manifest: null, described: { server: null, document: documentFacts(read) }, linesOf: noLines }
}

async function readDeclared(manifest: Manifest, beside: Beside, egress: Egress): Promise<Subject> {
  const described = beside.tools === undefined ? await describedBy(manifest, beside, egress) : { ...nothing, tools: listedIn(beside.tools) }
  const content = composeRelease(manifest, described.tools, 'you')
  return { name: manifest.name, content, manifest, described, linesOf: noLines }
}

async function describedBy(manifest: Manifest, { openapi, overlay, key }: Beside, egress: Egress): Promise<Described> {
  await using upstream = createUpstream({ egress, client: { name: 'handfast', title: 'Handfast', version }, sse: true })
  return await describeTools({ egress, upstream }, manifest, {
    document: openapi === undefined ? null : readDocumentAt(resolve(openapi)),
    overlay: overlay === undefined ? null : readText(resolve(overlay)),
    key,
  })
}

function listedIn(file: string): Described['tools'] {
  const list = toolListIn(parsed(file, readText(resolve(file))))
  if (list === null) throw new UsageError(`${file} is no answer to tools/list.`)
  return { kind: 'mcp', tools: usable(list, file) }
}

/** `{tools}`, a whole JSON-RPC answer, or the list by itself. */
function toolListIn(value: Json): readonly Json[] | null {
  if (Array.isArray(value)) return value
  if (!isObject(value)) return null
  const { tools, result } = value
  if (Array.isArray(tools)) return tools
  return isObject(result) && Array.isArray(result['tools']) ? result['tools'] : null
}

/** Whoever keeps what a server says may keep its instructions beside the list. */
function instructionsIn(value: Json): string | null {
  return isObject(value) && typeof value['instructions'] === 'string' ? value['instructions'] : null
}

function usable(list: readonly Json[], file: string) {
  const page = readToolPage({ tools: list } as never)
  if (!page.ok) throw new UsageError(`${file}: this list of tools is not understood: ${page.reason}.`)
  if (page.tools.length === 0) throw new UsageError(`${file} has no tool that can be used.`)
  return page.tools
}

function toolSubject(list: readonly Json[], file: string, server: Subject['described']['server'], lines: Subject['linesOf']): Subject {
  const tools = usable(list, file)
  const name = file.split(/[\\/]/).at(-1) ?? file
  const manifest = composeManifest(
    { kind: 'mcp', title: name, description: name, url: NOWHERE, credential: { type: 'none' } },
    slugFor(name, NOWHERE),
  )
  return {
    name,
    content: composeRelease(manifest, { kind: 'mcp', tools }, 'nobody'),
    manifest: null,
    described: { ...nothing, server },
    linesOf: lines,
  }
}

function parsed(file: string, text: string): Json {
  if (/^\s*[{[]/.test(text) && nestsDeeperThan(text, 128)) throw new UsageError(`${file} nests too deep.`)
  try {
    return (/^\s*[{[]/.test(text) ? JSON.parse(text) : parse(text, { maxAliasCount: 20, uniqueKeys: true })) as Json
  } catch (error) {
    throw new UsageError(`${file} is neither JSON nor YAML: ${(error as Error).message.split('\n')[0]}`)
  }
}

/** Pointers of a release begin at its tools; those of a file, wherever it has them. */
function shifted(text: string, value: Json, pointers: readonly string[]): ReadonlyMap<string, number> {
  const before = Array.isArray(value) ? '' : isObject(value) && Array.isArray(value['tools']) ? '/tools' : '/result/tools'
  const moved = pointers
    .filter((pointer) => pointer.startsWith('/tools/'))
    .map((pointer) => [pointer, `${before}${pointer.slice('/tools'.length)}`] as const)
  const lines = linesOf(
    text,
    moved.map(([, there]) => there),
  )
  return new Map(moved.flatMap(([pointer, there]) => (lines.has(there) ? [[pointer, lines.get(there) ?? 0] as const] : [])))
}
