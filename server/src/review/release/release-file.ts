import type { ConnectorStanding, Release } from '../../directory/index.ts'
import type { ReleaseId, UserId } from '../../lib/index.ts'
import type { ReviewNeeds } from '../review-needs.ts'
import { type ReleaseStanding, releaseStates } from './release-state.ts'
import type { Dismissal, ReleaseStore, SubmissionRecord } from './release-store.ts'
import { isSelf, unknown } from './who.ts'

/** A release as those who may look inside see it. */
export type ReleaseFile = {
  readonly release: Release
  readonly standing: ReleaseStanding
  readonly submission: SubmissionRecord | null
  readonly dismissals: readonly Dismissal[]
  readonly selfReviewed: boolean
}

type Needs = Pick<ReviewNeeds, 'directory' | 'lifecycle' | 'clock'>
type Place = Pick<ConnectorStanding, 'workspace' | 'connector'>

/** @throws ReleaseNotFoundError */
export async function readReleaseFile(needs: Needs, store: ReleaseStore, { workspace, connector }: Place, number: number): Promise<ReleaseFile> {
  const release = await needs.directory.release(workspace, connector, number)
  const decisions = await needs.lifecycle.decisions(workspace, connector)
  const [steps, submission, dismissals] = await Promise.all([
    store.steps({ workspace, connector }, decisions),
    store.submission(workspace, release.id),
    store.dismissals({ workspace, connector }),
  ])
  const standing = releaseStates(steps, needs.clock.now()).get(release.id) ?? unknown(release)
  const approval = decisions.findLast(({ kind, release: about }) => kind === 'approve' && about === release.id)
  const selfReviewed = approval?.decidedAs.includes('self-review') ?? false
  return { release, standing, submission: submission ?? null, dismissals, selfReviewed }
}

/** Whether somebody stands behind a release: handed it in, or belongs to its developer, now or when it was handed in. @throws ReleaseNotFoundError */
export async function standsBehindRelease(
  { directory }: Needs,
  store: ReleaseStore,
  { workspace }: Place,
  id: ReleaseId,
  { by, standsBehind }: { readonly by: UserId; readonly standsBehind: boolean },
): Promise<boolean> {
  const [release, submission] = await Promise.all([directory.releaseById(workspace, id), store.submission(workspace, id)])
  return isSelf({ release, submission: submission ?? null }, by, standsBehind)
}
