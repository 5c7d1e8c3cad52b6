import type { Authorization } from '../../authorization/index.ts'
import { type Approvals, type Choices, covers, type Policies, ToolNotAgreedError } from '../../consent/index.ts'
import type { Directory } from '../../directory/index.ts'
import { type Clock, Refusal } from '../../lib/index.ts'
import { type CallAccounts, linkable } from '../../links/index.ts'
import { appendAsWrite, type Enforcement, type Storage } from '../../storage/index.ts'
import { accountRule } from '../account-rule.ts'
import type { Armed, Intended } from '../call.ts'
import { WithdrawnError } from '../gateway-errors.ts'
import { requireGranted } from '../granted.ts'
import { notAgreed } from '../not-agreed.ts'
import { intentRows } from '../record.ts'
import { spendingState } from '../spent-states.ts'
import { wasApproved } from './approve.ts'
import { judgeNow } from './judge.ts'
import { type Links, mayCall, requireUnpaused } from './permit.ts'

export type IntendNeeds = {
  readonly storage: Storage
  readonly enforcement: Enforcement
  readonly authorization: Authorization
  readonly directory: Directory
  readonly choices: Choices
  readonly policies: Policies
  readonly approvals: Approvals
  readonly accounts: CallAccounts
  readonly clock: Clock
  readonly links: Links
  readonly node: string
}

/**
 * Makes the intent durable, together with those of concurrent calls. Answers the enforcement epoch as it stands after that commit.
 * @throws ApprovalGoneError when another call spent the person's yes first
 */
export async function commitIntent(call: Armed, { storage, approvals, node }: IntendNeeds): Promise<number> {
  const rows = intentRows(call, node)
  const spent = call.round?.approved === true ? spendingState(storage, call.principal.workspace, call.round, call.at) : []
  if (call.approval === null && spent.length === 0) return await storage.append(rows)
  const approval = call.approval === null ? [] : approvals.spending(call.approval, call.id)
  await storage.write([...spent, ...approval, ...rows.map((row) => appendAsWrite(storage.db, row))])
  const { epoch } = await storage.db.selectFrom('enforcement').select('epoch').executeTakeFirstOrThrow()
  return epoch
}

/**
 * Still allowed? When the epoch after the commit is the one from before the first question, nothing changed in between and nothing has to be asked again.
 * Otherwise the changes are taken in and everything is asked anew: a change that committed before this intent is obeyed.
 * @throws WithdrawnError
 */
export async function confirm(call: Armed, epoch: number, needs: IntendNeeds): Promise<Intended> {
  // An end that the clock brings raises no epoch: nobody may be awake then.
  const { changesAt } = call.standing
  if (epoch !== call.epoch || (changesAt !== null && needs.clock.now() >= changesAt)) {
    await needs.enforcement.catchUp(epoch)
    try {
      await askAgain(call, needs)
    } catch (error) {
      if (error instanceof Refusal) throw new WithdrawnError(error)
      throw error
    }
  }
  return call as Intended
}

async function askAgain(call: Armed, { authorization, directory, choices, policies, accounts, clock, links }: IntendNeeds): Promise<void> {
  const { connector } = call.standing
  const principal = await authorization.identify(call.bearer)
  const standing = await directory.standing(connector)
  requireGranted(principal, standing, call.other === undefined ? call.tool : undefined)
  const [consent, policy] = await Promise.all([choices.of(principal), policies.of(principal)])
  mayCall(principal, consent, policy, standing, call.release, links)
  if (call.other === undefined) requireUnpaused(standing, call.tool.name)
  if (standing.release?.id !== call.release.id) throw new ReleaseReplacedError()
  if (call.other === undefined && (await notAgreed(directory, consent.enabled.get(connector), standing)).has(call.tool.name))
    throw new ToolNotAgreedError(standing.name, call.tool.name, links.connector(standing.slug))
  const about = linkable(standing, call.release)
  if (call.credential !== null && !(await accounts.isStillThere(call.permit, about, call.credential, accountRule(policy, standing.slug))))
    throw new AccountGoneError(standing.name)
  // A yes to this very call is spent on it and stands; one that lasts may have been taken back, or the level raised.
  // A rule of the workspace may have come that denies it, or that wants the yes of somebody who was not asked.
  const { needs } = await judgeNow(call, { consent, policy }, policies, clock)
  if (needs.length === 0 || wasApproved(call.round, needs)) return
  if (call.approval === null || !covers(call.approval, needs)) throw new YesTakenBackError()
}

class ReleaseReplacedError extends Refusal {
  override readonly name = 'ReleaseReplacedError'
  readonly code = 'gateway/withdrawn'
  readonly status = 409
  readonly who = 'assistant'
  constructor() {
    super('Another release of the connector went live. List the tools again and repeat the call.')
  }
}

class AccountGoneError extends Refusal {
  override readonly name = 'AccountGoneError'
  readonly code = 'gateway/withdrawn'
  readonly status = 403
  readonly who = 'user'
  constructor(connector: string) {
    super(
      `The account at ${connector} that this call was for was disconnected or replaced. Make the call again to use the account that is there now.`,
    )
  }
}

class YesTakenBackError extends Refusal {
  override readonly name = 'YesTakenBackError'
  readonly code = 'gateway/withdrawn'
  readonly status = 403
  readonly who = 'user'
  constructor() {
    super('The approval that covered it was taken back, or another one is asked for now. Make the call again to ask for it.')
  }
}
