import type { Authorization } from '../../authorization/index.ts'
import { type Approvals, asksFor, type Choices, levelFor, standingYes } from '../../consent/index.ts'
import type { Directory } from '../../directory/index.ts'
import { type Clock, Refusal } from '../../lib/index.ts'
import { appendAsWrite, type Enforcement, type Storage } from '../../storage/index.ts'
import type { Armed, Intended } from '../call.ts'
import { WithdrawnError } from '../gateway-errors.ts'
import { intentRows } from '../record.ts'
import { type Links, mayCall } from './permit.ts'

export type IntendNeeds = {
  readonly storage: Storage
  readonly enforcement: Enforcement
  readonly authorization: Authorization
  readonly directory: Directory
  readonly choices: Choices
  readonly approvals: Approvals
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
  if (call.approval === null) return await storage.append(rows)
  await storage.write([...approvals.spending(call.approval, call.id), ...rows.map((row) => appendAsWrite(storage.db, row))])
  const { epoch } = await storage.db.selectFrom('enforcement').select('epoch').executeTakeFirstOrThrow()
  return epoch
}

/**
 * Still allowed? When the epoch after the commit is the one from before the first question, nothing changed in between and nothing has to be asked again.
 * Otherwise the changes are taken in and everything is asked anew: a change that committed before this intent is obeyed.
 * @throws WithdrawnError
 */
export async function confirm(call: Armed, epoch: number, needs: IntendNeeds): Promise<Intended> {
  if (epoch !== call.epoch) {
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

async function askAgain(call: Armed, { authorization, directory, choices, clock, links }: IntendNeeds): Promise<void> {
  const { connector } = call.standing
  const principal = await authorization.identify(call.bearer)
  const standing = await directory.standing(connector)
  const consent = await choices.of(principal)
  mayCall(principal, consent, standing, call.release, links)
  if (standing.release?.id !== call.release.id) throw new ReleaseReplacedError()
  // A yes to this very call is spent on it and stands; one that lasts may have been taken back, or the level raised.
  const wanted = { connector, release: call.release.id, tool: call.tool.name, arguments: call.arguments }
  const asked = asksFor(levelFor(consent, connector), call.tool)
  if (asked && call.approval === null && standingYes(consent, wanted, clock.now()) === undefined) throw new YesTakenBackError()
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

class YesTakenBackError extends Refusal {
  override readonly name = 'YesTakenBackError'
  readonly code = 'gateway/withdrawn'
  readonly status = 403
  readonly who = 'user'
  constructor() {
    super('The user took back the approval that covered it, or asked to be asked. Make the call again to ask them.')
  }
}
