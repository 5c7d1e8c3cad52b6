import type { ClauseId, Ground } from '@handfast/contract'
import type { Kysely, Selectable } from 'kysely'
import { type ConnectorId, type DecisionId, newId, type ReleaseId, sortAfter, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type Schema, type Storage, type Write, write, writeUnique } from '../storage/index.ts'
import type { DecidedAs, Decision, DecisionKind } from './decision.ts'

export type NewDecision = {
  /** Made beforehand where something else names it, by `newId('dcn', at)`. */
  readonly id?: DecisionId
  readonly workspace: WorkspaceId
  readonly connector: ConnectorId
  readonly kind: DecisionKind
  readonly release?: { readonly id: ReleaseId; readonly digest: string }
  readonly reason: string
  readonly decidedAs: readonly DecidedAs[]
  readonly by: UserId | 'system'
  readonly at: number
} & Partial<Pick<Decision, 'tool' | 'ground' | 'clause' | 'effectiveAt' | 'until' | 'about' | 'redress' | 'withheldUntil'>>

/** A decision with the connector that it is about. */
export type PlacedDecision = Decision & { readonly workspace: WorkspaceId; readonly connector: ConnectorId }

/** A new decision whole, as it will be read. */
export function wholeDecision(decision: NewDecision): PlacedDecision {
  return {
    id: decision.id ?? newId('dcn', decision.at),
    workspace: decision.workspace,
    connector: decision.connector,
    kind: decision.kind,
    release: decision.release?.id ?? null,
    digest: decision.release?.digest ?? null,
    tool: decision.tool ?? null,
    reason: decision.reason,
    ground: decision.ground ?? null,
    clause: decision.clause ?? null,
    decidedAs: decision.decidedAs,
    by: decision.by,
    at: decision.at,
    effectiveAt: decision.effectiveAt ?? null,
    until: decision.until ?? null,
    about: decision.about ?? null,
    redress: decision.redress ?? null,
    withheldUntil: decision.withheldUntil ?? null,
  }
}

/** The statement that adds a decision to the log; it belongs in the transaction of what is decided. */
export function addDecision(db: Kysely<Schema>, decision: PlacedDecision): Write {
  const adding = db.insertInto('decisions').values({
    id: decision.id,
    workspace_id: decision.workspace,
    connector_id: decision.connector,
    release_id: decision.release,
    release_digest: decision.digest,
    kind: decision.kind,
    reason: decision.reason,
    decided_as: JSON.stringify(decision.decidedAs),
    decided_by: decision.by,
    at: decision.at,
    effective_at: decision.effectiveAt,
    ends_at: decision.until,
    ground: decision.ground,
    clause: decision.clause,
    tool: decision.tool,
    about: decision.about,
    redress: decision.redress?.how ?? null,
    redress_until: decision.redress?.until ?? null,
    withheld_until: decision.withheldUntil,
  })
  return write(adding)
}

/** The statement that makes a decision the one reply to another: an appeal against it, or the answer to an appeal. The second gets `otherwise`. */
export function addReply(db: Kysely<Schema>, { id, workspace }: PlacedDecision, about: DecisionId, otherwise: () => Error): Write {
  return writeUnique(db.insertInto('decision_replies').values({ about, workspace_id: workspace, decision_id: id }), otherwise)
}

/**
 * All decisions about a connector, oldest first. Whoever decides has read them, so what is decided next sorts after them, whichever node's clock is
 * ahead: an approval never comes before its hand-in.
 */
export async function decisionsOf({ db }: Storage, workspace: WorkspaceId, connector: ConnectorId): Promise<readonly PlacedDecision[]> {
  const rows = await db
    .selectFrom('decisions')
    .selectAll()
    .where('workspace_id', '=', workspace)
    .where('connector_id', '=', connector)
    .orderBy('id')
    .execute()
  const decisions = rows.map(decisionOf)
  const newest = decisions.at(-1)
  if (newest !== undefined) sortAfter(newest.id)
  return decisions
}

