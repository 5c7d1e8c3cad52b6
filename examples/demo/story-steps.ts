import type { Step, Teller } from './stage.ts'

/** Something that the story promises is not so. */
export class StoryError extends Error {
  override readonly name = 'StoryError'
}

/** @throws StoryError */
export function expect(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new StoryError(otherwise)
}

/** Runs the story step by step, and stops it at the first one that does not come true. */
export class StorySteps {
  readonly steps: Step[] = []
  readonly #tell: Teller
  readonly #signal: AbortSignal | undefined

  constructor(tell: Teller, signal?: AbortSignal) {
    this.#tell = tell
    this.#signal = signal
  }

  get ok(): boolean {
    return this.steps.every((step) => step.ok)
  }

  /**
   * @param work answers with what was seen, in words, and with what later steps need
   * @throws whatever the work throws, after telling of it
   */
  async step<Result>(name: string, work: () => Promise<readonly [seen: string, result: Result]>): Promise<Result> {
    this.#signal?.throwIfAborted()
    const start = performance.now()
    const since = () => Math.round(performance.now() - start)
    try {
      const [seen, result] = await Promise.race([work(), this.#stopped()])
      this.#add({ name, ok: true, ms: since() }, seen)
      return result
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.#add({ name, ok: false, ms: since(), error: message }, message)
      throw error
    }
  }

  /** Fails once the story is to end; never resolves. */
  #stopped(): Promise<never> {
    return new Promise((_, reject) => this.#signal?.addEventListener('abort', () => reject(new StoryError('It was stopped here.')), { once: true }))
  }

  #add(step: Step, seen: string): void {
    this.steps.push(step)
    this.#tell(step, seen)
  }
}
