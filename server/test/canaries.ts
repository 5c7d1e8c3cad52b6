import { randomBytes } from 'node:crypto'
import type { Storage } from '../src/storage/index.ts'
import { createLog, type Log } from '../src/telemetry/index.ts'
import type { LoopbackServer } from './loopback-server.ts'

/** A secret that was planted, or that the house made and gave to one person. */
type Canary = { readonly what: string; readonly value: string; readonly needles: readonly string[] }
export type Sighting = { readonly what: string; readonly where: string; readonly around: string }

/**
 * Watches for secrets where none belongs. Plant some, or name those that the house makes; let things happen with `log` in place of the log and
 * `hear` for whatever comes out; then ask for the sightings. Found in any of the spellings in which text travels.
 */
export class Canaries {
  readonly #canaries: Canary[] = []
  readonly #heard: { readonly where: string; readonly text: string }[] = []
  readonly #restore: (() => void)[] = []
  /** The most verbose log there is, kept here. */
  readonly log: Log
  #lines = 0

  constructor() {
    this.log = createLog('trace', {
      write: (line) => {
        this.#lines++
        this.hear('log', line)
      },
    })
    for (const name of ['stdout', 'stderr'] as const) this.#listenTo(name)
  }

  /** A secret to give to the house. */
  plant(what: string, shape: (random: string) => string = (random) => random): string {
    return this.watch(what, shape(`cnry${randomBytes(18).toString('hex')}`))
  }

  /** A secret that the house made. */
  watch(what: string, value: string): string {
    if (value.length < 12) throw new RangeError(`${what} is too short to be told from chance`)
    this.#canaries.push({ what, value, needles: spellings(value) })
    return value
  }

  get planted(): readonly string[] {
    return this.#canaries.map(({ what }) => what)
  }

  /** Lines of the log so far; a watch over a silent log would prove nothing. */
  get lines(): number {
    return this.#lines
  }

  /** Something came out. */
  hear(where: string, text: string): void {
    this.#heard.push({ where, text })
  }

  /** Everything in the database, as it lies there. */
  async hearDatabase(storage: Storage, where = 'database'): Promise<void> {
    for (const { name } of await storage.db.introspection.getTables()) {
      const rows = await storage.db
        .selectFrom(name as never)
        .selectAll()
        .execute()
      for (const row of rows as readonly Record<string, unknown>[])
        for (const [column, value] of Object.entries(row)) {
          const text = value instanceof Uint8Array ? `${Buffer.from(value).toString('latin1')} ${Buffer.from(value).toString('hex')}` : String(value)
          this.hear(`${where}: ${name}.${column}`, text)
        }
    }
  }

  /** What reached another server. */
  hearServer(where: string, server: Pick<LoopbackServer, 'requests'>): void {
    for (const request of server.requests) this.hear(`${where}: ${request.method} ${request.path}`, JSON.stringify(request))
  }

  /** Where secrets were seen. `allowed` names the places in which one may be: the answer that shows it once, the server that it is for. */
  sightings(allowed: (what: string, where: string) => boolean = () => false): readonly Sighting[] {
    const found = new Map<string, Sighting>()
    for (const { where, text } of this.#heard)
      for (const { what, needles } of this.#canaries) {
        const at = needles.map((needle) => text.indexOf(needle)).find((index) => index >= 0)
        if (at !== undefined && !allowed(what, where))
          found.set(`${what} ${where}`, { what, where, around: text.slice(Math.max(0, at - 60), at + 30) })
      }
    return [...found.values()]
  }

  [Symbol.dispose](): void {
    for (const restore of this.#restore) restore()
  }

  #listenTo(name: 'stdout' | 'stderr'): void {
    const stream = process[name]
    const before = stream.write
    const hear = (chunk: unknown) => this.hear(name, typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString())
    stream.write = function write(this: typeof stream, ...args: Parameters<typeof before>) {
      hear(args[0])
      return before.apply(this, args)
    } as typeof before
    this.#restore.push(() => {
      stream.write = before
    })
  }
}

/** The ways in which a secret would show: as it is, in JSON, in an address, in hexadecimal, and inside of base64 at any of its three alignments. */
export function spellings(value: string): readonly string[] {
  const bytes = Buffer.from(value)
  const aligned = [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replaceAll('=', '')
    // The first and last characters depend on the neighbours.
    const core = text.slice(shift === 0 ? 0 : 4, -2)
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')]
  })
  const backwards = [...value].reverse().join('')
  const all = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), bytes.toString('hex'), backwards, ...aligned]
  return [...new Set(all.filter((each) => each.length >= 12))]
}
