import type { MasterKey, MasterKeys } from '../sealing/index.ts'
import { KeysUnavailableError } from './keys-errors.ts'

/** The master keys in memory. Which of them seals is decided for all nodes at once, so it is not simply the first one. */
export class KeyRing implements MasterKeys {
  #byId: ReadonlyMap<string, MasterKey> = new Map()
  #current: string | null = null

  /** @throws KeysUnavailableError while there is none */
  get current(): MasterKey {
    const key = this.#current === null ? undefined : this.#byId.get(this.#current)
    if (key === undefined) throw new KeysUnavailableError('no master key is in memory')
    return key
  }

  /** @throws KeysUnavailableError while there is none */
  get byId(): ReadonlyMap<string, MasterKey> {
    if (this.isEmpty) throw new KeysUnavailableError('no master key is in memory')
    return this.#byId
  }

  get isEmpty(): boolean {
    return this.#byId.size === 0
  }

  get ids(): readonly string[] {
    return [...this.#byId.keys()]
  }

  has(id: string): boolean {
    return this.#byId.has(id)
  }

  get currentId(): string | null {
    return this.#current
  }

  hold(keys: readonly MasterKey[]): void {
    this.#byId = new Map(keys.map((key) => [key.id, key]))
  }

  use(id: string): void {
    this.#current = id
  }

  drop(): void {
    this.#byId = new Map()
  }
}
