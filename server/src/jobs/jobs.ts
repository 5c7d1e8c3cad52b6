import { randomUUID } from 'node:crypto'
import { type Clock, MINUTE, SECOND } from '../lib/index.ts'
import { type Deadline, type Handlers, LeaseLostError, type Schedule } from '../schedule/index.ts'
import type { Enforcement, Storage, Write } from '../storage/index.ts'
import type { Log, Metrics } from '../telemetry/index.ts'
import { type AttemptNeeds, attempt } from './attempt.ts'

export type JobsNeeds = {
  readonly storage: Storage
  readonly enforcement: Enforcement
  readonly clock: Clock
  readonly schedule: Schedule
  readonly metrics: Metrics
  readonly log: Log
  readonly node: string
  /** In whose name what comes back by itself is put down. */
  readonly workspace: string
  readonly handlers: Handlers
  readonly burial?: (deadline: Deadline, reason: string) => readonly Write[]
  readonly random?: () => number
  /** How many attempts one process has under way at once. */
  readonly atOnce?: number
}

const LEASE = MINUTE
const LOOK_EVERY = SECOND
const AT_ONCE = 8

type Running = { readonly deadline: Deadline; readonly lease: string; readonly stop: AbortController; readonly ended: Promise<void> }

/**
 * The runner of `schedule/`: takes up what is due, hands it to the handler of its kind, and keeps the lease while it works. Any number of nodes run
 * one each. A deadline whose node died is taken over when its lease runs out, or at once where the node is known to be gone.
 */
export class Jobs {
  readonly #needs: JobsNeeds
  readonly #attempts: AttemptNeeds
  readonly #kinds: readonly string[]
  readonly #running = new Map<string, Running>()
  readonly #timers: NodeJS.Timeout[] = []
  #unlisten: () => void = () => {}
  #turns: Promise<number> = Promise.resolve(0)
  #stopping = false

  constructor(needs: JobsNeeds) {
    this.#needs = needs
    this.#kinds = Object.keys(needs.handlers)
    this.#attempts = {
      ...needs,
      random: needs.random ?? Math.random,
      burial: needs.burial ?? (() => []),
      onFault: (error, { id, kind, subject, attempts }) => needs.log.warn({ err: error, deadline: id, kind, subject, attempts }, 'a job failed'),
    }
  }

  /** Puts down what comes back by itself, takes over from the dead, and looks for what is due from now on. */
  async start(): Promise<void> {
    const { storage, schedule, clock, workspace, handlers } = this.#needs
    const recurring = Object.entries(handlers).filter(([, { every }]) => every !== undefined)
    await storage.write(
      recurring.map(([kind, { every = 0 }]) => schedule.puttingUnlessThere({ workspace, kind, subject: kind, dueAt: clock.now() + every })),
    )
    await schedule.freeLeasesOfTheDead()
    this.#timers.push(
      setInterval(() => this.#look(), LOOK_EVERY).unref(),
      setInterval(() => this.#keep(), LEASE / 3).unref(),
      setInterval(() => this.#guarded(schedule.freeLeasesOfTheDead()), LEASE / 2).unref(),
    )
    this.#unlisten = clock.onMove?.(() => this.#look()) ?? this.#unlisten
    this.#look()
  }

  /** Does everything that is due now, in order, and returns when nothing is left. @returns how many attempts that were */
  async runDue(): Promise<number> {
    let count = 0
    for (;;) {
      const begun = await this.#turn()
      count += begun
      if (this.#running.size > 0) await Promise.race([...this.#running.values()].map(({ ended }) => ended))
      else if (begun === 0) return count
    }
  }

  /** Takes up nothing more, waits for what is under way, and hands back what does not end in time. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true
    this.#unlisten()
    for (const timer of this.#timers.splice(0)) clearInterval(timer)
    await this.#turns.catch(() => {})
    const rest = (): readonly Promise<void>[] => [...this.#running.values()].map(({ ended }) => ended)
    const timer = setTimeout(() => {
      for (const { stop } of this.#running.values()) stop.abort(new Error('the process stops'))
    }, graceMs)
    await Promise.all(rest())
    clearTimeout(timer)
  }

  #look(): void {
    this.#guarded(this.#turn())
  }

  #guarded(work: Promise<unknown>): void {
    work.catch((error) => this.#needs.log.error({ err: error }, 'due jobs could not be looked for'))
  }

  /** One after another, so that a clock that moves does not take the same thing up twice. */
  #turn(): Promise<number> {
    this.#turns = this.#turns.catch(() => 0).then(() => this.#takeUp())
    return this.#turns
  }

  async #takeUp(): Promise<number> {
    const { schedule, node, atOnce = AT_ONCE } = this.#needs
    const free = atOnce - this.#running.size
    if (this.#stopping || free <= 0 || !(await schedule.isAnythingDue(this.#kinds))) return 0
    // A clock that was moved by days has outrun the leases of what is under way here.
    await this.#keep()
    const lease = `${node}/${randomUUID()}`
    const taken = await schedule.take(this.#kinds, lease, LEASE, free)
    for (const deadline of taken) this.#begin(deadline, lease)
    return taken.length
  }

  #begin(deadline: Deadline, lease: string): void {
    const { handlers, metrics, clock } = this.#needs
    const handler = handlers[deadline.kind]
    if (handler === undefined) return
    const stop = new AbortController()
    const started = performance.now()
    metrics.jobStarted(clock.now() - deadline.dueAt)
    const ended = attempt(this.#attempts, handler, deadline, lease, stop.signal)
      .then((how) => metrics.jobEnded(deadline.kind, how, performance.now() - started))
      .catch((error) => this.#needs.log.error({ err: error, deadline: deadline.id, kind: deadline.kind }, 'how a job ended could not be written'))
      .then(() => {
        this.#running.delete(deadline.id)
        // A full house may have left something waiting.
        if (!this.#stopping) this.#look()
      })
    this.#running.set(deadline.id, { deadline, lease, stop, ended })
  }

  async #keep(): Promise<void> {
    await Promise.all(
      [...this.#running.values()].map(async ({ deadline, lease, stop }) => {
        const kept = await this.#needs.schedule.extend(deadline.id, lease, LEASE).catch(() => true)
        if (!kept && this.#running.get(deadline.id)?.lease === lease) stop.abort(new LeaseLostError('another node took it over'))
      }),
    )
  }
}
