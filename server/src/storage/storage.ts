import type { Kysely } from 'kysely'
import type { Dialect } from './dialect.ts'
import type { Schema } from './schema.ts'
import type { Append, Write, WriteResult } from './write.ts'

/** The database, whichever it is. Reading is `db`; writing is a list of statements. */
export interface Storage {
  readonly dialect: Dialect
  /** For queries, and to compile statements for `write`. It cannot write. */
  readonly db: Kysely<Schema>
  /**
   * Runs the statements in one transaction and returns when it is durable. All of them take effect, or none.
   * @throws what a guard says, when its statement touched another number of rows or met a unique constraint; StorageFault for everything else
   */
  write(writes: readonly Write[]): Promise<readonly WriteResult[]>
  /**
   * Adds rows, in one transaction with the rows of concurrent callers, and returns when they are durable.
   * The answer is the enforcement epoch read *after* that commit: a change that committed before these rows is in it.
   */
  append(rows: readonly Append[]): Promise<number>
  /** Tells every process on this database, this one included. Hints only: what matters is read from the tables. */
  notify(channel: string, payload: string): void
  /** Returns the function that stops listening. */
  listen(channel: string, hear: (payload: string) => void): () => void
  /** True while this process is the one that does what only one may do. Tried again at each call. */
  tryLead(role: string): Promise<boolean>
  /** Ids of nodes that hold calls and are certainly gone. */
  isAlive(nodeId: string): Promise<boolean>
  close(): Promise<void>
}

export type StorageOptions = {
  /** Id of this process, held for as long as it lives. */
  readonly nodeId: string
  /** Called after each commit, for the metrics. */
  readonly onCommit?: (ms: number, rows: number) => void
}

/** The database said something that is nobody's expected no. */
export class StorageFault extends Error {
  override readonly name = 'StorageFault'
}
