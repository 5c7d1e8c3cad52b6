import { changeGroup, createGroup, groupInPath, groupMemberInPath, groups, workspaceInPath } from '@handfast/contract'
import { z } from 'zod'
import type { UserId, WorkspaceId } from '../../../lib/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { session } from '../policy.ts'
import { openOwned } from './workspace-access.ts'
import type { WorkspaceRooms } from './workspace-rooms.ts'

/** Groups of a workspace: by hand, and from what an identity provider says. */
export function groupEndpoints(rooms: WorkspaceRooms): readonly AnyEndpoint[] {
  const { workspaces } = rooms.people

  /** A group that a rule names cannot go: the rule would quietly stop to hold. */
  async function named(workspace: WorkspaceId, group: string): Promise<boolean> {
    const { document } = await rooms.policies.current(workspace)
    return groupsIn(document).includes(group)
  }

  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/workspaces/{id}/groups',
      summary: 'Groups of a workspace, by name',
      policy: session(),
      ledger: { none: 'reading' },
      input: workspaceInPath,
      output: groups,
      handle: async ({ id }, caller) => ({ items: await workspaces.groups((await openOwned(rooms, caller, id)).workspace.id) }),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/workspaces/{id}/groups',
      summary: 'Make a group',
      policy: session(),
      ledger: 'group.changed',
      input: createGroup,
      output: z.void(),
      handle: async ({ id, name, title = name, claim }, caller) => {
        const { workspace } = await openOwned(rooms, caller, id)
        await workspaces.createGroup(workspace.id, caller.user, { name, title, claim })
      },
    }),
    endpoint({
      method: 'PATCH',
      path: '/api/v1/workspaces/{id}/groups/{group}',
      summary: 'Change the title of a group, or which claim of an identity provider fills it',
      policy: session(),
      ledger: 'group.changed',
      input: changeGroup,
      output: z.void(),
      handle: async ({ id, group, ...change }, caller) => {
        const { workspace } = await openOwned(rooms, caller, id)
        await workspaces.changeGroup(workspace.id, caller.user, group, change)
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/workspaces/{id}/groups/{group}',
      summary: 'Remove a group that no rule names',
      policy: session(),
      ledger: 'group.changed',
      input: groupInPath,
      output: z.void(),
      handle: async ({ id, group }, caller) => {
        const { workspace } = await openOwned(rooms, caller, id)
        await workspaces.removeGroup(workspace.id, caller.user, group, await named(workspace.id, group))
      },
    }),
    endpoint({
      method: 'PUT',
      path: '/api/v1/workspaces/{id}/groups/{group}/members/{user}',
      summary: 'Put somebody in a group',
      policy: session(),
      ledger: 'group.changed',
      input: groupMemberInPath,
      output: z.void(),
      handle: async ({ id, group, user }, caller) => {
        const { workspace } = await openOwned(rooms, caller, id)
        await workspaces.setMember(workspace.id, caller.user, { group, user: user as UserId, member: true })
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/workspaces/{id}/groups/{group}/members/{user}',
      summary: 'Take somebody out of a group, where they were put in by hand',
      policy: session(),
      ledger: 'group.changed',
      input: groupMemberInPath,
      output: z.void(),
      handle: async ({ id, group, user }, caller) => {
        const { workspace } = await openOwned(rooms, caller, id)
        await workspaces.setMember(workspace.id, caller.user, { group, user: user as UserId, member: false })
      },
    }),
  ]
}

type Naming = Awaited<ReturnType<WorkspaceRooms['policies']['current']>>['document']

/** Names of groups that a policy speaks of. */
function groupsIn({ rules, accounts, enabled, editors }: Naming): readonly string[] {
  const subjects = [...rules, ...accounts, ...enabled].map((one) => one.for)
  return [
    ...subjects.flatMap((who) => (who === 'everybody' ? [] : who.groups)),
    ...rules.flatMap(({ approvers }) => approvers?.groups ?? []),
    ...(editors?.groups ?? []),
  ]
}
