import type { DeveloperId } from '../../lib/index.ts'
import type { PlacedDecision } from '../../lifecycle/index.ts'
import type { HandedOverOf } from '../../terms/index.ts'
import { APPEAL_ANSWER } from '../release/policy.ts'

/** An appeal, the decision that it is about, and what came of it. */
export type AppealFile = {
  readonly appeal: PlacedDecision
  readonly about: PlacedDecision
  readonly answer: PlacedDecision | null
  /** Until when it should be answered. */
  readonly dueAt: number
  /** Whether whoever answered had also decided the first time. In the public profile that cannot be. */
  readonly sameDecider: boolean
  /** The log that it stands in. */
  readonly log: readonly PlacedDecision[]
}

/** Whose appeal it is, and whether the connector changed hands since the decision that it is about. */
export type Hands = { readonly appellant: DeveloperId; readonly changed: boolean }

/** What a log says about appeals, in the order in which they were made. */
export function filesIn(decisions: readonly PlacedDecision[]): readonly AppealFile[] {
  const byId = new Map(decisions.map((one) => [one.id, one]))
  return decisions.flatMap((appeal) => {
    const about = appeal.kind !== 'appeal' || appeal.about === null ? undefined : byId.get(appeal.about)
    if (about === undefined) return []
    const answer = decisions.find((one) => (one.kind === 'grant-appeal' || one.kind === 'deny-appeal') && one.about === appeal.id) ?? null
    return [{ appeal, about, answer, dueAt: appeal.at + APPEAL_ANSWER, sameDecider: answer !== null && answer.by === about.by, log: decisions }]
  })
}

/** @param developer whose the connector is now */
export function handsOf({ appeal, about, log }: AppealFile, handedOver: Awaited<ReturnType<HandedOverOf>>, developer: DeveloperId): Hands {
  const transfers = (decisions: readonly PlacedDecision[]) => decisions.filter(({ kind }) => kind === 'transfer').length
  return {
    appellant: handedOver[transfers(log.slice(0, log.indexOf(appeal)))]?.from ?? developer,
    changed: transfers(log.slice(log.indexOf(about))) > 0,
  }
}

/** The release that a decision is about, as a further decision names it. */
export function releaseOf({ release, digest }: PlacedDecision) {
  return release === null || digest === null ? {} : { release: { id: release, digest } }
}
