import { setTimeout as pause } from 'node:timers/promises'
import { openCall, proveCall, textOf } from './calls.ts'
import { addedText } from './echo.ts'
import type { Generator } from './load/generator.ts'
import type { LoadJob } from './load/load.ts'
import type { CallForm } from './load/request-template.ts'
import { cpuMs, machineTime, memoryMiB, processTree, stolenShare } from './machine.ts'
import { commitTotal } from './metrics.ts'
import type { Options } from './options.ts'
import type { Sample } from './ratios.ts'
import type { Contestant, Row, Site, Started } from './servers.ts'

/** A row that is up and has answered correctly, ready to be loaded. */
export type Ready = {
  readonly row: Row
  readonly form: CallForm
  readonly contestant: Contestant
  readonly started: Started
  readonly firstAnswerMs: number
}

/** A row that has no figures, and why. */
export type Skipped = { readonly name: string; readonly reason: string }

const START_LIMIT_MS = 45_000
const STOLEN_LIMIT = 0.08
const REPEATS = 2

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // A failed fetch says why only in its cause.
  return error instanceof TypeError && error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}

async function answers(row: Row, started: Started, site: Site, text: string): Promise<CallForm> {
  const limit = performance.now() + START_LIMIT_MS
  for (;;) {
    try {
      const form = await openCall(row.address, text)
      await proveCall(row.address, form, text, addedText(site.extraBytes))
      return form
    } catch (error) {
      const { exitCode } = started.process.child
      if (exitCode !== null) throw new Error(`it ended with exit code ${exitCode}: ${started.process.log().trim().slice(-400)}`)
      if (performance.now() > limit) throw new Error(`no correct answer in ${START_LIMIT_MS / 1000} s: ${reasonOf(error)}`)
      await pause(5)
    }
  }
}

/** Starts a server and waits until each wanted row gives a correct echo. A row that does not is skipped with its reason. */
export async function bringUp(contestant: Contestant, wanted: (row: string) => boolean, site: Site, options: Options) {
  const ready: Ready[] = []
  const skipped: Skipped[] = []
  const text = textOf(options.textBytes)
  try {
    const started = await contestant.start(site)
    const rows = started.rows.filter((row) => wanted(row.name))
    for (const name of contestant.rows.filter((name) => wanted(name) && !rows.some((row) => row.name === name))) {
      skipped.push({ name, reason: 'the server does not offer it' })
    }
    for (const row of rows) {
      try {
        const form = await answers(row, started, site, text)
        ready.push({ row, form, contestant, started, firstAnswerMs: performance.now() - started.process.startedAt })
      } catch (error) {
        skipped.push({ name: row.name, reason: reasonOf(error) })
      }
    }
    if (ready.length === 0) started.process.stop()
  } catch (error) {
    skipped.push(...contestant.rows.filter(wanted).map((name) => ({ name, reason: reasonOf(error) })))
  }
  return { ready, skipped }
}

/** The load on one row: what the generator needs to know. */
export function jobFor(ready: Ready, options: Options, concurrency: number, seconds: number): LoadJob {
  return {
    form: ready.form,
    concurrency,
    durationMs: seconds * 1000,
    text: textOf(options.textBytes),
    added: addedText(options.extraBytes),
    shape: ready.row.address.shape,
    checkEvery: 32,
  }
}

/** Who makes the load: the generator's process and the upstream's. Beside a busy load side, a row shows its limit and not the target's. */
export type LoadSide = { readonly generator: Generator; readonly upstreamPid: number }

async function once(
  ready: Ready,
  { generator, upstreamPid }: LoadSide,
  job: LoadJob,
  round: number,
): Promise<Sample & { readonly problem: string | null }> {
  const pids = processTree(ready.started.process.pid, ready.started.without)
  const loadPids = [generator.pid, upstreamPid]
  const commitBefore = await commitTotal(ready.started.metricsUrl)
  const [cpuBefore, loadBefore, timeBefore, began] = [cpuMs(pids), cpuMs(loadPids), machineTime(), performance.now()]
  const result = await generator.run(job)
  const [cpuAfter, loadAfter, timeAfter, ended] = [cpuMs(pids), cpuMs(loadPids), machineTime(), performance.now()]
  const commitAfter = await commitTotal(ready.started.metricsUrl)
  const memory = memoryMiB(pids)
  const perCall = (total: number) => (result.answered === 0 ? null : total / result.answered)
  return {
    name: ready.row.name,
    concurrency: job.concurrency,
    round,
    rps: (result.counted * 1000) / result.elapsedMs,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    cpuMsPerCall: cpuBefore === null || cpuAfter === null ? null : perCall(cpuAfter - cpuBefore),
    rssMiB: memory.rss,
    pssMiB: memory.pss,
    commitMsPerCall: commitBefore === null || commitAfter === null ? null : perCall((commitAfter.seconds - commitBefore.seconds) * 1000),
    errors: result.errors,
    checked: result.checked,
    stolen: stolenShare(timeBefore, timeAfter),
    loadCores: loadBefore === null || loadAfter === null ? null : (loadAfter - loadBefore) / (ended - began),
    problem: result.problem,
  }
}

/** Measures one cell. When the hypervisor took the machine away meanwhile, and it may, it measures again, at most twice; the least disturbed one counts. */
export async function measure(ready: Ready, side: LoadSide, job: LoadJob, round: number, mayRepeat: boolean) {
  let best = await once(ready, side, job, round)
  for (let repeat = 0; mayRepeat && repeat < REPEATS && best.stolen > STOLEN_LIMIT; repeat++) {
    await pause(300)
    const again = await once(ready, side, job, round)
    if (again.stolen < best.stolen) best = again
  }
  return best
}
