import { type CompiledQuery, type Kysely, sql } from 'kysely'
import type { Schema } from './schema.ts'

export type Value = string | number | bigint | null | Uint8Array

/**
 * One statement of a transaction. A transaction is a list of these, sent as a whole: nothing can be awaited between two statements,
 * so no reader waits for a slow writer and nothing foreign slips in.
 */
export type Write = {
  readonly sql: string
  readonly parameters: readonly Value[]
  readonly guard?: Guard
}

export type Guard = {
  /** How many rows the statement must touch, or the whole transaction is undone. Absent: any number. */
  readonly rows?: number
  /** What to throw then, and when a unique constraint is hit. */
  readonly otherwise: () => Error
}

type Compilable = { compile(): CompiledQuery }

/** A statement whose number of touched rows does not matter. */
export function write(query: Compilable): Write {
  const { sql, parameters } = query.compile()
  return { sql, parameters: parameters as readonly Value[] }
}

/** A statement that must touch exactly one row; otherwise the whole transaction is undone and the given error thrown. */
export function writeOne(query: Compilable, otherwise: () => Error): Write {
  return { ...write(query), guard: { rows: 1, otherwise } }
}

/** An insert that may meet a row with the same unique key; then the whole transaction is undone and the given error thrown. */
export function writeUnique(query: Compilable, otherwise: () => Error): Write {
  return { ...write(query), guard: { otherwise } }
}

/** A table that only ever gains rows, written by the hot path in batches with the rows of concurrent calls. */
export type AppendTable = {
  readonly name: string
  readonly columns: readonly string[]
  /** What happens where the key is there already, as SQL that both databases take; absent: the transaction fails. */
  readonly onConflict?: string
}
export type Append = { readonly into: AppendTable; readonly values: readonly Value[] }

/** The same row as a statement of a transaction. */
export function appendAsWrite(db: Kysely<Schema>, { into, values }: Append): Write {
  const columns = into.columns.map((column) => sql.ref(column))
  const tail = into.onConflict === undefined ? sql`` : sql` ${sql.raw(into.onConflict)}`
  const text = sql`insert into ${sql.table(into.name)} (${sql.join(columns)}) values (${sql.join(values)})${tail}`
  return write({ compile: () => text.compile(db) })
}

export type WriteResult = { readonly changes: number; readonly rows: readonly Record<string, unknown>[] }
