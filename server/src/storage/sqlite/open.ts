import { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { sqliteDialect } from '../dialect.ts'
import type { Schema } from '../schema.ts'
import { type Storage, StorageFault, type StorageOptions } from '../storage.ts'
import type { Append, Write, WriteResult } from '../write.ts'
import { lockFile } from './lock.ts'
import type { Batch, BatchResult, Statement } from './messages.ts'

type WaitingWrite = {
  readonly writes: readonly Write[]
  readonly resolve: (results: readonly WriteResult[]) => void
  readonly reject: (error: unknown) => void
}
type WaitingAppend = { readonly resolve: (epoch: number) => void; readonly reject: (error: unknown) => void }

const insertSql = new WeakMap<object, string>()
function sqlOf(table: Append['into']): string {
  let text = insertSql.get(table)
  if (text === undefined) {
    text = `insert into ${table.name} (${table.columns.join(', ')}) values (${table.columns.map(() => '?').join(', ')})`
    insertSql.set(table, text)
  }
  return text
}

/** Group commit: whatever comes in while one transaction is being made durable goes into the next one, together. */
class Writer {
  readonly #worker: Worker
  readonly #onCommit: StorageOptions['onCommit']
  #writes: WaitingWrite[] = []
  #appends = new Map<string, (readonly Append['values'][number][])[]>()
  #appendWaiters: WaitingAppend[] = []
  #rows = 0
  #busy = false
  #scheduled = false
  #failed: Error | null = null

  constructor(worker: Worker, onCommit: StorageOptions['onCommit']) {
    this.#worker = worker
    this.#onCommit = onCommit
    worker.on('error', (error) => {
      this.#failed = new StorageFault(`The writing thread stopped: ${error.message}`, { cause: error })
    })
  }

  write(writes: readonly Write[]): Promise<readonly WriteResult[]> {
    return new Promise((resolve, reject) => {
      this.#writes.push({ writes, resolve, reject })
      this.#rows += writes.length
      this.#schedule()
    })
  }

  append(rows: readonly Append[]): Promise<number> {
    return new Promise((resolve, reject) => {
      for (const row of rows) {
        const sql = sqlOf(row.into)
        const list = this.#appends.get(sql)
        if (list === undefined) this.#appends.set(sql, [row.values])
        else list.push(row.values)
      }
      this.#rows += rows.length
      this.#appendWaiters.push({ resolve, reject })
      this.#schedule()
    })
  }

  #schedule(): void {
    if (this.#busy || this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#flush()
    })
  }

  #flush(): void {
    if (this.#busy || (this.#writes.length === 0 && this.#appendWaiters.length === 0)) return
    const writes = this.#writes
    const waiters = this.#appendWaiters
    const rows = this.#rows
    const batch: Batch = { groups: writes.map((waiting) => waiting.writes.map(statementOf)), appends: [...this.#appends] }
    this.#writes = []
    this.#appends = new Map()
    this.#appendWaiters = []
    this.#rows = 0
    if (this.#failed !== null) {
      settleAll(writes, waiters, this.#failed)
      return
    }
    this.#busy = true
    const started = performance.now()
    const settle = (result: BatchResult): void => {
      this.#worker.off('exit', lost)
      this.#busy = false
      this.#onCommit?.(performance.now() - started, rows)
      if ('fault' in result) settleAll(writes, waiters, new StorageFault(`The database refused a transaction: ${result.fault}`))
      else {
        for (const waiter of waiters) waiter.resolve(result.epoch)
        for (let i = 0; i < writes.length; i++) settleOne(writes[i], result.groups[i])
      }
      this.#flush()
    }
    const lost = (): void => settle({ fault: 'the writing thread is gone' })
    this.#worker.once('message', settle)
    this.#worker.once('exit', lost)
    this.#worker.postMessage(batch)
  }

  async close(): Promise<void> {
    while (this.#busy || this.#scheduled || this.#writes.length > 0 || this.#appendWaiters.length > 0)
      await new Promise((resolve) => setImmediate(resolve))
    const gone = new Promise((resolve) => this.#worker.once('exit', resolve))
    this.#worker.postMessage('close')
    await gone
  }
}

function statementOf(write: Write): Statement {
  return [write.sql, write.parameters, write.guard === undefined ? null : (write.guard.rows ?? -1)]
}

function settleAll(writes: readonly WaitingWrite[], appends: readonly WaitingAppend[], error: Error): void {
  for (const waiting of writes) waiting.reject(error)
  for (const waiting of appends) waiting.reject(error)
}

function settleOne(waiting: WaitingWrite | undefined, result: Extract<BatchResult, { groups: unknown }>['groups'][number] | undefined): void {
  if (waiting === undefined || result === undefined) return
  if ('results' in result) waiting.resolve(result.results)
  else if ('guardFailed' in result) waiting.reject(waiting.writes[result.guardFailed]?.guard?.otherwise() ?? new StorageFault('a guard failed'))
  else waiting.reject(new StorageFault(`The database refused a statement: ${result.fault}`))
}

/** Opens an SQLite file that has been migrated. One process at a time: a second one is refused by the lock. */
export async function openSqlite(file: string, options: StorageOptions): Promise<Storage> {
  const unlock = lockFile(`${file}.lock`)
  if (!existsSync(file)) {
    unlock()
    throw new StorageFault(`There is no database at ${file}.`)
  }
  const worker = new Worker(new URL(import.meta.url.endsWith('.ts') ? './writer-thread.ts' : './writer-thread.js', import.meta.url), {
    workerData: { file },
  })
  await new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  const reading = new Database(file, { readonly: true })
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: reading }) })
  const writer = new Writer(worker, options.onCommit)
  const bus = new EventEmitter().setMaxListeners(0)
  return {
    dialect: sqliteDialect,
    db,
    write: (writes) => writer.write(writes),
    append: (rows) => writer.append(rows),
    notify: (channel, payload) => void bus.emit(channel, payload),
    listen: (channel, hear) => {
      bus.on(channel, hear)
      return () => void bus.off(channel, hear)
    },
    tryLead: async () => true,
    isAlive: async (nodeId) => nodeId === options.nodeId,
    close: async () => {
      await writer.close()
      await db.destroy()
      unlock()
    },
  }
}
