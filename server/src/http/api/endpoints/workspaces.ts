import {
  changeMember,
  createWorkspace,
  inviteMember,
  issuedLink,
  type Member as MemberAnswer,
  member,
  moveMember,
  pageOf,
  pageOfWorkspace,
  pageQuery,
  renameWorkspace,
  type Workspace as WorkspaceAnswer,
  workspace,
  workspaceInPath,
  workspaceMemberInPath,
} from '@handfast/contract'
import { z } from 'zod'
import { rfc3339, type UserId, type WorkspaceId } from '../../../lib/index.ts'
import { type IssuedToken, type Member, type Workspace, WorkspaceNotFoundError } from '../../../people/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { operator, session } from '../policy.ts'
import type { SiteFacts } from './rooms.ts'
import { accountView } from './views.ts'
import { type As, openOwned, openWorkspace } from './workspace-access.ts'
import type { WorkspaceRooms } from './workspace-rooms.ts'

/** Workspaces and who is in them. */
export function workspaceEndpoints(rooms: WorkspaceRooms, site: SiteFacts): readonly AnyEndpoint[] {
  const { people, ending } = rooms
  const { workspaces } = people
  const view = ({ id, name, createdAt }: Workspace, as: As): WorkspaceAnswer => ({
    id,
    name,
    house: id === workspaces.house,
    createdAt: rfc3339(createdAt),
    as,
  })
  const linkView = (issued: IssuedToken) => ({
    user: accountView(issued.user),
    link: `${site.publicUrl.origin}/invitation#${issued.token}`,
    expiresAt: rfc3339(issued.expiresAt),
  })
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/workspaces',
      summary: 'Your workspace; for operators all of them, oldest first',
      policy: session(),
      ledger: { none: 'reading' },
      input: pageQuery,
      output: pageOf(workspace),
      handle: async (input, caller, exchange) => {
        if (!caller.roles.includes('operator')) {
          const own = await openWorkspace(rooms, caller, caller.workspace)
          return { items: [view(own.workspace, own.as)], nextCursor: null }
        }
        const page = await paged(
          input,
          exchange,
          (after, limit) => workspaces.list(after, limit),
          (item) => item.id,
        )
        return { ...page, items: page.items.map((item) => view(item, 'operator')) }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/workspaces',
      summary: 'Make a workspace',
      policy: operator,
      ledger: 'workspace.created',
      input: createWorkspace,
      output: workspace,
      status: 201,
      handle: async ({ name }, { user }) => view(await workspaces.create(user, name), 'operator'),
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/workspaces/{id}',
      summary: 'One workspace',
      policy: session(),
      ledger: { none: 'reading' },
      input: workspaceInPath,
      output: workspace,
      handle: async ({ id }, caller) => {
        const found = await openWorkspace(rooms, caller, id)
        return view(found.workspace, found.as)
      },
    }),
    endpoint({
      method: 'PATCH',
      path: '/api/v1/workspaces/{id}',
      summary: 'Give a workspace another name',
      policy: session(),
      ledger: 'workspace.changed',
      input: renameWorkspace,
      output: workspace,
      handle: async ({ id, name }, caller) => {
        const found = await openOwned(rooms, caller, id)
        await workspaces.rename(found.workspace.id, caller.user, name)
        return view({ ...found.workspace, name }, found.operator ? 'operator' : 'owner')
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/workspaces/{id}/members',
      summary: 'Accounts of a workspace, oldest first',
      policy: session(),
      ledger: { none: 'reading' },
      input: pageOfWorkspace,
      output: pageOf(member),
      handle: async ({ id, ...query }, caller, exchange) => {
        const { workspace: of } = await openOwned(rooms, caller, id)
        const page = await paged(
          query,
          exchange,
          (after, limit) => workspaces.members(of.id, after, limit),
          (item) => item.id,
        )
        return { ...page, items: page.items.map(memberView) }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/workspaces/{id}/members',
      summary: 'Invite somebody into a workspace: makes an account and a one-time link, shown once',
      policy: session(),
      ledger: 'user.created',
      input: inviteMember,
      output: issuedLink,
      status: 201,
      handle: async ({ id, ...given }, caller) => {
        const { workspace: of } = await openOwned(rooms, caller, id)
        return linkView(await workspaces.invite(of.id, caller.user, given))
      },
    }),
    endpoint({
      method: 'PATCH',
      path: '/api/v1/workspaces/{id}/members/{user}',
      summary: 'Make somebody an owner of the workspace, or no owner any more',
      policy: session(),
      ledger: 'workspace.changed',
      input: changeMember,
      output: z.void(),
      handle: async ({ id, user, owner }, caller) => {
        const { workspace: of, operator: mayBeLast } = await openOwned(rooms, caller, id)
        await workspaces.setOwner(of.id, caller.user, { user: user as UserId, owner, mayBeLast })
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/workspaces/{id}/members/{user}',
      summary: 'Somebody leaves the workspace: the account ends, with its tokens, account links and lasting approvals',
      policy: session(),
      ledger: 'workspace.left',
      input: workspaceMemberInPath,
      output: z.void(),
      handle: async ({ id, user }, caller) => {
        // Leaving is everybody's own right; taking others out is for owners and operators.
        const found = await openWorkspace(rooms, caller, id)
        if (found.as === 'member' && user !== caller.user) throw new WorkspaceNotFoundError()
        const options = { mayBeLast: found.as === 'operator', ending }
        await workspaces.leave(found.workspace.id, caller.user, user as UserId, options)
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/workspaces/{id}/members/{user}/move',
      summary: 'Move somebody to another workspace: the account here ends, and a link for a new one there is made',
      policy: operator,
      ledger: 'workspace.left',
      input: moveMember,
      output: issuedLink,
      status: 201,
      handle: async ({ id, user, to }, caller) => {
        const options = { mayBeLast: true, ending, to: to as WorkspaceId }
        const issued = await workspaces.leave(id as WorkspaceId, caller.user, user as UserId, options)
        if (issued === null) throw new WorkspaceNotFoundError()
        return linkView(issued)
      },
    }),
  ]
}

function memberView(one: Member): MemberAnswer {
  const left = one.email.endsWith('@left.invalid')
  return { ...accountView(one), email: left ? '' : one.email, owner: one.owner, groups: one.groups, left }
}
