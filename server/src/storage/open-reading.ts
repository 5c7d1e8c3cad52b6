import Database from 'better-sqlite3'
import { Kysely, PostgresDialect, SqliteDialect } from 'kysely'
import { postgresDialect, sqliteDialect } from './dialect.ts'
import type { Place } from './migrate.ts'
import type { Schema } from './schema.ts'
import { keepPrepared } from './sqlite/prepared.ts'
import { type Storage, StorageFault } from './storage.ts'

/** Opens a database for reading only, also beside the process that serves it. @throws StorageFault where there is none */
export async function openReading(place: Place): Promise<Storage> {
  const refuse = () => Promise.reject(new StorageFault('This database was opened for reading.'))
  const silent = { write: refuse, append: refuse, notify: () => {}, listen: () => () => {}, tryLead: async () => false, isAlive: async () => false }
  if (place.kind === 'postgres') {
    const { createPool } = await import('./postgres/open.ts')
    const pool = createPool(place.url, 2, '-c default_transaction_read_only=on')
    const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
    return { ...silent, dialect: postgresDialect, db, close: () => db.destroy() }
  }
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: keepPrepared(openFile(place.file)) }) })
  return { ...silent, dialect: sqliteDialect, db, close: () => db.destroy() }
}

function openFile(file: string): Database.Database {
  try {
    return new Database(file, { readonly: true, fileMustExist: true })
  } catch (error) {
    throw new StorageFault(`There is no database at ${file} that can be read.`, { cause: error })
  }
}
