/** How long one piece of work may hold the thread that serves everybody, in milliseconds. */
const PIECE_MS = 8

/** Lets others have the thread now and then, in the middle of something long. */
export class Pauses {
  #since = performance.now()

  async now(): Promise<void> {
    if (performance.now() - this.#since < PIECE_MS) return
    await new Promise((resolve) => setImmediate(resolve))
    this.#since = performance.now()
  }
}
