import Database from 'better-sqlite3'
import { Client } from 'pg'
import type { Storage } from '../src/storage/index.ts'

/** Tables that the process looks after by itself, whether anybody calls or not: deadlines, letters to sessions, the tree of the ledger, and the keys that it holds. */
const upkeep = /\b(deadlines|mcp_letters|ledger_tiles|ledger_checkpoints|nodes|node_keys|master_keys)\b|leaf_index|pg_try_advisory_lock/

/**
 * Hears every statement that this process sends to the database, by whatever way: on PostgreSQL what the driver sends, on SQLite what is prepared for
 * reading and what is handed to the writing thread. @returns those since the last time that it was asked, as words that can be compared
 */
export function hearStatements(storage: Storage): Disposable & { readonly take: () => readonly string[] } {
  let heard: string[] = []
  /** On PostgreSQL others' transactions run in between: each is heard as a whole, when it ends. */
  const open = new WeakMap<Client, string[]>()
  const hear = (client: Client, statement: string): void => {
    const transaction = statement === 'begin' ? [] : open.get(client)
    if (transaction === undefined) return void (upkeep.test(statement) || heard.push(statement))
    transaction.push(statement)
    open.set(client, transaction)
    if (statement !== 'commit' && statement !== 'rollback') return
    open.delete(client)
    if (!transaction.some((each) => upkeep.test(each))) heard.push(...transaction)
  }
  const { append, write } = storage
  const { prepare } = Database.prototype
  const { query } = Client.prototype
  if (!storage.dialect.shared) {
    storage.append = (rows) => {
      heard.push('begin', ...rows.map(({ into }) => `insert ${into.name}`), 'commit', 'read epoch')
      return append(rows)
    }
    storage.write = (writes) => {
      if (!writes.some(({ sql }) => upkeep.test(sql))) heard.push('begin', ...writes.map(({ sql }) => sql), 'commit')
      return write(writes)
    }
    Database.prototype.prepare = function (this: Database.Database, sql: string) {
      if (!upkeep.test(sql)) heard.push(sql)
      return prepare.call(this, sql)
    } as typeof prepare
  } else {
    const listening = function (this: Client, ...given: unknown[]) {
      const [first] = given
      hear(this, named(typeof first === 'string' ? first : String((first as { readonly text?: string }).text)))
      return (query as unknown as (...args: unknown[]) => unknown).apply(this, given)
    }
    Client.prototype.query = listening as unknown as typeof query
  }
  return {
    take: () => {
      const taken = heard
      heard = []
      return taken
    },
    [Symbol.dispose]: () => {
      Object.assign(storage, { append, write })
      Database.prototype.prepare = prepare
      Client.prototype.query = query
    },
  }
}

function named(text: string): string {
  if (text === 'select epoch from enforcement where id = 1') return 'read epoch'
  return /^insert into (ledger_entries|calls|call_outcomes) \(/.exec(text)?.[1]?.replace(/^/, 'insert ') ?? text
}
