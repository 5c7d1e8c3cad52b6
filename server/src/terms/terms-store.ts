import type { Selectable } from 'kysely'
import type { DeveloperId, EditionId, UserId, WorkspaceId } from '../lib/index.ts'
import { type Schema, type Storage, type Write, write } from '../storage/index.ts'
import type { AcceptedDocument, Edition, EditionRow, EditionText } from './edition.ts'
import { acceptedDocuments } from './kept-shapes.ts'

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

/** The same without their words, which can be long; a title that is kept only in them is read from them. */
export async function readEditionRows({ db }: Storage, workspace: WorkspaceId): Promise<readonly EditionRow[]> {
  const rows = await db
    .selectFrom('editions')
    .select(['id', 'workspace_id', 'document', 'label', 'title', 'language', 'sha256', 'effective_at', 'withdrawn_at', 'created_at'])
    .select((eb) => eb.case().when('title', 'is', null).then(eb.ref('body')).else('').end().as('body'))
    .where('workspace_id', '=', workspace)
    .orderBy('id')
    .execute()
  return rows.map((row) => {
    const { body: _, ...edition } = toEdition(row)
    return edition
  })
}

export async function readEdition({ db }: Storage, workspace: WorkspaceId, id: string): Promise<Edition | undefined> {
  const row = await db.selectFrom('editions').selectAll().where('workspace_id', '=', workspace).where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : toEdition(row)
}

/** Editions whole, by their ids, in the order in which they were made. */
export async function readEditionsById({ db }: Storage, workspace: WorkspaceId, ids: readonly string[]): Promise<readonly Edition[]> {
  if (ids.length === 0) return []
  const rows = await db.selectFrom('editions').selectAll().where('workspace_id', '=', workspace).where('id', 'in', ids).orderBy('id').execute()
  return rows.map(toEdition)
}

function toEdition(row: Selectable<Schema['editions']>): Edition {
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

/** The other languages that an edition is there in. */
export async function readLanguages({ db }: Storage, workspace: WorkspaceId, edition: EditionId): Promise<readonly string[]> {
  const query = db.selectFrom('edition_texts').select('language').where('workspace_id', '=', workspace).where('edition_id', '=', edition)
  return (await query.orderBy('language').execute()).map(({ language }) => language)
}

/** The statements that store an edition's words in other languages. */
export function addingTexts({ db }: Storage, workspace: WorkspaceId, edition: EditionId, texts: readonly EditionText[]): readonly Write[] {
  return texts.map(({ language, title, body, sha256 }) =>
    write(db.insertInto('edition_texts').values({ workspace_id: workspace, edition_id: edition, language, title, body, sha256 })),
  )
}

/** A page of them, newest first. @param before the id of the last one seen */
export async function pageOfAcceptances(
  { db }: Storage,
  workspace: WorkspaceId,
  developer: DeveloperId,
  before: string | null,
  limit: number,
): Promise<readonly Acceptance[]> {
  const query = db.selectFrom('acceptances').selectAll().where('workspace_id', '=', workspace).where('developer_id', '=', developer)
  const rows = await (before === null ? query : query.where('id', '<', before)).orderBy('id', 'desc').limit(limit).execute()
  return rows.map(toAcceptance)
}

/** All, newest first. */
export async function readAcceptances({ db }: Storage, workspace: WorkspaceId, developer: DeveloperId): Promise<readonly Acceptance[]> {
  const query = db.selectFrom('acceptances').selectAll().where('workspace_id', '=', workspace).where('developer_id', '=', developer)
  return (await query.orderBy('id', 'desc').execute()).map(toAcceptance)
}

export async function readAcceptance({ db }: Storage, workspace: WorkspaceId, id: string): Promise<Acceptance | undefined> {
  const row = await db.selectFrom('acceptances').selectAll().where('workspace_id', '=', workspace).where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : toAcceptance(row)
}

/** Developers who accepted terms, by id, after one: who never did is bound by none, and is told of no change. */
export async function readBound({ db }: Storage, workspace: WorkspaceId, after: string | null, limit: number): Promise<readonly DeveloperId[]> {
  const bound = db.selectFrom('acceptances').select('developer_id').distinct().where('workspace_id', '=', workspace)
  const rows = await (after === null ? bound : bound.where('developer_id', '>', after)).orderBy('developer_id').limit(limit).execute()
  return rows.map(({ developer_id }) => developer_id as DeveloperId)
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
    documents: acceptedDocuments.parse(JSON.parse(row.bundle)),
    entity: row.entity,
    onBehalfOf: row.on_behalf_of,
    authorityAttested: row.authority_attested === 1,
    at: row.at,
    address: row.address,
    receipt: row.receipt,
  }
}
