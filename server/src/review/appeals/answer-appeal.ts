import { type ConnectorStanding, ReleaseInvalidError } from '../../directory/index.ts'
import { type DecisionId, type DeveloperId, newId, type UserId } from '../../lib/index.ts'
import {
  ConnectorRemovedError,
  type DecidedAs,
  type DecisionKind,
  LifecycleNoChangeError,
  type PlacedDecision,
  sideOf,
} from '../../lifecycle/index.ts'
import type { Write } from '../../storage/index.ts'
import type { Desk } from '../desk.ts'
import { standsBehindRelease } from '../release/release-file.ts'
import type { ReleaseStore } from '../release/release-store.ts'
import { AppealAnsweredError, AppealElsewhereError } from '../review-errors.ts'
import type { ReviewNeeds } from '../review-needs.ts'
import { type AppealFile, handsOf, releaseOf } from './appeal-file.ts'
import { ANSWER_DUE, appealNotice } from './appeal-notice.ts'

/** What somebody says about an appeal. */
export type Answer = {
  readonly standing: ConnectorStanding
  readonly appeal: DecisionId
  readonly grant: boolean
  readonly reason: string
  readonly by: UserId
  readonly roles: readonly ('reviewer' | 'operator')[]
  readonly standsBehind: boolean
}

type Parts = { readonly needs: ReviewNeeds; readonly releases: ReleaseStore; readonly desk: Desk }

/** What is lifted where an appeal against it is granted. A removal and an end are final: of these it is recorded that they were wrong. */
const undoes: Partial<Record<DecisionKind, 'reinstate' | 'resume' | 'allow-listing'>> = {
  suspend: 'reinstate',
  pause: 'resume',
  'refuse-listing': 'allow-listing',
}

/**
 * Answers an appeal. Granting takes back what was decided, in the same transaction: a release is looked at again, a suspension or pause is lifted.
 * After a transfer whoever appealed is told, and whoever has the connector now (clause 7d-assignment). A stop that was wrong is lifted for them too;
 * a release that they did not hand in is not looked at again, since it would be published in their name.
 * @throws AppealAnsweredError, AppealElsewhereError, and where granting lets calls through again, that the developer is held
 */
export async function answerAppeal(parts: Parts, file: AppealFile, given: Answer): Promise<void> {
  const { standing, appeal, grant, reason, by, roles, standsBehind } = given
  const { clock, enforcement, lifecycle, schedule, outbox, policy, handedOver, membersOf } = parts.needs
  const { workspace, connector, developer } = standing
  if (file.answer !== null) throw new AppealAnsweredError()
  const release = file.about.release ?? standing.release?.id ?? null
  const { appellant, changed } = handsOf(file, await handedOver(workspace, connector), developer)
  const belongs = standsBehind || (appellant !== developer && (await membersOf(workspace, appellant)).some(({ user }) => user === by))
  const who = { by, standsBehind: belongs }
  const self = release === null ? belongs : await standsBehindRelease(parts.needs, parts.releases, standing, release, who)
  if (policy.profile === 'public' && (file.about.by === by || file.appeal.by === by || self)) throw new AppealElsewhereError()
  const at = clock.now()
  const decidedAs: readonly DecidedAs[] = [...roles, ...(self ? (['self-review'] as const) : [])]
  const id = newId('dcn', at)
  const leaves = grant && changed && turnsDown(file.about)
  const undone = grant && !leaves ? await undoing(parts, standing, file, decidedAs, by, at) : []
  const kind = grant ? ('grant-appeal' as const) : ('deny-appeal' as const)
  const words = [
    grant ? 'The appeal was granted.' : 'The appeal was denied. Nothing else decides about it here.',
    ...(leaves ? ['The connector has changed hands since, so the release is not looked at again: whoever has it now hands in their own.'] : []),
    `\n\n${reason}`,
    ...(file.about.by === by ? ['\n\nWhoever answered had also decided the first time; in this house one person may hold every role.'] : []),
  ].join(' ')
  const [outcome, came] = grant ? (['review.appeal-granted', 'was granted'] as const) : (['review.appeal-denied', 'was denied'] as const)
  const tell = (whom: DeveloperId, whose: string) =>
    outbox.sending(appealNotice(standing, id, { kind: 'developer', developer: whom, purpose: 'support' }, outcome, `${whose} ${came}`, words), at)
  await enforcement.change(
    [
      ...lifecycle.deciding(
        {
          id,
          workspace,
          connector,
          kind,
          ...releaseOf(file.about),
          about: file.appeal.id,
          tool: file.about.tool,
          reason,
          ground: grant ? 'appeal-granted' : (file.about.ground ?? 'other'),
          clause: file.about.clause ?? '2d-review',
          decidedAs,
          by,
          at,
        },
        {
          event: grant ? 'appeal.granted' : 'appeal.denied',
          facts: {
            sameDecider: file.about.by === by,
            formerOwner: appellant === developer ? undefined : appellant,
            changedHands: changed || undefined,
          },
          otherwise: () => new AppealAnsweredError(),
        },
      ),
      ...undone,
      schedule.cancelling({ workspace, kind: ANSWER_DUE, subject: appeal }),
      ...tell(appellant, 'Your appeal'),
      ...(appellant === developer ? [] : tell(developer, 'An appeal of the former owner')),
    ],
    [`connector:${connector}`],
  )
}

