import type { Asked } from '../../gateway/index.ts'
import { MINUTE, Refusal, SECOND } from '../../lib/index.ts'
import type { McpRooms } from './rooms.ts'

type Rooms = Pick<McpRooms, 'authorization' | 'gateway' | 'changes' | 'log'>
/** Whose stream it is, and how it speaks. */
export type Watcher = Pick<Asked, 'bearer' | 'scope' | 'protocol' | 'era'>
type Watched = { stop: AbortController; failures: number; timer?: NodeJS.Timeout }

/** How long the stream waits for connectors before it says what it can hear. */
const OPEN_MS = 5 * SECOND
const FIRST_RETRY_MS = 5 * SECOND
const LAST_RETRY_MS = 5 * MINUTE

/**
 * Resources whose changes are told on one open stream. Each is asked for by a governed call; what the connector says afterwards passes only for as long as that
 * call would still be allowed: whatever changes, all are let go at once and asked for anew.
 */
export class ResourceWatches {
  readonly #rooms: Rooms
  readonly #watcher: Watcher
  readonly #watched = new Map<string, Watched>()
  #tell: (uri: string) => void = () => {}
  #closed = false

  constructor(rooms: Rooms, watcher: Watcher) {
    this.#rooms = rooms
    this.#watcher = watcher
  }

  /** From now on changes are told. */
  attach(tell: (uri: string) => void): void {
    this.#tell = tell
  }

  /** Watches these and no others. Resolves with those that can be heard, once all have answered or the time is up. */
  async set(uris: readonly string[]): Promise<readonly string[]> {
    for (const [uri, watched] of this.#watched) if (!uris.includes(uri)) this.#letGo(uri, watched)
    const late = new Promise<void>((resolve) => setTimeout(resolve, OPEN_MS).unref())
    const heard: string[] = []
    const opening = uris.filter((uri) => !this.#watched.has(uri)).map(async (uri) => void ((await this.#open(uri, 0)) && heard.push(uri)))
    await Promise.race([Promise.all(opening), late])
    return uris.filter((uri) => heard.includes(uri))
  }

  /** Something changed about what this person may do. */
  again(): void {
    const uris = [...this.#watched.keys()]
    for (const [uri, watched] of this.#watched) this.#letGo(uri, watched)
    void this.set(uris)
  }

  close(): void {
    this.#closed = true
    for (const [uri, watched] of this.#watched) this.#letGo(uri, watched)
  }

  #letGo(uri: string, watched: Watched): void {
    this.#watched.delete(uri)
    clearTimeout(watched.timer)
    watched.stop.abort()
  }

  /** @returns whether the connector tells of changes of this resource */
  async #open(uri: string, failures: number): Promise<boolean> {
    if (this.#closed) return false
    const watched: Watched = { stop: new AbortController(), failures }
    this.#watched.set(uri, watched)
    const { signal } = watched.stop
    const isWanted = (): boolean => this.#watched.get(uri) === watched
    const watching = { signal, onUpdated: () => isWanted() && this.#tell(uri), onEnded: () => isWanted() && this.#later(uri, watched) }
    const { authorization, gateway, changes, log } = this.#rooms
    try {
      const epoch = changes.known
      const principal = await authorization.identify(this.#watcher.bearer)
      await gateway.answer({
        ...this.#watcher,
        principal,
        epoch,
        name: uri,
        arguments: { uri },
        operation: 'resources/subscribe',
        signal,
        onProgress: undefined,
        declined: false,
        watching,
      })
      watched.failures = 0
      return isWanted()
    } catch (error) {
      if (!(error instanceof Refusal)) log.error({ err: error }, 'a resource could not be watched')
      // Whose move it is decides: what only waiting helps is tried again, everything else when something changed.
      if (isWanted() && error instanceof Refusal && error.who === 'wait') this.#later(uri, watched)
      return false
    }
  }

  #later(uri: string, watched: Watched): void {
    if (watched.timer !== undefined) return
    const wait = Math.min(FIRST_RETRY_MS * 2 ** watched.failures, LAST_RETRY_MS)
    watched.timer = setTimeout(() => {
      if (this.#watched.get(uri) !== watched) return
      watched.stop.abort()
      void this.#open(uri, watched.failures + 1)
    }, wait)
    watched.timer.unref()
  }
}
