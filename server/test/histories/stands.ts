import type { ReleaseId } from '../../src/lib/index.ts'
import { agreementOf, type PlacedDecision, statusOf } from '../../src/lifecycle/index.ts'

/** How a connector and its agreement stand at a time, as ids and times: what the ledger has of it, which holds no words. */
export function stands(decisions: readonly PlacedDecision[], releases: readonly { readonly id: ReleaseId; readonly digest: string }[], at: number) {
  const { because, unlisted, reason: _, pausedTools, ...status } = statusOf(decisions, releases, at)
  const { state, endsAt, endedBy, notices } = agreementOf(decisions, at)
  return {
    ...status,
    because: because?.id ?? null,
    unlisted: unlisted?.id ?? null,
    pausedTools: pausedTools.map(({ tool, by: sides, until }) => ({ tool, sides, until })),
    agreement: {
      state,
      endsAt,
      endedBy: endedBy?.id ?? null,
      notices: notices.map(({ decision, by: side, endsAt: end }) => [decision.id, side, end]),
    },
  }
}
