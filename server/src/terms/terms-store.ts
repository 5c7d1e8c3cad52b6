import { type DeveloperId, type EditionId, parseJson, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Storage } from '../storage/index.ts'
import type { AcceptedDocument, DocumentName, Edition } from './edition.ts'

/** Who accepted which exact words, for whom, when and from where (clauses 1-acceptance, 1-behalf, 1-entity). */
export type Acceptance = {
  readonly id: string
  readonly developer: DeveloperId
  readonly by: UserId
  readonly documents: readonly AcceptedDocument[]
  /** Legal name of the contracting entity. */
  readonly entity: string
  /** The principal, where it was accepted for somebody else than the organisation itself. */
  readonly onBehalfOf: string | null
  readonly authorityAttested: boolean
  /** Milliseconds, UTC. */
  readonly at: number
  readonly address: string
}

export async function readEditions({ db }: Storage, workspace: WorkspaceId): Promise<readonly Edition[]> {
  const rows = await db.selectFrom('editions').selectAll().where('workspace_id', '=', workspace).orderBy('id').execute()
  return rows.map((row) => ({
    id: row.id as EditionId,
    document: row.document as DocumentName,
    label: row.label,
    body: row.body,
    sha256: row.sha256,
    effectiveAt: row.effective_at,
  }))
}

/** Newest first. */
export async function readAcceptances({ db }: Storage, workspace: WorkspaceId, developer: DeveloperId): Promise<readonly Acceptance[]> {
  const query = db.selectFrom('acceptances').selectAll().where('workspace_id', '=', workspace).where('developer_id', '=', developer)
  const rows = await query.orderBy('id', 'desc').execute()
  return rows.map((row) => ({
    id: row.id,
    developer,
    by: row.user_id as UserId,
    documents: parseJson(row.bundle) as unknown as readonly AcceptedDocument[],
    entity: row.entity,
    onBehalfOf: row.on_behalf_of,
    authorityAttested: row.authority_attested === 1,
    at: row.at,
    address: row.address,
  }))
}
