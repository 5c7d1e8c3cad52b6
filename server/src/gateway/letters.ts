import { type Clock, type Json, MINUTE, newId, type WorkspaceId } from '../lib/index.ts'
import { SealBrokenError, type Sealing } from '../sealing/index.ts'
import { type Storage, write } from '../storage/index.ts'

const CHANNEL = 'mcp letters'
/** Nobody waits for a letter longer than this. */
const KEPT = 10 * MINUTE

/** Real time. */
const LOOK_EVERY = 2_000

export type Waiting = { readonly letter: Promise<Json>; stop(): void }

/**
 * What one process has for another that waits for it: behind a balancer, the answer to a question arrives wherever it arrives. Where the one who waits is in
 * this process, nothing is written. A letter is taken once.
 */
export class Letters {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #sealing: Sealing
  readonly #waiting = new Map<string, (letter: Json) => void>()
  readonly #stop: () => void
  readonly #onFault: (error: unknown) => void

  constructor(needs: { storage: Storage; clock: Clock; sealing: Sealing; onFault?: (error: unknown) => void }) {
    this.#storage = needs.storage
    this.#clock = needs.clock
    this.#sealing = needs.sealing
    this.#onFault = needs.onFault ?? (() => {})
    this.#stop = this.#storage.listen(CHANNEL, (address) => {
      if (this.#waiting.has(address)) this.#take(address).catch(this.#onFault)
    })
  }

  /** Waits for the letter to an address that nobody else waits at. Begin before whoever writes can know the address. */
  await(address: string): Waiting {
    const { promise, resolve } = Promise.withResolvers<Json>()
    this.#waiting.set(address, resolve)
    // What processes tell each other is a hint that can be lost; what is written is not.
    const timer = this.#storage.dialect.shared ? setInterval(() => this.#take(address).catch(this.#onFault), LOOK_EVERY) : undefined
    timer?.unref()
    const stop = (): void => {
      clearInterval(timer)
      this.#waiting.delete(address)
    }
    return { letter: promise.finally(stop), stop }
  }

  /** Hands a letter over, or leaves it where the process that waits for it finds it. */
  async send(workspace: WorkspaceId, address: string, letter: Json): Promise<void> {
    const here = this.#waiting.get(address)
    if (here !== undefined) {
      this.#waiting.delete(address)
      return here(letter)
    }
    // One process holds a SQLite file: whoever is not here is nowhere.
    if (!this.#storage.dialect.shared) return
    const now = this.#clock.now()
    const id = newId('ltr', now)
    const { db } = this.#storage
    await this.#storage.write([
      write(db.deleteFrom('mcp_letters').where('created_at', '<', now - KEPT)),
      write(
        db.insertInto('mcp_letters').values({
          id,
          workspace_id: workspace,
          address,
          sealed: this.#sealing.seal(place(address), JSON.stringify(letter)),
          created_at: now,
        }),
      ),
    ])
    this.#storage.notify(CHANNEL, address)
  }

  async #take(address: string): Promise<void> {
    const { db } = this.#storage
    const row = await db.selectFrom('mcp_letters').select(['id', 'sealed']).where('address', '=', address).executeTakeFirst()
    const resolve = this.#waiting.get(address)
    if (row === undefined || resolve === undefined) return
    this.#waiting.delete(address)
    await this.#storage.write([write(db.deleteFrom('mcp_letters').where('id', '=', row.id))])
    try {
      resolve(JSON.parse(this.#sealing.open(place(address), row.sealed)) as Json)
    } catch (error) {
      if (!(error instanceof SealBrokenError)) throw error
      resolve(null)
    }
  }

  close(): void {
    this.#stop()
  }
}

function place(address: string): string {
  return `letter:${address}`
}
