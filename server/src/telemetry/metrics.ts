import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'

/** The figures of one process, in the Prometheus text format. Labels are few and bounded: no ids, no names of people. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #calls = new Counter({ name: 'handfast_calls_total', help: 'Calls by how they ended', labelNames: ['state'], registers: [this.#registry] })
  readonly #refusals = new Counter({ name: 'handfast_refusals_total', help: 'Refusals by code', labelNames: ['code'], registers: [this.#registry] })
  readonly #anonymous = new Counter({
    name: 'handfast_unidentified_requests_total',
    help: 'Requests refused before anybody was identified',
    labelNames: ['code'],
    registers: [this.#registry],
  })
  readonly #commit = new Histogram({
    name: 'handfast_commit_seconds',
    help: 'Time until a transaction was durable',
    buckets: [0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.5, 1, 5],
    registers: [this.#registry],
  })
  readonly #rows = new Histogram({
    name: 'handfast_commit_rows',
    help: 'Rows in one transaction',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 1024],
    registers: [this.#registry],
  })
  readonly #duration = new Histogram({
    name: 'handfast_call_seconds',
    help: 'Time from arrival to answer of a governed call',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [this.#registry],
  })
  readonly #jobs = new Counter({
    name: 'handfast_jobs_total',
    help: 'Attempts at due jobs by kind and how they ended',
    labelNames: ['kind', 'how'],
    registers: [this.#registry],
  })
  readonly #jobDuration = new Histogram({
    name: 'handfast_job_seconds',
    help: 'Time that an attempt at a job took',
    labelNames: ['kind'],
    buckets: [0.01, 0.1, 1, 10, 60, 300],
    registers: [this.#registry],
  })
  readonly #jobDelay = new Histogram({
    name: 'handfast_job_delay_seconds',
    help: 'Time from when a job was due to when an attempt at it began',
    buckets: [1, 5, 15, 60, 300, 3600, 86_400],
    registers: [this.#registry],
  })
  readonly contentType = this.#registry.contentType

  constructor() {
    ofProcess()
  }

  callEnded(state: string, ms: number): void {
    this.#calls.inc({ state })
    this.#duration.observe(ms / 1000)
  }

  refused(code: string): void {
    this.#refusals.inc({ code })
  }

  unidentified(code: string): void {
    this.#anonymous.inc({ code })
  }

  jobStarted(lateMs: number): void {
    this.#jobDelay.observe(Math.max(0, lateMs) / 1000)
  }

  jobEnded(kind: string, how: string, ms: number): void {
    this.#jobs.inc({ kind, how })
    this.#jobDuration.observe({ kind }, ms / 1000)
  }

  readonly committed = (ms: number, rows: number): void => {
    this.#commit.observe(ms / 1000)
    this.#rows.observe(rows)
  }

  async text(): Promise<string> {
    return `${(await this.#registry.metrics()).trimEnd()}\n\n${await ofProcess().metrics()}`
  }
}

let processRegistry: Registry | undefined

/** What is measured of the process, once however many servers there are in it: its delays and collections are watched from the first time on, without end. */
function ofProcess(): Registry {
  if (processRegistry === undefined) {
    processRegistry = new Registry()
    collectDefaultMetrics({ register: processRegistry, prefix: 'handfast_process_' })
  }
  return processRegistry
}
