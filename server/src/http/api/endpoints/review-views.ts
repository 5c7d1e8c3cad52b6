import type { AppealView, DriftView, ProbeRunView, ReleaseDetail } from '@handfast/contract'
import { parseJson, rfc3339, type UserId } from '../../../lib/index.ts'
import { type AppealFile, type DriftNote, findingKey, type ProbeRunNote, type ReleaseFile, wordsOf } from '../../../review/index.ts'
import { decisionView } from './lifecycle-views.ts'
import { releaseView } from './publishing-views.ts'

/** A release with everything that the review knows about it. */
export function fileView({ release, standing, submission, dismissals, selfReviewed }: ReleaseFile): ReleaseDetail {
  const aside = new Map(dismissals.map((one) => [one.finding, one]))
  return {
    ...releaseView(release),
    state: standing.state,
    content: release.content,
    findings: release.findings.map((finding) => {
      const key = findingKey(finding)
      const one = aside.get(key)
      return { ...finding, key, dismissed: one === undefined ? null : { reason: one.reason, by: one.by as UserId, at: rfc3339(one.at) } }
    }),
    selfReviewed,
    claimedBy: standing.claimedBy as UserId | null,
    claimedUntil: standing.claimedUntil === null ? null : rfc3339(standing.claimedUntil),
    agreedBy: standing.agreedBy as readonly UserId[],
    reviewersNeeded: standing.reviewersNeeded,
    risk: submission === null ? null : submission.risk,
    attestations: submission === null ? null : attestationsView(submission.attestations),
    releaseNotes: submission?.manifest.releaseNotes ?? '',
    tests: submission?.manifest.tests ?? [],
  }
}

function attestationsView({ how, made, assessment }: NonNullable<ReleaseFile['submission']>['attestations']): ReleaseDetail['attestations'] {
  return { how, assessment, made: made.map((one) => ({ id: one.id, clause: one.clause, sha256: one.sha256, says: wordsOf(one) })) }
}

export function runView({ id, state, step, done, total, askedBy, at, endedAt }: ProbeRunNote): ProbeRunView {
  return { id: id as ProbeRunView['id'], state, step, done, total, askedBy, at: rfc3339(at), endedAt: endedAt === null ? null : rfc3339(endedAt) }
}

export function driftNoteView(note: DriftNote): DriftView {
  const { id, connector, release, tool, kind, effect, detail, found, firstSeenAt, lastSeenAt, closedAt, closedBecause } = note
  return {
    id: id as DriftView['id'],
    connector,
    release,
    tool,
    kind,
    effect,
    detail,
    found: found === null ? null : readOrText(found),
    firstSeenAt: rfc3339(firstSeenAt),
    lastSeenAt: rfc3339(lastSeenAt),
    closedAt: closedAt === null ? null : rfc3339(closedAt),
    closedBecause,
  }
}

/** A definition that was cut is shown as the text that it is. */
function readOrText(found: string): unknown {
  try {
    return parseJson(found)
  } catch {
    return found
  }
}

/** @param seesWithheld whether what a law forbids to tell may be shown */
export function appealView(slug: string, { appeal, about, answer, dueAt, sameDecider, log }: AppealFile, seesWithheld: boolean): AppealView {
  return {
    id: appeal.id,
    connector: appeal.connector,
    slug,
    reason: appeal.reason,
    by: appeal.by,
    at: rfc3339(appeal.at),
    dueAt: rfc3339(dueAt),
    about: decisionView(about, log, seesWithheld),
    answer: answer === null ? null : decisionView(answer, log, seesWithheld),
    sameDecider,
  }
}
