import { Connection } from './connection.ts'
import type { EchoShape } from './echoed.ts'
import { Histogram } from './histogram.ts'
import type { CallForm } from './request-template.ts'

/** One cell of the table: this call, over and over, on so many connections, for so long. */
export type LoadJob = {
  readonly form: CallForm
  readonly concurrency: number
  readonly durationMs: number
  /** The text that was sent, with its mark, and what the upstream adds behind it. */
  readonly text: string
  readonly added: string
  readonly shape: EchoShape
  /** One answer in this many is parsed whole and compared; all others are searched for their own id and word. */
  readonly checkEvery: number
}

/** What came of a cell. `counted` answers were correct and inside the time; `answered` adds those under way when it ended. */
export type LoadResult = {
  readonly counted: number
  readonly answered: number
  readonly elapsedMs: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly checked: number
  readonly errors: number
  /** The first thing that went wrong, in words. */
  readonly problem: string | null
}

const TOO_MANY_ERRORS = 200
const DRAIN_MS = 5000
let serial = 0

/** Runs one cell: a closed loop, so each connection asks again as soon as it was answered. Never throws for what the target does. */
export async function runLoad(job: LoadJob): Promise<LoadResult> {
  const histogram = new Histogram()
  let answered = 0
  let checked = 0
  let errors = 0
  let problem: string | null = null
  let running = true
  const started = performance.now()
  const deadline = started + job.durationMs

  const connections = Array.from(
    { length: job.concurrency },
    () =>
      new Connection(job, {
        nextSerial: () => serial++,
        mayContinue: () => running,
        answered(milliseconds, wasChecked) {
          answered++
          if (wasChecked) checked++
          if (running && performance.now() <= deadline) histogram.record(milliseconds)
        },
        failed(reason) {
          errors++
          problem ??= reason
          if (errors >= TOO_MANY_ERRORS) running = false
        },
      }),
  )
  const whenDone = Promise.all(connections.map((connection) => connection.run()))
  const stop = setTimeout(() => {
    running = false
  }, job.durationMs)
  const giveUp = setTimeout(() => {
    for (const connection of connections) connection.abandon('no answer in time')
  }, job.durationMs + DRAIN_MS)
  await whenDone
  clearTimeout(stop)
  clearTimeout(giveUp)

  return {
    counted: histogram.count,
    answered,
    elapsedMs: Math.min(job.durationMs, performance.now() - started),
    p50Ms: histogram.percentile(0.5),
    p99Ms: histogram.percentile(0.99),
    checked,
    errors,
    problem,
  }
}
