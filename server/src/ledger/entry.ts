import type { LedgerEvent } from '@handfast/contract'
import type { Kysely } from 'kysely'
import { canonicalJson, type Json } from '../lib/index.ts'
import { type Append, type AppendTable, type Schema, type Write, write } from '../storage/index.ts'
import { MAX_ENTRY_BYTES } from './bundle.ts'
import { EntryTooLongError } from './ledger-errors.ts'

/**
 * One thing that happened. `facts` says which fields changed and by what right; never a secret, never contents.
 * Personal values enter only as salted commitments.
 */
export type Entry = {
  readonly event: LedgerEvent
  readonly workspace: string
  /** The id that it is about. */
  readonly subject: string
  /** Who did it: a user id, or `system`. */
  readonly by: string
  /** Milliseconds, UTC. */
  readonly at: number
  readonly facts?: { readonly [name: string]: Json | undefined }
}

/** The bytes that become the leaf: canonical JSON, kept as text because a database would reorder it otherwise. */
export function entryBody(entry: Entry): string {
  return canonicalJson({ v: 1, ...entry.facts, event: entry.event, workspace: entry.workspace, subject: entry.subject, by: entry.by, at: entry.at })
}

/** An entry that no bundle can carry would make the log unpublishable for good, so it is stopped before it is stored. */
function carried(body: string): string {
  if (body.length > MAX_ENTRY_BYTES / 3 && Buffer.byteLength(body) > MAX_ENTRY_BYTES) {
    throw new EntryTooLongError(`A ledger entry has at most ${MAX_ENTRY_BYTES} bytes; this one has ${Buffer.byteLength(body)}.`)
  }
  return body
}

/** The statement that writes an entry; it belongs in the transaction of the change that it records. @throws EntryTooLongError */
export function record(db: Kysely<Schema>, entry: Entry): Write {
  return write(
    db
      .insertInto('ledger_entries')
      .values({ workspace_id: entry.workspace, at: entry.at, event: entry.event, subject: entry.subject, body: carried(entryBody(entry)) }),
  )
}

export const ledgerEntries: AppendTable = { name: 'ledger_entries', columns: ['workspace_id', 'at', 'event', 'subject', 'body'] }

/** The same for the hot path, where entries of concurrent calls are committed together. The body is canonical JSON with the fields of `entryBody`. */
export function appendEntry(workspace: string, at: number, event: LedgerEvent, subject: string, body: string): Append {
  return { into: ledgerEntries, values: [workspace, at, event, subject, carried(body)] }
}
