import type { JsonValue, ReleaseTool, ToolEffect } from '@handfast/contract'
import { pointer } from '../lib/index.ts'

/** How a tool reaches further than it did in the release that a person agreed to. */
export type ToolGrowth = {
  readonly tool: string
  readonly effect: ToolEffect
  /** What it did to the world before; null: it is new. */
  readonly before: ToolEffect | null
  /** Places in its arguments that it can be sent now and could not before. */
  readonly fields: readonly string[]
}

/** What a tool can do and be sent, in little space. */
export type Reach = ReadonlyMap<string, { readonly effect: ToolEffect; readonly fields: ReadonlySet<string> }>

const strength: Readonly<Record<ToolEffect, number>> = { read: 0, change: 1, destructive: 2 }
const MOST_FIELDS = 2_000
const DEEPEST = 12

export function reachOf(tools: readonly ReleaseTool[]): Reach {
  return new Map(tools.map(({ name, effect, inputSchema }) => [name, { effect, fields: fieldsOf(inputSchema) }]))
}

/** What is new, tool by tool. A tool that does less, takes less, or is gone, is nothing that anybody has to agree to. */
export function growthSince(before: Reach, tools: readonly ReleaseTool[]): readonly ToolGrowth[] {
  return tools.flatMap((tool): readonly ToolGrowth[] => {
    const { name, effect } = tool
    const known = before.get(name)
    if (known === undefined) return [{ tool: name, effect, before: null, fields: [] }]
    const fields = [...fieldsOf(tool.inputSchema)].filter((field) => !known.fields.has(field)).toSorted()
    return strength[effect] > strength[known.effect] || fields.length > 0 ? [{ tool: name, effect, before: known.effect, fields }] : []
  })
}

const NAME_MAPS = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'] as const
const SCHEMAS = [
  'items',
  'additionalItems',
  'contains',
  'additionalProperties',
  'unevaluatedProperties',
  'not',
  'if',
  'then',
  'else',
  'propertyNames',
] as const
const LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems'] as const

/**
 * The places in arguments that a schema names, as pointers, and `/*` where it lets through what it does not name. Where properties stand within
 * `$defs` or a branch of `anyOf` does not matter: what counts is that a new name appears.
 */
function fieldsOf(schema: JsonValue | undefined): ReadonlySet<string> {
  const found = new Set<string>()
  const walk = (value: JsonValue | undefined, at: string, depth: number): void => {
    if (value === null || typeof value !== 'object' || Array.isArray(value) || depth > DEEPEST || found.size >= MOST_FIELDS) return
    const object = value as { readonly [key: string]: JsonValue | undefined }
    for (const map of NAME_MAPS) {
      const members = object[map]
      if (members === null || typeof members !== 'object' || Array.isArray(members)) continue
      for (const [name, member] of Object.entries(members)) {
        const isDefinition = map === '$defs' || map === 'definitions'
        const here = isDefinition || map === 'dependentSchemas' ? at : `${at}${pointer(name)}`
        if (map === 'properties' || map === 'patternProperties') found.add(here)
        walk(member, here, depth + 1)
      }
    }
    if (isOpen(object)) found.add(`${at}/*`)
    for (const key of SCHEMAS) walk(object[key], key === 'items' || key === 'additionalItems' ? `${at}/-` : at, depth + 1)
    for (const key of LISTS) {
      const members = object[key]
      if (Array.isArray(members)) for (const member of members as readonly JsonValue[]) walk(member, at, depth + 1)
    }
  }
  walk(schema, '', 0)
  return found
}

/** An object that takes what it does not name. */
function isOpen(schema: { readonly [key: string]: JsonValue | undefined }): boolean {
  const isObject = schema['type'] === 'object' || schema['properties'] !== undefined
  return isObject && schema['additionalProperties'] !== false && schema['unevaluatedProperties'] !== false
}
