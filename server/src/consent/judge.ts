import type { ReleaseTool } from '@handfast/contract'
import type { AssistantId, ConnectorId, JsonObject, ReleaseId } from '../lib/index.ts'
import { type ApprovalLevel, asksFor, defaultLevel, standingYes, type UserConsent } from './consent.ts'
import { DELEGATED_OPEN, type Level, type Need, OWN_QUESTION_OPEN, PERSON } from './needs.ts'
import type { Denial, PolicyDecision, PolicyView } from './policy.ts'

/** Everything that decides about one call, as values. */
export type ToJudge = {
  readonly view: PolicyView
  readonly consent: UserConsent
  readonly connector: ConnectorId
  readonly slug: string
  readonly release: ReleaseId
  readonly tool: ReleaseTool
  /** The connector gained the tool later, and nobody in the workspace accepted it yet. */
  readonly isNew: boolean
  readonly assistant: AssistantId | null
  /** Null: whoever asks may not see them. */
  readonly arguments: JsonObject | null
  readonly now: number
}

/**
 * May this call be sent, and after whose yes? `needs` is empty where it is sent at once. `decidedBy` is the highest level that had something to say;
 * what the others would have said was outranked.
 */
export type Judgement = {
  readonly verdict: 'allowed' | 'asks' | 'denied'
  readonly denial: Denial | null
  readonly needs: readonly Need[]
  readonly decidedBy: Level
  /** The yes that lasts and answered the question, if one did. */
  readonly standing: string | null
  readonly workspace: PolicyDecision
}

/** The level that holds for a connector, and whether the person set it for this connector. */
export function ownLevel({ levels }: Pick<UserConsent, 'levels'>, connector: ConnectorId): { readonly level: ApprovalLevel; readonly from: Level } {
  const own = levels.get(connector)
  return own === undefined ? { level: levels.get('*') ?? defaultLevel, from: 'default' } : { level: own, from: 'connector' }
}

const NOBODY: readonly Need[] = []

/**
 * The one decision about a call. The rules of the workspace outrank what the person chose for the connector, which outranks what the person chose
 * for everything. A workspace can refuse a call, ask for more than the person would, and let a call go unasked where a rule says so in so many words;
 * where it asks or merely allows, the person's own question stays.
 */
export function judge(call: ToJudge): Judgement {
  const { view, slug, tool, isNew } = call
  const listed = view.policy.connectorDenial(slug)
  if (listed !== null) return denied({ verb: 'deny', denial: listed })
  return combine(call, view.decide(view.plan(slug, tool, isNew), call.arguments, call.assistant))
}

/** What the workspace decided, together with what the person chose. */
export function combine(call: Omit<ToJudge, 'isNew' | 'slug' | 'assistant'>, workspace: PolicyDecision): Judgement {
  const { view, consent, connector, tool } = call
  if (workspace.verb === 'deny') return denied(workspace)
  if (workspace.verb === 'allow' && workspace.unasked) return allowed('workspace', null, workspace)

  const { level, from } = ownLevel(consent, connector)
  const asks = asksFor(level, tool)
  if (workspace.verb !== 'ask' && !asks) return allowed(workspace.verb === 'none' ? from : 'workspace', null, workspace)

  const needs: Need[] = []
  if (workspace.verb === 'ask') needs.push(...workspace.rules.map((rule) => needOf(rule.rule, view.policy.version)))
  if (asks)
    needs.push({ key: PERSON, approvers: null, level: from, rule: null, version: null, because: '', lasting: true, openMs: OWN_QUESTION_OPEN })
  const standing =
    needs.some(({ lasting }) => lasting) && call.arguments !== null
      ? standingYes(consent, { ...call, tool: tool.name, arguments: call.arguments }, call.now)
      : undefined
  const left = together(standing === undefined ? needs : needs.filter(({ lasting }) => !lasting))
  const decidedBy = workspace.verb === 'ask' ? 'workspace' : from
  if (left.length === 0) return allowed(decidedBy, standing?.id ?? null, workspace)
  return { verdict: 'asks', denial: null, needs: left, decidedBy, standing: standing?.id ?? null, workspace }
}

function denied(workspace: Extract<PolicyDecision, { verb: 'deny' }>): Judgement {
  return { verdict: 'denied', denial: workspace.denial, needs: NOBODY, decidedBy: 'workspace', standing: null, workspace }
}

function allowed(decidedBy: Level, standing: string | null, workspace: PolicyDecision): Judgement {
  return { verdict: 'allowed', denial: null, needs: NOBODY, decidedBy, standing, workspace }
}

function needOf(rule: PolicyView['policy']['rules'][number]['rule'], version: number): Need {
  const approvers = rule.approvers ?? null
  return {
    key: approvers === null ? PERSON : rule.id,
    approvers,
    level: 'workspace',
    rule: rule.id,
    version,
    because: rule.because,
    lasting: rule.lasting === true,
    openMs: approvers === null ? OWN_QUESTION_OPEN : rule.openMinutes === undefined ? DELEGATED_OPEN : rule.openMinutes * 60_000,
  }
}

/** One person is asked once, whatever asks; a lasting yes is offered only where it would be enough for all that asks. */
function together(needs: readonly Need[]): readonly Need[] {
  const own = needs.filter(({ key }) => key === PERSON)
  const [first] = own
  const others = needs.filter(({ key }) => key !== PERSON)
  return first === undefined ? others : [...others, { ...first, lasting: own.every(({ lasting }) => lasting) && others.length === 0 }]
}
