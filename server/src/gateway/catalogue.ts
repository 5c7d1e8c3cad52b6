import type { JsonRecord, JsonValue, ReleaseTool } from '@handfast/contract'
import type { Principal } from '../authorization/index.ts'
import type { Choices } from '../consent/index.ts'
import type { ConnectorStanding, Directory } from '../directory/index.ts'
import { type ConnectorId, Refusal } from '../lib/index.ts'
import type { Era } from '../protocol/mcp/index.ts'
import { type Links, mayCall } from './stages/permit.ts'

/** Tools of one connector as JSON texts, ready to be joined into a list. */
type Entries = { readonly [shape in `${Era} ${'own' | 'merged'}`]?: readonly string[] }
const written = new WeakMap<readonly ReleaseTool[], Entries>()

/** A place in the merged list. It names the connector and the tool after which to go on, so that a change elsewhere moves nothing. */
export type ListPosition = { readonly slug: string; readonly index: number }
export type ToolPage = { readonly entries: readonly string[]; readonly next: ListPosition | null }

/** What a person's assistants can list: the tools of everything the person enabled, exactly as they were reviewed. */
export class Catalogue {
  readonly #directory: Directory
  readonly #choices: Choices
  readonly #links: Links

  constructor(needs: { directory: Directory; choices: Choices; links: Links }) {
    this.#directory = needs.directory
    this.#choices = needs.choices
    this.#links = needs.links
  }

  /** Connectors that the person enabled and may call now, in the order of their slugs. */
  async connectors(person: Principal, scope: string | null): Promise<readonly ConnectorStanding[]> {
    const consent = await this.#choices.of(person)
    const callable: ConnectorStanding[] = []
    for (const id of consent.enabled.keys()) {
      const standing = this.#directory.peekStanding(id) ?? (await this.#directory.standing(id))
      if (standing.release === null || (scope !== null && standing.slug !== scope)) continue
      try {
        mayCall(person, consent, standing, standing.release, this.#links)
        callable.push(standing)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
      }
    }
    return callable.sort((a, b) => (a.slug < b.slug ? -1 : 1))
  }

  /** One page of the list, after a position. */
  async page(person: Principal, scope: string | null, era: Era, after: ListPosition | null, limit: number): Promise<ToolPage> {
    const entries: string[] = []
    const standings = await this.connectors(person, scope)
    for (const standing of standings) {
      if (after !== null && standing.slug < after.slug) continue
      const all = entriesOf(standing, era, scope === null)
      const from = after !== null && standing.slug === after.slug ? after.index : 0
      const part = all.slice(from, from + limit - entries.length)
      for (const entry of part) entries.push(entry)
      const to = from + part.length
      if (entries.length === limit)
        return { entries, next: to < all.length ? { slug: standing.slug, index: to } : { slug: `${standing.slug}~`, index: 0 } }
    }
    return { entries, next: null }
  }

  /** Whether a change of these keys can change what the person lists. */
  async concerns(person: Principal, keys: readonly string[]): Promise<boolean> {
    if (keys.includes(`user:${person.user}`)) return true
    const { enabled } = await this.#choices.of(person)
    return keys.some((key) => key.startsWith('connector:') && enabled.has(key.slice('connector:'.length) as ConnectorId))
  }
}

function entriesOf(standing: ConnectorStanding, era: Era, merged: boolean): readonly string[] {
  const tools = standing.release?.content.tools ?? []
  const shape = `${era} ${merged ? 'merged' : 'own'}` as const
  const known = written.get(tools)
  const ready = known?.[shape]
  if (ready !== undefined) return ready
  const entries = tools.map((tool) => JSON.stringify(listed(tool, era, merged ? `${standing.slug}_` : '')))
  written.set(tools, { ...known, [shape]: entries })
  return entries
}

/** A tool as assistants see it: as reviewed, but for the prefix, and without what belongs to our hop to the connector. */
function listed(tool: ReleaseTool, era: Era, prefix: string): JsonRecord {
  const { name, title, description, inputSchema, outputSchema, annotations, icons, _meta } = tool
  // Until 2025-11-25 structured content and its schema could only be objects.
  const output = outputSchema !== undefined && (era === 'modern' || outputSchema['type'] === 'object') ? outputSchema : undefined
  return {
    name: prefix + name,
    ...(title === undefined ? {} : { title }),
    description,
    inputSchema: withoutHeaderMarks(inputSchema) as JsonRecord,
    ...(output === undefined ? {} : { outputSchema: output }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(icons === undefined ? {} : { icons }),
    ...(_meta === undefined ? {} : { _meta }),
  }
}

/** `x-mcp-header` asks whoever calls the connector to mirror an argument in a header. We do; assistants need not. */
function withoutHeaderMarks(schema: JsonValue | undefined): JsonValue | undefined {
  if (schema === null || typeof schema !== 'object') return schema
  if (Array.isArray(schema)) return schema.map((item: JsonValue) => withoutHeaderMarks(item) ?? null)
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => key !== 'x-mcp-header')
      .map(([key, value]) => [key, withoutHeaderMarks(value)]),
  )
}
