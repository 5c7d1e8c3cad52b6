import { EventEmitter } from 'node:events'
import type Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { sqliteDialect } from '../dialect.ts'
import type { Schema } from '../schema.ts'
import type { Storage, StorageOptions } from '../storage.ts'
import { keepPrepared } from './prepared.ts'
import { type Owner, Writer } from './writer.ts'

/**
 * The storage over a connection that reads and whoever owns the one that writes.
 * @param closed is called once nothing is open any more
 */
export function storageOver(reading: Database.Database, owner: Owner, options: StorageOptions, closed: () => void): Storage {
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: keepPrepared(reading) }) })
  const writer = new Writer(owner, options.onCommit)
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
      closed()
    },
  }
}
