import type { PolicyRule } from '@handfast/contract'
import { combine, type Judgement, judge, ownLevel, type ToJudge } from './judge.ts'
import type { Level } from './needs.ts'
import { decisionOf, type PolicyDecision } from './policy.ts'
import { type Holds, NO, PERHAPS, YES } from './policy-condition.ts'
import { type Evaluated, evaluate, type Plan } from './policy-rules.ts'

export type ExplainedRule = {
  readonly id: string
  readonly rule: PolicyRule
  readonly matches: Holds
  readonly counts: Holds
  readonly overriddenBy: readonly string[]
}
export type ExplainedLevel = { readonly level: Level; readonly says: string; readonly outrankedBy: Level | null }

/** A judgement with everything that led to it. `depends`: what is not known could change it. */
export type Explanation = {
  readonly verdict: Judgement['verdict'] | 'depends'
  readonly judgement: Judgement
  readonly rules: readonly ExplainedRule[]
  readonly levels: readonly ExplainedLevel[]
}

/**
 * Would this call be allowed, and why: the very judgement that the gateway makes, with its reasons. Where arguments or assistant are not known, it is
 * made twice, once with every doubt against the call and once with every doubt for it.
 */
export function explain(call: ToJudge): Explanation {
  const { view, slug, tool, isNew } = call
  const judgement = judge(call)
  const plan = view.plan(slug, tool, isNew)
  const evaluated = evaluate(plan, call.arguments, call.assistant)
  const hopeful =
    view.policy.connectorDenial(slug) === null ? combine(call, decisionOf(plan, hoping(plan, evaluated), view.policy.version)) : judgement
  return {
    verdict: judgement.verdict === hopeful.verdict ? judgement.verdict : 'depends',
    judgement,
    rules: plan.rules.map(({ id, rule }, at) => ({
      id,
      rule,
      matches: evaluated.match[at] ?? NO,
      counts: evaluated.stands[at] ?? NO,
      overriddenBy: (plan.overriders[at] ?? []).filter((other) => evaluated.stands[other] !== NO).map((other) => plan.rules[other]?.id ?? ''),
    })),
    levels: levelsOf(call, judgement),
  }
}

/** Every doubt for the call. */
function hoping({ rules }: Plan, { match, stands }: Evaluated): Evaluated {
  const hoped = stands.map((holds, at): Holds => (holds !== PERHAPS ? holds : rules[at]?.rule.verb === 'allow' ? YES : NO))
  return { match, stands: hoped }
}

const asking = {
  always: 'asks the person each time',
  'any-change': 'asks the person where something is changed',
  important: 'asks the person where it matters',
  never: 'does not ask',
} as const

function levelsOf({ consent, connector }: ToJudge, { workspace, verdict }: Judgement): readonly ExplainedLevel[] {
  const { level, from } = ownLevel(consent, connector)
  const ends = workspace.verb === 'deny' || (workspace.verb === 'allow' && workspace.unasked)
  const own = consent.levels.get(connector)
  const general = consent.levels.get('*')
  const over: Level | null = verdict === 'denied' || ends ? 'workspace' : null
  return [
    { level: 'workspace', says: sayWorkspace(workspace), outrankedBy: null },
    { level: 'connector', says: own === undefined ? 'nothing was chosen for this connector' : asking[own], outrankedBy: over },
    {
      level: 'default',
      says: general === undefined ? `nothing was chosen; the house ${asking[from === 'default' ? level : 'important']}` : asking[general],
      outrankedBy: over ?? (own === undefined ? null : 'connector'),
    },
  ]
}

function sayWorkspace(decision: PolicyDecision): string {
  switch (decision.verb) {
    case 'deny':
      return `denies it (rule ${decision.denial.rule})`
    case 'ask':
      return `asks (${decision.rules.map(({ id }) => `rule ${id}`).join(', ')})`
    case 'allow':
      return decision.unasked
        ? `allows it without a question (rule ${decision.rule.id})`
        : `allows it (rule ${decision.rule.id}), and leaves asking to the person`
    case 'none':
      return 'has no rule about it'
  }
}
