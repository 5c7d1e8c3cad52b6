import type { JsonRecord, JsonValue } from '@handfast/contract'

/** Keywords that say something to people and constrain nothing. */
const words = new Set(['title', 'description', 'examples', 'example', 'default', 'deprecated', '$comment', '$schema', '$id'])
/** Keywords that are compared by themselves below. */
const compared = new Set(['type', 'properties', 'required', 'additionalProperties'])

/**
 * Why arguments that fit the reviewed schema might not be taken any more, or null where they still are. It is a cautious answer: what cannot be compared
 * member by member counts as changed.
 */
export function narrowed(reviewed: JsonRecord, found: JsonRecord): string | null {
  const asks = namesIn(found['required']).find((name) => !namesIn(reviewed['required']).includes(name))
  if (asks !== undefined) return `it asks for "${asks}" now`
  const before = membersOf(reviewed['properties'])
  const now = membersOf(found['properties'])
  const closed = found['additionalProperties'] !== undefined && found['additionalProperties'] !== true
  if (closed && !same(reviewed['additionalProperties'], found['additionalProperties'])) return 'it takes fewer further fields now'
  for (const [name, schema] of Object.entries(before)) {
    if (!(name in now)) {
      if (closed) return `it does not take "${name}" any more`
      continue
    }
    if (!same(schema, now[name])) return `"${name}" is constrained otherwise now`
  }
  // Fields that are new were free before: what was sent in them may not fit.
  const fresh = Object.keys(now).find((name) => !(name in before) && reviewed['additionalProperties'] !== false)
  if (fresh !== undefined && !same(now[fresh], true) && Object.keys(plain(now[fresh]) as object).length > 0 && openTo(reviewed))
    return `"${fresh}" is constrained now`
  const other = (schema: JsonRecord) => Object.fromEntries(Object.entries(schema).filter(([keyword]) => !compared.has(keyword)))
  return same(other(reviewed), other(found)) ? null : 'its schema has other conditions now'
}

/** A schema that says so lets anything through in fields that it does not name. */
function openTo(schema: JsonRecord): boolean {
  return schema['additionalProperties'] !== undefined && schema['additionalProperties'] !== false
}

function namesIn(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter((name): name is string => typeof name === 'string') : []
}

function membersOf(value: JsonValue | undefined): JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonRecord) : {}
}

function same(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b))
}

/** Keywords whose members are names that somebody chose, each with a schema. */
const named = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'])
/** Keywords whose value is data and no schema. */
const data = new Set(['enum', 'const'])

/** Without words for people, members in one order. */
function plain(value: JsonValue | undefined, names = false): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => plain(item))
  if (typeof value !== 'object' || value === null) return value ?? null
  const members = Object.entries(value as JsonRecord).filter(([keyword, member]) => member !== undefined && (names || !words.has(keyword)))
  return Object.fromEntries(
    members
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([keyword, member]) => [keyword, !names && data.has(keyword) ? (member ?? null) : plain(member, !names && named.has(keyword))]),
  )
}
