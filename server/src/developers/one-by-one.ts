import type { Kysely } from 'kysely'
import type { DeveloperId, WorkspaceId } from '../lib/index.ts'
import { type Schema, type Write, write } from '../storage/index.ts'

/**
 * First of a transaction whose other statements look at what stands about an organisation: it takes the organisation's row, so that such
 * transactions come one after the other, and each sees what the one before wrote.
 */
export function oneByOne(db: Kysely<Schema>, workspace: WorkspaceId, developer: DeveloperId): Write {
  return write(onlyWhere(db, workspace, developer))
}

/** Changes nothing of an organisation. With a condition, and one row asked for, it stands after `oneByOne` and guards what follows. */
export function onlyWhere(db: Kysely<Schema>, workspace: WorkspaceId, developer: DeveloperId) {
  const same = db.updateTable('developers').set(({ ref }) => ({ name: ref('name') }))
  return same.where('workspace_id', '=', workspace).where('id', '=', developer)
}
