import { type Checkpoint, readCheckpoint, readVerifierKey, type VerifierKey } from './checkpoint.ts'
import { Findings, type Report } from './findings.ts'
import { hashOfEntry, RunningRoot, rootOver } from './hashes.ts'
import { type FinishedTile, HASH, hashAt, Tiler, WIDTH } from './layout.ts'
import { storedTiles } from './verify-log.ts'

/** A row as stored. `columns` are the copies of fields that lists are searched by; they must say what the body says. */
export type StoredEntry = {
  readonly leafIndex: number
  readonly body: string
  readonly columns?: { readonly workspace: string; readonly at: number; readonly event: string; readonly subject: string }
}

/** The tables of a ledger, read by whoever has access to them. */
export type DatabaseLog = {
  /** Entries that have a place in the tree, by leaf index. */
  readonly entries: AsyncIterable<StoredEntry>
  /** All checkpoints by size. */
  readonly checkpoints: AsyncIterable<{ readonly size: number; readonly root: string; readonly note: string }>
  /** The stored hashes of a tile: full ones of level 0; of the levels above as many as the latest checkpoint needs. */
  readonly tile: (level: number, tile: number) => Promise<Uint8Array | null>
  /** Rows in the table of tiles. */
  readonly tileCount: number
  /** The verifier key. */
  readonly key: string
  /** Signed checkpoints that were kept elsewhere. */
  readonly since?: readonly string[]
}

type Row = { readonly size: number; readonly root: string; readonly note: string }

/** Verifies the tables themselves: every entry, every tile, and that each checkpoint ever stored signs the beginning of the same tree. */
export async function verifyDatabase(log: DatabaseLog): Promise<Report> {
  const findings = new Findings()
  const key = readVerifierKey(log.key)
  if (key === null) {
    findings.add('key-unreadable', 'verifier-key', 'There is no key to check signatures with, or it cannot be read.')
    return findings.report(0)
  }
  const walk = new DatabaseWalk(log, key, findings)
  try {
    return await walk.run()
  } finally {
    await walk.close()
  }
}

class DatabaseWalk {
  readonly #log: DatabaseLog
  readonly #findings: Findings
  readonly #checkpoints: AsyncIterator<Checkpoint>
  readonly #since: Checkpoint[] = []
  readonly #running = new RunningRoot()
  readonly #tiler = new Tiler(rootOver)
  /** The next checkpoint to reach; null behind the last one. */
  #next: Checkpoint | null = null
  #tile: Uint8Array | null = null

  constructor(log: DatabaseLog, key: VerifierKey, findings: Findings) {
    this.#log = log
    this.#findings = findings
    this.#checkpoints = trusted(log.checkpoints, key, findings)
    for (const [at, note] of (log.since ?? []).entries()) {
      const earlier = readCheckpoint(note, key)
      if (typeof earlier === 'string') findings.add('checkpoint-untrusted', `since/${at}`, `An earlier checkpoint cannot be believed: ${earlier}.`)
      else this.#since.push(earlier)
    }
  }

  async close(): Promise<void> {
    await this.#checkpoints.return?.()
  }

