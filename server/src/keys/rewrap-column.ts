import { type RawBuilder, sql } from 'kysely'
import { SealBrokenError, type Sealing } from '../sealing/index.ts'
import { type Storage, type Value, type Write, write } from '../storage/index.ts'
import type { SealedColumn } from './sealed-columns.ts'

/** Rows that are wrapped anew in one transaction: few enough that nobody waits for it. */
const BATCH = 100

export type Rewrapped = { readonly rewrapped: number /** Texts that no key here opens. */; readonly unreadable: number }

type Row = Readonly<Record<string, Value>>

/**
 * Wraps everything in a column that is not yet under the current master key. Each text is replaced only where it is still the same: what somebody
 * changes meanwhile is under the current key already. Broken off anywhere, it can simply be run again.
 */
export async function rewrapColumn(storage: Storage, sealing: Sealing, column: SealedColumn, currentId: string): Promise<Rewrapped> {
  let rewrapped = 0
  let unreadable = 0
  let after: readonly Value[] | null = null
  for (;;) {
    const rows = await readBatch(storage, column, currentId, after)
    const last = rows.at(-1)
    if (last === undefined) return { rewrapped, unreadable }
    const writes: Write[] = []
    for (const row of rows) {
      const statement = rewrapRow(storage, sealing, column, row)
      if (statement === 'unreadable') unreadable++
      else if (statement !== 'good') writes.push(statement)
    }
    if (writes.length > 0) await storage.write(writes)
    rewrapped += writes.length
    after = column.key.map((name) => last[name] ?? null)
  }
}

/** How many texts of a column are under a master key. */
export async function countUnder(storage: Storage, { table, column, member }: SealedColumn, keyId: string): Promise<number> {
  const pattern = member === undefined ? `_.${keyId}.%` : `%"${member}":"_.${keyId}.%`
  const found = await sql<{ count: number | string }>`
    select count(*) as count from ${sql.table(table)} where ${sql.ref(column)} like ${pattern}`.execute(storage.db)
  return Number(found.rows[0]?.count ?? 0)
}

async function readBatch(storage: Storage, column: SealedColumn, currentId: string, after: readonly Value[] | null): Promise<readonly Row[]> {
  const { table, column: name, key, member } = column
  const text = sql.ref(name)
  const keys = sql.join(key.map((each) => sql.ref(each)))
  const sealed: RawBuilder<unknown> =
    member === undefined
      ? sql`${text} like '_.%.%.%' and ${text} not like ${`2.${currentId}.%`}`
      : sql`${text} like ${`%"${member}":"_.%`} and ${text} not like ${`%"${member}":"2.${currentId}.%`}`
  const further = after === null ? sql`` : sql` and (${keys}) > (${sql.join(after)})`
  const query = sql<Row>`select * from ${sql.table(table)} where ${sealed}${further} order by ${keys} limit ${sql.lit(BATCH)}`
  return (await query.execute(storage.db)).rows
}

function rewrapRow(storage: Storage, sealing: Sealing, column: SealedColumn, row: Row): Write | 'good' | 'unreadable' {
  const { table, column: name, key, member, named, firstPlace, remade } = column
  const before = String(row[name])
  const place = sql.join(
    key.map((each) => sql`${sql.ref(each)} = ${row[each]}`),
    sql` and `,
  )
  const same = sql`${place} and ${sql.ref(name)} = ${before}`
  const run = (statement: RawBuilder<unknown>): Write => write({ compile: () => statement.compile(storage.db) })
  const sealed = member === undefined ? before : sealedIn(before, member)
  if (sealed === undefined) return 'good'
  if (remade === true && sealed.startsWith('1.')) return run(sql`delete from ${sql.table(table)} where ${same}`)
  try {
    const fresh = sealing.rewrap(sealed, firstPlace?.(row))
    if (fresh === undefined) return 'good'
    const after = member === undefined ? fresh : before.replace(sealed, fresh)
    const step = named === undefined ? sql`` : sql`, ${sql.ref(named)} = ${fresh.split('.')[1] ?? ''}`
    return run(sql`update ${sql.table(table)} set ${sql.ref(name)} = ${after}${step} where ${same}`)
  } catch (error) {
    if (error instanceof SealBrokenError) return 'unreadable'
    throw error
  }
}

/** The text inside a JSON object, found without reading the rest of it. */
function sealedIn(json: string, member: string): string | undefined {
  return new RegExp(`"${member}":"([12]\\.[0-9a-f]{8}\\.[A-Za-z0-9+/=]+\\.[A-Za-z0-9+/=]+)"`).exec(json)?.[1]
}
