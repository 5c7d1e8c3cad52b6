import type Database from 'better-sqlite3'
import type { SqliteDatabase } from 'kysely'
import { LRUCache } from 'lru-cache'

/** Statements that one connection keeps ready: each is some kilobytes, and the questions that are asked often are fewer. */
const KEPT = 256

/**
 * A connection as Kysely wants it, which keeps the statements that were asked for last. To prepare one costs more than to run most of them: its text is
 * parsed and planned, and the driver makes a function for the shape of its rows.
 */
export function keepPrepared(database: Database.Database): SqliteDatabase {
  const kept = new LRUCache<string, Database.Statement<unknown[]>>({ max: KEPT })
  const prepare = (sql: string) => {
    const known = kept.get(sql)
    // Rows of it are still being read one by one, so that it can't start again.
    if (known?.busy === false) return known
    const statement = database.prepare<unknown[]>(sql)
    if (known === undefined) kept.set(sql, statement)
    return statement
  }
  return { prepare, close: () => void database.close() }
}
