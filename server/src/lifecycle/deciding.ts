import type { LedgerEvent } from '@handfast/contract'
import type { Kysely } from 'kysely'
import { record } from '../ledger/index.ts'
import { type Json, sha256 } from '../lib/index.ts'
import type { Schema, Write } from '../storage/index.ts'
import { addDecision, addReply, type NewDecision, type PlacedDecision, wholeDecision } from './decision-store.ts'

/** The entry that goes with a decision: what it is called, what it is about where that is not the connector, and what else it says. */
export type DecisionEntry = {
  readonly event: LedgerEvent
  readonly subject?: string
  readonly facts?: { readonly [name: string]: Json | undefined }
  /** Where there is one reply to what this is about: what to throw for the second. */
  readonly otherwise?: () => Error
}

/** What the ledger keeps of a decision: all that its effects are computed from, and of its words the digest, since nothing in it can be erased. */
export function factsOf(decision: PlacedDecision): { readonly [name: string]: Json | undefined } {
  const { id, kind, connector, release, digest, tool, ground, clause, decidedAs, effectiveAt, until, about, redress, withheldUntil, reason } =
    decision
  return {
    decision: id,
    decides: kind,
    connector,
    release: release ?? undefined,
    digest: digest ?? undefined,
    tool: tool ?? undefined,
    ground: ground ?? undefined,
    clause: clause ?? undefined,
    decidedAs: [...decidedAs],
    effectiveAt: effectiveAt ?? undefined,
    until: until ?? undefined,
    about: about ?? undefined,
    redressUntil: redress?.until,
    withheldUntil: withheldUntil ?? undefined,
    reasonSha256: sha256(reason),
  }
}

/** The statements of a decision: its line in the log, and its entry, from which the same state can be computed. */
export function decidingOf(db: Kysely<Schema>, decision: PlacedDecision, { event, subject, facts = {}, otherwise }: DecisionEntry): readonly Write[] {
  const { workspace, by, at, about } = decision
  return [
    addDecision(db, decision),
    ...(otherwise === undefined || about === null ? [] : [addReply(db, decision, about, otherwise)]),
    record(db, { event, workspace, subject: subject ?? decision.connector, by, at, facts: { ...facts, ...factsOf(decision) } }),
  ]
}

export function deciding(db: Kysely<Schema>, decision: NewDecision, entry: DecisionEntry): readonly Write[] {
  return decidingOf(db, wholeDecision(decision), entry)
}
