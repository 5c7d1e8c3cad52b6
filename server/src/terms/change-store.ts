import { type Selectable, sql } from 'kysely'
import type { ConnectorId, DeveloperId, EditionId, UserId, WorkspaceId } from '../lib/index.ts'
import { type Schema, type Storage, type Write, write } from '../storage/index.ts'
import type { ChangeClass, ChangeId, PostedChange } from './change.ts'
import type { EditionText } from './edition.ts'
import { keptTexts } from './kept-shapes.ts'

/** A change of a document, from its draft on. */
export type Change = {
  readonly id: ChangeId
  readonly document: string
  readonly text: EditionText
  readonly translations: readonly EditionText[]
  /** Digest of the edition that it was compared with; null: the document is new. */
  readonly base: string | null
  readonly class: ChangeClass | null
  readonly justification: string | null
  /** A user, or `system` where a changed pack or changed settings made it. */
  readonly draftedBy: string
  readonly draftedAt: number
  readonly postedBy: UserId | null
  readonly postedAt: number | null
  readonly edition: EditionId | null
  readonly label: string | null
  readonly effectiveAt: number | null
  readonly withdrawnAt: number | null
  /** A user, or `system` where the pack came to say other words. */
  readonly withdrawnBy: string | null
  readonly withdrawnBecause: string | null
}

/** A change without its words, which can be long. */
export type ChangeRow = Omit<Change, 'text' | 'translations'> & { readonly text: Omit<EditionText, 'body'> }

export type Deemed = {
  readonly connector: ConnectorId
  readonly developer: DeveloperId
  readonly change: ChangeId
  readonly edition: EditionId
  readonly document: string
  readonly sha256: string
  readonly servedAt: number
  /** From when it binds. */
  readonly dueAt: number
  /** When it was written down. */
  readonly at: number
}

export type Choice = {
  readonly developer: DeveloperId
  readonly change: ChangeId
  readonly choice: 'accept' | 'wait'
  readonly by: UserId
  readonly at: number
}

const changesIn = ({ db }: Storage, workspace: WorkspaceId) => db.selectFrom('terms_changes').selectAll().where('workspace_id', '=', workspace)

/** When a change was posted, or a draft last written. The id does not tell: a draft of the pack has one that is made of its words. */
const movedAt = sql<number>`coalesce(posted_at, drafted_at)`

/**
 * A page of changes, newest first. @param before id of the last one of the page before; if it moved up meanwhile, the page follows on where it is now
 * @param posted whether drafts are left out, and what became of them
 */
export async function pageOfChanges(
  storage: Storage,
  workspace: WorkspaceId,
  { before, limit, posted: only }: { readonly before: string | null; readonly limit: number; readonly posted: boolean },
): Promise<readonly ChangeRow[]> {
  let query = changeRowsIn(storage, workspace).limit(limit)
  const last = sql`select ${movedAt}, id from terms_changes where workspace_id = ${workspace} and id = ${before}`
  if (before !== null) query = query.where(sql<boolean>`(${movedAt}, id) < (${last})`)
  if (only) query = query.where('posted_at', 'is not', null)
  return (await query.execute()).map(toChangeRow)
}

/** All changes, newest first. */
export async function readChangeRows(storage: Storage, workspace: WorkspaceId): Promise<readonly ChangeRow[]> {
  return (await changeRowsIn(storage, workspace).execute()).map(toChangeRow)
}

export async function readChange(storage: Storage, workspace: WorkspaceId, id: string): Promise<Change | undefined> {
  const row = await changesIn(storage, workspace).where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : toChange(row)
}

