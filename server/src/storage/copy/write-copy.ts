import Database from 'better-sqlite3'
import type { PoolClient } from 'pg'
import type { Place } from '../migrate.ts'
import { StorageFault } from '../storage.ts'
import { type CopiedTable, copiedTables, isCopied } from './copied-tables.ts'
import { type Head, Running, rowLine } from './copy-format.ts'

/** Rows taken from the database at once. */
const PAGE = 500

/** A table as it was at the moment of the copy: its columns, then its rows, some at a time. */
type Source = {
  readonly schema: () => Promise<readonly string[]>
  readonly columns: (table: string) => Promise<readonly string[]>
  readonly rows: (table: CopiedTable, columns: readonly string[]) => AsyncIterable<readonly (readonly unknown[])[]>
  readonly close: () => Promise<void>
}

/**
 * A copy of everything in a database as it was at one moment, in pieces of text, while others go on writing. Secrets in it are sealed; the master
 * key that opens them is not in it.
 * @throws StorageFault where there is no database
 */
export async function* writeCopy(place: Place, about: Pick<Head, 'release' | 'at'>): AsyncGenerator<string> {
  const source = place.kind === 'sqlite' ? sqliteSource(place.file) : await postgresSource(place.url)
  const running = new Running()
  let rows = 0
  const line = (text: string): string => {
    running.add(text)
    return `${text}\n`
  }
  try {
    const head: Head = { handfast: 'copy', format: 1, release: about.release, schema: await source.schema(), at: about.at }
    yield line(JSON.stringify(head))
    for (const table of copiedTables) {
      const columns = (await source.columns(table.name)).filter((column) => isCopied(table.name, column))
      yield line(JSON.stringify({ table: table.name, columns }))
      for await (const page of source.rows(table, columns)) {
        rows += page.length
        yield page.map((row) => line(rowLine(row))).join('')
      }
    }
    yield `${JSON.stringify({ rows, sha256: running.sha256 })}\n`
  } finally {
    await source.close()
  }
}

const MIGRATIONS = 'select name from kysely_migration order by name'

/** In WAL mode a reader sees one state for as long as its transaction is open, and keeps no writer waiting. */
function sqliteSource(file: string): Source {
  let db: Database.Database
  try {
    db = new Database(file, { readonly: true, fileMustExist: true })
    db.exec('begin')
  } catch (error) {
    throw new StorageFault(`There is no database at ${file} that can be read.`, { cause: error })
  }
  return {
    schema: async () => db.prepare(MIGRATIONS).pluck().all() as string[],
    columns: async (table) => db.prepare(`select name from pragma_table_xinfo(?) order by cid`).pluck().all(table) as string[],
    async *rows({ name, order }, columns) {
      let page: unknown[][] = []
      for (const row of db
        .prepare(`select ${columns.join(', ')} from ${name} order by ${order}`)
        .raw()
        .iterate()) {
        page.push(row as unknown[])
        if (page.length < PAGE) continue
        yield page
        page = []
      }
      if (page.length > 0) yield page
    },
    close: async () => void db.close(),
  }
}

async function postgresSource(url: string): Promise<Source> {
  const { createPool } = await import('../postgres/open.ts')
  const pool = createPool(url, 1)
  let client: PoolClient
  try {
    client = await pool.connect()
  } catch (error) {
    await pool.end()
    throw new StorageFault(`PostgreSQL does not answer: ${(error as Error).message}`, { cause: error })
  }
  await client.query('begin isolation level repeatable read read only')
  const firsts = async (text: string, values: readonly string[] = []): Promise<readonly string[]> => {
    const { rows } = await client.query<[string]>({ text, values: [...values], rowMode: 'array' })
    return rows.map(([first]) => first)
  }
  return {
    schema: () => firsts(MIGRATIONS),
    columns: (table) =>
      firsts(
        'select column_name from information_schema.columns where table_schema = current_schema() and table_name = $1 order by ordinal_position',
        [table],
      ),
    async *rows({ name, order }, columns) {
      await client.query(`declare copied no scroll cursor for select ${columns.join(', ')} from ${name} order by ${order}`)
      for (;;) {
        const { rows } = await client.query<unknown[]>({ text: `fetch ${PAGE} from copied`, rowMode: 'array' })
        if (rows.length === 0) break
        yield rows
      }
      await client.query('close copied')
    },
    close: async () => {
      client.release(true)
      await pool.end()
    },
  }
}
