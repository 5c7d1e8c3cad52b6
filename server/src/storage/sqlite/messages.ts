import type { Value, WriteResult } from '../write.ts'

/** What travels between the threads: plain arrays, because every object key would be copied too. */
export type Statement = readonly [sql: string, parameters: readonly Value[], guardedRows: number | null]

export type Batch = {
  readonly groups: readonly (readonly Statement[])[]
  readonly appends: readonly (readonly [sql: string, rows: readonly (readonly Value[])[]])[]
}

export type GroupResult = { readonly results: readonly WriteResult[] } | { readonly guardFailed: number } | { readonly fault: string }

/** Of one batch. Batches are answered in the order in which they were sent. */
export type BatchResult = { readonly groups: readonly GroupResult[]; readonly epoch: number } | { readonly fault: string }
