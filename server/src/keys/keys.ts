import { type Clock, MINUTE, SECOND } from '../lib/index.ts'
import type { Sealing } from '../sealing/index.ts'
import type { Storage } from '../storage/index.ts'
import { KeyRing } from './key-ring.ts'
import type { HeldKey, KeySource, SourceKind } from './key-source.ts'
import { KeyRaceError, type KeyRow, type KeyState, KeyStore } from './key-store.ts'
import { KeyMissingError, KeyNeededError, KeyNotFoundError, KeysUnavailableError, RotationUnderWayError } from './keys-errors.ts'
import { countUnder, rewrapColumn } from './rewrap-column.ts'
import { sealedColumns } from './sealed-columns.ts'

/** How often each node looks at its sources and at what the others decided. */
const LOOK_MS = 15 * SECOND
/** What was sealed a moment before all nodes took up a new key is stored within this time. */
const SETTLE_MS = MINUTE

/** Passes at one look. A node that has not taken up the new key yet goes on sealing with the old one, and is waited for until the next. */
const MOST_PASSES = 3

/** A master key, as the operator sees it. */
export type KeyNote = {
  readonly id: string
  readonly source: SourceKind
  readonly state: KeyState
  readonly createdAt: number
  readonly currentAt: number | null
  readonly doneAt: number | null
  /** Records that are wrapped with it. */
  readonly records: number
  /** Nodes that run and do not have it. */
  readonly lackedBy: readonly string[]
}

export type KeysNeeds = {
  readonly storage: Storage
  readonly clock: Clock
  readonly node: string
  /** The first one makes new keys; the others open what they sealed before. */
  readonly sources: readonly KeySource[]
  readonly onTrouble?: (why: string) => void
  /** The keys left the memory of this node: whatever was opened with them has to leave as well. */
  readonly onDropped?: () => void
  readonly onClose?: () => Promise<void>
}

/**
 * The master keys of all nodes: which one seals, and how another one takes its place while everything runs. A key waits until every node that
 * runs holds it, then becomes current; the one before opens what it sealed until all of that is wrapped anew, and may be removed afterwards.
 */
export class Keys {
  readonly ring = new KeyRing()
  readonly #needs: KeysNeeds
  readonly #store: KeyStore
  #sealing: Sealing | null = null
  #timer: NodeJS.Timeout | null = null
  #stopListening: (() => void) | null = null
  #looking: Promise<void> = Promise.resolve()
  #trouble: string | null = null
  #missing: KeyMissingError | null = null
  #closed = false

  constructor(needs: KeysNeeds) {
    this.#needs = needs
    this.#store = new KeyStore(needs.storage)
  }

  /** Takes the keys in. @throws KeyMissingError, KeysUnavailableError when this node cannot read what is there */
  async open(): Promise<void> {
    await this.#reconcile()
  }

