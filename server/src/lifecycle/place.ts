import type { ConnectorId, DeveloperId, WorkspaceId } from '../lib/index.ts'
import { type Storage, StorageFault } from '../storage/index.ts'

/** A connector, as notices about it name it. */
export type Place = {
  readonly workspace: WorkspaceId
  readonly connector: ConnectorId
  readonly developer: DeveloperId
  readonly slug: string
  readonly name: string
  /** The beginning of its agreement too (clause 5a-term). */
  readonly createdAt: number
}

export async function placeOf({ db }: Storage, workspace: WorkspaceId, connector: ConnectorId): Promise<Place> {
  const found = db.selectFrom('connectors').select(['developer_id', 'slug', 'name', 'created_at'])
  const row = await found.where('workspace_id', '=', workspace).where('id', '=', connector).executeTakeFirst()
  if (row === undefined) throw new StorageFault(`Connector ${connector} is not in workspace ${workspace}.`)
  return { workspace, connector, developer: row.developer_id as DeveloperId, slug: row.slug, name: row.name, createdAt: row.created_at }
}
