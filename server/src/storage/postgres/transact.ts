import type { Pool, PoolClient } from 'pg'
import { StorageFault, type StorageOptions } from '../storage.ts'
import type { Value, Write, WriteResult } from '../write.ts'

const UNIQUE_VIOLATION = '23505'
/** Serialization failure and deadlock: the database asks for the whole transaction again. */
const AGAIN = new Set(['40001', '40P01'])
const TRIES = 5

export function plain(values: readonly Value[]): unknown[] {
  return values.map((value) => (value instanceof Uint8Array && !Buffer.isBuffer(value) ? Buffer.from(value) : value))
}

async function attempt(client: PoolClient, writes: readonly Write[]): Promise<readonly WriteResult[]> {
  const results: WriteResult[] = []
  await client.query('begin')
  try {
    for (const { sql, parameters, guard } of writes) {
      const result = await client.query(sql, plain(parameters)).catch((error: { code?: string }) => {
        throw guard !== undefined && error.code === UNIQUE_VIOLATION ? guard.otherwise() : error
      })
      const changes = result.rowCount ?? 0
      if (guard?.rows !== undefined && changes !== guard.rows) throw guard.otherwise()
      results.push({ changes, rows: result.rows })
    }
    await client.query('commit')
    return results
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
}

/** Runs the statements in one transaction. Only what the database itself asks to be repeated is repeated. */
export async function transact(pool: Pool, writes: readonly Write[], onCommit: StorageOptions['onCommit']): Promise<readonly WriteResult[]> {
  const started = performance.now()
  for (let tries = 1; ; tries++) {
    const client = await pool.connect().catch((error: Error) => {
      throw new StorageFault(`PostgreSQL does not answer: ${error.message}`, { cause: error })
    })
    let broken: Error | undefined
    try {
      const results = await attempt(client, writes)
      onCommit?.(performance.now() - started, writes.length)
      return results
    } catch (error) {
      const code = (error as { code?: unknown }).code
      if (typeof code === 'string' && AGAIN.has(code) && tries < TRIES) continue
      if (error instanceof Error && typeof code === 'string' && code.includes('/')) throw error
      if (error instanceof Error && code === undefined && !/connection|terminat/i.test(error.message)) throw error
      broken = error as Error
      throw new StorageFault(`PostgreSQL refused a transaction: ${(error as Error).message}`, { cause: error })
    } finally {
      client.release(broken)
    }
  }
}
