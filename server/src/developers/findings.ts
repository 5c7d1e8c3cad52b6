import type { Selectable } from 'kysely'
import { record } from '../ledger/index.ts'
import { type DeveloperId, type Id, newId, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { NewNotice } from '../notices/index.ts'
import { type Schema, type Write, write, writeOne, writeUnique } from '../storage/index.ts'
import { FindingNotFoundError, NoChangeError } from './developers-errors.ts'
import type { DeveloperParts } from './parts.ts'

/** What an organisation says about itself and what is not so, or not so any more. */
export type FindingKind = 'contact-stale' | 'domain-lost' | 'domain-confusable' | 'privacy-url' | 'support-url' | 'name-confusable' | 'statement'

export type DeveloperFinding = {
  readonly id: Id<'dfn'>
  readonly developer: DeveloperId
  readonly kind: FindingKind
  /** The id or domain that it is about. */
  readonly about: string
  readonly detail: string
  readonly firstSeenAt: number
  readonly lastSeenAt: number
  readonly closedAt: number | null
}

export type FindingPage = { readonly developer?: DeveloperId; readonly open: boolean; readonly after: string | null; readonly limit: number }

/** What no look of ours can settle: it stays until a person of the operator says that it is well. */
const LOOKED_AT_BY_PERSON: ReadonlySet<FindingKind> = new Set(['name-confusable', 'domain-confusable', 'statement'])

/**
 * Stale facts (clause 2d-accurate). One finding is open for each kind and thing; it closes by itself once the fact is right again, or where a
 * person looks at it, by their word.
 */
export class DeveloperFindings {
  readonly #parts: DeveloperParts
  constructor(parts: DeveloperParts) {
    this.#parts = parts
  }

  /** Newest first. */
  async list(workspace: WorkspaceId, { developer, open, after, limit }: FindingPage): Promise<readonly DeveloperFinding[]> {
    let query = this.#parts.storage.db
      .selectFrom('developer_findings')
      .selectAll()
      .where('workspace_id', '=', workspace)
      .orderBy('id', 'desc')
      .limit(limit)
    if (developer !== undefined) query = query.where('developer_id', '=', developer)
    if (open) query = query.where('closed_at', 'is', null)
    if (after !== null) query = query.where('id', '<', after)
    return (await query.execute()).map(toFinding)
  }

  /** The statements that open a finding and tell the organisation, or say that it is still so. */
  async finding(
    workspace: WorkspaceId,
    developer: DeveloperId,
    kind: FindingKind,
    about: string,
    detail: string,
    at: number,
  ): Promise<readonly Write[]> {
    const { storage, outbox } = this.#parts
    const { db } = storage
    const known = await this.#open(workspace, developer, kind, about)
    if (known !== undefined) {
      const again = db
        .updateTable('developer_findings')
        .set({ last_seen_at: at, detail })
        .where('workspace_id', '=', workspace)
        .where('id', '=', known)
      return [write(again)]
    }
    const id = newId('dfn', at)
    const row = { id, workspace_id: workspace, developer_id: developer, kind, about, detail, first_seen_at: at, last_seen_at: at, closed_at: null }
    return [
      writeUnique(db.insertInto('developer_findings').values(row), () => new NoChangeError('The same was found at the same moment.', 'wait')),
      record(db, { event: 'developer.stale', workspace, subject: developer, by: 'system', at, facts: { finding: id, kind } }),
      ...outbox.sending(
        {
          workspace,
          to: { kind: 'developer', developer, purpose: 'support' },
          kind: 'developers.finding',
          clause: '2d-accurate',
          legal: false,
          connector: null,
          subject: id,
          ...wordsFor(kind, detail),
        },
        at,
      ),
      ...(byPerson(kind) ? outbox.sending(toOperator(workspace, developer, id, detail), at) : []),
    ]
  }

  /**
   * A person of the operator looked at a finding that no look of ours can settle, and it is well. The organisation reads why.
   * @throws FindingNotFoundError, NoChangeError
   */
  async settle(workspace: WorkspaceId, id: string, reason: string, by: UserId): Promise<DeveloperFinding> {
    const { storage, clock, outbox } = this.#parts
    const finding = await this.get(workspace, id)
    if (!byPerson(finding.kind)) throw new NoChangeError('This finding closes by itself once the fact is right again.', 'developer')
    const at = clock.now()
    const { developer, kind } = finding
    const close = storage.db.updateTable('developer_findings').set({ closed_at: at }).where('workspace_id', '=', workspace).where('id', '=', id)
    await storage.write([
      writeOne(close.where('closed_at', 'is', null), () => new NoChangeError('This finding is closed already.', 'operator')),
      record(storage.db, {
        event: 'developer.settled',
        workspace,
        subject: developer,
        by,
        at,
        facts: { finding: id, kind, reasonSha256: sha256(reason) },
      }),
      ...outbox.sending(
        {
          workspace,
          to: { kind: 'developer', developer, purpose: 'support' },
          kind: 'developers.finding-settled',
          clause: '2d-accurate',
          legal: false,
          connector: null,
          subject: id,
          title: 'Somebody looked, and it is well',
          body: `${finding.detail}\n\n${reason}`,
        },
        at,
      ),
    ])
    return { ...finding, closedAt: at }
  }

  /** @throws FindingNotFoundError */
  async get(workspace: WorkspaceId, id: string): Promise<DeveloperFinding> {
    const query = this.#parts.storage.db.selectFrom('developer_findings').selectAll().where('workspace_id', '=', workspace).where('id', '=', id)
    return toFinding(await query.executeTakeFirstOrThrow(() => new FindingNotFoundError()))
  }

  /** The statement that ends a finding whose fact is right again. */
  closing(workspace: WorkspaceId, developer: DeveloperId, kind: FindingKind, about: string, at: number): Write {
    const query = this.#parts.storage.db.updateTable('developer_findings').set({ closed_at: at }).where('workspace_id', '=', workspace)
    return write(query.where('developer_id', '=', developer).where('kind', '=', kind).where('about', '=', about).where('closed_at', 'is', null))
  }

  async #open(workspace: WorkspaceId, developer: DeveloperId, kind: FindingKind, about: string): Promise<string | undefined> {
    const query = this.#parts.storage.db.selectFrom('developer_findings').select('id').where('workspace_id', '=', workspace)
    const one = query.where('developer_id', '=', developer).where('kind', '=', kind).where('about', '=', about).where('closed_at', 'is', null)
    return (await one.executeTakeFirst())?.id
  }
}

