import type { ConnectorStanding } from '../../directory/index.ts'
import { type DecisionId, newId, rfc3339, type UserId, type WorkspaceId } from '../../lib/index.ts'
import { sideOf } from '../../lifecycle/index.ts'
import type { Done, Due, Handlers } from '../../schedule/index.ts'
import type { Desk } from '../desk.ts'
import { APPEAL_ANSWER } from '../release/policy.ts'
import type { ReleaseStore } from '../release/release-store.ts'
import { AppealNotFoundError, AppealTooLateError, NotAppealableError } from '../review-errors.ts'
import type { ReviewNeeds } from '../review-needs.ts'
import { type Answer, answerAppeal } from './answer-appeal.ts'
import { type AppealFile, filesIn, releaseOf } from './appeal-file.ts'
import { ANSWER_DUE, appealNotice } from './appeal-notice.ts'

/** Whoever was decided against has somebody else look at it again (clause 2d-review). */
export class Appeals {
  readonly #needs: ReviewNeeds
  readonly #releases: ReleaseStore
  readonly #desk: Desk

  constructor(needs: ReviewNeeds, releases: ReleaseStore, desk: Desk) {
    this.#needs = needs
    this.#releases = releases
    this.#desk = desk
  }

  handlers(): Handlers {
    return { [ANSWER_DUE]: { work: (due) => this.#remind(due) } }
  }

  /** Appeals of a connector, newest first. */
  async of({ workspace, connector }: Pick<ConnectorStanding, 'workspace' | 'connector'>): Promise<readonly AppealFile[]> {
    return filesIn(await this.#needs.lifecycle.decisions(workspace, connector)).toReversed()
  }

  /** Appeals of all connectors that wait for an answer, the one that is due first first. */
  async waiting(workspace: WorkspaceId, after: string | null = null, limit = 200): Promise<readonly AppealFile[]> {
    const { lifecycle } = this.#needs
    const open = await lifecycle.openAppeals(workspace, after, limit)
    const connectors = [...new Set(open.map(({ connector }) => connector))]
    const files = await Promise.all(connectors.map(async (connector) => filesIn(await lifecycle.decisions(workspace, connector))))
    const byId = new Map(files.flat().map((file) => [file.appeal.id, file]))
    return open.flatMap(({ id }) => byId.get(id) ?? [])
  }

  /**
   * A developer appeals: once for each decision, and in time.
   * @throws AppealNotFoundError, NotAppealableError, AppealTooLateError
   */
  async appeal(standing: ConnectorStanding, decision: DecisionId, reason: string, by: UserId): Promise<AppealFile> {
    const { clock, storage, lifecycle, schedule, outbox } = this.#needs
    const { workspace, connector } = standing
    const at = clock.now()
    const decisions = await lifecycle.decisions(workspace, connector)
    const about = decisions.find(({ id }) => id === decision)
    if (about === undefined) throw new AppealNotFoundError()
    if (about.redress === null || sideOf(about.decidedAs) !== 'operator' || decisions.some((one) => one.kind === 'appeal' && one.about === about.id))
      throw new NotAppealableError()
    if (about.redress.until <= at) throw new AppealTooLateError(rfc3339(about.redress.until))
    const id = newId('dcn', at)
    const dueAt = at + APPEAL_ANSWER
    await storage.write([
      ...lifecycle.deciding(
        {
          id,
          workspace,
          connector,
          kind: 'appeal',
          ...releaseOf(about),
          about: about.id,
          tool: about.tool,
          reason,
          decidedAs: ['developer'],
          by,
          at,
        },
        { event: 'appeal.made', facts: { dueAt }, otherwise: () => new NotAppealableError() },
      ),
      schedule.putting({ workspace, kind: ANSWER_DUE, subject: id, dueAt, payload: { connector } }),
      ...outbox.sending(
        appealNotice(
          standing,
          id,
          { kind: 'operator' },
          'review.appealed',
          'An appeal',
          `The developer appeals against "${about.kind}":\n\n${reason}\n\nIt should be answered by ${rfc3339(dueAt)} (UTC), by somebody else than whoever decided.`,
        ),
        at,
      ),
    ])
    return this.#file(standing, id)
  }

  /** Somebody else than whoever decided answers it. @throws AppealNotFoundError, and as `answerAppeal` */
  async answer(given: Answer): Promise<AppealFile> {
    await answerAppeal({ needs: this.#needs, releases: this.#releases, desk: this.#desk }, await this.#file(given.standing, given.appeal), given)
    return this.#file(given.standing, given.appeal)
  }

  async #file(standing: ConnectorStanding, id: string): Promise<AppealFile> {
    const found = (await this.of(standing)).find(({ appeal }) => appeal.id === id)
    if (found === undefined) throw new AppealNotFoundError()
    return found
  }

  async #remind({ workspace, subject, payload, now }: Due): Promise<Done> {
    const standing = await this.#needs.directory.standing(payload['connector'] as ConnectorStanding['connector'])
    const body = 'An appeal waits for an answer longer than it should. `handfast review appeals` shows it.'
    const notice = appealNotice(standing, subject, { kind: 'operator' }, 'review.appeal-due', 'An appeal is due', body)
    return workspace === standing.workspace ? { writes: this.#needs.outbox.sending(notice, now) } : {}
  }
}
