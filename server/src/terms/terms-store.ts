import type { Selectable } from 'kysely'
import { type DeveloperId, type EditionId, parseJson, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type Schema, type Storage, type Write, write } from '../storage/index.ts'
import type { AcceptedDocument, Edition, EditionText } from './edition.ts'

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
  /** Canonical JSON, as the person can download it. Null: from before there were receipts. */
  readonly receipt: string | null
}

/** Every edition that was ever posted, in the order in which they were made. */
export async function readEditions({ db }: Storage, workspace: WorkspaceId): Promise<readonly Edition[]> {
  const rows = await db.selectFrom('editions').selectAll().where('workspace_id', '=', workspace).orderBy('id').execute()
  return rows.map(toEdition)
}

export function toEdition(row: Selectable<Schema['editions']>): Edition {
  return {
    id: row.id as EditionId,
    document: row.document,
    label: row.label,
    title: row.title ?? /^# (.+)$/m.exec(row.body)?.[1] ?? row.document,
    language: row.language ?? 'en',
    body: row.body,
    sha256: row.sha256,
    effectiveAt: row.effective_at,
    withdrawnAt: row.withdrawn_at,
  }
}

/** An edition in the other languages that it is there in. */
export async function readTexts({ db }: Storage, workspace: WorkspaceId, edition: EditionId): Promise<readonly EditionText[]> {
  const query = db.selectFrom('edition_texts').select(['language', 'title', 'body', 'sha256'])
  return query.where('workspace_id', '=', workspace).where('edition_id', '=', edition).orderBy('language').execute()
}

/** The statements that store an edition's words in other languages. */
export function addingTexts({ db }: Storage, workspace: WorkspaceId, edition: EditionId, texts: readonly EditionText[]): readonly Write[] {
  return texts.map(({ language, title, body, sha256 }) =>
    write(db.insertInto('edition_texts').values({ workspace_id: workspace, edition_id: edition, language, title, body, sha256 })),
  )
}

/** Newest first. */
export async function readAcceptances({ db }: Storage, workspace: WorkspaceId, developer: DeveloperId): Promise<readonly Acceptance[]> {
  const query = db.selectFrom('acceptances').selectAll().where('workspace_id', '=', workspace).where('developer_id', '=', developer)
  return (await query.orderBy('id', 'desc').execute()).map(toAcceptance)
}

export async function readAcceptance({ db }: Storage, workspace: WorkspaceId, id: string): Promise<Acceptance | undefined> {
  const row = await db.selectFrom('acceptances').selectAll().where('workspace_id', '=', workspace).where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : toAcceptance(row)
}

/** Whether anybody is bound by anything yet. */
export async function isAnythingAccepted({ db }: Storage, workspace: WorkspaceId): Promise<boolean> {
  return (await db.selectFrom('acceptances').select('id').where('workspace_id', '=', workspace).limit(1).executeTakeFirst()) !== undefined
}

function toAcceptance(row: Selectable<Schema['acceptances']>): Acceptance {
  return {
    id: row.id,
    developer: row.developer_id as DeveloperId,
    by: row.user_id as UserId,
    documents: parseJson(row.bundle) as unknown as readonly AcceptedDocument[],
    entity: row.entity,
    onBehalfOf: row.on_behalf_of,
    authorityAttested: row.authority_attested === 1,
    at: row.at,
    address: row.address,
    receipt: row.receipt,
  }
}
