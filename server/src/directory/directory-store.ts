import type { ReleaseContent } from '@handfast/contract'
import type { Selectable } from 'kysely'
import { type ConnectorId, type DeveloperId, type ReleaseId, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type Schema, type Storage, StorageFault } from '../storage/index.ts'
import { ReleaseNotFoundError } from './directory-errors.ts'
import type { Connector, ReviewedRelease } from './standing.ts'

/** What the machine found in a release; the rules that find it live in the review. */
export type StoredFinding = {
  readonly rule: string
  readonly severity: 'blocks' | 'warns' | 'notes'
  readonly clause: string
  readonly message: string
  readonly pointer: string
  /** Releases that were looked at by an older version have none. */
  readonly fingerprint?: string
}

export type Release = ReviewedRelease & {
  readonly connector: ConnectorId
  readonly number: number
  readonly source: string | null
  /** The OpenAPI Overlay that was applied to it. */
  readonly overlay: string | null
  readonly findings: readonly StoredFinding[]
  readonly createdBy: UserId
  readonly createdAt: number
  readonly decidedAt: number | null
}

function connectorOf(row: Schema['connectors'] & { readonly developer_name: string }): Connector {
  return {
    connector: row.id as ConnectorId,
    workspace: row.workspace_id as WorkspaceId,
    developer: row.developer_id as DeveloperId,
    developerName: row.developer_name,
    slug: row.slug,
    kind: row.kind,
    name: row.name,
    origins: JSON.parse(row.origins) as string[],
    createdAt: row.created_at,
  }
}

function connectors({ db }: Storage) {
  const joined = db.selectFrom('connectors').innerJoin('developers', 'developers.id', 'connectors.developer_id')
  return joined.selectAll('connectors').select('developers.name as developer_name')
}

/** By id alone: the workspace is part of the answer, and whoever asks compares it. */
export async function readConnector(storage: Storage, id: ConnectorId): Promise<Connector | undefined> {
  const row = await connectors(storage).where('connectors.id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : connectorOf(row)
}

export async function readIdBySlug({ db }: Storage, workspace: WorkspaceId, slug: string): Promise<ConnectorId | undefined> {
  const row = await db.selectFrom('connectors').select('id').where('workspace_id', '=', workspace).where('slug', '=', slug).executeTakeFirst()
  return row?.id as ConnectorId | undefined
}

/** In the order they were made. */
export async function readConnectors(storage: Storage, workspace: WorkspaceId, after: string | null, limit: number): Promise<readonly Connector[]> {
  let query = connectors(storage).where('connectors.workspace_id', '=', workspace)
  if (after !== null) query = query.where('connectors.id', '>', after)
  return (await query.orderBy('connectors.id').limit(limit).execute()).map(connectorOf)
}

/** The content, after its digest was compared: a row that was changed behind our back is a fault, not a release. */
function contentOf(row: { readonly id: string; readonly content: string; readonly digest: string }): ReviewedRelease {
  if (sha256(row.content) !== row.digest) throw new StorageFault(`Release ${row.id} is not what was handed in: its digest differs.`)
  return { id: row.id as ReleaseId, digest: row.digest, content: JSON.parse(row.content) as ReleaseContent }
}

/** @throws ReleaseNotFoundError */
export async function readDigest({ db }: Storage, workspace: WorkspaceId, id: ReleaseId): Promise<string> {
  const query = db.selectFrom('releases').select('digest').where('workspace_id', '=', workspace).where('id', '=', id)
  return (await query.executeTakeFirstOrThrow(() => new ReleaseNotFoundError())).digest
}

/** @throws ReleaseNotFoundError */
export async function readReviewedRelease({ db }: Storage, workspace: WorkspaceId, id: ReleaseId): Promise<ReviewedRelease> {
  const query = db.selectFrom('releases').select(['id', 'content', 'digest']).where('workspace_id', '=', workspace).where('id', '=', id)
  return contentOf(await query.executeTakeFirstOrThrow(() => new ReleaseNotFoundError()))
}

/** @throws ReleaseNotFoundError */
export async function readRelease({ db }: Storage, workspace: WorkspaceId, connector: ConnectorId, number: number): Promise<Release> {
  const query = db.selectFrom('releases').selectAll().where('workspace_id', '=', workspace)
  const one = query.where('connector_id', '=', connector).where('number', '=', number)
  return releaseOf(await one.executeTakeFirstOrThrow(() => new ReleaseNotFoundError()))
}

/** @throws ReleaseNotFoundError */
export async function readReleaseById({ db }: Storage, workspace: WorkspaceId, id: ReleaseId): Promise<Release> {
  const query = db.selectFrom('releases').selectAll().where('workspace_id', '=', workspace).where('id', '=', id)
  return releaseOf(await query.executeTakeFirstOrThrow(() => new ReleaseNotFoundError()))
}

function releaseOf(row: Selectable<Schema['releases']>): Release {
  return {
    ...contentOf(row),
    connector: row.connector_id as ConnectorId,
    number: row.number,
    source: row.source,
    overlay: row.overlay,
    findings: JSON.parse(row.findings) as StoredFinding[],
    createdBy: row.created_by as UserId,
    createdAt: row.created_at,
    decidedAt: row.decided_at,
  }
}

export type ReleaseSummary = {
  readonly id: ReleaseId
  readonly number: number
  readonly digest: string
  readonly createdBy: UserId
  readonly createdAt: number
  readonly decidedAt: number | null
}

/** Newest first, without contents. */
export async function readReleases({ db }: Storage, workspace: WorkspaceId, connector: ConnectorId): Promise<readonly ReleaseSummary[]> {
  const rows = await db
    .selectFrom('releases')
    .select(['id', 'number', 'digest', 'created_by', 'created_at', 'decided_at'])
    .where('workspace_id', '=', workspace)
    .where('connector_id', '=', connector)
    .orderBy('number', 'desc')
    .limit(200)
    .execute()
  return rows.map((row) => ({
    id: row.id as ReleaseId,
    number: row.number,
    digest: row.digest,
    createdBy: row.created_by as UserId,
    createdAt: row.created_at,
    decidedAt: row.decided_at,
  }))
}
