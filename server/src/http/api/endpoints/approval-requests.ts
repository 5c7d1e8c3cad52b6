import {
  type ApprovalRequest,
  approvalInPath,
  approvalRequest,
  approvalRequestDetail,
  decideApprovalRequest,
  pageOf,
  pageQuery,
} from '@handfast/contract'
import { z } from 'zod'
import type { Approver, DelegatedNote } from '../../../consent/index.ts'
import type { Clock } from '../../../lib/index.ts'
import type { Caller } from '../caller.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { session } from '../policy.ts'
import { approvalView, effectSentence, toolOf, visibleJson } from './approval-views.ts'
import { namesOf, needsView, peopleIn } from './policy-views.ts'
import type { WorkspaceRooms } from './workspace-rooms.ts'

/**
 * Calls of colleagues that a rule of the workspace puts before the caller. For people who are signed in, all of it: an assistant that could answer these
 * would be asking itself.
 */
export function approvalRequestEndpoints(rooms: WorkspaceRooms, { clock }: { readonly clock: Clock }): readonly AnyEndpoint[] {
  const { people, policies, approverInbox, directory } = rooms

  async function approver({ user, workspace }: Caller): Promise<Approver> {
    return { ...(await policies.personOf(user, workspace)), workspace }
  }

  async function view(note: DelegatedNote): Promise<ApprovalRequest> {
    const { asks: _, ...shown } = approvalView(note, await directory.standing(note.connector), clock.now())
    const names = await namesOf(people, note.workspace, [note.user])
    return {
      ...shown,
      asker: names.get(note.user) ?? { id: note.user, name: '' },
      rules: note.mine.map(({ rule, because }) => ({ id: rule ?? '', because })),
    }
  }

  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/approval-requests',
      summary: 'Calls of colleagues that wait for your yes, newest first',
      policy: session(),
      ledger: { none: 'reading' },
      input: pageQuery,
      output: pageOf(approvalRequest),
      handle: async (input, caller, exchange) => {
        const who = await approver(caller)
        const page = await paged(
          input,
          exchange,
          (before, limit) => approverInbox.list(who, { limit, ...(before === null ? {} : { before }) }),
          (item) => item.id,
        )
        return { ...page, items: await Promise.all(page.items.map(view)) }
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/approval-requests/{id}',
      summary: 'One of them, with exactly what would be sent; that you looked is recorded',
      policy: session(),
      ledger: 'approval.opened',
      input: approvalInPath,
      output: approvalRequestDetail,
      handle: async ({ id }, caller) => {
        const note = await approverInbox.open(await approver(caller), id)
        const standing = await directory.standing(note.connector)
        const names = await namesOf(people, note.workspace, peopleIn(note.needs, note.votes))
        const shown = await view(note)
        return {
          ...shown,
          tool: { ...shown.tool, description: toolOf(note, standing)?.description ?? '' },
          effect: effectSentence(shown.tool.effect, standing.name),
          arguments: note.arguments as z.infer<typeof approvalRequestDetail>['arguments'],
          argumentsText: visibleJson(note.arguments),
          argumentsSha256: note.argumentsSha256,
          needs: needsView(note.needs, names, note.votes),
        }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/approval-requests/{id}/decision',
      summary: "Say yes or no to a colleague's call",
      policy: session(),
      ledger: 'approval.granted',
      input: decideApprovalRequest,
      output: z.void(),
      handle: async ({ id, yes, reason }, caller) => approverInbox.decide(await approver(caller), id, { yes, reason }),
    }),
  ]
}
