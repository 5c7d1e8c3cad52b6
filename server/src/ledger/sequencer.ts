import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../lib/index.ts'
import type { Storage } from '../storage/index.ts'
import { LedgerBrokenError } from './ledger-errors.ts'
import { type KeySeal, loadSigningKey } from './ledger-key.ts'
import { type LedgerStore, ledgerStore, type StoredCheckpoint } from './ledger-store.ts'
import { checkpointNote, type SigningKey } from './note.ts'
import { loadEdge } from './right-edge.ts'
import type { TileBuilder } from './tiles.ts'
import { leafHash } from './tree.ts'

/** Entries per turn of the event loop: reading and hashing as many takes two or three milliseconds. */
const CHUNK = 256
/** Bytes hashed at once; long entries give way sooner. */
const BYTES = 1 << 20

export type SequencerOptions = {
  readonly storage: Storage
  readonly clock: Clock
  /** Name of the log and of its key, such as `connectors.example.com/ledger`. Counts at the first start only. */
  readonly origin: string
  readonly seal: KeySeal
  /** Pause between two rounds. Default: a second. */
  readonly intervalMs?: number
  /** After each stored checkpoint. */
  readonly onCheckpoint?: (checkpoint: StoredCheckpoint) => void
  /** A round failed; the next one tries again, except after LedgerBrokenError. */
  readonly onFault?: (error: unknown) => void
}

/** What a round did. `led` is false when another process is the one that builds the tree. */
export type Round = { readonly led: boolean; readonly added: number; readonly size: number }

type State = { readonly key: SigningKey; readonly tree: TileBuilder; last: Buffer | null }

/** Brings entries into the tree and signs it. One process does, the one that leads; the others stand by. */
export class Sequencer {
  readonly #options: SequencerOptions
  readonly #store: LedgerStore
  #state: State | null = null
  #key: Promise<SigningKey> | null = null
  #broken: LedgerBrokenError | null = null
  #queue: Promise<unknown> = Promise.resolve()
  #timer: NodeJS.Timeout | null = null
  #started = false

  constructor(options: SequencerOptions) {
    this.#options = options
    this.#store = ledgerStore(options.storage)
  }

  /** Begins to run at its interval. Never throws; what goes wrong goes to `onFault`. */
  start(): void {
    if (this.#started) return
    this.#started = true
    this.#plan(0)
  }

  #plan(ms: number): void {
    this.#timer = setTimeout(async () => {
      await this.advance().catch((error: unknown) => this.#options.onFault?.(error))
      if (this.#started && this.#broken === null) this.#plan(this.#options.intervalMs ?? 1_000)
    }, ms).unref()
  }

  /** Returns when the round under way is finished. */
  async stop(): Promise<void> {
    this.#started = false
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#queue
  }

  /** The signing key, made at the first start. */
  key(): Promise<SigningKey> {
    const { storage, clock, origin, seal } = this.#options
    this.#key ??= loadSigningKey(storage, clock, origin, seal).catch((error: unknown) => {
      this.#key = null
      throw error
    })
    return this.#key
  }

  /**
   * One round: every entry that was durable when it began is in a signed tree when it ends. Rounds run one after another.
   * @throws LedgerBrokenError when what is stored contradicts what was signed; from then on every time
   */
  advance(): Promise<Round> {
    const round = this.#queue.then(() => this.#round())
    this.#queue = round.catch(() => {})
    return round
  }

  async #round(): Promise<Round> {
    if (this.#broken !== null) throw this.#broken
    if (!(await this.#options.storage.tryLead('ledger'))) {
      this.#state = null
      return { led: false, added: 0, size: (await this.#store.latest())?.size ?? 0 }
    }
    try {
      const state = await this.#resume()
      const before = state.tree.size
      while (await this.#chunk(state)) await nextTurn()
      return { led: true, added: state.tree.size - before, size: state.tree.size }
    } catch (error) {
      // Whether the last transaction took effect is not known; the next round reads what is there.
      this.#state = null
      if (error instanceof LedgerBrokenError) this.#broken = error
      throw error
    }
  }

  /** What is in memory if it is still what is stored; otherwise it is read again, and has to agree with what was signed last. */
  async #resume(): Promise<State> {
    const latest = await this.#store.latest()
    const size = latest?.size ?? 0
    if (this.#state !== null && this.#state.tree.size > size) {
      throw new LedgerBrokenError(`A checkpoint of ${this.#state.tree.size} entries was signed and is gone; the latest stored one has ${size}.`)
    }
    if (this.#state?.tree.size === size) return this.#state
    const key = await this.key()
    this.#state = { key, ...(await loadEdge(this.#store, latest)) }
    return this.#state
  }

  /** True when there may be more. */
  async #chunk(state: State): Promise<boolean> {
    const { tree } = state
    if (!this.#store.dialect.ordersCommits) await this.#store.place(CHUNK)
    // The last entry that is in the tree is read again: had it been replaced, the new ones would follow something that nobody signed.
    const from = state.last === null ? tree.size : tree.size - 1
    const leaves = await this.#store.leaves(from, from + CHUNK)
    if (state.last !== null && (leaves[0]?.leaf_index !== from || !leafHash(leaves[0].body).equals(state.last))) {
      throw new LedgerBrokenError(`Entry ${from} is not the one that was signed.`)
    }
    const fresh = state.last === null ? leaves : leaves.slice(1)
    let bytes = 0
    for (const { leaf_index, body } of fresh) {
      if (leaf_index !== tree.size) throw new LedgerBrokenError(`Entry ${tree.size} is missing; the next one is ${leaf_index}.`)
      state.last = leafHash(body)
      tree.append(state.last)
      bytes += body.length
      if (bytes > BYTES) {
        bytes = 0
        await nextTurn()
      }
    }
    if (fresh.length > 0) await this.#sign(state)
    return leaves.length === CHUNK
  }

  async #sign({ key, tree }: State): Promise<void> {
    const root = tree.root()
    const note = checkpointNote(key, tree.size, root)
    const checkpoint = { size: tree.size, root: root.toString('base64'), note, at: this.#options.clock.now() }
    await this.#store.keep(tree.take(), checkpoint)
    this.#options.onCheckpoint?.(checkpoint)
  }
}
