import type Database from 'better-sqlite3'
import type { Value } from '../write.ts'
import type { Batch, BatchResult, GroupResult, Statement } from './messages.ts'

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

/** Makes batches durable over the only connection that writes. */
export class Commits {
  readonly #db: Database.Database
  readonly #prepared = new Map<string, Database.Statement<Value[]>>()
  readonly #epoch: Database.Statement

  constructor(db: Database.Database) {
    this.#db = db
    this.#epoch = db.prepare('select epoch from enforcement where id = 1').pluck()
  }

  /** All together; where that is refused, each by itself, so that one batch that cannot be written does not take others with it. */
  all(batches: readonly Batch[]): readonly BatchResult[] {
    try {
      return this.#commit(batches)
    } catch (error) {
      if (batches.length === 1) return [{ fault: (error as Error).message }]
      return batches.flatMap((batch) => this.all([batch]))
    }
  }

  /** One transaction for these batches. Throws, with nothing kept, when the database refuses it. */
  #commit(batches: readonly Batch[]): readonly BatchResult[] {
    this.#db.exec('begin immediate')
    try {
      const groups = batches.map((batch) => {
        this.#append(batch)
        return batch.groups.map((statements) => this.#guarded(statements))
      })
      this.#db.exec('commit')
      // After the commit, by the only thread that writes: whatever changed the epoch before these rows shows in it.
      const now = this.#epoch.get() as number
      return groups.map((results) => ({ groups: results, epoch: now }))
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('rollback')
      throw error
    }
  }

  #append(batch: Batch): void {
    for (const [sql, rows] of batch.appends) {
      const insert = this.#prepare(sql)
      for (const row of rows) insert.run(...row)
    }
  }

  /** A group that fails takes back its own statements only; the others of the batch stand. */
  #guarded(statements: readonly Statement[]): GroupResult {
    this.#db.exec('savepoint one_group')
    try {
      const result = this.#run(statements)
      this.#db.exec('release one_group')
      return result
    } catch (error) {
      this.#db.exec('rollback to one_group')
      this.#db.exec('release one_group')
      if (error instanceof GuardFailed) return { guardFailed: error.at }
      return { fault: (error as Error).message }
    }
  }

  #run(statements: readonly Statement[]): GroupResult {
    const results = statements.map((statement, index) => {
      const [sql, parameters, rows] = statement
      const prepared = this.#prepare(sql)
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

  #prepare(sql: string): Database.Statement<Value[]> {
    let statement = this.#prepared.get(sql)
    if (statement === undefined) {
      if (this.#prepared.size > 500) this.#prepared.clear()
      statement = this.#db.prepare<Value[]>(sql)
      this.#prepared.set(sql, statement)
    }
    return statement
  }
}
