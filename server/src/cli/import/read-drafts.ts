import { type ParseError, parse } from 'jsonc-parser'
import { isObject, type JsonObject, nestsDeeperThan } from '../../lib/index.ts'
import { UsageError } from '../say.ts'
import type { Draft } from './draft.ts'
import { type Documents, fromActions, isAction } from './from-actions.ts'
import { fromClientFile, isClientFile, readAddLine } from './from-clients.ts'
import { fromRegistry, isRegistry } from './from-registry.ts'

export type Imported = { readonly format: 'client file' | 'registry' | 'action' | 'openapi'; readonly drafts: readonly Draft[] }

const MOST = 1_000
const LARGEST = 8 * 1024 * 1024

/**
 * Finds out what a text is and makes drafts of it. Slugs that two entries would share are told apart by a number.
 * @throws UsageError when it is nothing that is known here
 */
export async function readDrafts(text: string, place: string, documents: Documents): Promise<Imported> {
  if (text.length > LARGEST) throw new UsageError(`${place} is larger than is read here (8 MiB).`)
  const line = readAddLine(text)
  const content = line ?? contentOf(text)
  if (content !== null && isClientFile(content)) return { format: 'client file', drafts: apart(fromClientFile(content), place) }
  if (content !== null && isRegistry(content)) return { format: 'registry', drafts: apart(fromRegistry(content), place) }
  if (content !== null && isAction(content)) return { format: 'action', drafts: apart(await fromActions(content, documents), place) }
  if (/^\s*["']?(?:openapi|swagger)["']?\s*:/m.test(text.slice(0, 20_000))) {
    return { format: 'openapi', drafts: apart(await fromActions({ raw_spec: text }, documents), place) }
  }
  throw new UsageError(
    `${place} is none of these: an assistant's file (mcpServers or servers), a server.json or an answer of an MCP registry, a plugin manifest or exported Actions, an OpenAPI document, a line "claude mcp add".`,
  )
}

/** JSON as assistants write it: with comments, and commas at the end. */
function contentOf(text: string): JsonObject | null {
  if (nestsDeeperThan(text, 64)) return null
  const errors: ParseError[] = []
  const content: unknown = parse(text, errors, { allowTrailingComma: true })
  return errors.length === 0 && isObject(content) ? content : null
}

function apart(drafts: readonly Draft[], place: string): readonly Draft[] {
  if (drafts.length > MOST) throw new UsageError(`${place} names ${drafts.length} servers; at most ${MOST} are read at once.`)
  const taken = new Set<string>()
  return drafts.map((draft) => {
    let slug = draft.slug
    for (let number = 2; taken.has(slug); number++) slug = `${draft.slug.slice(0, 27)}-${number}`
    taken.add(slug)
    if (slug === draft.slug) return draft
    const url = draft.runner === null ? undefined : `http://127.0.0.1:4480/${slug}/mcp`
    const manifest = draft.manifest === null ? null : { ...draft.manifest, slug, ...(url === undefined ? {} : { url }) }
    return { ...draft, slug, manifest }
  })
}
