// The thread that owns the only writing connection of an SQLite file.
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import type { Value } from '../write.ts'
import type { Batch, BatchResult, GroupResult, Statement } from './messages.ts'

if (parentPort === null) throw new Error('this file is a worker')
const port = parentPort

const db = new Database((workerData as { file: string }).file)
db.pragma('journal_mode = WAL')
db.pragma('synchronous = FULL')
db.pragma('foreign_keys = ON')
db.pragma('wal_autocheckpoint = 4000')

const prepared = new Map<string, Database.Statement<Value[]>>()
function prepare(sql: string): Database.Statement<Value[]> {
  let statement = prepared.get(sql)
  if (statement === undefined) {
    if (prepared.size > 500) prepared.clear()
    statement = db.prepare<Value[]>(sql)
    prepared.set(sql, statement)
  }
  return statement
}

const epoch = db.prepare('select epoch from enforcement where id = 1').pluck()

class GuardFailed extends Error {
  readonly at: number
  constructor(at: number) {
    super('guard')
    this.at = at
  }
}

function isUniqueViolation(error: unknown): boolean {
  const code = (error as { code?: string }).code
  return code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY'
}

function run(statements: readonly Statement[]): GroupResult {
  const results = statements.map((statement, index) => {
    const [sql, parameters, rows] = statement
    const prepared = prepare(sql)
    let changes = 0
    let returned: Record<string, unknown>[] = []
    try {
      if (prepared.reader) {
        returned = prepared.all(...parameters) as Record<string, unknown>[]
        changes = returned.length
      } else changes = prepared.run(...parameters).changes
    } catch (error) {
      if (rows !== null && isUniqueViolation(error)) throw new GuardFailed(index)
      throw error
    }
    if (rows !== null && rows >= 0 && changes !== rows) throw new GuardFailed(index)
    return { changes, rows: returned }
  })
  return { results }
}

/** A group that fails takes back its own statements only; the others of the batch stand. */
function runGuarded(statements: readonly Statement[]): GroupResult {
  db.exec('savepoint one_group')
  try {
    const result = run(statements)
    db.exec('release one_group')
    return result
  } catch (error) {
    db.exec('rollback to one_group')
    db.exec('release one_group')
    if (error instanceof GuardFailed) return { guardFailed: error.at }
    return { fault: (error as Error).message }
  }
}

function runAppends(batch: Batch): void {
  for (const [sql, rows] of batch.appends) {
    const insert = prepare(sql)
    for (const row of rows) insert.run(...row)
  }
}

/** One transaction for these batches. Throws, with nothing kept, when the database refuses it. */
function commit(batches: readonly Batch[]): readonly BatchResult[] {
  db.exec('begin immediate')
  try {
    const groups = batches.map((batch) => {
      runAppends(batch)
      return batch.groups.map(runGuarded)
    })
    db.exec('commit')
    // After the commit, by the only thread that writes: whatever changed the epoch before these rows shows in it.
    const now = epoch.get() as number
    return groups.map((results) => ({ groups: results, epoch: now }))
  } catch (error) {
    if (db.inTransaction) db.exec('rollback')
    throw error
  }
}

/** All together; where that is refused, each by itself, so that one batch that cannot be written does not take others with it. */
function commitAll(batches: readonly Batch[]): readonly BatchResult[] {
  try {
    return commit(batches)
  } catch (error) {
    if (batches.length === 1) return [{ fault: (error as Error).message }]
    return batches.flatMap((batch) => commitAll([batch]))
  }
}

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
  port.postMessage(commitAll(batches))
})
port.postMessage('ready')
