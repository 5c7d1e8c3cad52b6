import type { EventEmitter } from 'node:events'
import { StorageFault, type StorageOptions } from '../storage.ts'
import type { Append, Value, Write, WriteResult } from '../write.ts'
import type { Batch, BatchResult, GroupResult, Statement } from './messages.ts'

type WaitingWrite = {
  readonly writes: readonly Write[]
  readonly resolve: (results: readonly WriteResult[]) => void
  readonly reject: (error: unknown) => void
}
type WaitingAppend = { readonly rows: readonly Append[]; readonly resolve: (epoch: number) => void; readonly reject: (error: unknown) => void }

/** Whoever owns the connection: takes a batch or the word to close, and emits `message` with results, `error`, and `exit`. */
export type Owner = EventEmitter & { postMessage(message: Batch | 'close'): void }

/** What one turn of the event loop asked for. */
class Gathered {
  readonly writes: WaitingWrite[] = []
  readonly appends = new Map<string, (readonly Value[])[]>()
  readonly appenders: WaitingAppend[] = []
  readonly startedAt = performance.now()
  rows = 0

  write(waiting: WaitingWrite): this {
    this.writes.push(waiting)
    this.rows += waiting.writes.length
    return this
  }

  append(waiting: WaitingAppend): this {
    for (const row of waiting.rows) {
      const sql = insertInto(row.into)
      const list = this.appends.get(sql)
      if (list === undefined) this.appends.set(sql, [row.values])
      else list.push(row.values)
    }
    this.rows += waiting.rows.length
    this.appenders.push(waiting)
    return this
  }

  /** The same, each caller by itself. */
  apart(): readonly Gathered[] {
    return [...this.writes.map((one) => new Gathered().write(one)), ...this.appenders.map((one) => new Gathered().append(one))]
  }

  toBatch(): Batch {
    return { groups: this.writes.map((waiting) => waiting.writes.map(statementOf)), appends: [...this.appends] }
  }

  settle(result: BatchResult): void {
    if ('fault' in result) {
      this.fail(new StorageFault(`The database refused a transaction: ${result.fault}`))
      return
    }
    for (const waiting of this.appenders) waiting.resolve(result.epoch)
    for (const [index, waiting] of this.writes.entries()) settleOne(waiting, result.groups[index])
  }

  fail(error: Error): void {
    for (const waiting of [...this.writes, ...this.appenders]) waiting.reject(error)
  }
}

/**
 * Hands writing to the thread that owns the connection. Whatever one turn of the event loop asks for travels as one message, and the thread
 * makes all messages that wait for it durable together: group commit, without this side waiting for one commit before it sends the next.
 */
export class Writer {
  readonly #worker: Owner
  readonly #onCommit: StorageOptions['onCommit']
  #next = new Gathered()
  #scheduled = false
  /** Sent and not answered, oldest first. */
  readonly #sent: Gathered[] = []
  #lost: Error | null = null

  constructor(worker: Owner, onCommit: StorageOptions['onCommit']) {
    this.#worker = worker
    this.#onCommit = onCommit
    worker.on('message', (results: readonly BatchResult[]) => this.#answered(results))
    worker.on('error', (error) => this.#gone(error.message))
    worker.on('exit', () => this.#gone('it ended'))
  }

  write(writes: readonly Write[]): Promise<readonly WriteResult[]> {
    return new Promise((resolve, reject) => {
      this.#next.write({ writes, resolve, reject })
      this.#schedule()
    })
  }

  append(rows: readonly Append[]): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#next.append({ rows, resolve, reject })
      this.#schedule()
    })
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      const gathered = this.#next
      this.#next = new Gathered()
      this.#send(gathered)
    })
  }

  #send(gathered: Gathered): void {
    if (this.#lost !== null) {
      gathered.fail(this.#lost)
      return
    }
    this.#sent.push(gathered)
    this.#worker.postMessage(gathered.toBatch())
  }

  #answered(results: readonly BatchResult[]): void {
    for (const result of results) {
      const gathered = this.#sent.shift()
      if (gathered === undefined) continue
      this.#onCommit?.(performance.now() - gathered.startedAt, gathered.rows)
      // One row that cannot be written must not take other callers' rows with it.
      if ('fault' in result && gathered.appenders.length + gathered.writes.length > 1) for (const one of gathered.apart()) this.#send(one)
      else gathered.settle(result)
    }
  }

  #gone(why: string): void {
    this.#lost ??= new StorageFault(`The writing thread is gone: ${why}`)
    for (const gathered of this.#sent.splice(0)) gathered.fail(this.#lost)
  }

  /** Waits until everything asked for is durable, then ends the thread. */
  async close(): Promise<void> {
    while (this.#lost === null && (this.#scheduled || this.#sent.length > 0)) await new Promise((resolve) => setImmediate(resolve))
    if (this.#lost !== null) return
    const gone = new Promise((resolve) => this.#worker.once('exit', resolve))
    this.#worker.postMessage('close')
    await gone
  }
}

const texts = new WeakMap<object, string>()

function insertInto(table: Append['into']): string {
  let text = texts.get(table)
  if (text === undefined) {
    text = `insert into ${table.name} (${table.columns.join(', ')}) values (${table.columns.map(() => '?').join(', ')}) ${table.onConflict ?? ''}`
    texts.set(table, text)
  }
  return text
}

function statementOf(write: Write): Statement {
  return [write.sql, write.parameters, write.guard === undefined ? null : (write.guard.rows ?? -1)]
}

function settleOne(waiting: WaitingWrite, result: GroupResult | undefined): void {
  if (result === undefined) waiting.reject(new StorageFault('The writing thread left a transaction unanswered.'))
  else if ('results' in result) waiting.resolve(result.results)
  else if ('guardFailed' in result) waiting.reject(waiting.writes[result.guardFailed]?.guard?.otherwise() ?? new StorageFault('A guard failed.'))
  else waiting.reject(new StorageFault(`The database refused a statement: ${result.fault}`))
}
