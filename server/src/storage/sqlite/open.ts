import { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { sqliteDialect } from '../dialect.ts'
import type { Schema } from '../schema.ts'
import { type Storage, StorageFault, type StorageOptions } from '../storage.ts'
import { lockFile } from './lock.ts'
import { keepPrepared } from './prepared.ts'
import { Writer } from './writer.ts'

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
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: keepPrepared(reading) }) })
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
