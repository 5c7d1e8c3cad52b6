import { mayEdit, type Policies } from '../../../consent/index.ts'
import type { WorkspaceId } from '../../../lib/index.ts'
import { type Workspace, WorkspaceNotFoundError } from '../../../people/index.ts'
import type { Caller } from '../caller.ts'
import type { WorkspaceRooms } from './workspace-rooms.ts'

/** In what part somebody stands before a workspace. */
export type As = 'member' | 'owner' | 'operator'

/** @throws WorkspaceNotFoundError also for a workspace that is none of the caller's business */
export async function openWorkspace(
  { people, policies }: Pick<WorkspaceRooms, 'people' | 'policies'>,
  caller: Caller,
  id: string,
): Promise<{ readonly workspace: Workspace; readonly as: As }> {
  const as = await standsAs(policies, caller, id as WorkspaceId)
  if (as === null) throw new WorkspaceNotFoundError()
  return { workspace: await people.workspaces.get(id as WorkspaceId), as }
}

async function standsAs(policies: Policies, { user, workspace, roles }: Caller, id: WorkspaceId): Promise<As | null> {
  if (roles.includes('operator')) return 'operator'
  if (workspace !== id) return null
  return (await policies.personOf(user, workspace)).owner ? 'owner' : 'member'
}

/** For owners of the workspace and operators. @throws WorkspaceNotFoundError */
export async function openOwned(rooms: Pick<WorkspaceRooms, 'people' | 'policies'>, caller: Caller, id: string) {
  const { workspace, as } = await openWorkspace(rooms, caller, id)
  if (as === 'member') throw new WorkspaceNotFoundError()
  return { workspace, operator: as === 'operator' }
}

/** For whoever may change the policy of the workspace. @throws WorkspaceNotFoundError */
export async function openEditable(rooms: Pick<WorkspaceRooms, 'people' | 'policies'>, caller: Caller, id: string) {
  const { workspace, as } = await openWorkspace(rooms, caller, id)
  const current = await rooms.policies.current(workspace.id)
  const person = await rooms.policies.personOf(caller.user, caller.workspace)
  // Owners always read it: an editor whom it names may have left.
  const edits = mayEdit(current.document, person, as === 'operator')
  if (!edits && as === 'member') throw new WorkspaceNotFoundError()
  return { workspace, current, edits }
}
