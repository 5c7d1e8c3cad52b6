import type { ReleaseTool } from '@handfast/contract'
import { isObject, type Json, type JsonObject } from '../lib/index.ts'
import type { Passed } from './call.ts'

/** A document that a search found. `url` is what an assistant cites; empty where the connector gave no address that can be cited. */
export type Found = { readonly id: string; readonly title: string; readonly url: string }
export type Document = Found & { readonly text: string; readonly metadata: JsonObject }

const LONGEST = { id: 2_000, title: 1_000, url: 4_000 } as const
/** Documents that are taken from one connector. */
const MOST_FOUND = 50

const known = new WeakMap<readonly ReleaseTool[], boolean>()

/**
 * Whether a release keeps the contract of retrieval: a `search` that takes one text `query` and a `fetch` that takes one text `id`, and both only read. The
 * review decided what they do; a connector that calls something else by these names keeps its tools to itself.
 */
export function retrieves(tools: readonly ReleaseTool[]): boolean {
  let does = known.get(tools)
  if (does === undefined) {
    does = reads(tools, 'search', 'query') && reads(tools, 'fetch', 'id')
    known.set(tools, does)
  }
  return does
}

function reads(tools: readonly ReleaseTool[], name: string, argument: string): boolean {
  const tool = tools.find((one) => one.name === name)
  if (tool === undefined || tool.effect !== 'read') return false
  const { properties, required } = tool.inputSchema as JsonObject
  const about = isObject(properties) ? properties[argument] : undefined
  return (
    isObject(about) &&
    about['type'] === 'string' &&
    (required === undefined || (Array.isArray(required) && required.every((one) => one === argument)))
  )
}

/** What a connector's search found; undefined where its answer is no answer of a search. */
export function readFound(answer: Passed): readonly Found[] | undefined {
  const results = said(answer, 'results')?.['results']
  if (!Array.isArray(results)) return undefined
  return (results as readonly Json[]).slice(0, MOST_FOUND).flatMap((one) => {
    const found = isObject(one) ? readOne(one) : undefined
    return found === undefined ? [] : [found]
  })
}

/** The document that a connector's fetch answered with; undefined where its answer is none. */
export function readDocument(answer: Passed): Document | undefined {
  const document = said(answer, 'text')
  const found = document === undefined ? undefined : readOne(document)
  if (document === undefined || found === undefined || typeof document['text'] !== 'string') return undefined
  const { text, metadata } = document
  return { ...found, text, metadata: isObject(metadata) ? metadata : {} }
}

/** The object that an answer carries: as structured content, or as the text of its first block, which is how older servers say it. */
function said({ structuredContent, content }: Passed, member: string): JsonObject | undefined {
  if (isObject(structuredContent) && member in structuredContent) return structuredContent
  const text = Array.isArray(content) ? (content as readonly Json[]).find((block) => isObject(block) && block['type'] === 'text') : undefined
  if (!isObject(text) || typeof text['text'] !== 'string') return undefined
  try {
    const value = JSON.parse(text['text']) as Json
    return isObject(value) && member in value ? value : undefined
  } catch {
    return undefined
  }
}

function readOne({ id, title, url }: JsonObject): Found | undefined {
  const own = typeof id === 'number' ? String(id) : id
  if (typeof own !== 'string' || own === '' || own.length > LONGEST.id) return undefined
  return {
    id: own,
    title: typeof title === 'string' && title !== '' ? title.slice(0, LONGEST.title) : own.slice(0, LONGEST.title),
    url: citable(url),
  }
}

/** An address that a person can be sent to: anything but a page on the web is none. */
function citable(url: Json | undefined): string {
  const parsed = typeof url === 'string' && url.length <= LONGEST.url ? URL.parse(url) : null
  return parsed !== null && (parsed.protocol === 'https:' || parsed.protocol === 'http:') && parsed.username === '' ? parsed.href : ''
}
