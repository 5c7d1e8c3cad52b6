import type { WorkspaceId } from '../src/lib/index.ts'
import type { Storage } from '../src/storage/index.ts'
import type { ChangeClass, TermsState } from '../src/terms/index.ts'

/** The same as `fromEntries` tells from the ledger, read from the tables: the two have to agree. */
export async function keptState({ db }: Storage, workspace: WorkspaceId): Promise<TermsState> {
  const [editions, changes, acceptances, deemed, choices, amendments] = await Promise.all([
    db
      .selectFrom('editions')
      .select(['id', 'document', 'sha256', 'label', 'effective_at', 'withdrawn_at'])
      .where('workspace_id', '=', workspace)
      .execute(),
    db
      .selectFrom('terms_changes')
      .select(['id', 'document', 'sha256', 'class', 'posted_at', 'effective_at', 'withdrawn_at'])
      .where('workspace_id', '=', workspace)
      .execute(),
    db.selectFrom('acceptances').selectAll().where('workspace_id', '=', workspace).execute(),
    db.selectFrom('deemed_acceptances').selectAll().where('workspace_id', '=', workspace).execute(),
    db.selectFrom('terms_choices').selectAll().where('workspace_id', '=', workspace).execute(),
    db.selectFrom('amendments').selectAll().where('workspace_id', '=', workspace).execute(),
  ])
  return {
    editions: byId(editions, (row) => ({
      document: row.document,
      sha256: row.sha256,
      label: row.label,
      effectiveAt: row.effective_at,
      withdrawnAt: row.withdrawn_at,
    })),
    changes: byId(changes, (row) => ({
      document: row.document,
      sha256: row.sha256,
      class: row.posted_at === null ? null : (row.class as ChangeClass | null),
      postedAt: row.posted_at,
      effectiveAt: row.effective_at,
      withdrawnAt: row.withdrawn_at,
    })),
    acceptances: byId(acceptances, (row) => ({
      developer: row.developer_id,
      at: row.at,
      documents: JSON.parse(row.bundle),
    })),
    deemed: byId(deemed, (row) => ({
      document: row.document,
      sha256: row.sha256,
      connector: row.connector_id,
      change: row.change_id,
      servedAt: row.served_at,
      dueAt: row.due_at,
    })),
    choices: byId(choices, (row) => ({ connector: row.connector_id, change: row.change_id, choice: row.choice })),
    amendments: byId(amendments, (row) => ({
      developer: row.developer_id,
      connector: row.connector_id,
      sha256: row.sha256,
      signedAt: row.signed_at,
      withdrawnAt: row.withdrawn_at,
    })),
  }
}

function byId<Row extends { readonly id: string }, Kept>(rows: readonly Row[], kept: (row: Row) => Kept): Readonly<Record<string, Kept>> {
  return Object.fromEntries(rows.map((row) => [row.id, kept(row)]))
}
