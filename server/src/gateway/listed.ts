import type { JsonRecord, JsonValue, ReleaseContent, ReleaseTool } from '@handfast/contract'
import type { ConnectorStanding } from '../directory/index.ts'
import type { Era } from '../protocol/mcp/index.ts'
import { mergedUri } from './merged-names.ts'

/** What assistants can list. */
export const listKinds = ['tools', 'resources', 'resourceTemplates', 'prompts'] as const
export type ListKind = (typeof listKinds)[number]

/** Things of one connector in the order of what they go by, each as a JSON text, ready to be joined into a list. */
type Listed = { readonly names: readonly string[]; readonly entries: readonly string[] }
type Shapes = { readonly [shape in `${Era} ${'own' | 'merged'}`]?: Listed }
const written = new WeakMap<readonly object[], Shapes>()
const NONE: Listed = { names: [], entries: [] }

export function listedThings(standing: ConnectorStanding, kind: ListKind, era: Era, merged: boolean): Listed {
  const things = standing.release?.content[kind]
  if (things === undefined || things.length === 0) return NONE
  const shape = `${era} ${merged ? 'merged' : 'own'}` as const
  const known = written.get(things)
  const ready = known?.[shape]
  if (ready !== undefined) return ready
  const made = write(kind, things as readonly Thing[], era, merged ? standing.slug : null)
  written.set(things, { ...known, [shape]: made })
  return made
}

type Thing = NonNullable<ReleaseContent[ListKind]>[number]

function write(kind: ListKind, things: readonly Thing[], era: Era, slug: string | null): Listed {
  const sorted = things.map((thing) => ({ name: goesBy(kind, thing), thing })).toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  return { names: sorted.map(({ name }) => name), entries: sorted.map(({ thing }) => JSON.stringify(entry(kind, thing, era, slug))) }
}

function goesBy(kind: ListKind, thing: Thing): string {
  if (kind === 'resources' && 'uri' in thing) return thing.uri
  return kind === 'resourceTemplates' && 'uriTemplate' in thing ? thing.uriTemplate : thing.name
}

/** As reviewed, but for the connector's short name before it in the merged lists. */
function entry(kind: ListKind, thing: Thing, era: Era, slug: string | null): JsonRecord {
  if (kind === 'tools') return listedTool(thing as ReleaseTool, era, slug === null ? '' : `${slug}_`)
  const { _meta, ...rest } = thing as JsonRecord & { readonly _meta?: JsonRecord }
  const own: JsonRecord = { ...rest, ...(_meta === undefined ? {} : { _meta }) }
  if (slug === null) return own
  if (kind === 'prompts') return { ...own, name: `${slug}_${own['name']}` }
  const member = kind === 'resources' ? 'uri' : 'uriTemplate'
  return { ...own, [member]: mergedUri(slug, String(own[member])) }
}

/** A tool as assistants see it: without what belongs to our hop to the connector. */
function listedTool(tool: ReleaseTool, era: Era, prefix: string): JsonRecord {
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
