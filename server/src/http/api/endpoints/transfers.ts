import { askControl, askTransfer, decideTransfer, transfer, transferInPath, transfers } from '@handfast/contract'
import { z } from 'zod'
import { NotAMemberError, type Transfer } from '../../../developers/index.ts'
import type { DeveloperId } from '../../../lib/index.ts'
import type { Caller } from '../caller.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { operator, session } from '../policy.ts'
import { openAsMember } from './connector-access.ts'
import { transferView } from './developer-views.ts'
import type { PublishingRooms } from './publishing-rooms.ts'
import type { SiteFacts } from './rooms.ts'

/** Connectors that change hands, and organisations that come under other control (clause 7d-assignment). */
export function transferEndpoints(rooms: PublishingRooms, { clock }: Pick<SiteFacts, 'clock'>): readonly AnyEndpoint[] {
  const { developers } = rooms
  const view = (one: Transfer) => transferView(one, clock.now())
  const sides = ({ developer, to }: Transfer): readonly DeveloperId[] => [developer, ...(to === null ? [] : [to])]
  const isParty = async (one: Transfer, { workspace, user }: Caller) =>
    (await Promise.all(sides(one).map((side) => developers.roleOf(workspace, side, user)))).some((role) => role !== undefined)
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/transfers',
      summary: 'Transfers of your organisations; operators and auditors see all of them',
      policy: session(),
      ledger: { none: 'reading' },
      input: z.strictObject({}),
      output: transfers,
      handle: async (_, { workspace, user, roles }) => {
        const all = roles.includes('operator') || roles.includes('auditor')
        const of = all ? {} : { developers: (await developers.listOf(workspace, user)).map(({ id }) => id) }
        return { items: (await developers.transfers.list(workspace, of)).map(view) }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/connectors/{slug}/transfer',
      summary: 'Ask for your connector to go to another organisation',
      policy: session(),
      ledger: 'transfer.asked',
      input: askTransfer,
      output: transfer,
      status: 201,
      handle: async ({ slug, to, reason }, caller) => {
        const { workspace, connector, developer } = await openAsMember(rooms, slug, caller)
        await developers.requireMember(workspace, developer, caller.user, 'owner')
        await developers.get(workspace, to as DeveloperId)
        const given = { workspace, developer, kind: 'connector', connector, to: to as DeveloperId, reason, by: caller.user } as const
        return view(await developers.transfers.ask(given))
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/developers/{id}/control',
      summary: 'Say that your organisation comes under the control of somebody else',
      policy: session(),
      ledger: 'transfer.asked',
      input: askControl,
      output: transfer,
      status: 201,
      handle: async ({ id, newControl, reason }, { workspace, user }) => {
        await developers.requireMember(workspace, id as DeveloperId, user, 'owner')
        return view(await developers.transfers.ask({ workspace, developer: id as DeveloperId, kind: 'control', newControl, reason, by: user }))
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/transfers/{transfer}/accept',
      summary: 'Take what is offered to your organisation, after it accepted the documents in force',
      policy: session(),
      ledger: 'transfer.accepted',
      input: transferInPath,
      output: transfer,
      handle: async ({ transfer: id }, { workspace, user }) => {
        const one = await developers.transfers.get(workspace, id)
        await developers.requireMember(workspace, one.to ?? one.developer, user, 'owner')
        await developers.transfers.accept(workspace, id, user)
        return view(await developers.transfers.get(workspace, id))
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/transfers/{transfer}/decision',
      summary: 'Approve or refuse a transfer, in writing',
      policy: operator,
      ledger: 'transfer.decided',
      input: decideTransfer,
      output: transfer,
      handle: async ({ transfer: id, approve, writing }, caller) => {
        const one = await developers.transfers.get(caller.workspace, id)
        await developers.transfers.decide(caller.workspace, id, approve, writing, caller.user, await isParty(one, caller))
        return view(await developers.transfers.get(caller.workspace, id))
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/transfers/{transfer}',
      summary: 'Take back a transfer that you asked for, or turn down one that is offered to you',
      policy: session(),
      ledger: 'transfer.ended',
      input: transferInPath,
      output: z.void(),
      handle: async ({ transfer: id }, { workspace, user }) => {
        const one = await developers.transfers.get(workspace, id)
        const roles = await Promise.all(sides(one).map((side) => developers.roleOf(workspace, side, user)))
        if (!roles.includes('owner')) throw new NotAMemberError(true)
        await developers.transfers.end(workspace, id, user)
      },
    }),
  ]
}
