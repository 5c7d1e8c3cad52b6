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

/** True where everybody in the workspace may know of it: it was live once. One that is gone is there with its tombstone. */
export function isPublished(standing: ConnectorStanding): boolean {
  return standing.published
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

/** A connector whose agreement somebody may read: whoever sees it whole, and auditors. @throws ConnectorNotFoundError */
export async function openAgreement(rooms: AccessRooms, slug: string, caller: Caller): Promise<ConnectorStanding> {
  return caller.roles.includes('auditor') ? rooms.directory.bySlug(caller.workspace, slug) : openInside(rooms, slug, caller)
}

export type SteeringRole = 'operator' | 'reviewer' | 'developer'

/**
 * In what roles somebody may steer this connector: those of the named ones that they have.
 * @throws ConnectorNotFoundError, NotAMemberError
 */
export async function openToSteer(
  rooms: AccessRooms,
  slug: string,
  caller: Caller,
  who: readonly SteeringRole[] = ['operator', 'developer'],
): Promise<{ readonly standing: ConnectorStanding; readonly decidedAs: readonly DecidedAs[] }> {
  const standing = await openInside(rooms, slug, caller)
  const has: Readonly<Record<SteeringRole, boolean>> = {
    operator: caller.roles.includes('operator'),
    reviewer: caller.roles.includes('reviewer'),
    developer: await isMember(rooms, standing, caller),
  }
  const decidedAs: readonly DecidedAs[] = who.filter((role) => has[role])
  if (decidedAs.length === 0) throw new NotAMemberError(false)
  return { standing, decidedAs }
}
