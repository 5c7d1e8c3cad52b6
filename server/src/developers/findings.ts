import { record } from '../ledger/index.ts'
import { type DeveloperId, type Id, newId, type WorkspaceId } from '../lib/index.ts'
import { type Write, write } from '../storage/index.ts'
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

/** Stale facts (clause 2d-accurate). One finding is open for each kind and thing; it closes by itself once the fact is right again. */
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
    return (await query.execute()).map((row) => ({
      id: row.id as DeveloperFinding['id'],
      developer: row.developer_id as DeveloperId,
      kind: row.kind as FindingKind,
      about: row.about,
      detail: row.detail,
      firstSeenAt: row.first_seen_at,
      lastSeenAt: row.last_seen_at,
      closedAt: row.closed_at,
    }))
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
      write(db.insertInto('developer_findings').values(row)),
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
          title: 'Something that your organisation says about itself is not so any more',
          body: `${detail}\n\nPut it right in the console, under your organisation. It is looked at again by itself.`,
        },
        at,
      ),
    ]
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
