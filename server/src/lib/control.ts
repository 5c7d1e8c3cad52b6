import type { ClauseId } from '@handfast/contract'

/**
 * Something that the software does because a clause of the terms says so. Each room that enforces a clause exports its `controls`, `app.ts` collects
 * them, and the terms room joins them with the clauses and with the tests that prove them.
 */
export type Control = {
  /** `room/what`, stable: tests name it in `proves(...)`. */
  readonly id: `${string}/${string}`
  readonly clauses: readonly ClauseId[]
  /** What it does, in one sentence for operators. */
  readonly does: string
  /** What it leaves behind: ledger events, tables or fields, in words. */
  readonly evidence: string
}