  async run(): Promise<Report> {
    const findings = this.#findings
    await this.#reach()
    let expected = 0
    let pending = 0
    for await (const entry of this.#log.entries) {
      const { leafIndex } = entry
      if (leafIndex < expected) {
        findings.add('entry-added', leafIndex, `A second entry claims the place ${leafIndex}.`)
        continue
      }
      if (leafIndex > expected) findings.add('entry-missing', expected, `The entries from ${expected} to ${leafIndex - 1} are gone.`)
      // Only as far as something was signed: a made-up index must not make this run forever.
      for (; expected < leafIndex && this.#next !== null; expected++) await this.#grow(null)
      expected = leafIndex + 1
      label(entry, findings)
      if (this.#next === null) pending++
      else await this.#grow(hashOfEntry(Buffer.from(entry.body)))
    }
    const size = this.#running.size
    for (; this.#next !== null; await this.#skip()) {
      findings.add('entry-missing', size, `A checkpoint of ${this.#next.size} entries was signed; ${size} are stored.`)
    }
    for (const tile of this.#tiler.rest()) if (tile.level > 0) await this.#compare(tile)
    if (this.#log.tileCount > storedTiles(size)) {
      findings.add('tile-added', size, `There are ${this.#log.tileCount} tiles; a tree of this size has ${storedTiles(size)}.`)
    }
    for (const earlier of this.#since) {
      if (earlier.size > size)
        findings.add('history-rewritten', earlier.size, `An earlier checkpoint has ${earlier.size} entries; ${size} are signed now.`)
    }
    return findings.report(size, pending)
  }

  /** Takes the next entry into the tree; for one that is gone its hash in the tile stands in. */
  async #grow(leaf: Buffer | null): Promise<void> {
    const index = this.#running.size
    if (index % WIDTH === 0) this.#tile = await this.#log.tile(0, index / WIDTH)
    const stored = hashAt(this.#tile, index % WIDTH)
    if (leaf !== null && stored !== null && !leaf.equals(stored)) {
      this.#findings.add('entry-changed', index, `Entry ${index} is not the one whose hash is in the tree.`)
    }
    const hash = leaf ?? stored ?? Buffer.alloc(HASH)
    this.#running.add(hash)
    for (const tile of this.#tiler.add(hash)) await this.#compare(tile)
    for (const earlier of this.#since) this.#measure(earlier, 'an earlier checkpoint')
    await this.#reach()
  }

  /** Compares with every checkpoint of the size that the tree has now, and moves on to the next. */
  async #reach(): Promise<void> {
    if (this.#next === null && this.#running.size === 0) await this.#skip()
    while (this.#next !== null && this.#next.size <= this.#running.size) {
      this.#measure(this.#next, 'its checkpoint')
      await this.#skip()
    }
  }

  async #skip(): Promise<void> {
    const { value, done } = await this.#checkpoints.next()
    this.#next = done === true ? null : value
  }

  #measure({ size, root }: Checkpoint, whose: string): void {
    if (size === this.#running.size && !root.equals(this.#running.root())) {
      this.#findings.add('history-rewritten', size, `The first ${size} entries do not lead to the root in ${whose}.`)
    }
  }

  async #compare({ level, number, hashes }: FinishedTile): Promise<void> {
    const stored = level === 0 ? this.#tile : await this.#log.tile(level, number)
    const at = `${level}/${number}`
    if (stored === null) this.#findings.add('tile-missing', at, 'The tile is missing.')
    else if (!Buffer.concat(hashes).equals(stored))
      this.#findings.add('tile-changed', at, 'The tile does not hold the hashes that follow from the entries.')
  }
}

/** The checkpoints whose signature holds and whose columns say what was signed. */
async function* trusted(rows: AsyncIterable<Row>, key: VerifierKey, findings: Findings): AsyncGenerator<Checkpoint, undefined> {
  for await (const { size, root, note } of rows) {
    const checkpoint = readCheckpoint(note, key)
    if (typeof checkpoint === 'string') findings.add('checkpoint-untrusted', size, `A stored checkpoint cannot be believed: ${checkpoint}.`)
    else if (checkpoint.size !== size || checkpoint.root.toString('base64') !== root) {
      findings.add('checkpoint-untrusted', size, 'The columns of a stored checkpoint are not what was signed.')
    } else yield checkpoint
  }
  return undefined
}

/** Lists are searched by the columns, so a changed column hides an entry although its body is untouched. */
function label({ leafIndex, body, columns }: StoredEntry, findings: Findings): void {
  if (columns === undefined) return
  let said: Record<string, unknown> = {}
  try {
    said = JSON.parse(body) as Record<string, unknown>
  } catch {
    findings.add('entry-changed', leafIndex, `Entry ${leafIndex} is not JSON.`)
    return
  }
  for (const [name, value] of Object.entries(columns)) {
    if (said[name] !== value)
      findings.add('entry-mislabelled', leafIndex, `The column ${name} of entry ${leafIndex} does not say what its body says.`)
  }
}
