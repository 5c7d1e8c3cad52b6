import type { Pool } from 'pg'
import { StorageFault, type StorageOptions } from '../storage.ts'
import type { Append, AppendTable, Value } from '../write.ts'
import { plain } from './transact.ts'

type Waiting = { readonly rows: readonly Append[]; readonly resolve: (epoch: number) => void; readonly reject: (error: unknown) => void }

/** PostgreSQL takes 65,535 parameters in a statement. */
const MAX_PARAMETERS = 60_000

const texts = new WeakMap<AppendTable, Map<number, string>>()
function insertText(table: AppendTable, count: number): string {
  const byCount = texts.get(table) ?? new Map<number, string>()
  texts.set(table, byCount)
  let text = byCount.get(count)
  if (text === undefined) {
    const width = table.columns.length
    const row = (r: number): string => `(${table.columns.map((_, c) => `$${r * width + c + 1}`).join(', ')})`
    text = `insert into ${table.name} (${table.columns.join(', ')}) values ${Array.from({ length: count }, (_, r) => row(r)).join(', ')} ${table.onConflict ?? ''}`
    if (byCount.size < 300) byCount.set(count, text)
  }
  return text
}

/** Group commit: the rows of callers that arrive while one transaction is under way go into the next one, together. */
export class PostgresAppender {
  readonly #pool: Pool
  readonly #onCommit: StorageOptions['onCommit']
  #waiting: Waiting[] = []
  #busy: Promise<void> | null = null

  constructor(pool: Pool, onCommit: StorageOptions['onCommit']) {
    this.#pool = pool
    this.#onCommit = onCommit
  }

  append(rows: readonly Append[]): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ rows, resolve, reject })
      this.#busy ??= new Promise<void>((done) => setImmediate(done)).then(() => this.#run())
    })
  }

  async drain(): Promise<void> {
    while (this.#busy !== null) await this.#busy
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      await this.#settle(batch)
    }
    this.#busy = null
  }

  /** All together; where that is refused, each caller by itself, so that one row that cannot be written does not take others with it. */
  async #settle(batch: readonly Waiting[]): Promise<void> {
    const started = performance.now()
    try {
      const epoch = await this.#commit(batch)
      this.#onCommit?.(performance.now() - started, batch.length)
      for (const waiting of batch) waiting.resolve(epoch)
    } catch (error) {
      if (batch.length > 1 && isAboutData(error)) {
        for (const waiting of batch) await this.#settle([waiting])
        return
      }
      const fault = new StorageFault(`PostgreSQL refused a transaction: ${(error as Error).message}`, { cause: error })
      for (const waiting of batch) waiting.reject(fault)
    }
  }

  async #commit(batch: readonly Waiting[]): Promise<number> {
    const byTable = new Map<AppendTable, (readonly Value[])[]>()
    for (const { rows } of batch) {
      for (const { into, values } of rows) {
        const list = byTable.get(into)
        if (list === undefined) byTable.set(into, [values])
        else list.push(values)
      }
    }
    const client = await this.#pool.connect()
    let broken: Error | undefined
    try {
      await client.query('begin')
      for (const [table, rows] of byTable) {
        const most = Math.floor(MAX_PARAMETERS / table.columns.length)
        for (let from = 0; from < rows.length; from += most) {
          const part = rows.slice(from, from + most)
          await client.query(insertText(table, part.length), plain(part.flat()))
        }
      }
      await client.query('commit')
      // A statement of its own, after the commit: read together with the insert it could miss a change that committed in between.
      const { rows } = await client.query<{ epoch: number }>('select epoch from enforcement where id = 1')
      return rows[0]?.epoch ?? 0
    } catch (error) {
      broken = error as Error
      throw error
    } finally {
      client.release(broken)
    }
  }
}

/** Classes 22 and 23 of SQLSTATE: a value or a constraint, so other rows may well be written. */
function isAboutData(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown }
  return typeof code === 'string' && (code.startsWith('22') || code.startsWith('23'))
}
