import type { JsonRecord } from '@handfast/contract'
import { pointerStep, valueAt } from '../../lib/index.ts'
import { type Conversion, convertSchema, type Direction, type JsonSchema, type Trail } from './convert-schema.ts'
import { Effort } from './effort.ts'
import type { OpenApiDocument } from './read-document.ts'
import type { Located } from './references.ts'
import { Unusable } from './unusable.ts'

/** Largest schema of one tool, in values. What is beyond it fills an assistant's memory with a single tool. */
export const MAX_INPUT_NODES = 20_000
export const MAX_OUTPUT_NODES = 4_000

type Converted = { readonly name: string; readonly schema: JsonSchema; readonly trail: Trail }
type Definition = Converted | { readonly trouble: Unusable }

/** The shared schemas of one document, each converted once. */
export class Schemas {
  readonly document: OpenApiDocument
  readonly effort = new Effort()
  readonly #definitions = new Map<string, Definition>()
  readonly #names = new Map<string, string>()
  readonly #taken = new Set<string>()

  constructor(document: OpenApiDocument) {
    this.document = document
  }

  /** A schema being put together for one tool and one direction. */
  draft(direction: Direction): Draft {
    return new Draft(this, direction)
  }

  /** Name below `$defs`, the same in all tools of the document. */
  readonly nameOf = (pointer: string): string => {
    const known = this.#names.get(pointer)
    if (known !== undefined) return known
    const last = pointer.slice(pointer.lastIndexOf('/') + 1).replace(/[^A-Za-z0-9_.-]+/g, '_')
    const base = (last === '' || last === '__proto__' ? 'schema' : last).slice(0, 80)
    let name = base
    for (let i = 2; this.#taken.has(name); i++) name = `${base}_${i}`
    this.#taken.add(name)
    this.#names.set(pointer, name)
    return name
  }

  definition(pointer: string, direction: Direction): Definition {
    this.effort.spend(1, pointer)
    const key = `${direction} ${pointer}`
    const known = this.#definitions.get(key)
    if (known !== undefined) return known
    const trail: Trail = { refs: new Set(), inPlace: new Set(), nodes: 0 }
    const name = this.nameOf(pointer)
    let made: Definition
    try {
      const schema = convertSchema(
        { value: valueAt(this.document.root, pointer), pointer },
        { document: this.document, direction, trail, nameOf: this.nameOf },
      )
      made = { name, schema, trail }
    } catch (error) {
      if (!(error instanceof Unusable)) throw error
      made = { trouble: error }
    }
    this.#definitions.set(key, made)
    this.effort.spend(trail.nodes, pointer)
    return made
  }
}

/** Collects what one schema needs. */
export class Draft {
  readonly #schemas: Schemas
  readonly #direction: Direction
  readonly #trail: Trail = { refs: new Set(), inPlace: new Set(), nodes: 0 }

  constructor(schemas: Schemas, direction: Direction) {
    this.#schemas = schemas
    this.#direction = direction
  }

  /** @throws Unusable */
  convert(given: Located): JsonSchema {
    const by: Conversion = { document: this.#schemas.document, direction: this.#direction, trail: this.#trail, nameOf: this.#schemas.nameOf }
    const before = this.#trail.nodes
    const schema = convertSchema(given, by)
    this.#schemas.effort.spend(this.#trail.nodes - before, given.pointer)
    return schema
  }

  /** All schemas that were referred to, directly or not, by name: the value of `$defs`. Recursive ones refer to themselves there.
   * @returns undefined where there are none, `too-many` where the whole schema has more values than the limit
   * @throws Unusable where one of them is unusable, or a loop of them never consumes anything */
  definitions(limit: number): JsonRecord | undefined | 'too-many' {
    const found = new Map<string, Converted>()
    const queue = [...this.#trail.refs]
    let nodes = this.#trail.nodes
    for (let pointer = queue.pop(); pointer !== undefined; pointer = queue.pop()) {
      if (found.has(pointer)) continue
      const definition = this.#schemas.definition(pointer, this.#direction)
      if ('trouble' in definition) throw definition.trouble
      found.set(pointer, definition)
      nodes += definition.trail.nodes
      if (nodes > limit) return 'too-many'
      for (const next of definition.trail.refs) if (!found.has(next)) queue.push(next)
    }
    if (nodes > limit) return 'too-many'
    refuseEndless(found)
    if (found.size === 0) return undefined
    return Object.fromEntries([...found.values()].map((definition) => [definition.name, definition.schema])) as JsonRecord
  }
}

/** A schema that applies itself to the same value (`A: {allOf: [A]}`) means nothing, and validators never come back from it. */
function refuseEndless(found: ReadonlyMap<string, { readonly trail: Trail }>): void {
  const done = new Set<string>()
  for (const start of found.keys()) {
    const path = new Set<string>()
    const stack: { readonly pointer: string; readonly rest: Iterator<string> }[] = []
    const enter = (pointer: string) => {
      path.add(pointer)
      stack.push({ pointer, rest: (found.get(pointer)?.trail.inPlace ?? new Set<string>()).values() })
    }
    if (!done.has(start)) enter(start)
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.rest.next()
      if (next.done === true) {
        stack.pop()
        path.delete(top.pointer)
        done.add(top.pointer)
      } else if (path.has(next.value)) throw new Unusable('This schema is defined by nothing but itself.', next.value)
      else if (!done.has(next.value)) enter(next.value)
    }
  }
}

/** Pointer of a member below a located value. */
export function below(parent: Located, key: string | number): Located {
  const value = parent.value
  const member =
    typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string | number, Located['value']>)[key] : undefined
  return { value: member, pointer: `${parent.pointer}/${pointerStep(key)}` }
}
