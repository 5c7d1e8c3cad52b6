import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { Place, Storage } from '../../src/storage/index.ts'
import { Commits } from '../../src/storage/sqlite/commits.ts'
import type { Batch } from '../../src/storage/sqlite/messages.ts'
import { storageOver } from '../../src/storage/sqlite/storage-over.ts'

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
  const storage = storageOver(database, new SameThread(database), { nodeId: 'node_test' }, () => {})
  return { ...storage, copy: () => database.serialize() }
}

/** What an SQLite file holds. One that is written ahead into a log has to be a file, so this one is told to do without. */
export function contentsOf(place: Place): Buffer {
  if (place.kind !== 'sqlite') throw new Error('only an SQLite database is a file')
  const database = new Database(place.file)
  database.pragma('journal_mode = DELETE')
  database.close()
  return readFileSync(place.file)
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
