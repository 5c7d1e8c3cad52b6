import type { Json, JsonObject } from '../../lib/index.ts'
import { bounded, MAX_FIELD_DESCRIPTION } from './texts.ts'

const TYPES = new Set(['null', 'boolean', 'object', 'array', 'number', 'string', 'integer'])
const NUMBERS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'] as const
const COUNTS = ['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties', 'minContains', 'maxContains'] as const
const FLAGS = ['uniqueItems', 'deprecated', 'readOnly', 'writeOnly'] as const
const WORDS = ['title', 'format', 'contentEncoding', 'contentMediaType'] as const
const MAX_PATTERN = 1_000
const MAX_EXAMPLE = 500

/** Types, texts, enumerations and examples, in as far as they are valid. */
export function writeWords(value: Record<string, Json>, out: Record<string, Json>, trail: { nodes: number }): void {
  const types = (Array.isArray(value['type']) ? value['type'] : [value['type']]).filter((t): t is string => typeof t === 'string' && TYPES.has(t))
  const [only] = types
  if (only !== undefined) out['type'] = types.length === 1 ? only : [...new Set(types)]
  for (const key of WORDS) if (typeof value[key] === 'string') out[key] = bounded(value[key], MAX_FIELD_DESCRIPTION)
  if (typeof value['description'] === 'string') out['description'] = bounded(value['description'], MAX_FIELD_DESCRIPTION)
  for (const key of FLAGS) if (typeof value[key] === 'boolean') out[key] = value[key]
  if (isList(value['enum'])) {
    out['enum'] = value['enum']
    trail.nodes += value['enum'].length
  }
  if (Object.hasOwn(value, 'const')) out['const'] = value['const'] ?? null
  if (Object.hasOwn(value, 'default') && isShort(value['default'])) out['default'] = value['default'] ?? null
  const examples = isList(value['examples']) ? value['examples'] : Object.hasOwn(value, 'example') ? [value['example'] ?? null] : []
  if (examples.length > 0 && isShort(examples)) out['examples'] = examples
  if (typeof value['pattern'] === 'string' && compiles(value['pattern'])) out['pattern'] = value['pattern']
}

/** Bounds of numbers, texts, lists and objects, in as far as they are valid. */
export function writeBounds(value: Record<string, Json>, out: Record<string, Json>): void {
  for (const key of NUMBERS) if (typeof value[key] === 'number') out[key] = value[key]
  for (const [flag, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    // 3.0 says with a flag that the bound itself is excluded.
    if (value[flag] === true && typeof value[bound] === 'number') {
      out[flag] = value[bound]
      delete out[bound]
    }
  }
  if (typeof value['multipleOf'] === 'number' && value['multipleOf'] > 0) out['multipleOf'] = value['multipleOf']
  for (const key of COUNTS) if (Number.isSafeInteger(value[key]) && Number(value[key]) >= 0) out[key] = value[key] ?? 0
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value) && value.length > 0
}

/** Stops counting as soon as it is too long. */
function isShort(value: Json | undefined): boolean {
  const stack: Json[] = [value ?? null]
  let length = 0
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    length += typeof next === 'string' ? next.length : 4
    if (typeof next === 'object' && next !== null) {
      for (const key in next) {
        length += 2 + key.length
        if (length > MAX_EXAMPLE) return false
        stack.push((next as JsonObject)[key] ?? null)
      }
    }
    if (length > MAX_EXAMPLE) return false
  }
  return true
}

/** Whether validators will take it: they compile with the flag `u`. */
export function compiles(pattern: string): boolean {
  if (pattern.length > MAX_PATTERN) return false
  try {
    return new RegExp(pattern, 'u') instanceof RegExp
  } catch {
    return false
  }
}
