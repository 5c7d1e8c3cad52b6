import { randomUUID } from 'node:crypto'
import { MINUTE } from '../lib/index.ts'
import type { Conversation } from './conversation.ts'

/** How long a connector's question stays open. People need time; connectors and balancers have less patience than people think. */
export const PARK_MS = 5 * MINUTE
const MOST_PER_OWNER = 16
const MOST = 2_000

/** Calls that wait for an answer of the assistant to a question of their connector, in this process. */
export class Parked {
  readonly #waiting = new Map<string, { readonly conversation: Conversation; readonly timer: NodeJS.Timeout }>()
  readonly #perOwner = new Map<string, number>()

  get size(): number {
    return this.#waiting.size
  }

  hasRoom(owner: string): boolean {
    return this.#waiting.size < MOST && (this.#perOwner.get(owner) ?? 0) < MOST_PER_OWNER
  }

  /** Keeps the call until it is taken up again, for at most `PARK_MS`. @returns what to come back with */
  put(conversation: Conversation): string {
    const id = randomUUID()
    const timer = setTimeout(() => {
      this.#drop(id)
      conversation.end()
    }, PARK_MS)
    timer.unref()
    this.#waiting.set(id, { conversation, timer })
    this.#perOwner.set(conversation.owner, (this.#perOwner.get(conversation.owner) ?? 0) + 1)
    return id
  }

  /** The call, once; undefined also where it is somebody else's. */
  take(id: string, owner: string): Conversation | undefined {
    const found = this.#waiting.get(id)
    if (found === undefined || found.conversation.owner !== owner) return undefined
    this.#drop(id)
    return found.conversation
  }

  endAll(): void {
    for (const [id, { conversation }] of [...this.#waiting]) {
      this.#drop(id)
      conversation.end()
    }
  }

  #drop(id: string): void {
    const found = this.#waiting.get(id)
    if (found === undefined) return
    clearTimeout(found.timer)
    this.#waiting.delete(id)
    const { owner } = found.conversation
    const left = (this.#perOwner.get(owner) ?? 1) - 1
    if (left > 0) this.#perOwner.set(owner, left)
    else this.#perOwner.delete(owner)
  }
}