function decisionOf(row: Selectable<Schema['decisions']>): PlacedDecision {
  return {
    id: row.id as DecisionId,
    workspace: row.workspace_id as WorkspaceId,
    connector: row.connector_id as ConnectorId,
    kind: row.kind as DecisionKind,
    release: row.release_id as ReleaseId | null,
    digest: row.release_digest,
    tool: row.tool,
    reason: row.reason,
    ground: row.ground as Ground | null,
    clause: row.clause as ClauseId | null,
    decidedAs: JSON.parse(row.decided_as) as DecidedAs[],
    by: row.decided_by as UserId | 'system',
    at: row.at,
    effectiveAt: row.effective_at,
    until: row.ends_at,
    about: row.about as DecisionId | null,
    redress: row.redress === null || row.redress_until === null ? null : { how: row.redress, until: row.redress_until },
    withheldUntil: row.withheld_until,
  }
}

/** One decision, or undefined. */
export async function readDecision({ db }: Storage, workspace: WorkspaceId, id: DecisionId): Promise<PlacedDecision | undefined> {
  const row = await db.selectFrom('decisions').selectAll().where('workspace_id', '=', workspace).where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : decisionOf(row)
}

/** Decisions about all connectors of a workspace, newest first. `before`: the id of the last one seen. `kinds`: only these. */
export async function decisionsIn(
  { db }: Storage,
  workspace: WorkspaceId,
  before: string | null,
  limit: number,
  kinds?: readonly DecisionKind[],
): Promise<readonly PlacedDecision[]> {
  let query = db.selectFrom('decisions').selectAll().where('workspace_id', '=', workspace)
  if (before !== null) query = query.where('id', '<', before)
  if (kinds !== undefined) query = query.where('kind', 'in', kinds)
  const rows = await query.orderBy('id', 'desc').limit(limit).execute()
  return rows.map(decisionOf)
}

/** Appeals that nobody answered, the oldest first. `after`: the id of the last one seen. */
export async function openAppealsIn(
  { db }: Storage,
  workspace: WorkspaceId,
  after: string | null,
  limit: number,
): Promise<readonly PlacedDecision[]> {
  const query = db
    .selectFrom('decisions as appeal')
    .selectAll('appeal')
    .where('appeal.workspace_id', '=', workspace)
    .where('appeal.kind', '=', 'appeal')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('decisions as answer')
            .select('answer.id')
            // Of its connector: that is what there is an index for.
            .whereRef('answer.connector_id', '=', 'appeal.connector_id')
            .whereRef('answer.about', '=', 'appeal.id')
            .where('answer.kind', 'in', ['grant-appeal', 'deny-appeal']),
        ),
      ),
    )
  const rest = after === null ? query : query.where('appeal.id', '>', after)
  return (await rest.orderBy('appeal.id').limit(limit).execute()).map(decisionOf)
}

/** Decisions whose reason was withheld, newest first; not those that look at them again or follow from them. */
export async function withheldIn({ db }: Storage, workspace: WorkspaceId, before: string | null, limit: number): Promise<readonly PlacedDecision[]> {
  let query = db
    .selectFrom('decisions')
    .selectAll()
    .where('workspace_id', '=', workspace)
    .where('withheld_until', 'is not', null)
    .where('about', 'is', null)
  if (before !== null) query = query.where('id', '<', before)
  return (await query.orderBy('id', 'desc').limit(limit).execute()).map(decisionOf)
}

/** Id and digest of every release of a connector. */
export async function releaseDigests({ db }: Storage, workspace: WorkspaceId, connector: ConnectorId) {
  const rows = await db
    .selectFrom('releases')
    .select(['id', 'digest'])
    .where('workspace_id', '=', workspace)
    .where('connector_id', '=', connector)
    .execute()
  return rows.map((row) => ({ id: row.id as ReleaseId, digest: row.digest }))
}
