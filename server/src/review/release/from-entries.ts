import type { LedgerEvent } from '@handfast/contract'
import type { ReleaseId } from '../../lib/index.ts'
import type { ReviewStep, ReviewStepKind } from './release-state.ts'

/** An entry of the ledger, as far as a release is concerned. Its subject is the release. */
export type ReviewEntry = {
  readonly event: string
  readonly subject: string
  readonly by: string
  readonly at: number
  readonly facts: Readonly<Record<string, unknown>>
}

const kinds: Partial<Record<LedgerEvent, ReviewStepKind>> = {
  'release.submitted': 'submit',
  'release.claimed': 'claim',
  'release.agreed': 'agree',
  'release.approved': 'approve',
  'release.rejected': 'reject',
  'release.returned': 'request-changes',
  'release.withdrawn': 'withdraw',
  'release.reopened': 'reopen',
}

/** With these a release is in nobody's hand any more. */
const endsClaim: ReadonlySet<string> = new Set<LedgerEvent>([
  'release.released',
  'release.agreed',
  'release.approved',
  'release.rejected',
  'release.returned',
])

/** The steps of a connector's releases from what the ledger holds, and nothing else: the same state comes of them as of the tables. */
export function fromEntries(entries: readonly ReviewEntry[], connector: string): readonly ReviewStep[] {
  const steps: ReviewStep[] = []
  for (const { event, subject, by, at, facts } of entries) {
    if (facts['connector'] !== connector) continue
    const release = subject as ReleaseId
    if (endsClaim.has(event)) {
      const last = steps.findLastIndex((step) => step.kind === 'claim' && step.release === release)
      const claim = steps[last]
      if (claim !== undefined) steps[last] = { ...claim, endedAt: claim.endedAt ?? at }
    }
    if (event === 'probe.ended') {
      // What probes found can ask for another reviewer, and never for fewer.
      const about = steps.findIndex((step) => step.kind === 'submit' && step.release === facts['release'])
      const submit = steps[about]
      if (submit !== undefined && typeof facts['reviewersNeeded'] === 'number')
        steps[about] = { ...submit, reviewersNeeded: facts['reviewersNeeded'] }
      continue
    }
    const kind = kinds[event as LedgerEvent]
    if (kind === undefined) continue
    steps.push({
      kind,
      release,
      digest: typeof facts['digest'] === 'string' ? facts['digest'] : null,
      by,
      at,
      ...(typeof facts['reviewersNeeded'] === 'number' ? { reviewersNeeded: facts['reviewersNeeded'] } : {}),
      ...(typeof facts['until'] === 'number' ? { until: facts['until'] } : {}),
    })
  }
  return steps
}
