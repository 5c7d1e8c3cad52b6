import { isObject } from '../src/lib/index.ts'

/** A value that an answer told. */
export type Value = string | number

/** Names of one thing that is called otherwise where it is asked for. */
const sameAs: Readonly<Record<string, readonly string[]>> = {
  connector: ['slug'],
  tool: ['name'],
  basedOn: ['version'],
  group: ['name'],
  finding: ['fingerprint'],
  edition: ['sha256'],
  digest: ['sha256'],
  cursor: ['nextCursor'],
}
/** Names by which what an answer told is asked for, mostly; under other names most values are made up. */
export const identifying = new Set([
  'tool',
  'token',
  'connector',
  'number',
  'version',
  'basedOn',
  'digest',
  'sha256',
  'noticeSha256',
  'edition',
  'finding',
  'group',
  'draftedAt',
  'userCode',
  'cursor',
])

/** Values of one kind that are kept, and values that are kept of what was said around one. */
const MOST = 200

/** What a value is by its looks: the letters before an id, or a digest. */
function looksLike(value: Value): string | undefined {
  if (typeof value === 'number') return undefined
  return /^([a-z]{3,4})_[0-9a-f]{32}$/.exec(value)?.[1]
}

/** By which kinds a value is looked for that a schema describes: by the letters of its ids, or by its name. */
export function kindsOf(schema: { readonly pattern?: unknown }, name: string): readonly string[] {
  const { pattern } = schema
  const letters = typeof pattern === 'string' ? /^\^?\(?([a-z]{3,4}(?:\|[a-z]{3,4})*)\)?_/.exec(pattern)?.[1] : undefined
  return letters === undefined ? [name, ...(sameAs[name] ?? [])] : letters.split('|')
}

/**
 * What a server told so far: ids by the letters they begin with, everything else by its name, each with what was said around it, that is, to whom, in answer to
 * which ids, and beside which others. So an id goes with that of the thing that it belongs to, and with whom it concerns.
 */
export class Told {
  readonly #kinds = new Map<string, Set<Value>>()
  readonly #around = new Map<string, Set<string>>()

  /** @param around who asked, and the values in the address */
  listen(said: unknown, around: readonly string[], name = ''): void {
    if (typeof said === 'string' || (typeof said === 'number' && Number.isSafeInteger(said))) this.#keep(said, around, name)
    else if (Array.isArray(said)) for (const one of said) this.listen(one, around, name)
    else if (isObject(said)) {
      const beside = Object.values(said).filter((one): one is Value => typeof one === 'number' || (typeof one === 'string' && one.length <= 64))
      const near = [...around, ...beside.slice(0, 20).map(String)].slice(-40)
      for (const [key, one] of Object.entries(said)) this.listen(one, near, key)
    }
  }

  #keep(value: Value, around: readonly string[], name: string): void {
    if (typeof value === 'string' && (value === '' || value.length > 500)) return
    const kind = looksLike(value) ?? name
    const known = this.#kinds.get(kind) ?? new Set<Value>()
    this.#kinds.set(kind, known)
    if (!known.has(value) && known.size >= MOST) return
    known.add(value)
    for (const one of around) this.mark(String(value), one)
    // A link for one person carries what opens it behind the `#`.
    const secret = typeof value === 'string' ? /^https?:.*#(.+)$/.exec(value)?.[1] : undefined
    if (secret !== undefined) this.#keep(secret, around, 'token')
  }

  /** What would do, or none: of what fits, that which was told around as many of the values that matter as can be, the first of them first. */
  near(kinds: readonly string[], around: readonly string[], fits: (value: Value) => boolean): readonly Value[] {
    let found: readonly Value[] = []
    let most = -1
    for (const kind of kinds) {
      let best = this.all([kind], fits)
      let shared = best.length === 0 ? -1 : 0
      for (const one of around) {
        const its = this.around(one)
        const nearer = best.filter((value) => this.around(String(value)).has(one) || its.has(String(value)))
        if (nearer.length === 0) continue
        best = nearer
        shared++
      }
      if (shared > most) [found, most] = [best, shared]
    }
    return found
  }

  /** All of these kinds that fit. */
  all(kinds: readonly string[], fits: (value: Value) => boolean): readonly Value[] {
    return kinds.flatMap((kind) => [...(this.#kinds.get(kind) ?? [])].filter(fits))
  }

  /** What was said around it: to whom, where, and beside what. */
  around(value: string): ReadonlySet<string> {
    return this.#around.get(value) ?? nothing
  }

  /** Notes that it goes with something, or does no more. */
  mark(value: string, mark: string, goes = true): void {
    const known = this.#around.get(value) ?? new Set()
    this.#around.set(value, known)
    if (!goes) known.delete(mark)
    else if (known.size < MOST) known.add(mark)
  }

  /** It is gone. */
  forget(value: string): void {
    this.#kinds.get(looksLike(value) ?? '')?.delete(value)
    this.#around.delete(value)
  }
}

const nothing: ReadonlySet<string> = new Set()
