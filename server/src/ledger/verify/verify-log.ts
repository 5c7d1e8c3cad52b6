import { type Checkpoint, readCheckpoint, readVerifierKey } from './checkpoint.ts'
import { Findings, type Report } from './findings.ts'
import { hashOfEntry, RunningRoot, rootOver } from './hashes.ts'
import { entriesOf, type FinishedTile, HASH, hashAt, hashesAt, pathOf, Tiler, WIDTH } from './layout.ts'

/** The bytes at a path below the log, or null when there is nothing. */
export type FetchBytes = (path: string) => Promise<Uint8Array | null>

export type VerifyOptions = {
  /** The key to trust. Without one the key that lies beside the log is taken, which only shows that the log agrees with itself. */
  readonly key?: string
  /** Checkpoints kept from earlier: the log has to contain what they signed. */
  readonly since?: readonly string[]
}

/** Verifies a published log from its checkpoint down to every entry. One bundle of entries is in memory at a time. */
export async function verifyLog(fetchBytes: FetchBytes, options: VerifyOptions = {}): Promise<Report> {
  const findings = new Findings()
  const keyText = options.key ?? (await fetchBytes('verifier-key'))
  const key = keyText === null ? null : readVerifierKey(keyText)
  if (key === null) {
    findings.add('key-unreadable', 'verifier-key', 'There is no key to check signatures with, or it cannot be read.')
    return findings.report(0)
  }
  const note = await fetchBytes('checkpoint')
  const checkpoint = note === null ? 'it is missing' : readCheckpoint(note, key)
  if (typeof checkpoint === 'string') {
    findings.add('checkpoint-untrusted', 'checkpoint', `The checkpoint cannot be believed: ${checkpoint}.`)
    return findings.report(0)
  }
  const older: Checkpoint[] = []
  for (const [at, text] of (options.since ?? []).entries()) {
    const earlier = readCheckpoint(text, key)
    if (typeof earlier === 'string') findings.add('checkpoint-untrusted', `since/${at}`, `An earlier checkpoint cannot be believed: ${earlier}.`)
    else if (earlier.size > checkpoint.size) {
      findings.add('history-rewritten', earlier.size, `An earlier checkpoint has ${earlier.size} entries; this log has ${checkpoint.size}.`)
    } else older.push(earlier)
  }
  await walk(fetchBytes, checkpoint, older, findings)
  return findings.report(checkpoint.size)
}

async function walk(fetchBytes: FetchBytes, { size, root }: Checkpoint, older: readonly Checkpoint[], findings: Findings): Promise<void> {
  const running = new RunningRoot()
  const tiler = new Tiler(rootOver)
  const compareOlder = (): void => {
    for (const earlier of older) {
      if (earlier.size === running.size && !earlier.root.equals(running.root())) {
        findings.add('history-rewritten', earlier.size, `The first ${earlier.size} entries are not those of an earlier checkpoint.`)
      }
    }
  }
  compareOlder()
  for (let number = 0; number * WIDTH < size; number++) {
    for (const hash of await leavesOf(fetchBytes, number, Math.min(WIDTH, size - number * WIDTH), findings)) {
      running.add(hash)
      for (const tile of tiler.add(hash)) await compareTile(fetchBytes, tile, findings)
      compareOlder()
    }
  }
  for (const tile of tiler.rest()) await compareTile(fetchBytes, tile, findings)
  if (!running.root().equals(root)) findings.add('root-differs', size, 'The entries do not lead to the root that was signed.')
}

/** The hashes of a bundle's entries, each compared with its hash in the tile; where an entry cannot be read, the tile's stands in. */
async function leavesOf(fetchBytes: FetchBytes, number: number, width: number, findings: Findings): Promise<readonly Buffer[]> {
  const path = pathOf('entries', number, width)
  const bundle = await fetchBytes(path)
  const entries = bundle === null ? null : entriesOf(bundle)
  const tile = await fetchBytes(pathOf(0, number, width))
  const first = number * WIDTH
  if (bundle === null) findings.add('entry-missing', first, `The bundle ${path} is missing.`)
  else if (entries === null) findings.add('bundle-unreadable', path, 'The bundle is not a sequence of entries with their lengths.')
  else if (entries.length < width) findings.add('entry-missing', first + entries.length, `The bundle has ${entries.length} of ${width} entries.`)
  else if (entries.length > width) findings.add('entry-added', first + width, `The bundle has ${entries.length} entries instead of ${width}.`)
  const leaves: Buffer[] = []
  let changed = 0
  let firstChanged = 0
  for (let at = 0; at < width; at++) {
    const entry = entries?.[at]
    const published = hashAt(tile, at)
    const leaf = entry === undefined ? null : hashOfEntry(entry)
    if (leaf !== null && published !== null && !leaf.equals(published) && changed++ === 0) firstChanged = first + at
    leaves.push(leaf ?? published ?? Buffer.alloc(HASH))
  }
  if (changed > 0) findings.add('entry-changed', firstChanged, `${changed} entries of ${path} are not those whose hashes are in the tree.`)
  return leaves
}

async function compareTile(fetchBytes: FetchBytes, { level, number, hashes }: FinishedTile, findings: Findings): Promise<void> {
  const path = pathOf(level, number, hashes.length)
  const published = await fetchBytes(path)
  if (published === null) findings.add('tile-missing', path, 'The tile is missing.')
  else if (!Buffer.concat(hashes).equals(published))
    findings.add('tile-changed', path, 'The tile does not hold the hashes that follow from the entries.')
}

/** How many tiles a tree of this size stores in a database: full ones of level 0, and of the levels above also those begun. */
export function storedTiles(size: number): number {
  let count = Math.floor(hashesAt(size, 0) / WIDTH)
  for (let level = 1; hashesAt(size, level) > 0; level++) count += Math.ceil(hashesAt(size, level) / WIDTH)
  return count
}
