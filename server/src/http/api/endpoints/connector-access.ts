import { NotAMemberError } from '../../../developers/index.ts'
import { ConnectorNotFoundError, type ConnectorStanding } from '../../../directory/index.ts'
import type { DecidedAs } from '../../../lifecycle/index.ts'
import type { Caller } from '../caller.ts'
import type { PublishingRooms } from './publishing-rooms.ts'

type AccessRooms = Pick<PublishingRooms, 'developers' | 'directory'>

/** Reviewers and operators see every connector whole; members of a developer see its own (clause 2a-no-resale). */
export function seesAll({ roles }: Caller): boolean {
  return roles.includes('reviewer') || roles.includes('operator')
}

export async function isMember({ developers }: AccessRooms, standing: ConnectorStanding, caller: Caller): Promise<boolean> {
  return (await developers.roleOf(caller.workspace, standing.developer, caller.user)) !== undefined
}

export async function seesInside(rooms: AccessRooms, standing: ConnectorStanding, caller: Caller): Promise<boolean> {
  return seesAll(caller) || (await isMember(rooms, standing, caller))
}

/** True where everybody in the workspace may know of it: it was approved and is not gone. */
export function isPublished(standing: ConnectorStanding): boolean {
  return standing.release !== null && (standing.status === 'live' || standing.status === 'suspended')
}

/** A connector for somebody who may see it whole. Others learn nothing, not even that it exists. @throws ConnectorNotFoundError */
export async function openInside(rooms: AccessRooms, slug: string, caller: Caller): Promise<ConnectorStanding> {
  const standing = await rooms.directory.bySlug(caller.workspace, slug)
  if (!(await seesInside(rooms, standing, caller))) throw new ConnectorNotFoundError()
  return standing
}

/** A connector that everybody may know of, or that the caller sees whole. @throws ConnectorNotFoundError */
export async function openPublished(rooms: AccessRooms, slug: string, caller: Caller): Promise<ConnectorStanding> {
  const standing = await rooms.directory.bySlug(caller.workspace, slug)
  if (!isPublished(standing) && !(await seesInside(rooms, standing, caller))) throw new ConnectorNotFoundError()
  return standing
}

/** A connector for a member of its developer. @throws ConnectorNotFoundError, NotAMemberError */
export async function openAsMember(rooms: AccessRooms, slug: string, caller: Caller): Promise<ConnectorStanding> {
  const standing = await openInside(rooms, slug, caller)
  if (!(await isMember(rooms, standing, caller))) throw new NotAMemberError(false)
  return standing
}

/** In what roles somebody may stop and start this connector; operators and members of its developer may. @throws ConnectorNotFoundError, NotAMemberError */
export async function openToSteer(
  rooms: AccessRooms,
  slug: string,
  caller: Caller,
): Promise<{ readonly standing: ConnectorStanding; readonly decidedAs: readonly DecidedAs[] }> {
  const standing = await openInside(rooms, slug, caller)
  const member = await isMember(rooms, standing, caller)
  const decidedAs: DecidedAs[] = [...(caller.roles.includes('operator') ? (['operator'] as const) : []), ...(member ? (['developer'] as const) : [])]
  if (decidedAs.length === 0) throw new NotAMemberError(false)
  return { standing, decidedAs }
}
