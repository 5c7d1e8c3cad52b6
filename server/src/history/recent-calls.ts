import type { AssistantId, UserId, WorkspaceId } from '../lib/index.ts'
import type { Storage } from '../storage/index.ts'

/** What a call was about, without anything of what it said. */
export type CallTarget = {
  readonly id: string
  readonly user: UserId
  readonly assistant: AssistantId
  readonly connector: string
  readonly tool: string
}

/** The latest calls of everybody in a workspace, without their contents, newest first. Calls that named no connector are left out. */
export async function recentTargets({ db }: Storage, workspace: WorkspaceId, limit: number, user?: UserId): Promise<readonly CallTarget[]> {
  let query = db
    .selectFrom('calls')
    .innerJoin('connectors', 'connectors.id', 'calls.connector_id')
    .select(['calls.id as id', 'calls.user_id as user_id', 'calls.assistant_id as assistant_id', 'calls.tool as tool', 'connectors.slug as slug'])
    .where('calls.workspace_id', '=', workspace)
  if (user !== undefined) query = query.where('calls.user_id', '=', user)
  const rows = await query.orderBy('calls.id', 'desc').limit(limit).execute()
  return rows.map((row) => ({
    id: row.id,
    user: row.user_id as UserId,
    assistant: row.assistant_id as AssistantId,
    connector: row.slug,
    tool: row.tool,
  }))
}
