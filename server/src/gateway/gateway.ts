import type { Authorization } from '../authorization/index.ts'
import { type Approvals, type Choices, type Policies, PolicyDeniedError } from '../consent/index.ts'
import type { Directory } from '../directory/index.ts'
import type { HandedFiles } from '../files/index.ts'
import type { OutcomeState } from '../history/index.ts'
import { type Clock, newId, Refusal } from '../lib/index.ts'
import type { Limits } from '../limits/index.ts'
import type { CallAccounts } from '../links/index.ts'
import type { Sealing } from '../sealing/index.ts'
import type { Enforcement, Storage } from '../storage/index.ts'
import type { Log, Metrics } from '../telemetry/index.ts'
import type { Upstream } from '../upstream/index.ts'
import type { Answer, Armed, Identified, Routed } from './call.ts'
import { StoppingError } from './gateway-errors.ts'
import { outcomeRows, type RefusingRule, refusalRows } from './record.ts'
import { approve } from './stages/approve.ts'
import { arm } from './stages/arm.ts'
import { check } from './stages/check.ts'
import { commitIntent, confirm } from './stages/intend.ts'
import { judge } from './stages/judge.ts'
import { type Links, permit } from './stages/permit.ts'
import { resume } from './stages/resume.ts'
import { route } from './stages/route.ts'
import type { SendLimits } from './stages/send.ts'
import { sendAs } from './stages/send-as.ts'
import { sift } from './stages/sift.ts'

export type GatewayNeeds = {
  readonly storage: Storage
  readonly enforcement: Enforcement
  readonly clock: Clock
  readonly authorization: Authorization
  readonly directory: Directory
  readonly choices: Choices
  readonly policies: Policies
  readonly approvals: Approvals
  readonly limits: Limits
  readonly accounts: CallAccounts
  readonly sealing: Sealing
  readonly upstream: Upstream
  readonly metrics: Metrics
  readonly log: Log
  readonly links: Links
  readonly node: string
  /** What Actions take and give beside text. Without it, files go along in the call itself. */
  readonly files?: HandedFiles
  readonly sendLimits: SendLimits
  /** How long a repeated call waits for its person, in real milliseconds. */
  readonly approvalWaitMs: number
}

export type Asked = Omit<Identified, 'id' | 'at' | 'startedAt'>

/** A governed call. Read `answer` first: adding a check means adding a line there. */
export class Gateway {
  readonly #needs: GatewayNeeds
  #underWay = 0
  #stopping: PromiseWithResolvers<void> | undefined

  constructor(needs: GatewayNeeds) {
    this.#needs = needs
  }

  /** New calls are refused: a balancer should send them elsewhere. */
  get stopping(): boolean {
    return this.#stopping !== undefined
  }

  /** A tool call walks down this list once. A stage may refuse; no stage calls another. */
  async answer(asked: Asked): Promise<Answer> {
    // A conversation that is under way is finished here: what its connector waits for is in this process.
    if (this.#stopping !== undefined && asked.inputResponses === undefined) throw new StoppingError()
    this.#underWay++
    const n = this.#needs
    const at = n.clock.now()
    const call: Identified = Object.assign(asked, { id: newId('call', at), at, startedAt: performance.now() })
    try {
      const routed = await route(call, n.directory) // which connector, which reviewed release
      const permitted = await permit(routed, n.directory, n.choices, n.policies, n.links) // may it run, for this person
      const checked = await check(permitted, n.directory) // by the release's schema; only what it declares
      const resumed = resume(checked, n.sealing, n.clock) // a later round of a call whose connector asked something
      const judged = await judge(resumed, n.policies, n.clock) // what the workspace's rules and the person's own levels say
      const approved = await approve(judged, n.approvals, n.links, n.approvalWaitMs) // a person's yes, where one is needed
      const armed = await arm(approved, n) // the vault opens for a permit only
      try {
        return await this.#sendOnce(armed)
      } finally {
        armed.budget.release()
      }
    } catch (error) {
      await this.#refused(call, error).catch((fault) => n.log.error({ err: fault, call: call.id }, 'a refusal could not be recorded'))
      throw error
    } finally {
      this.#left()
    }
  }

  /** Keeps this process from stopping while a conversation waits for its assistant between two rounds. @returns what lets it go */
  hold(): () => void {
    this.#underWay++
    return () => this.#left()
  }

  #left(): void {
    this.#underWay--
    if (this.#underWay === 0) this.#stopping?.resolve()
  }

  /** From the durable intent to the durable outcome: whatever happens in between, exactly one outcome follows. */
  async #sendOnce(armed: Armed): Promise<Answer> {
    const n = this.#needs
    if (armed.beforeIntent !== undefined) await armed.beforeIntent(armed.id)
    const epoch = await commitIntent(armed, n) // durable before anything leaves
    armed.onIntent?.()
    try {
      const intended = await confirm(armed, epoch, n) // and still allowed after it
      const reply = await sendAs(intended, n) // the one line that leaves the house
      const { result, asks } = sift(intended, reply, n.sealing, n.clock) // what may come in
      const text = JSON.stringify(result)
      await this.#conclude(armed, result.isError === true ? 'tool-error' : 'answered', null, text) // outcome durable, then the answer
      return { call: armed.id, result, text, asks }
    } catch (error) {
      if (!recorded.has(armed)) await this.#conclude(armed, stateOf(error, armed), error instanceof Refusal ? error.code : 'request/fault', null)
      throw error
    }
  }

  async #conclude(armed: Armed, state: OutcomeState, code: string | null, resultText: string | null): Promise<void> {
    recorded.add(armed)
    const ms = performance.now() - armed.startedAt
    await this.#needs.storage.append(outcomeRows(armed, { state, code, at: this.#needs.clock.now(), durationMs: Math.round(ms), resultText }))
    this.#needs.metrics.callEnded(state, ms)
    if (code !== null) this.#needs.metrics.refused(code)
  }

  async #refused(call: Identified & Partial<Routed>, error: unknown): Promise<void> {
    if (recorded.has(call)) return
    const n = this.#needs
    const code = error instanceof Refusal ? error.code : 'request/fault'
    const ms = performance.now() - call.startedAt
    n.metrics.callEnded('refused', ms)
    n.metrics.refused(code)
    await n.storage.append(refusalRows(call, n.node, code, n.clock.now(), Math.round(ms), ruleOf(error)))
  }

  /** Refuses new calls and waits for those under way, for at most so long. */
  async drain(ms: number): Promise<void> {
    const idle = Promise.withResolvers<void>()
    this.#stopping = idle
    if (this.#underWay === 0) return
    const timer = setTimeout(() => idle.resolve(), ms)
    await idle.promise
    clearTimeout(timer)
  }
}

/** The rule of the workspace that a refusal names, if one does. */
function ruleOf(error: unknown): RefusingRule | null {
  return error instanceof PolicyDeniedError ? error.detail : null
}

/** Calls whose outcome is written or being written. */
const recorded = new WeakSet<object>()

function stateOf(error: unknown, call: Armed): OutcomeState {
  if (error instanceof Refusal && error.code === 'gateway/withdrawn') return 'refused'
  return call.signal.aborted ? 'cancelled' : 'failed'
}
