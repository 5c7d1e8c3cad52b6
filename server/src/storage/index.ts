import type { Place } from './migrate.ts'
import { openSqlite } from './sqlite/open.ts'
import type { Storage, StorageOptions } from './storage.ts'

export { CopyInvalidError } from './copy/copy-format.ts'
export { NotEmptyError, type Restored, readCopy } from './copy/read-copy.ts'
export { writeCopy } from './copy/write-copy.ts'
export type { Dialect } from './dialect.ts'
export { Enforcement, type Forgetful, Memory } from './enforcement.ts'
export { lackingMigrations, migrate, type Place } from './migrate.ts'
export { openReading } from './open-reading.ts'
export type { Schema } from './schema.ts'
export { DatabaseInUseError } from './sqlite/lock.ts'
export { type Storage, StorageFault, type StorageOptions } from './storage.ts'
export { type Append, type AppendTable, appendAsWrite, type Value, type Write, type WriteResult, write, writeOne, writeUnique } from './write.ts'

/** Opens the database at a place that `migrate` has brought up to date. */
export async function openStorage(place: Place, options: StorageOptions): Promise<Storage> {
  if (place.kind === 'sqlite') return await openSqlite(place.file, options)
  // Loaded where there is one, here and elsewhere: with a file its driver would be in memory for nothing.
  const { openPostgres } = await import('./postgres/open.ts')
  return await openPostgres(place.url, options)
}