/** Changes that were posted, newest first, for the questions about their time. */
export async function readPostedChanges({ db }: Storage, workspace: WorkspaceId): Promise<readonly PostedChange[]> {
  const rows = await db
    .selectFrom('terms_changes')
    .select(['id', 'document', 'edition_id', 'label', 'sha256', 'class', 'posted_at', 'effective_at', 'withdrawn_at'])
    .where('workspace_id', '=', workspace)
    .where('posted_at', 'is not', null)
    .orderBy('posted_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
  return rows.map((row) => ({
    id: row.id as ChangeId,
    document: row.document,
    edition: row.edition_id as EditionId,
    label: row.label ?? '',
    sha256: row.sha256,
    class: row.class as ChangeClass,
    postedAt: row.posted_at ?? 0,
    effectiveAt: row.effective_at ?? 0,
    withdrawnAt: row.withdrawn_at,
  }))
}

/** A change that was posted, for the questions about its time; undefined for a draft. */
export function posted({
  id,
  document,
  text,
  edition,
  label,
  class: changeClass,
  postedAt,
  effectiveAt,
  withdrawnAt,
}: Change): PostedChange | undefined {
  if (postedAt === null || effectiveAt === null || edition === null || label === null || changeClass === null) return undefined
  return { id, document, edition, label, sha256: text.sha256, class: changeClass, postedAt, effectiveAt, withdrawnAt }
}

const rowColumns = [
  'id',
  'document',
  'title',
  'language',
  'sha256',
  'base_sha256',
  'class',
  'justification',
  'drafted_by',
  'drafted_at',
  'posted_by',
  'posted_at',
  'edition_id',
  'label',
  'effective_at',
  'withdrawn_by',
  'withdrawn_at',
  'withdrawn_because',
] as const

function changeRowsIn({ db }: Storage, workspace: WorkspaceId) {
  const query = db.selectFrom('terms_changes').select(rowColumns).where('workspace_id', '=', workspace)
  return query.orderBy(movedAt, 'desc').orderBy('id', 'desc')
}

function toChange(row: Selectable<Schema['terms_changes']>): Change {
  const change = toChangeRow(row)
  return { ...change, text: { ...change.text, body: row.body }, translations: keptTexts.parse(JSON.parse(row.translations)) }
}

function toChangeRow(row: Pick<Selectable<Schema['terms_changes']>, (typeof rowColumns)[number]>): ChangeRow {
  return {
    id: row.id as ChangeId,
    document: row.document,
    text: { title: row.title, language: row.language, sha256: row.sha256 },
    base: row.base_sha256,
    class: row.class as ChangeClass | null,
    justification: row.justification,
    draftedBy: row.drafted_by,
    draftedAt: row.drafted_at,
    postedBy: row.posted_by as UserId | null,
    postedAt: row.posted_at,
    edition: row.edition_id as EditionId | null,
    label: row.label,
    effectiveAt: row.effective_at,
    withdrawnAt: row.withdrawn_at,
    withdrawnBy: row.withdrawn_by,
    withdrawnBecause: row.withdrawn_because,
  }
}

/** What was written down about a connector: changes that count as accepted by it. */
export async function readDeemed({ db }: Storage, workspace: WorkspaceId, connector: ConnectorId): Promise<readonly Deemed[]> {
  const rows = await db
    .selectFrom('deemed_acceptances')
    .selectAll()
    .where('workspace_id', '=', workspace)
    .where('connector_id', '=', connector)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    connector,
    developer: row.developer_id as DeveloperId,
    change: row.change_id as ChangeId,
    edition: row.edition_id as EditionId,
    document: row.document,
    sha256: row.sha256,
    servedAt: row.served_at,
    dueAt: row.due_at,
    at: row.at,
  }))
}

export function addingDeemed({ db }: Storage, workspace: WorkspaceId, id: string, deemed: Deemed): Write {
  const { connector, developer, change, edition, document, sha256, servedAt, dueAt, at } = deemed
  const about = { connector_id: connector, developer_id: developer, change_id: change, edition_id: edition }
  return write(
    db.insertInto('deemed_acceptances').values({ id, workspace_id: workspace, ...about, document, sha256, served_at: servedAt, due_at: dueAt, at }),
  )
}

/** What developers said about changes to come, for one connector, oldest first. @param developer one of those whose it was; without it all */
export async function readChoices(
  { db }: Storage,
  workspace: WorkspaceId,
  connector: ConnectorId,
  developer?: DeveloperId,
): Promise<readonly Choice[]> {
  const query = db.selectFrom('terms_choices').selectAll().where('workspace_id', '=', workspace).where('connector_id', '=', connector)
  const rows = await (developer === undefined ? query : query.where('developer_id', '=', developer)).orderBy('id').execute()
  return rows.map((row) => ({
    developer: row.developer_id as DeveloperId,
    change: row.change_id as ChangeId,
    choice: row.choice,
    by: row.user_id as UserId,
    at: row.at,
  }))
}

/** A connector as the agreement about it sees it. */
export type Party = { readonly connector: ConnectorId; readonly slug: string; readonly developer: DeveloperId; readonly createdAt: number }

/** Connectors in the order in which they were made, after one. */
export async function readParties({ db }: Storage, workspace: WorkspaceId, after: string | null, limit: number): Promise<readonly Party[]> {
  let query = db.selectFrom('connectors').select(['id', 'slug', 'developer_id', 'created_at']).where('workspace_id', '=', workspace)
  if (after !== null) query = query.where('id', '>', after)
  const rows = await query.orderBy('id').limit(limit).execute()
  return rows.map((row) => ({
    connector: row.id as ConnectorId,
    slug: row.slug,
    developer: row.developer_id as DeveloperId,
    createdAt: row.created_at,
  }))
}

export async function readParty({ db }: Storage, workspace: WorkspaceId, connector: ConnectorId): Promise<Party | undefined> {
  const query = db.selectFrom('connectors').select(['id', 'slug', 'developer_id', 'created_at']).where('workspace_id', '=', workspace)
  const row = await query.where('id', '=', connector).executeTakeFirst()
  return row === undefined ? undefined : { connector, slug: row.slug, developer: row.developer_id as DeveloperId, createdAt: row.created_at }
}
