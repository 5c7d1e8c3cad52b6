import { createDeveloper, developer, developerInPath, memberInPath, members, setMember } from '@handfast/contract'
import { z } from 'zod'
import { type DeveloperId, rfc3339, type UserId } from '../../../lib/index.ts'
import type { Caller } from '../caller.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { session } from '../policy.ts'
import type { PublishingRooms } from './publishing-rooms.ts'

/** Organisations that publish connectors, and who belongs to them. */
export function developerEndpoints({ developers, people }: PublishingRooms): readonly AnyEndpoint[] {
  const ofCaller = async ({ workspace, user }: Caller) =>
    (await developers.listOf(workspace, user)).map((one) => ({ ...one, createdAt: rfc3339(one.createdAt) }))
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/developers',
      summary: 'Organisations that you belong to',
      policy: session(),
      ledger: { none: 'reading' },
      input: z.strictObject({}),
      output: z.object({ items: z.array(developer).readonly() }),
      handle: async (_, caller) => ({ items: await ofCaller(caller) }),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/developers',
      summary: 'Make an organisation that publishes connectors, with yourself as its owner',
      policy: session('developer'),
      ledger: 'developer.created',
      input: createDeveloper,
      output: developer,
      status: 201,
      handle: async ({ name, country }, { workspace, user }) => {
        const id = await developers.create({ workspace, name, country, by: user })
        const { createdAt } = await developers.get(workspace, id)
        return { id, name, country, role: 'owner', createdAt: rfc3339(createdAt) }
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/developers/{id}/members',
      summary: 'Who belongs to your organisation',
      policy: session(),
      ledger: { none: 'reading' },
      input: developerInPath,
      output: members,
      handle: async ({ id }, { workspace, user }) => {
        await developers.requireMember(workspace, id as DeveloperId, user)
        return { items: await developers.members(workspace, id as DeveloperId) }
      },
    }),
    endpoint({
      method: 'PUT',
      path: '/api/v1/developers/{id}/members/{user}',
      summary: 'Add somebody to your organisation, or change what they may do there',
      policy: session(),
      ledger: 'developer.changed',
      input: setMember,
      output: z.void(),
      handle: async ({ id, user: added, role }, { workspace, user }) => {
        await developers.requireMember(workspace, id as DeveloperId, user, 'owner')
        const account = await people.account(added as UserId)
        await developers.setMember({ workspace, developer: id as DeveloperId, user: account.id, role, by: user })
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/developers/{id}/members/{user}',
      summary: 'Take somebody out of your organisation',
      policy: session(),
      ledger: 'developer.changed',
      input: memberInPath,
      output: z.void(),
      handle: async ({ id, user: gone }, { workspace, user }) => {
        await developers.requireMember(workspace, id as DeveloperId, user, gone === user ? 'member' : 'owner')
        await developers.setMember({ workspace, developer: id as DeveloperId, user: gone as UserId, role: null, by: user })
      },
    }),
  ]
}