  /** Looks after the keys from now on, and goes on with a rotation that was broken off. */
  start(sealing: Sealing): void {
    this.#sealing = sealing
    this.#stopListening = this.#needs.storage.listen('keys', () => void this.look())
    this.#timer = setInterval(() => void this.look(), LOOK_MS)
    this.#timer.unref()
    void this.look()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#stopListening?.()
    if (this.#timer !== null) clearInterval(this.#timer)
    await this.#looking
    await this.#store.leave(this.#needs.node).catch(() => undefined)
    await this.#needs.onClose?.()
  }

  /** Null while all is well. Keys from memory keep things going, and this says why they have to. */
  get trouble(): string | null {
    return this.#trouble ?? this.#needs.sources.map(({ trouble }) => trouble).find((why) => why !== null) ?? null
  }

  /** @throws Refusal when this node should not be given work */
  check(): void {
    if (this.#missing !== null) throw this.#missing
    void this.ring.current
  }

  /** Looks at the sources and the other nodes once, and does what is to be done. What fails is tried again at the next look. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(async () => {
      if (this.#closed) return
      try {
        await this.#reconcile()
        await this.#wrapAnew()
        this.#trouble = null
        this.#missing = null
      } catch (error) {
        this.#missing = error instanceof KeyMissingError ? error : null
        this.#trouble = error instanceof KeysUnavailableError ? String(error.detail['why']) : (error as Error).message
      }
      if (this.trouble !== null) this.#needs.onTrouble?.(this.trouble)
    })
    return this.#looking
  }

  /** Makes a new key. It becomes current at once, or when the last node has it. @throws RotationUnderWayError, KeyNotMadeHereError */
  async rotate(by: string): Promise<string> {
    const waiting = (await this.#store.rows()).find(({ state }) => state === 'waiting')
    if (waiting !== undefined) throw new RotationUnderWayError(waiting.id)
    const [source] = this.#needs.sources
    if (source === undefined) throw new KeysUnavailableError('there is no source of keys')
    const held = await source.make()
    await this.#announce(held, by)
    this.#needs.storage.notify('keys', held.key.id)
    await this.look()
    return held.key.id
  }

  /** Lets go of a key that waits or that nothing needs any more. @throws KeyNeededError, KeyNotFoundError */
  async forget(id: string, by: string): Promise<void> {
    const row = (await this.#store.rows()).find((each) => each.id === id)
    if (row === undefined) throw new KeyNotFoundError()
    if (row.state === 'removable' && (await this.#records(id)) > 0) throw new KeyNeededError(id)
    await this.#store.forget(id, by, this.#needs.clock.now()).catch((error) => {
      throw error instanceof KeyRaceError ? new KeyNeededError(id) : error
    })
  }

  /** The waiting one, the current one, then those that are on their way out, newest first. */
  async list(): Promise<readonly KeyNote[]> {
    const nodes = await this.#store.nodes()
    const notes: KeyNote[] = []
    const rows = await this.#store.rows()
    for (const row of rows.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state))) {
      const lackedBy = nodes.filter(({ held }) => !held.includes(row.id)).map(({ node }) => node)
      notes.push({
        id: row.id,
        source: row.source,
        state: row.state,
        createdAt: row.created_at,
        currentAt: row.current_at,
        doneAt: row.done_at,
        records: await this.#records(row.id),
        lackedBy,
      })
    }
    return notes
  }

  async #records(id: string): Promise<number> {
    let sum = 0
    for (const column of sealedColumns) sum += await countUnder(this.#needs.storage, column, id)
    return sum
  }

  async #load(rows: readonly KeyRow[]): Promise<readonly HeldKey[]> {
    const wrapped = rows.flatMap((row) => (row.source === 'transit' && row.wrapped !== null ? [{ id: row.id, wrapped: row.wrapped }] : []))
    const held: HeldKey[] = []
    for (const source of this.#needs.sources) held.push(...(await source.load(source.kind === 'transit' ? wrapped : [])))
    return held
  }

  async #reconcile(): Promise<void> {
    const { clock, node, sources } = this.#needs
    let rows = await this.#store.rows()
    let held = await this.#loadOrDrop(rows)
    if (held[0]?.source !== sources[0]?.kind && sources[0]?.kind === 'transit') {
      // The first start with a key service: it makes the first key.
      await this.#store.announceFirst(await sources[0].make(), 'system', clock.now()).catch(ignoreRace)
      rows = await this.#store.rows()
      held = await this.#loadOrDrop(rows)
    }
    this.ring.hold(held.map(({ key }) => key))
    const needed = rows.find(({ id, state }) => (state === 'current' || state === 'read-only') && !this.ring.has(id))
    if (needed !== undefined) throw new KeyMissingError(needed.id)
    const [first, ...others] = held
    if (first !== undefined && !rows.some(({ id }) => id === first.key.id)) {
      await this.#announce(first, 'system')
      // Before anybody wrote keys down, any of them may have sealed something.
      if (rows.length === 0) for (const other of others) await this.#store.adopt(other, clock.now())
      rows = await this.#store.rows()
    }
    this.#use(rows)
    await this.#store.say({ node, held: this.ring.ids, using: this.ring.currentId }, clock.now())
    await this.#promote(rows)
  }

  /** Keys that can no longer be had leave the memory, unless their source says otherwise. */
  async #loadOrDrop(rows: readonly KeyRow[]): Promise<readonly HeldKey[]> {
    try {
      return await this.#load(rows)
    } catch (error) {
      if (error instanceof KeysUnavailableError && !this.ring.isEmpty) {
        this.ring.drop()
        this.#needs.onDropped?.()
      }
      throw error
    }
  }

  #use(rows: readonly KeyRow[]): void {
    const current = rows.find(({ state }) => state === 'current')
    if (current === undefined) return
    if (!this.ring.has(current.id)) throw new KeyMissingError(current.id)
    this.ring.use(current.id)
  }

  /** Every node that runs has to hold a key before anybody seals with it. */
  async #promote(rows: readonly KeyRow[]): Promise<void> {
    const { clock, node, storage } = this.#needs
    const waiting = rows.find(({ state }) => state === 'waiting')
    if (waiting === undefined) return
    const isFirst = !rows.some(({ state }) => state === 'current')
    const nodes = await this.#store.nodes()
    // Of nodes that start for the first time with different keys, one goes on and the others say what they lack.
    if (!isFirst && nodes.some(({ held }) => !held.includes(waiting.id))) return
    await this.#store.promote(waiting.id, isFirst, clock.now()).catch(ignoreRace)
    this.#use(await this.#store.rows())
    await this.#store.say({ node, held: this.ring.ids, using: this.ring.currentId }, clock.now())
    storage.notify('keys', waiting.id)
  }

  async #announce(held: HeldKey, by: string): Promise<void> {
    await this.#store.announce(held, by, this.#needs.clock.now()).catch(ignoreRace)
  }

  /** One node at a time wraps anew what is not under the current key; when a whole pass finds nothing, old keys are no longer needed. */
  async #wrapAnew(): Promise<void> {
    const { clock, storage } = this.#needs
    const sealing = this.#sealing
    if (sealing === null) return
    const rows = await this.#store.rows()
    const [old, current] = [rows.filter(({ state }) => state === 'read-only'), rows.find(({ state }) => state === 'current')]
    if (old.length === 0 || current === undefined || !(await storage.tryLead('keys'))) return
    for (let pass = 0; pass < MOST_PASSES; pass++) {
      const settled = (await this.#store.nodes()).every(({ using }) => using === current.id) && clock.now() - (current.current_at ?? 0) >= SETTLE_MS
      let found = 0
      let unreadable = 0
      for (const column of sealedColumns) {
        if (this.#closed) return
        const done = await rewrapColumn(storage, sealing, column, current.id)
        found += done.rewrapped
        unreadable += done.unreadable
      }
      if (unreadable > 0) throw new Error(`${unreadable} sealed texts open with no key that is here`)
      if (found > 0) continue
      if (settled) for (const { id } of old) await this.#store.finish(id, current.id, clock.now()).catch(ignoreRace)
      return
    }
  }
}

const order: readonly KeyState[] = ['waiting', 'current', 'read-only', 'removable']

function ignoreRace(error: unknown): void {
  if (!(error instanceof KeyRaceError)) throw error
}
