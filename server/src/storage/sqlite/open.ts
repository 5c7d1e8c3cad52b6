import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { type Storage, StorageFault, type StorageOptions } from '../storage.ts'
import { lockFile } from './lock.ts'
import { storageOver } from './storage-over.ts'

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
  return storageOver(new Database(file, { readonly: true }), worker, options, unlock)
}
