import fc from 'fast-check'
import { isObject } from '../src/lib/index.ts'
import { callers } from './api-callers.ts'
import { addressOf, asText, likely, personOf, placesOf } from './api-places.ts'
import type { Operation } from './described.ts'
import { anyJson, fromSchema, type Known, spoiled } from './from-schema.ts'
import type { Answer } from './house.ts'
import { identifying, kindsOf, Told, type Value } from './told.ts'

/** What somebody tries: the operation, as whom, and with what. */
export type Attempt = {
  readonly operation: Operation
  readonly as: string
  readonly path: string
  /** The values in the address, the innermost first. */
  readonly named: readonly string[]
  readonly body: unknown
}

/** What no schema says about a field: what fits there, for the thing that the address names. */
export type Hint = (named: readonly string[], pick: <Item>(items: readonly Item[]) => Item) => unknown

/** Fields for secrets: what is made up for them is seen nowhere else, so that it can be looked for everywhere else. */
const secret = new Set(['secret', 'key', 'reviewerKey'])

/** Makes up what somebody could ask of a server: mostly what fits its description and what it told so far. */
export class MadeUp {
  readonly #random: () => number
  /** By the name of the field. */
  readonly hints: Record<string, Hint>
  #told = new Told()

  constructor(random: () => number, hints: Record<string, Hint> = {}) {
    this.#random = random
    this.hints = hints
  }

  /** What was told so far is of no use any more. */
  forgets(): void {
    this.#told = new Told()
  }

  /** Something to try: mostly what fits, by somebody who may, about something that is there. */
  attempt(operation: Operation): Attempt {
    const [inPath, inQuery] = [operation.parameters.filter((one) => one.in === 'path'), operation.parameters.filter((one) => one.in === 'query')]
    // The innermost is drawn first: what it belongs to and whom it concerns is known then.
    const path: Record<string, unknown> = {}
    const places = placesOf(operation)
    for (const { name, schema } of inPath.toReversed()) {
      const around = Object.keys(path).length === 0 ? places : Object.values(path).map(asText)
      path[name] = this.#one(this.#known(around, true)(schema, name) ?? fromSchema(schema, this.#known(around)))
    }
    const as = this.#caller(operation, Object.values(path).map(asText)[0], places)
    const named = Object.values(path).map(asText)
    const known = this.#known([...named, personOf(as)])
    const asked = inQuery.filter(({ required }) => required || this.#random() < 0.3)
    let query: Record<string, unknown> = Object.fromEntries(asked.map(({ name, schema }) => [name, this.#one(fromSchema(schema, known, name))]))
    let body = operation.body === null ? undefined : this.#one(fromSchema(operation.body, known))
    const ways = operation.body === null ? ['query', 'path'] : ['body', 'body', 'query', 'path', 'text', 'json']
    switch (this.#random() < 0.2 ? this.#pick(ways) : 'valid') {
      case 'body':
        body = this.#one(spoiled(body))
        break
      case 'query': {
        const other = this.#one(spoiled(query))
        query = isObject(other) ? other : { more: other }
        break
      }
      case 'path': {
        const other = this.#one(spoiled(path))
        if (isObject(other)) Object.assign(path, other)
        break
      }
      case 'text':
        body = this.#pick(['{', '[1,', '"', '\u0000', '{"a":1}}', '['.repeat(5_000)])
        break
      case 'json':
        body = this.#one(anyJson)
        break
    }
    return { operation, as, named, path: addressOf(operation.path, path, query), body: operation.method === 'GET' ? undefined : body }
  }

  /** Mostly somebody who may, and mostly one of those who were told of what it is about. */
  #caller(operation: Operation, about: string | undefined, places: readonly string[]): string {
    if (this.#random() > 0.92) return this.#pick(callers)
    const may = likely(operation)
    const around = this.#told.around(about ?? '')
    const marks = places.map((place) => may.filter((one) => around.has(`${personOf(one)} ${place}`)))
    const concerned = [...marks, may.filter((one) => around.has(personOf(one)))].find((some) => some.length > 0)
    return this.#pick(concerned !== undefined && this.#random() < 0.85 ? concerned : may)
  }

  /** Takes note of what an answer told, and of what it was asked about. @param shape the address with `{}` for each value in it */
  heard(method: string, shape: string, as: string, named: readonly string[], body: unknown, { status, body: said }: Answer): void {
    const [innermost] = named
    const did = status < 300
    const person = personOf(as)
    const around = [shape, `${person} ${shape}`, ...named, person]
    this.#told.listen(said, around)
    if (did && body !== undefined) this.#told.listen(body, around)
    if (innermost === undefined) return
    if (did && method === 'DELETE' && shape.endsWith('{}')) this.#told.forget(innermost)
    else if (did) for (const mark of [shape, `${person} ${shape}`]) this.#told.mark(innermost, mark, method !== 'DELETE')
    else if (status === 403 || status === 404)
      for (const mark of this.#told.around(innermost)) if (mark === person || mark.startsWith(`${person} `)) this.#told.mark(innermost, mark, false)
  }

  /** What was told is tried again: most of the time where a thing is named, sometimes elsewhere. */
  #known(around: readonly string[], names = false): Known {
    return (schema, name) => {
      const hint = this.hints[name]
      if (hint !== undefined && !names && (secret.has(name) || this.#random() < 0.9)) return fc.constant(hint(around, (items) => this.#pick(items)))
      const { type, pattern, enum: few } = schema
      if ((type !== 'string' && type !== 'integer') || few !== undefined) return undefined
      const kinds = kindsOf(schema, name)
      const often = names || identifying.has(name) || kinds[0] !== name ? 0.92 : 0.15
      if (this.#random() > often) return undefined
      const matching = typeof pattern === 'string' ? new RegExp(pattern) : null
      const fits = (value: Value) => (typeof value === 'string') === (type === 'string') && (matching === null || matching.test(String(value)))
      const [near, all] = [this.#told.near(kinds, around, fits), this.#told.all(kinds, fits)]
      if (near.length === 0) return undefined
      return fc.constant(this.#pick(this.#random() < 0.9 ? near : all))
    }
  }

  #one<Made>(arbitrary: fc.Arbitrary<Made>): Made {
    const [made] = fc.sample(arbitrary, { numRuns: 1, seed: Math.floor(this.#random() * 2 ** 31) })
    return made as Made
  }

  #pick<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.#random() * items.length)]
    if (item === undefined) throw new Error('there is nothing to pick from')
    return item
  }
}
