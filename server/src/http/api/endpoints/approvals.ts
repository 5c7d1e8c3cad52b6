import {
  approval,
  approvalDetail,
  approvalInPath,
  approvalsQuery,
  type DecideApproval,
  decideApproval,
  pageOf,
  pageQuery,
  standingApproval,
} from '@handfast/contract'
import { z } from 'zod'
import { type Answer, ApprovalNotFoundError, type Chooser, offersLasting } from '../../../consent/index.ts'
import { type Clock, rfc3339 } from '../../../lib/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { session } from '../policy.ts'
import { approvalDetailView, approvalView, toolOf } from './approval-views.ts'
import { namesOf, needsView, peopleIn } from './policy-views.ts'
import type { WorkspaceRooms } from './workspace-rooms.ts'

/**
 * Calls that wait for a yes, and yeses that last. For people who are signed in, all of it: an assistant that could read or answer these would
 * be asking itself.
 */
export function approvalEndpoints(
  { people, policies, approvals, approverInbox, choices, directory }: WorkspaceRooms,
  { clock }: { readonly clock: Clock },
): readonly AnyEndpoint[] {
  async function one(chooser: Chooser, id: string) {
    const found = await approvals.get(chooser, id)
    if (found === undefined) throw new ApprovalNotFoundError()
    return { found, standing: await directory.standing(found.connector) }
  }

  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/approvals',
      summary: 'Calls that wait for your approval, or did, newest first',
      policy: session(),
      ledger: { none: 'reading' },
      input: approvalsQuery,
      output: pageOf(approval),
      handle: async (input, { user, workspace }, exchange) => {
        const page = await paged(
          input,
          exchange,
          (before, limit) => approvals.list({ user, workspace }, { open: input.open === true, limit, ...(before === null ? {} : { before }) }),
          (item) => item.id,
        )
        const items = page.items.map(async (item) => approvalView(item, await directory.standing(item.connector), clock.now()))
        return { ...page, items: await Promise.all(items) }
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/approvals/{id}',
      summary: 'One call that waits for your approval, with exactly what would be sent',
      policy: session(),
      hosted: true,
      ledger: { none: 'reading' },
      input: approvalInPath,
      output: approvalDetail,
      handle: async ({ id }, { user, workspace }) => {
        const { found, standing } = await one({ user, workspace }, id)
        const settled = await approverInbox.votes(workspace, found.id)
        const names = await namesOf(people, workspace, [...peopleIn(found.needs, settled), found.decidedBy])
        const reason = found.state === 'refused' ? await approvals.reasonFor(found) : null
        const about = {
          lasting: approvals.offersLasting(toolOf(found, standing)) && offersLasting(found),
          needs: needsView(found.needs, names, settled),
          refusal: reason === null ? null : { by: names.get(found.decidedBy ?? '')?.name ?? '', reason },
        }
        return approvalDetailView(found, standing, about, clock.now())
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/approvals/{id}/decision',
      summary: 'Say yes or no to a call',
      policy: session(),
      hosted: true,
      ledger: 'approval.granted',
      input: decideApproval,
      output: approval,
      handle: async (input, { user, workspace }) => {
        const chooser = { user, workspace }
        const { found, standing } = await one(chooser, input.id)
        await approvals.decide(chooser, input.id, answerOf(input), toolOf(found, standing), await policies.personOf(user, workspace))
        return approvalView((await one(chooser, input.id)).found, standing, clock.now())
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/standing-approvals',
      summary: 'Yeses of yours that last, oldest first',
      policy: session(),
      ledger: { none: 'reading' },
      input: pageQuery,
      output: pageOf(standingApproval),
      handle: async (input, { user, workspace }, exchange) => {
        const { standing } = await choices.of({ user, workspace })
        const now = clock.now()
        const valid = standing.filter((yes) => yes.expiresAt === null || yes.expiresAt > now)
        const page = await paged(
          input,
          exchange,
          async (after, limit) => valid.filter((yes) => after === null || yes.id > after).slice(0, limit),
          (item) => item.id,
        )
        const items = page.items.map(async ({ id, connector, tool, condition, createdAt, expiresAt }) => {
          const { slug, name } = await directory.standing(connector)
          return {
            id,
            connector: { slug, name },
            tool,
            condition: condition as z.infer<typeof standingApproval>['condition'],
            createdAt: rfc3339(createdAt),
            expiresAt: expiresAt === null ? null : rfc3339(expiresAt),
          }
        })
        return { ...page, items: await Promise.all(items) }
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/standing-approvals/{id}',
      summary: 'Take a lasting yes back',
      policy: session(),
      ledger: 'approval.ended',
      input: approvalInPath,
      output: z.void(),
      handle: async ({ id }, { user, workspace }) => {
        if (!(await choices.endStanding({ user, workspace }, id))) throw new ApprovalNotFoundError()
      },
    }),
  ]
}

function answerOf({ yes, lasting, pointers }: DecideApproval): Answer {
  if (!yes) return { yes }
  return lasting === 'while' ? { yes, lasting, pointers: pointers ?? [] } : { yes, lasting }
}
