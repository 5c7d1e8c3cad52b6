import { type AgreementView, type ConnectorDetail, type DecisionShown, type Ground, groundOf, type Removal } from '@handfast/contract'
import { rfc3339 } from '../../../lib/index.ts'
import { type DeletionState, isWithheld, type PlacedDecision, statementOf, survivingClauses, type Whole } from '../../../lifecycle/index.ts'

const timeOrNull = (at: number | null): string | null => (at === null ? null : rfc3339(at))

/** A decision for somebody. What a law forbids to tell is told to reviewers and operators only. */
export function decisionView(decision: PlacedDecision, all: readonly PlacedDecision[], seesWithheld: boolean): DecisionShown {
  const { id, kind, release, tool, reason, decidedAs, by, at, effectiveAt, about } = decision
  const hidden = !seesWithheld && isWithheld(decision, all)
  return {
    id,
    kind,
    release,
    tool,
    reason: hidden ? '' : reason,
    decidedAs,
    by,
    at: rfc3339(at),
    effectiveAt: timeOrNull(effectiveAt),
    about,
    statement: hidden ? null : statementOf(decision),
  }
}

export function pausedToolsView({ standing }: Whole): ConnectorDetail['pausedTools'] {
  return standing.pausedTools.map((one) => ({ ...one, until: timeOrNull(one.until) }))
}

/** Why it is gone, in public words: those of the ground. What else was said is between the two sides. */
function publicly({ standing, decisions }: Whole): { readonly why: string; readonly ground: Ground | null } {
  const { because } = standing
  const ground = because === null || isWithheld(because, decisions) ? null : because.ground
  if (because?.kind === 'give-notice') return { why: 'Its agreement was ended with notice.', ground }
  return { why: ground === null ? 'The reason is not public.' : `It was removed because ${groundOf(ground).says}.`, ground }
}

/** What stays to be read of a connector that is gone. */
export function tombstoneView(whole: Whole): ConnectorDetail['tombstone'] {
  const { standing } = whole
  if (standing.status !== 'removed' || standing.endsAt === null) return null
  return {
    since: rfc3339(standing.endsAt),
    ...publicly(whole),
    remains: [
      'What you were answered stays in your history, until you erase it or it expires.',
      'The record of its releases and of what was decided about it stays.',
      'Its short name stays taken: nobody else can publish under it.',
    ],
  }
}

export function removalView(whole: Whole): Removal {
  const { place, standing } = whole
  return { connector: place.connector, slug: place.slug, name: place.name, since: rfc3339(standing.endsAt ?? 0), ...publicly(whole) }
}

export function agreementView(whole: Whole, deletions: readonly DeletionState[], seesWithheld: boolean): AgreementView {
  const { place, agreement, decisions } = whole
  return {
    connector: place.connector,
    slug: place.slug,
    developer: place.developer,
    state: agreement.state,
    since: rfc3339(place.createdAt),
    endsAt: timeOrNull(agreement.endsAt),
    endedBy: agreement.endedBy?.id ?? null,
    notices: agreement.notices.map(({ decision, by, endsAt, withdrawalAskedAt }) => ({
      decision: decision.id,
      by,
      givenAt: rfc3339(decision.at),
      endsAt: rfc3339(endsAt),
      withdrawalAskedAt: timeOrNull(withdrawalAskedAt),
      statement: statementOf(decision),
    })),
    survives: agreement.state === 'ended' ? Object.entries(survivingClauses).map(([clause, permits]) => ({ clause, permits })) : [],
    deletions: deletions.map((one) => ({ ...one, dueAt: rfc3339(one.dueAt), doneAt: timeOrNull(one.doneAt) })),
    decisions: decisions.map((decision) => decisionView(decision, decisions, seesWithheld)),
  }
}
