import type { Kysely, Selectable } from 'kysely'
import { type ConnectorId, newId, type ReleaseId, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type Schema, type Storage, type Write, write } from '../storage/index.ts'
import type { DecidedAs, Decision, DecisionKind } from './status.ts'

export type NewDecision = {
  readonly workspace: WorkspaceId
  readonly connector: ConnectorId
  readonly kind: DecisionKind
  readonly release?: { readonly id: ReleaseId; readonly digest: string }
  readonly reason: string
  readonly decidedAs: readonly DecidedAs[]
  readonly by: UserId
  readonly at: number
}

/** The statement that adds a decision to the log; it belongs in the transaction of what is decided. */
export function addDecision(db: Kysely<Schema>, decision: NewDecision): Write {
  return write(
    db.insertInto('decisions').values({
      id: newId('dcn', decision.at),
      workspace_id: decision.workspace,
      connector_id: decision.connector,
      release_id: decision.release?.id ?? null,
      release_digest: decision.release?.digest ?? null,
      kind: decision.kind,
      reason: decision.reason,
      decided_as: JSON.stringify(decision.decidedAs),
      decided_by: decision.by,
      at: decision.at,
    }),
  )
}

/** All decisions about a connector, oldest first. */
export async function decisionsOf({ db }: Storage, workspace: WorkspaceId, connector: ConnectorId): Promise<readonly Decision[]> {
  const rows = await db
    .selectFrom('decisions')
    .selectAll()
    .where('workspace_id', '=', workspace)
    .where('connector_id', '=', connector)
    .orderBy('id')
    .execute()
  return rows.map(decisionOf)
}

function decisionOf(row: Selectable<Schema['decisions']>): Decision {
  return {
    id: row.id,
    kind: row.kind as DecisionKind,
    release: row.release_id as ReleaseId | null,
    digest: row.release_digest,
    reason: row.reason,
    decidedAs: JSON.parse(row.decided_as) as DecidedAs[],
    by: row.decided_by as UserId,
    at: row.at,
  }
}

/** Decisions about all connectors of a workspace, newest first. `before`: the id of the last one seen. */
export async function decisionsIn(
  { db }: Storage,
  workspace: WorkspaceId,
  before: string | null,
  limit: number,
): Promise<readonly (Decision & { readonly connector: ConnectorId })[]> {
  let query = db.selectFrom('decisions').selectAll().where('workspace_id', '=', workspace)
  if (before !== null) query = query.where('id', '<', before)
  const rows = await query.orderBy('id', 'desc').limit(limit).execute()
  return rows.map((row) => ({ ...decisionOf(row), connector: row.connector_id as ConnectorId }))
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
