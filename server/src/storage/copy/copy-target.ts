import Database from 'better-sqlite3'
import { Refusal } from '../../lib/index.ts'
import type { Place } from '../migrate.ts'
import { lockFile } from '../sqlite/lock.ts'
import { selfNumbering } from './copied-tables.ts'
import type { Cell } from './copy-format.ts'

export class TargetInUseError extends Refusal {
  override readonly name = 'TargetInUseError'
  readonly code = 'storage/in-use'
  readonly status = 409
  readonly who = 'operator'
  constructor() {
    super('Another Handfast process is using this database. Stop it before restoring into it.')
  }
}

/** A database that a copy is taken into, inside one transaction. Disposing of it before `finish` undoes everything. */
export interface CopyTarget extends AsyncDisposable {
  readonly schema: readonly string[]
  hasData(): Promise<boolean>
  clear(tables: readonly string[]): Promise<void>
  /** Names the table and columns of the rows that follow. Columns that the database computes are left out. */
  into(table: string, columns: readonly string[]): Promise<void>
  add(row: readonly Cell[]): Promise<void>
  /** Lets tables go on numbering behind what they hold, and commits. */
  finish(): Promise<void>
}

/** @throws DatabaseInUseError, TargetInUseError */
export function openTarget(place: Place): Promise<CopyTarget> {
  return place.kind === 'sqlite' ? openSqliteTarget(place.file) : openPostgresTarget(place.url)
}

const MIGRATIONS = 'select name from kysely_migration order by name'
const ANY_DATA = 'select 1 from workspaces limit 1'

async function openSqliteTarget(file: string): Promise<CopyTarget> {
  const unlock = lockFile(`${file}.lock`)
  const db = new Database(file)
  db.pragma('synchronous = FULL')
  db.exec('begin immediate')
  let insert: Database.Statement<unknown[]> | null = null
  let kept: readonly number[] = []
  return {
    schema: db.prepare(MIGRATIONS).pluck().all() as string[],
    hasData: async () => db.prepare(ANY_DATA).get() !== undefined,
    clear: async (tables) => {
      for (const table of tables) db.exec(`delete from ${table}`)
    },
    into: async (table, columns) => {
      const computed = new Set(db.prepare('select name from pragma_table_xinfo(?) where hidden in (2, 3)').pluck().all(table) as string[])
      kept = columns.flatMap((column, at) => (computed.has(column) ? [] : [at]))
      const names = kept.map((at) => columns[at])
      insert = db.prepare(`insert into ${table} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`)
    },
    add: async (row) => void insert?.run(...kept.map((at) => row[at])),
    finish: async () => void db.exec('commit'),
    [Symbol.asyncDispose]: async () => {
      if (db.inTransaction) db.exec('rollback')
      db.close()
      unlock()
    },
  }
}

/** Rows sent in one statement; at most 65,535 values fit. */
const PAGE = 200

async function openPostgresTarget(url: string): Promise<CopyTarget> {
  const { createPool } = await import('../postgres/open.ts')
  const pool = createPool(url, 1)
  const client = await pool.connect().catch(async (error) => {
    await pool.end()
    throw error
  })
  const close = async () => {
    client.release(true)
    await pool.end()
  }
  const others = `select 1 from pg_stat_activity where datname = current_database() and application_name = 'handfast' and pid <> pg_backend_pid()`
  const inUse = (await client.query(others)).rows.length > 0
  if (inUse) {
    await close()
    throw new TargetInUseError()
  }
  await client.query('begin')
  const { rows: names } = await client.query<{ name: string }>(MIGRATIONS)
  let table = ''
  let columns: readonly string[] = []
  let waiting: (readonly Cell[])[] = []
  const flush = async () => {
    if (waiting.length === 0) return
    const rows = waiting
    waiting = []
    let at = 0
    const places = rows.map((row) => `(${row.map(() => `$${++at}`).join(', ')})`).join(', ')
    await client.query(`insert into ${table} (${columns.join(', ')}) values ${places}`, rows.flat())
  }
  return {
    schema: names.map(({ name }) => name),
    hasData: async () => (await client.query(ANY_DATA)).rows.length > 0,
    clear: async (tables) => void (await client.query(`truncate ${tables.join(', ')}`)),
    into: async (next, wanted) => {
      await flush()
      table = next
      columns = wanted
    },
    add: async (row) => {
      waiting.push(row)
      if (waiting.length >= PAGE) await flush()
    },
    finish: async () => {
      await flush()
      for (const each of selfNumbering) {
        await client.query(
          `select setval(pg_get_serial_sequence('${each}', 'position'), (select coalesce(max(position), 0) + 1 from ${each}), false)`,
        )
      }
      await client.query('commit')
    },
    [Symbol.asyncDispose]: close,
  }
}
