import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { sqliteDialect } from '../../src/storage/dialect.ts'
import type { Schema, Storage } from '../../src/storage/index.ts'
import { Commits } from '../../src/storage/sqlite/commits.ts'
import type { Batch } from '../../src/storage/sqlite/messages.ts'
import { keepPrepared } from '../../src/storage/sqlite/prepared.ts'
import { Writer } from '../../src/storage/sqlite/writer.ts'

/** A database in memory, of which copies can be taken. */
export type InMemory = Storage & { copy(): Buffer }

/**
 * A database in memory that holds what a file held, read and written over one connection. What is asked and what is committed is what the server asks
 * and commits; there is neither a thread nor a disk between.
 * @param contents as `contentsOf` or `copy` give them
 */
export function inMemory(contents: Buffer): InMemory {
  const database = new Database(contents)
  database.pragma('foreign_keys = ON')
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: keepPrepared(database) }) })
  const writer = new Writer(new SameThread(database), undefined)
  const bus = new EventEmitter().setMaxListeners(0)
  return {
    dialect: sqliteDialect,
    db,
    copy: () => database.serialize(),
    write: (writes) => writer.write(writes),
    append: (rows) => writer.append(rows),
    notify: (channel, payload) => void bus.emit(channel, payload),
    listen: (channel, hear) => {
      bus.on(channel, hear)
      return () => void bus.off(channel, hear)
    },
    tryLead: async () => true,
    isAlive: async () => false,
    close: async () => {
      await writer.close()
      await db.destroy()
    },
  }
}

/** What an SQLite file holds. One that is written ahead into a log has to be a file, so this one is told to do without. */
export function contentsOf(file: string): Buffer {
  const database = new Database(file)
  database.pragma('journal_mode = DELETE')
  database.close()
  return readFileSync(file)
}

class SameThread extends EventEmitter {
  readonly #commits: Commits

  constructor(database: Database.Database) {
    super()
    this.#commits = new Commits(database)
  }

  postMessage(message: Batch | 'close'): void {
    queueMicrotask(() => (message === 'close' ? this.emit('exit') : this.emit('message', this.#commits.all([message]))))
  }
}
