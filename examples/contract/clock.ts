import type { ClockView } from '@handfast/contract'
import type { Person } from '../demo/person.ts'
import { StoryError } from '../demo/story-steps.ts'

export const DAY = 86_400_000
const PATIENCE_MS = 20_000
const LOOK_EVERY_MS = 50

/** The clock of a Handfast that runs for development, in the hands of its operator. */
export class Clock {
  readonly #operator: Person
  readonly #everybody: readonly Person[]

  constructor(operator: Person, everybody: readonly Person[]) {
    this.#operator = operator
    this.#everybody = everybody
  }

  async now(): Promise<number> {
    return Date.parse((await this.#operator.get<ClockView>('/api/v1/clock')).now)
  }

  /** Moves on, and everybody comes back: sessions do not last as long as agreements. */
  async moves(ms: number): Promise<number> {
    await this.#operator.signsIn()
    const { now } = await this.#operator.post<ClockView>('/api/v1/clock', { seconds: ms / 1_000 })
    for (const person of this.#everybody) await person.signsIn()
    return Date.parse(now)
  }

  /** Moves to a moment. */
  async movesTo(at: number): Promise<number> {
    return this.moves(at - (await this.now()))
  }
}

/** What happens by itself happens soon, and not at once. @throws StoryError when it does not */
export async function eventually<Seen>(look: () => Promise<Seen>, fits: (seen: Seen) => boolean, otherwise: string): Promise<Seen> {
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    const seen = await look()
    if (fits(seen)) return seen
    if (performance.now() > until) throw new StoryError(`${otherwise} It is ${JSON.stringify(seen).slice(0, 500)}.`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}

/** A day as a sheet of a calendar shows it, in UTC. */
export function dayOf(at: number | string): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
