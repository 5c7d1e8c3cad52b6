import { Unusable } from './unusable.ts'

/** Steps that one document may cost. Real documents of a megabyte and more take some ten thousand. */
const MAX_STEPS = 1_000_000

/**
 * Counts the work that a document causes. Size alone does not bound it: ten thousand paths may refer to one large path item.
 * Once it is used up, the operations that remain are reported as unusable.
 */
export class Effort {
  #left: number
  constructor(steps: number = MAX_STEPS) {
    this.#left = steps
  }

  /** @throws Unusable when nothing is left */
  spend(steps: number, pointer: string): void {
    this.#left -= steps
    if (this.#left < 0) throw new Unusable('The document as a whole is too much work: its operations share too many large parts. Split it.', pointer)
  }
}
