import { record } from '../ledger/index.ts'
import type { Clock } from '../lib/index.ts'
import type { Sealing } from '../sealing/index.ts'
import type { Enforcement, Storage, Write } from '../storage/index.ts'
import type { Person } from './history.ts'

/** What one room forgets about a person: its statements, to be run with those of the others or not at all. */
export type ErasureStep = (person: Person, at: number) => readonly Write[] | Promise<readonly Write[]>

/**
 * Destroys everything readable about a person, in one transaction: each room's own data, and the key under which contents are sealed. What
 * the ledger holds stays and verifies; it has only ids and salted commitments, and the salts are under the key (clause 3c-privacy).
 */
export class Erasure {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #enforcement: Enforcement
  readonly #sealing: Sealing
  readonly #steps: readonly ErasureStep[]

  /** @param needs `steps` are those of the rooms that know something about people, handed in because this room may not know them */
  constructor(needs: { storage: Storage; clock: Clock; enforcement: Enforcement; sealing: Sealing; steps: readonly ErasureStep[] }) {
    this.#storage = needs.storage
    this.#clock = needs.clock
    this.#enforcement = needs.enforcement
    this.#sealing = needs.sealing
    this.#steps = needs.steps
  }

  /** When this returns, nobody reads it any more and no call goes out for the person, on any node. @throws what a step refuses with, and nothing is erased */
  async erase(person: Person): Promise<void> {
    const { db } = this.#storage
    const { user, workspace } = person
    const at = this.#clock.now()
    const writes: Write[] = []
    for (const step of this.#steps) writes.push(...(await step(person, at)))
    await this.#enforcement.change(
      [
        ...writes,
        this.#sealing.destroyKey(user, workspace),
        record(db, { event: 'key.destroyed', workspace, subject: user, by: user, at }),
        record(db, { event: 'user.erased', workspace, subject: user, by: user, at }),
      ],
      [`user:${user}`],
    )
  }
}
