import type { JsonRecord, JsonValue, ReleaseTool } from '@handfast/contract'
import type { Principal } from '../authorization/index.ts'
import { type Choices, NoticeUnreadError, type PersonPolicy, type Policies } from '../consent/index.ts'
import type { ConnectorStanding, Directory } from '../directory/index.ts'
import { type ConnectorId, Refusal } from '../lib/index.ts'
import type { Era } from '../protocol/mcp/index.ts'
import { notAgreed } from './not-agreed.ts'
import { hiddenTools, offered, without } from './shown.ts'
import { type Links, mayCall } from './stages/permit.ts'

/** Tools of one connector in the order of their names, each as a JSON text, ready to be joined into a list. */
type Listed = { readonly names: readonly string[]; readonly entries: readonly string[] }
type Shapes = { readonly [shape in `${Era} ${'own' | 'merged'}`]?: Listed }
const written = new WeakMap<readonly ReleaseTool[], Shapes>()

/**
 * A place in the merged list: the connector and the tool that were last. What comes after them comes after them whatever is enabled, disabled or
 * released meanwhile, so nothing is listed twice and nothing that stays is left out.
 */
export type ListPosition = { readonly slug: string; readonly tool: string }
export type ToolPage = { readonly entries: readonly string[]; readonly next: ListPosition | null }

/** What a person's assistants can list: the tools of everything the person enabled, exactly as they were reviewed. */
export class Catalogue {
  readonly #directory: Directory
  readonly #choices: Choices
  readonly #policies: Policies
  readonly #links: Links

  constructor(needs: { directory: Directory; choices: Choices; policies: Policies; links: Links }) {
    this.#directory = needs.directory
    this.#choices = needs.choices
    this.#policies = needs.policies
    this.#links = needs.links
  }

  /** Connectors that the person enabled and may call now, in the order of their slugs. */
  async connectors(person: Principal, scope: string | null): Promise<readonly ConnectorStanding[]> {
    return this.#callable(person, scope, await this.#policyOf(person))
  }

  #policyOf(person: Principal): PersonPolicy | Promise<PersonPolicy> {
    return this.#policies.peek(person) ?? this.#policies.of(person)
  }

  async #callable(person: Principal, scope: string | null, policy: PersonPolicy): Promise<readonly ConnectorStanding[]> {
    const consent = await this.#choices.of(person)
    const callable: ConnectorStanding[] = []
    for (const id of await offered(this.#directory, person, consent, policy)) {
      const standing = this.#directory.peekStanding(id) ?? (await this.#directory.standing(id))
      if (standing.release === null || (scope !== null && standing.slug !== scope)) continue
      try {
        mayCall(person, consent, policy, standing, standing.release, this.#links)
        callable.push(standing)
      } catch (error) {
        // What the workspace enabled is listed; its first call leads to the notice.
        if (error instanceof NoticeUnreadError) callable.push(standing)
        else if (!(error instanceof Refusal)) throw error
      }
    }
    return callable.sort((a, b) => (a.slug < b.slug ? -1 : 1))
  }

  /** One page of the list, after a position. */
  async page(person: Principal, scope: string | null, era: Era, after: ListPosition | null, limit: number): Promise<ToolPage> {
    const entries: string[] = []
    let last: ListPosition | null = null
    const policy = await this.#policyOf(person)
    const { enabled } = await this.#choices.of(person)
    for (const standing of await this.#callable(person, scope, policy)) {
      const { slug } = standing
      if (after !== null && slug < after.slug) continue
      const agreed = without(listedTools(standing, era, scope === null), await notAgreed(this.#directory, enabled.get(standing.connector), standing))
      const all = without(agreed, await hiddenTools(this.#policies, policy, standing))
      const from = slug === after?.slug ? firstAfter(all.names, after.tool) : 0
      if (from === all.names.length) continue
      if (entries.length === limit) return { entries, next: last }
      const to = Math.min(all.names.length, from + limit - entries.length)
      for (let i = from; i < to; i++) entries.push(all.entries[i] ?? '')
      last = { slug, tool: all.names[to - 1] ?? '' }
      if (to < all.names.length) return { entries, next: last }
    }
    return { entries, next: null }
  }

  /** Whether a change of these keys can change what the person lists. */
  async concerns(person: Principal, keys: readonly string[]): Promise<boolean> {
    if (keys.includes(`user:${person.user}`) || keys.includes(`workspace:${person.workspace}`)) return true
    const { enabled } = await this.#choices.of(person)
    return keys.some((key) => key.startsWith('connector:') && enabled.has(key.slice('connector:'.length) as ConnectorId))
  }
}

/** Index of the first name behind this one; `names` is sorted. */
function firstAfter(names: readonly string[], name: string): number {
  let low = 0
  let high = names.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((names[middle] ?? '') <= name) low = middle + 1
    else high = middle
  }
  return low
}

function listedTools(standing: ConnectorStanding, era: Era, merged: boolean): Listed {
  const tools = standing.release?.content.tools ?? []
  const shape = `${era} ${merged ? 'merged' : 'own'}` as const
  const known = written.get(tools)
  const ready = known?.[shape]
  if (ready !== undefined) return ready
  const sorted = tools.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const made: Listed = {
    names: sorted.map((tool) => tool.name),
    entries: sorted.map((tool) => JSON.stringify(listed(tool, era, merged ? `${standing.slug}_` : ''))),
  }
  written.set(tools, { ...known, [shape]: made })
  return made
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

/** Keywords whose value maps names to schemas, where a name may be any text, and those whose value is no schema at all. */
const NAME_MAPS = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'])
const VALUES = new Set(['const', 'enum', 'default', 'examples', 'required'])

/** `x-mcp-header` asks whoever calls the connector to mirror an argument in a header. We do; assistants need not. */
function withoutHeaderMarks(schema: JsonValue | undefined): JsonValue | undefined {
  if (schema === null || typeof schema !== 'object') return schema
  if (Array.isArray(schema)) return schema.map((item: JsonValue) => withoutHeaderMarks(item) ?? null)
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([keyword]) => keyword !== 'x-mcp-header')
      .map(([keyword, value]) => [keyword, VALUES.has(keyword) ? value : NAME_MAPS.has(keyword) ? eachSchema(value) : withoutHeaderMarks(value)]),
  )
}

function eachSchema(map: JsonValue | undefined): JsonValue | undefined {
  if (map === null || typeof map !== 'object' || Array.isArray(map)) return map
  return Object.fromEntries(Object.entries(map).map(([name, schema]) => [name, withoutHeaderMarks(schema)]))
}
