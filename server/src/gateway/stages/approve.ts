import { type ApprovalFor, ApprovalNeededError, ApprovalRefusedError, type Approvals, type Need, needsDigest } from '../../consent/index.ts'
import { type Approved, gain, type Judged, type Round } from '../call.ts'
import type { Links } from './permit.ts'

/**
 * A person's yes, where one is needed: of whose call it is, and of whom a rule of the workspace names. The assistant cannot give it: it is given on
 * our own page and bound to user, assistant, release, tool, the exact arguments and who was asked. A call that comes again while nobody has decided
 * waits for them and goes on when they say yes.
 * The yes is not spent here but with the intent, so that a call that is refused after this costs none.
 * @throws ApprovalNeededError with the page | ApprovalRefusedError
 */
export async function approve(call: Judged, approvals: Approvals, links: Links, waitMs: number): Promise<Approved> {
  const { standing, tool, release, principal } = call
  const { needs } = call.judgement
  if (needs.length === 0 || wasApproved(call.round, needs)) return gain(call, { approval: null }) as Approved
  const wanted: ApprovalFor = {
    user: principal.user,
    workspace: principal.workspace,
    assistant: principal.assistant,
    connector: standing.connector,
    release: release.id,
    tool: tool.name,
    arguments: call.arguments,
    ...(isOwnOnly(needs) ? {} : { needs }),
  }
  if (call.declined) throw new ApprovalRefusedError(tool.name)
  const asked = await approvals.find(wanted)
  const approval =
    asked === undefined ? await approvals.request(wanted) : asked.state === 'waiting' ? await approvals.wait(asked, waitMs, call.signal) : asked
  if (approval.state === 'refused') throw new ApprovalRefusedError(tool.name, await approvals.reasonFor(approval))
  if (approval.state !== 'approved') {
    throw new ApprovalNeededError(
      tool.name,
      approval.id,
      links.approval(approval.id),
      approval.needs.some(({ approvers }) => approvers !== null),
    )
  }
  return gain(call, { approval }) as Approved
}

/** An earlier round of this very call was approved, by all who are asked now; its state is spent with the intent of this one. */
export function wasApproved(round: Round | undefined, needs: readonly Need[]): boolean {
  return round?.approved === true && (round.asked ?? null) === needsDigest(needs)
}

/** Nothing but the person's own level asks. */
function isOwnOnly(needs: readonly Need[]): boolean {
  return needs.every(({ rule }) => rule === null)
}
