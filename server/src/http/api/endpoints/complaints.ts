import {
  answerComplaint,
  complain,
  complaintDetail,
  complaintInPath,
  complaintSummary,
  complaintsQuery,
  decideComplaint,
  liftBlock,
  pageOf,
  receivedComplaint,
} from '@handfast/contract'
import { z } from 'zod'
import { NotAMemberError } from '../../../developers/index.ts'
import type { Complaint } from '../../../incidents/index.ts'
import { type CallId, type Clock, rfc3339 } from '../../../lib/index.ts'
import type { Lifecycle } from '../../../lifecycle/index.ts'
import type { Caller } from '../caller.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { everybody, session } from '../policy.ts'
import { isMember, openInside } from './connector-access.ts'
import { type IncidentRooms, narrowedTo, slugs } from './incident-rooms.ts'
import { complaintSummaryView, complaintView } from './incident-views.ts'
import type { PublicDoor } from './public-door.ts'

const decides = ({ roles }: Caller) => roles.includes('operator') || roles.includes('reviewer')
const seesAll = (caller: Caller) => decides(caller) || caller.roles.includes('auditor')

/** Complaints of third parties, and what becomes of them. */
export function complaintEndpoints(rooms: IncidentRooms & { readonly lifecycle: Lifecycle }, clock: Clock, door: PublicDoor): readonly AnyEndpoint[] {
  const { complaints, directory, lifecycle } = rooms
  const slugOf = slugs(rooms)
  const shown = async (complaint: Complaint, caller: Caller) =>
    complaintView(complaint, await slugOf(complaint.connector), clock.now(), seesAll(caller))

  async function visible(id: string, caller: Caller): Promise<Complaint> {
    const complaint = await complaints.get(caller.workspace, id)
    if (!seesAll(caller)) await openInside(rooms, (await slugOf(complaint.connector)) ?? '', caller)
    return complaint
  }

  return [
    endpoint({
      method: 'POST',
      path: '/api/v1/complaints',
      summary: 'Complain about a connector or a single answer, without an account',
      policy: everybody('whoever is wronged has no account here; what comes in is bounded and decided by a person'),
      ledger: 'complaint.received',
      input: complain,
      output: receivedComplaint,
      status: 201,
      handle: async ({ kind, connector, call, explanation, name, email }, visitor) => {
        door.knock(visitor, email)
        const { workspace } = door
        const standing = connector === undefined ? null : await directory.bySlug(workspace, connector)
        const release = standing?.release ?? null
        const about =
          standing === null
            ? null
            : { id: standing.connector, developer: standing.developer, release: release?.id ?? null, digest: release?.digest ?? null }
        const complainant = { name, email }
        const { id, decideBy } = await complaints.receive({
          workspace,
          kind,
          connector: about,
          call: (call ?? null) as CallId | null,
          explanation,
          complainant,
        })
        return { id: id as never, decideBy: rfc3339(decideBy) }
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/complaints',
      summary: 'Complaints, newest first: all for whoever decides, those about their connectors for developers',
      policy: session('operator', 'reviewer', 'auditor', 'developer'),
      ledger: { none: 'reading' },
      input: complaintsQuery,
      output: pageOf(complaintSummary),
      handle: async ({ state, connector, ...query }, caller, exchange) => {
        const connectors = await narrowedTo(rooms, caller, connector, seesAll(caller))
        const only = connectors === null ? {} : { connectors }
        const page = await paged(
          query,
          exchange,
          (before, limit) => complaints.list(caller.workspace, { ...only, before, limit }),
          ({ id }) => id,
        )
        const items = page.items.filter((one) => state === undefined || one.state === state)
        return { ...page, items: await Promise.all(items.map(async (one) => complaintSummaryView(one, await slugOf(one.connector), clock.now()))) }
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/complaints/{id}',
      summary: 'A complaint with the evidence that was frozen when it came',
      policy: session('operator', 'reviewer', 'auditor', 'developer'),
      ledger: { none: 'reading' },
      input: complaintInPath,
      output: complaintDetail,
      handle: async ({ id }, caller) => shown(await visible(id, caller), caller),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/complaints/{id}/acknowledge',
      summary: 'Say that somebody looks at it, and ask the developer',
      policy: session('operator', 'reviewer'),
      ledger: 'complaint.changed',
      input: complaintInPath,
      output: complaintDetail,
      handle: async ({ id }, caller) => {
        await complaints.acknowledge(caller.workspace, id, caller.user)
        return await shown(await complaints.get(caller.workspace, id), caller)
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/complaints/{id}/statement',
      summary: 'Say what you, the developer, think about it',
      policy: session('developer'),
      ledger: 'complaint.changed',
      input: answerComplaint,
      output: complaintDetail,
      handle: async ({ id, statement }, caller) => {
        const { connector } = await visible(id, caller)
        if (connector === null || !(await isMember(rooms, await directory.standing(connector), caller))) throw new NotAMemberError(false)
        await complaints.say(caller.workspace, id, statement, caller.user)
        return await shown(await complaints.get(caller.workspace, id), caller)
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/complaints/{id}/decision',
      summary: 'Decide it, once, with reasons',
      policy: session('operator', 'reviewer'),
      ledger: 'complaint.decided',
      input: decideComplaint,
      output: complaintDetail,
      handle: async ({ id, upheld, action, reasons }, caller) => {
        const { workspace, user } = caller
        const decided = await complaints.decide(workspace, id, { upheld, action, reasons }, user)
        const { connector, decision } = decided
        if (
          decision?.action === 'suspend' &&
          connector !== null &&
          !(await lifecycle.statusOf(workspace, connector)).suspendedBy.includes('operator')
        )
          await lifecycle.suspend({ workspace, connector, by: user, decidedAs: ['operator'], reason: reasons })
        return await shown(decided, caller)
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/blocked-answers/{call}/lift',
      summary: 'Show an answer to its user again',
      policy: session('operator', 'reviewer'),
      ledger: 'answer.unblocked',
      input: liftBlock,
      output: z.void(),
      handle: async ({ call, reason }, { workspace, user }) => complaints.unblock(workspace, call as CallId, reason, user),
    }),
  ]
}
