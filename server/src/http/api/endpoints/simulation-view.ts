import type { Simulation } from '@handfast/contract'
import { type Explanation, type Holds, type Need, NO, type ToJudge, YES } from '../../../consent/index.ts'
import type { UserId } from '../../../lib/index.ts'
import { effectWordOf } from './connector-views.ts'
import { needsView } from './policy-views.ts'

type Names = ReadonlyMap<string, { readonly id: UserId; readonly name: string }>

export function simulationView(
  { view, tool, isNew }: ToJudge,
  { verdict, judgement, rules, levels }: Explanation,
  { names, draft, checks }: { readonly names: Names; readonly draft: boolean; readonly checks: Simulation['checks'] },
): Simulation {
  const { denial, needs, decidedBy } = judgement
  const ruled =
    denial?.rule ?? needs.find(({ rule }) => rule !== null)?.rule ?? (judgement.workspace.verb === 'allow' ? judgement.workspace.rule.id : null)
  const version = draft ? null : view.policy.version
  return {
    verdict,
    sentence: sentenceOf(verdict, judgement, names, checks),
    decidedBy: { level: decidedBy, rule: ruled, version: decidedBy === 'workspace' ? version : null },
    version,
    asks: needsView(needs, names, new Map()),
    rules: rules.map(({ id, rule, matches, counts, overriddenBy }) => ({
      id,
      verb: rule.verb,
      because: rule.because,
      matches: word(matches),
      counts: word(counts),
      overriddenBy,
    })),
    levels,
    checks,
    tool: { name: tool.name, effect: effectWordOf(tool.effect), isNew },
  }
}

function word(holds: Holds): 'yes' | 'no' | 'perhaps' {
  return holds === YES ? 'yes' : holds === NO ? 'no' : 'perhaps'
}

function sentenceOf(
  verdict: Simulation['verdict'],
  { denial, needs, standing }: Explanation['judgement'],
  names: Names,
  checks: Simulation['checks'],
): string {
  const missing = checks.find(({ ok }) => !ok)
  const besides = missing === undefined || verdict === 'denied' ? '' : ` Besides: ${missing.message}`
  switch (verdict) {
    case 'denied':
      return `Denied by rule ${denial?.rule ?? ''}.${denial === null || denial.because === '' ? '' : ` ${denial.because}`}`
    case 'asks':
      return `Sent after a yes: ${needs.map((need) => whom(need, names)).join(', and ')}.${besides}`
    case 'allowed':
      return standing === null ? `Sent at once, without a question.${besides}` : `Sent at once: a yes that lasts covers it.${besides}`
    case 'depends':
      return `It depends on what is not given here: arguments or assistant.${besides}`
  }
}

function whom({ approvers, rule }: Need, names: Names): string {
  const asked = rule === null ? 'by their own level' : `rule ${rule}`
  if (approvers === null) return `of the person (${asked})`
  const who = [
    ...approvers.groups.map((group) => `group ${group}`),
    ...approvers.people.map((id) => names.get(id)?.name ?? id),
    ...(approvers.owners ? ['an owner'] : []),
  ]
  return `of ${who.join(' or ')} (${asked}${approvers.notWhoAsks ? ', never of whoever asks' : ''})`
}
