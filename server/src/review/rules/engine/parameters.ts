import type { JsonRecord, JsonValue, ReleaseTool } from '@handfast/contract'
import { pointer } from '../../../lib/index.ts'

/** One argument of a tool, or a field within one. */
export type Parameter = {
  readonly name: string
  /** Pointer from the tool on, such as `/inputSchema/properties/day`. */
  readonly pointer: string
  readonly schema: JsonRecord
  readonly depth: number
}

const MOST = 2_000
const DEEPEST = 8
const known = new WeakMap<ReleaseTool, readonly Parameter[]>()

/** The arguments of a tool and what is named within them; at most two thousand, which is more than anybody fills in. */
export function parametersOf(tool: ReleaseTool): readonly Parameter[] {
  const before = known.get(tool)
  if (before !== undefined) return before
  const found: Parameter[] = []
  walk(tool.inputSchema, '/inputSchema', 0, found)
  known.set(tool, found)
  return found
}

function walk(value: JsonValue | undefined, at: string, depth: number, found: Parameter[]): void {
  if (!isRecord(value) || depth > DEEPEST) return
  const { properties } = value
  if (isRecord(properties))
    for (const [name, schema] of Object.entries(properties)) {
      if (found.length >= MOST) return
      const below = `${at}/properties${pointer(name)}`
      found.push({ name, pointer: below, schema: isRecord(schema) ? schema : {}, depth })
      walk(schema, below, depth + 1, found)
    }
  walk(value['items'], `${at}/items`, depth + 1, found)
  for (const key of ['anyOf', 'oneOf', 'allOf'] as const) {
    const branches = value[key]
    if (Array.isArray(branches))
      for (const [index, branch] of branches.entries()) walk(branch as JsonValue, `${at}/${key}/${index}`, depth + 1, found)
  }
}

export function isRecord(value: JsonValue | undefined): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `apiKey`, `api-key` and `API_KEY` are one name. */
export function plainName(name: string): string {
  return wordsIn(name).join('_')
}

/** Words of a name: `createIssue2`, `create_issue.2`. At most a hundred characters of it. */
export function wordsIn(name: string): readonly string[] {
  return name
    .slice(0, 100)
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]/u)
    .filter((word) => word !== '')
}
