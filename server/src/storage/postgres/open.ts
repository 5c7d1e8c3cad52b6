import { Kysely, PostgresDialect } from 'kysely'
import { Pool, types } from 'pg'
import { postgresDialect } from '../dialect.ts'
import type { Schema } from '../schema.ts'
import { type Storage, StorageFault, type StorageOptions } from '../storage.ts'
import { PostgresAppender } from './appender.ts'
import { Presence } from './presence.ts'
import { transact } from './transact.ts'

const INT8 = 20

/** bigint columns hold milliseconds and counts, which fit a double exactly; pg would return them as text. */
const parsers: { getTypeParser: typeof types.getTypeParser } = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 && format !== 'binary' ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
}

export function createPool(url: string, max: number, options?: string): Pool {
  const pool = new Pool({
    connectionString: url,
    max,
    types: parsers,
    application_name: 'handfast',
    connectionTimeoutMillis: 10_000,
    ...(options === undefined ? {} : { options }),
  })
  // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {})
  return pool
}

/** Opens a PostgreSQL database that has been migrated. Any number of processes may. */
export async function openPostgres(url: string, options: StorageOptions): Promise<Storage> {
  const pool = createPool(url, 8)
  const reading = createPool(url, 8, '-c default_transaction_read_only=on')
  const presence = new Presence(url, options.nodeId, parsers)
  try {
    await presence.start()
  } catch (error) {
    await Promise.all([pool.end(), reading.end()])
    throw new StorageFault(`PostgreSQL does not answer: ${(error as Error).message}`, { cause: error })
  }
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: reading }) })
  const appender = new PostgresAppender(pool, options.onCommit)
  return {
    dialect: postgresDialect,
    db,
    write: (writes) => transact(pool, writes, options.onCommit),
    append: (rows) => appender.append(rows),
    notify: (channel, payload) => presence.notify(channel, payload),
    listen: (channel, hear) => presence.listen(channel, hear),
    tryLead: (role) => presence.tryLead(role),
    isAlive: (nodeId) => presence.isAlive(nodeId),
    close: async () => {
      await appender.drain()
      await presence.stop()
      await db.destroy()
      await pool.end()
    },
  }
}
