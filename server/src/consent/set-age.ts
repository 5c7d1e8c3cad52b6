import type { Kysely } from 'kysely'
import { record } from '../ledger/index.ts'
import type { UserId, WorkspaceId } from '../lib/index.ts'
import { type Schema, type Write, write } from '../storage/index.ts'
import type { PersonAge } from './age.ts'

/** The statements by which somebody says how old a person is. */
export function settingAge(
  db: Kysely<Schema>,
  { user, workspace }: { readonly user: UserId; readonly workspace: WorkspaceId },
  { band, source }: PersonAge,
  by: UserId,
  at: number,
): readonly Write[] {
  const said = { band, source, set_by: by, at }
  const row = db.insertInto('age_bands').values({ workspace_id: workspace, user_id: user, ...said })
  return [
    write(row.onConflict((conflict) => conflict.columns(['workspace_id', 'user_id']).doUpdateSet(said))),
    record(db, { event: 'age.changed', workspace, subject: user, by, at, facts: { band, source } }),
  ]
}
