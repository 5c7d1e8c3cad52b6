// The thread that owns the only writing connection of an SQLite file.
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { Commits } from './commits.ts'
import type { Batch } from './messages.ts'

if (parentPort === null) throw new Error('this file is a worker')
const port = parentPort

const db = new Database((workerData as { file: string }).file)
db.pragma('journal_mode = WAL')
db.pragma('synchronous = FULL')
db.pragma('foreign_keys = ON')
db.pragma('wal_autocheckpoint = 4000')

const commits = new Commits(db)

port.on('message', (first: Batch | 'close') => {
  const batches: Batch[] = []
  for (let next: Batch | 'close' | undefined = first; next !== undefined; next = receiveMessageOnPort(port)?.message) {
    if (next !== 'close') batches.push(next)
    else {
      // Sent last, once everything before it was answered.
      db.close()
      port.close()
      return
    }
  }
  port.postMessage(commits.all(batches))
})
port.postMessage('ready')
