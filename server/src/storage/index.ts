import type { Place } from './migrate.ts'
import { openPostgres } from './postgres/open.ts'
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
export function openStorage(place: Place, options: StorageOptions): Promise<Storage> {
  return place.kind === 'sqlite' ? openSqlite(place.file, options) : openPostgres(place.url, options)
}