function byPerson(kind: FindingKind): boolean {
  return LOOKED_AT_BY_PERSON.has(kind)
}

function wordsFor(kind: FindingKind, detail: string): Pick<NewNotice, 'title' | 'body'> {
  return byPerson(kind)
    ? { title: 'Somebody looks at something that your organisation says about itself', body: `${detail}\n\nYou are told what came of it.` }
    : {
        title: 'Something that your organisation says about itself is not so any more',
        body: `${detail}\n\nPut it right in the console, under your organisation. It is looked at again by itself.`,
      }
}

function toOperator(workspace: WorkspaceId, developer: DeveloperId, finding: string, detail: string): NewNotice {
  const body = `Organisation ${developer}: ${detail}\n\nWhere it is well: handfast developer settle ${finding} --reason "…". Where it is not, hold the organisation.`
  const about = { clause: '2d-accurate', legal: false, connector: null, subject: finding } as const
  return {
    workspace,
    to: { kind: 'operator' },
    kind: 'developers.finding-waits',
    ...about,
    title: 'Something about an organisation waits for a person',
    body,
  }
}

function toFinding(row: Selectable<Schema['developer_findings']>): DeveloperFinding {
  return {
    id: row.id as DeveloperFinding['id'],
    developer: row.developer_id as DeveloperId,
    kind: row.kind as FindingKind,
    about: row.about,
    detail: row.detail,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    closedAt: row.closed_at,
  }
}