async function undoing(
  { needs, desk }: Parts,
  standing: ConnectorStanding,
  { about, log }: AppealFile,
  decidedAs: readonly DecidedAs[],
  by: UserId,
  at: number,
): Promise<readonly Write[]> {
  const { lifecycle, directory, requireUnheld } = needs
  const { workspace, connector, developer } = standing
  const undo = undoes[about.kind]
  if (undo !== undefined) {
    // What was stopped again since then, for another reason, stays stopped: nobody appealed against that.
    const newest = log.findLast(({ kind, tool, decidedAs: as }) => kind === about.kind && tool === about.tool && sideOf(as) === 'operator')
    if (newest?.id !== about.id) return []
    try {
      const reason = 'An appeal was granted.'
      const steering = { workspace, connector, by, decidedAs, reason, ground: 'appeal-granted' as const, tool: about.tool }
      const writes = await lifecycle.steering(undo, steering, at)
      await requireUnheld?.(workspace, developer)
      return writes
    } catch (error) {
      // Lifted already, or gone for good: there is nothing left to take back.
      if (error instanceof LifecycleNoChangeError || error instanceof ConnectorRemovedError) return []
      throw error
    }
  }
  const { release, digest } = about
  if (!turnsDown(about) || release === null || digest === null) return []
  const releases = await directory.releases(workspace, connector)
  // Where the developer handed in another one since, that is what is looked at.
  if (releases[0]?.id !== release) return []
  const number = releases[0].number
  const { standing: now } = await desk.file(standing, number)
  if (now.state !== 'rejected' && now.state !== 'changes-requested') return []
  return [
    directory.stillTheirs(standing, () => new ReleaseInvalidError('', 'The connector changed hands at the same moment. Answer again.')),
    directory.waiting.reopening(
      workspace,
      release,
      () => new ReleaseInvalidError('', 'Another release was handed in at the same moment. Answer again.'),
    ),
    ...lifecycle.deciding(
      {
        workspace,
        connector,
        kind: 'reopen',
        release: { id: release, digest },
        reason: 'An appeal was granted.',
        ground: 'appeal-granted',
        decidedAs,
        by,
        at,
      },
      { event: 'release.reopened', subject: release, facts: { number } },
    ),
  ]
}

/** Whether it is a no to a release. */
function turnsDown({ kind }: PlacedDecision): boolean {
  return kind === 'reject' || kind === 'request-changes'
}
