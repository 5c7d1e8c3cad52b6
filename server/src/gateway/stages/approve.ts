import { type ApprovalFor, ApprovalNeededError, ApprovalRefusedError, type Approvals, asksFor, levelFor, standingYes } from '../../consent/index.ts'
import type { Clock } from '../../lib/index.ts'
import { type Approved, type Checked, gain } from '../call.ts'
import type { Links } from './permit.ts'

/**
 * A person's yes, where one is needed. The assistant cannot give it: it is given on our own page and bound to user, assistant, release, tool and the
 * exact arguments. A call that comes again while the person has not decided waits for them and goes on when they say yes.
 * The yes is not spent here but with the intent, so that a call that is refused after this costs none.
 * @throws ApprovalNeededError with the page | ApprovalRefusedError
 */
export async function approve(call: Checked, approvals: Approvals, clock: Clock, links: Links, waitMs: number): Promise<Approved> {
  const { consent, standing, tool, release, principal } = call
  if (!asksFor(levelFor(consent, standing.connector), tool)) return gain(call, { approval: null }) as Approved
  const wanted: ApprovalFor = {
    user: principal.user,
    workspace: principal.workspace,
    assistant: principal.assistant,
    connector: standing.connector,
    release: release.id,
    tool: tool.name,
    arguments: call.arguments,
  }
  if (standingYes(consent, wanted, clock.now()) !== undefined) return gain(call, { approval: null }) as Approved
  if (call.declined) throw new ApprovalRefusedError(tool.name)
  const asked = await approvals.find(wanted)
  const approval =
    asked === undefined ? await approvals.request(wanted) : asked.state === 'waiting' ? await approvals.wait(asked, waitMs, call.signal) : asked
  if (approval.state === 'refused') throw new ApprovalRefusedError(tool.name)
  if (approval.state !== 'approved') throw new ApprovalNeededError(tool.name, approval.id, links.approval(approval.id))
  return gain(call, { approval }) as Approved
}
