import type { ReleaseContent } from '@handfast/contract'
import type { Finding } from '../rules/engine/rule.ts'

/** One reason for the place of a release in the queue. */
export type RiskReason = { readonly why: string; readonly points: number }
export type Risk = { readonly score: number; readonly because: readonly RiskReason[] }

/** What the score is made of; all of it was known when the release came in. */
export type RiskFacts = {
  readonly content: ReleaseContent
  /** The release that is live; null: it would be the first. */
  readonly previous: ReleaseContent | null
  readonly findings: readonly Pick<Finding, 'severity' | 'rule'>[]
  /** Releases of this developer that were approved before, of any connector. */
  readonly approvedBefore: number
  /** Probes that came out otherwise than expected; null: not probed yet. */
  readonly failedProbes: number | null
}

export const MOST_RISK = 100
const rank = { read: 0, change: 1, destructive: 2 } as const

/**
 * How carefully a release wants to be looked at, from 0 to 100, with each reason for it. It orders the queue and says when a second reviewer is
 * needed; it decides nothing.
 */
export function riskOf({ content, previous, findings, approvedBefore, failedProbes }: RiskFacts): Risk {
  const of = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity).length
  const destructive = content.tools.filter(({ effect }) => effect === 'destructive').length
  const changing = content.tools.filter(({ effect }) => effect === 'change').length
  const unasked = content.tools.filter(({ effect, consequential }) => effect !== 'read' && !consequential).length
  const { tools, receives, origins } = grown(content, previous)
  const reasons: (RiskReason | null)[] = [
    count(of('blocks'), (n) => ({ why: `${n} of the findings block${n === 1 ? 's' : ''}`, points: 35 })),
    count(of('warns'), (n) => ({ why: `${n} warning${n === 1 ? '' : 's'}`, points: Math.min(20, 4 * n) })),
    count(destructive, (n) => ({ why: `${n} tool${n === 1 ? '' : 's'} can destroy`, points: 15 })),
    count(changing, (n) => ({ why: `${n} tool${n === 1 ? '' : 's'} can change things`, points: 5 })),
    count(unasked, (n) => ({ why: `${n} tool${n === 1 ? '' : 's'} change things without asking a person`, points: 15 })),
    content.credential.type === 'none' ? null : { why: "it acts with people's own accounts", points: 5 },
    approvedBefore > 0 ? null : { why: 'nothing of this developer was approved before', points: 15 },
    content.publishedBy.ownsApi ? null : { why: 'the API belongs to somebody else', points: 10 },
    count(tools, (n) => ({
      why: `${n} tool${n === 1 ? ' is' : 's are'} new or do${n === 1 ? 'es' : ''} more than before`,
      points: Math.min(15, 5 + n),
    })),
    count(receives, () => ({ why: 'it comes to receive more personal data', points: 10 })),
    count(origins, () => ({ why: 'calls go to another place than before', points: 15 })),
    count(failedProbes ?? 0, (n) => ({ why: `${n} probe${n === 1 ? '' : 's'} came out otherwise than expected`, points: Math.min(25, 10 + 3 * n) })),
  ]
  const because = reasons.filter((reason) => reason !== null).toSorted((a, b) => b.points - a.points)
  return {
    score: Math.min(
      MOST_RISK,
      because.reduce((sum, { points }) => sum + points, 0),
    ),
    because,
  }
}

function count(n: number, reason: (n: number) => RiskReason): RiskReason | null {
  return n === 0 ? null : reason(n)
}

/** What a release adds to the one that is live. The first one of a connector adds nothing: all of it is looked at. */
function grown(content: ReleaseContent, previous: ReleaseContent | null) {
  if (previous === null) return { tools: 0, receives: 0, origins: 0 }
  const before = new Map(previous.tools.map((tool) => [tool.name, rank[tool.effect]]))
  const known = new Set(previous.receives)
  return {
    tools: content.tools.filter(({ name, effect }) => rank[effect] > (before.get(name) ?? -1)).length,
    receives: content.receives.filter((field) => !known.has(field)).length,
    origins: new URL(content.target.url).origin === new URL(previous.target.url).origin ? 0 : 1,
  }
}
