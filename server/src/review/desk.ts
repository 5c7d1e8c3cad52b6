import type { ClauseId, Ground } from '@handfast/contract'
import type { ConnectorStanding, Release } from '../directory/index.ts'
import { record } from '../ledger/index.ts'
import { newId, rfc3339, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import { clauseFor } from '../lifecycle/index.ts'
import { originsOf } from './operation-servers.ts'
import { findingKey } from './release/finding-key.ts'
import { APPEAL_PERIOD, canBeDismissed } from './release/policy.ts'
import { type ReleaseFile, readReleaseFile } from './release/release-file.ts'
import { isWaiting } from './release/release-state.ts'
import type { ReleaseStore, Slice, Waiting } from './release/release-store.ts'
import { appealWords, reasonsInWords, releaseNotice } from './release/tell.ts'
import { isSelf, rolesOf } from './release/who.ts'
import {
  FindingFixedError,
  FindingUnknownError,
  LookedAnewError,
  OtherDigestError,
  ReleaseBlockedError,
  ReleaseClaimedError,
  ReleaseDecidedError,
  SameReviewerError,
  SelfReviewError,
} from './review-errors.ts'
import type { ReviewNeeds } from './review-needs.ts'

export type Verdict = 'approve' | 'reject' | 'request-changes'

export type Deciding = {
  readonly standing: ConnectorStanding
  readonly number: number
  /** Of the release that the reviewer looked at. */
  readonly digest: string
  readonly verdict: Verdict
  /** The facts, in words; the developer reads them. */
  readonly reason: string
  /** Why, where it is a no. */
  readonly ground?: Ground | undefined
  readonly clause?: ClauseId | undefined
  readonly by: UserId
  /** Whether the reviewer is a member of the connector's developer. */
  readonly standsBehind: boolean
}

type Acting = { readonly standing: ConnectorStanding; readonly number: number; readonly by: UserId; readonly standsBehind: boolean }

/** Where people review: what waits, who has it in hand, and what they decide (clause 2d-review). */
export class Desk {
  readonly #needs: ReviewNeeds
  readonly #store: ReleaseStore

  constructor(needs: ReviewNeeds, store: ReleaseStore) {
    this.#needs = needs
    this.#store = store
  }

  /** What waits for a decision, the riskiest first. Of a connector that is removed nothing is decided any more. */
  waiting(workspace: WorkspaceId, slice: Slice = { from: 0, limit: 200 }): Promise<readonly Waiting[]> {
    return this.#store.waiting(workspace, this.#needs.clock.now(), slice)
  }

  /** @throws ReleaseNotFoundError */
  file(standing: ConnectorStanding, number: number): Promise<ReleaseFile> {
    return readReleaseFile(this.#needs, this.#store, standing, number)
  }

  /** Takes a release in hand for a while, or for longer. @throws ReleaseClaimedError, ReleaseDecidedError, SelfReviewError */
  async claim({ standing, number, by, standsBehind }: Acting): Promise<ReleaseFile> {
    const { storage, clock, directory, policy } = this.#needs
    const file = await this.#open(standing, number, by)
    if (isSelf(file, by, standsBehind) && policy.profile === 'public') throw new SelfReviewError()
    const at = clock.now()
    const { workspace, connector } = standing
    const { id, digest } = file.release
    const until = at + policy.claimMs
    await storage.write([
      directory.waiting.stillWaiting(workspace, id, () => new ReleaseDecidedError()),
      this.#store.givingBackOwn(workspace, id, by, at),
      this.#store.claiming({ workspace, connector }, id, by, at, until, () => new ReleaseClaimedError(rfc3339(until))),
      record(storage.db, { event: 'release.claimed', workspace, subject: id, by, at, facts: { connector, number, digest, until } }),
    ])
    return this.file(standing, number)
  }

  /** Gives a release back to the queue; what somebody else has in hand stays with them. @throws ReleaseClaimedError, ReleaseDecidedError */
  async giveBack({ standing, number, by }: Pick<Acting, 'standing' | 'number' | 'by'>): Promise<void> {
    const { storage, clock } = this.#needs
    const { release, standing: now } = await this.#open(standing, number, by)
    if (now.claimedBy !== by) return
    const at = clock.now()
    const { workspace, connector } = standing
    await storage.write([
      this.#store.givingBackOwn(workspace, release.id, by, at),
      record(storage.db, { event: 'release.released', workspace, subject: release.id, by, at, facts: { connector, number } }),
    ])
  }

  /**
   * Puts a finding aside, with a reason that the developer and later reviewers read.
   * @throws FindingUnknownError, FindingFixedError, SelfReviewError, ReleaseDecidedError, ReleaseClaimedError
   */
  async dismiss({ standing, number, by, standsBehind }: Acting, finding: string, reason: string): Promise<void> {
    const { storage, clock, directory, policy } = this.#needs
    const file = await this.#open(standing, number, by)
    const { release } = file
    if (isSelf(file, by, standsBehind) && policy.profile === 'public') throw new SelfReviewError()
    const found = release.findings.find((one) => findingKey(one) === finding)
    if (found === undefined) throw new FindingUnknownError()
    if (!canBeDismissed(found.rule)) throw new FindingFixedError(found.rule)
    const at = clock.now()
    const { workspace, connector } = standing
    const facts = { connector, number, rule: found.rule, severity: found.severity, finding, reasonSha256: sha256(reason) }
    await storage.write([
      directory.waiting.stillWaiting(workspace, release.id, () => new ReleaseDecidedError()),
      this.#store.dismissing(workspace, release.id, { finding, reason, by, at }),
      record(storage.db, { event: 'finding.dismissed', workspace, subject: release.id, by, at, facts }),
    ])
  }

  /** A developer takes back what waits. @throws ReleaseDecidedError */
  async withdraw({ standing, number, by }: Pick<Acting, 'standing' | 'number' | 'by'>, reason: string): Promise<void> {
    const { clock, enforcement, directory, lifecycle, probeKeys } = this.#needs
    const { release, standing: now } = await this.file(standing, number)
    if (!isWaiting(now.state)) throw new ReleaseDecidedError()
    const at = clock.now()
    const { workspace, connector } = standing
    const { id, digest } = release
    await enforcement.change(
      [
        directory.waiting.deciding(workspace, id, at, () => new ReleaseDecidedError()),
        ...(await probeKeys.destroying({ workspace, connector }, by, at)),
        ...lifecycle.deciding(
          { workspace, connector, kind: 'withdraw', release: { id, digest }, reason, decidedAs: ['developer'], by, at },
          { event: 'release.withdrawn', subject: id, facts: { number } },
        ),
        ...this.#needs.outbox.sending(
          releaseNotice(standing, {
            kind: 'review.withdrawn',
            subject: id,
            number,
            title: 'taken back',
            body: 'You took this release back. Nobody reviews it any more.',
          }),
          at,
        ),
      ],
      [`connector:${connector}`],
    )
  }

  /**
   * Decides about a release, once. Approving makes it live at once, on every node, and fixes the origins that calls may reach; where two reviewers are
   * needed, the first yes waits for the second. @returns what it came to
   * @throws ReleaseNotFoundError, OtherDigestError, LookedAnewError, ReleaseDecidedError, ReleaseClaimedError, ReleaseBlockedError, SelfReviewError, SameReviewerError,
   * GroundError
   */
  async decide(deciding: Deciding): Promise<Verdict | 'agree'> {
    const { standing, number, digest, verdict, by } = deciding
    const { policy, requireMayPublish } = this.#needs
    if (verdict === 'approve') await requireMayPublish(standing)
    const known = await this.#needs.directory.release(standing.workspace, standing.connector, number)
    if (known.digest !== digest) throw new OtherDigestError()
    const file = await this.#open(standing, number, by)
    const { release } = file
    const self = isSelf(file, by, deciding.standsBehind)
    if (self && policy.profile === 'public') throw new SelfReviewError()
    if (verdict !== 'approve') {
      await this.#refuse(deciding, release, self)
      return verdict
    }
    const aside = new Set(file.dismissals.map(({ finding }) => finding))
    const blocking = release.findings.find(
      (finding) => finding.severity === 'blocks' && !(aside.has(findingKey(finding)) && canBeDismissed(finding.rule)),
    )
    if (blocking !== undefined) throw new ReleaseBlockedError(blocking)
    const { agreedBy, reviewersNeeded } = file.standing
    const agreed = new Set([...agreedBy, by])
    if (agreed.size >= reviewersNeeded) {
      await this.#approve(deciding, file, self, agreed.size)
      return 'approve'
    }
    if (agreedBy.includes(by)) throw new SameReviewerError(reviewersNeeded)
    await this.#agree(deciding, release, self, reviewersNeeded)
    return 'agree'
  }

  async #agree({ standing, number, reason, by }: Deciding, { id, digest }: Release, self: boolean, needed: number): Promise<void> {
    const { storage, clock, directory, lifecycle, outbox } = this.#needs
    const at = clock.now()
    const { workspace, connector } = standing
    const body = `A first reviewer said yes. Because of its risk, ${needed} different reviewers look at this release; it is not live yet.`
    await storage.write([
      directory.waiting.stillWaiting(workspace, id, () => new ReleaseDecidedError()),
      this.#store.givingBack(workspace, id, at),
      ...lifecycle.deciding(
        { workspace, connector, kind: 'agree', release: { id, digest }, reason, decidedAs: rolesOf(self), by, at },
        { event: 'release.agreed', subject: id, facts: { number } },
      ),
      ...outbox.sending(releaseNotice(standing, { kind: 'review.agreed', subject: id, number, title: 'a first yes', body }), at),
    ])
  }

  async #approve({ standing, number, reason, by }: Deciding, { release, submission }: ReleaseFile, self: boolean, yeses: number): Promise<void> {
    const { clock, enforcement, directory, lifecycle, notices, outbox, schedule, policy, probeKeys, drift } = this.#needs
    const at = clock.now()
    const { workspace, connector } = standing
    const { id, digest } = release
    const origins = originsOf(release.content)
    const body = `Release ${number} is live, with exactly the tools that were reviewed (digest ${digest}).${self ? ' Whoever reviewed it also stands behind it; every page says so.' : ''}`
    await enforcement.change(
      [
        directory.waiting.deciding(workspace, id, at, () => new ReleaseDecidedError()),
        // What probes found since the reviewer looked may block it, or ask for somebody else's yes too.
        directory.waiting.stillFound(workspace, id, release.findings, () => new LookedAnewError()),
        ...(submission === null ? [] : [this.#store.enough(workspace, id, yeses, () => new LookedAnewError())]),
        this.#store.givingBack(workspace, id, at),
        directory.fixingOrigins(workspace, connector, origins),
        ...notices.watching(standing, id, release.content, at),
        ...(await drift.released({ workspace, connector }, by, at)),
        ...(await probeKeys.destroying({ workspace, connector }, by, at)),
        schedule.putting({ workspace, kind: 'review.rescan', subject: connector, dueAt: at + policy.rescanMs }),
        ...lifecycle.deciding(
          { workspace, connector, kind: 'approve', release: { id, digest }, reason, decidedAs: rolesOf(self), by, at },
          { event: 'release.approved', subject: id, facts: { number, origins } },
        ),
        ...outbox.sending(releaseNotice(standing, { kind: 'review.approved', subject: id, number, title: 'approved', body }), at),
      ],
      [`connector:${connector}`],
    )
  }

  async #refuse(
    { standing, number, verdict, reason, ground = 'review-finding', clause, by }: Deciding,
    release: Release,
    self: boolean,
  ): Promise<void> {
    const { clock, enforcement, directory, lifecycle, outbox, probeKeys } = this.#needs
    const restsOn = clauseFor(ground, rolesOf(self))
    const at = clock.now()
    const { workspace, connector } = standing
    const { id, digest } = release
    const decision = newId('dcn', at)
    const redress = { how: appealWords(standing.slug, decision), until: at + APPEAL_PERIOD }
    const kind = verdict === 'reject' ? ('reject' as const) : ('request-changes' as const)
    const said =
      kind === 'reject'
        ? ({ kind: 'review.rejected', title: 'turned down' } as const)
        : ({ kind: 'review.changes-requested', title: 'sent back for changes' } as const)
    const body = reasonsInWords({ facts: reason, ground, scope: `release ${number}; what is live stays live`, redress })
    await enforcement.change(
      [
        directory.waiting.deciding(workspace, id, at, () => new ReleaseDecidedError()),
        this.#store.givingBack(workspace, id, at),
        ...(await probeKeys.destroying({ workspace, connector }, by, at)),
        ...lifecycle.deciding(
          {
            id: decision,
            workspace,
            connector,
            kind,
            release: { id, digest },
            reason,
            ground,
            clause: clause ?? restsOn,
            redress,
            decidedAs: rolesOf(self),
            by,
            at,
          },
          { event: kind === 'reject' ? 'release.rejected' : 'release.returned', subject: id, facts: { number } },
        ),
        ...outbox.sending(releaseNotice(standing, { ...said, subject: id, number, body, legal: true }), at),
      ],
      [`connector:${connector}`],
    )
  }

  /** A release that waits, and that nobody else has in hand. @throws ReleaseDecidedError, ReleaseClaimedError */
  async #open(standing: ConnectorStanding, number: number, by: UserId): Promise<ReleaseFile> {
    const file = await this.file(standing, number)
    const { state, claimedBy, claimedUntil } = file.standing
    if (!isWaiting(state)) throw new ReleaseDecidedError()
    if (claimedBy !== null && claimedBy !== by) throw new ReleaseClaimedError(rfc3339(claimedUntil ?? 0))
    return file
  }
}
