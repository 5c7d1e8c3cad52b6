import { type ConnectorStanding, composeRelease, type Directory, ManifestInvalidError, readManifest } from '../directory/index.ts'
import type { Egress } from '../egress/index.ts'
import type { Clock, ReleaseId, UserId } from '../lib/index.ts'
import { ConnectorRemovedError, type DecidedAs, type Lifecycle, ListingRefusedError } from '../lifecycle/index.ts'
import { type Notices, resolveNotice } from '../notices/index.ts'
import type { Enforcement, Storage } from '../storage/index.ts'
import type { Terms } from '../terms/index.ts'
import type { Upstream } from '../upstream/index.ts'
import { type Described, describeTools } from './describe-tools.ts'
import { keepGuards } from './keep-guards.ts'
import { originsOf } from './operation-servers.ts'
import { OtherDigestError, ReleaseBlockedError, ReleaseDecidedError, SelfReviewError } from './review-errors.ts'
import type { Finding } from './rules/engine/rule.ts'
import { findingsOf } from './rules/index.ts'
import { withSignIn } from './sign-in.ts'
import { underReview } from './under-review.ts'

export type ReviewNeeds = {
  readonly storage: Storage
  readonly clock: Clock
  readonly enforcement: Enforcement
  readonly directory: Directory
  readonly lifecycle: Lifecycle
  readonly terms: Terms
  readonly egress: Egress
  readonly upstream: Upstream
  readonly notices: Notices
  /** `house`: whoever stands behind a connector may review it, and it is recorded as that. `public`: somebody else has to. */
  readonly profile: 'house' | 'public'
  /** Names and marks of whoever runs this Handfast (clause 4a-platform-marks). */
  readonly marks: readonly string[]
}

/** A release as it is handed in. */
export type Submission = {
  readonly standing: ConnectorStanding
  /** Name of the developer as users see it. */
  readonly developerName: string
  readonly by: UserId
  readonly manifest: unknown
  /** Text of the OpenAPI document (kind `openapi`); null: it is fetched from the manifest's `document`. */
  readonly document: string | null
  /** Text of an OpenAPI Overlay, kept beside the untouched document. */
  readonly overlay?: string | null
  /** A key for servers that list their tools to known callers only; used once and kept nowhere. */
  readonly key: string | null
}

export type Submitted = {
  readonly id: ReleaseId
  readonly number: number
  readonly digest: string
  readonly tools: number
  readonly findings: readonly Finding[]
  /** Tools that the connector has and that cannot be offered, with the reason. */
  readonly left: Described['left']
  /** Operations of the document that the manifest did not choose. */
  readonly notChosen: number
}

export type Deciding = {
  readonly standing: ConnectorStanding
  readonly number: number
  /** Of the release that the reviewer looked at. */
  readonly digest: string
  readonly approve: boolean
  readonly reason: string
  readonly by: UserId
  /** Whether the reviewer is a member of the connector's developer. */
  readonly standsBehind: boolean
}

/** Releases come in, are looked at by machine, and are decided by a person (clause 2d-review). */
export class Review {
  readonly #needs: ReviewNeeds

  constructor(needs: ReviewNeeds) {
    this.#needs = needs
  }

  /**
   * Hands a release in: asks the connector for its tools, checks and compiles them, fixes the digest.
   * @throws ManifestInvalidError, ReleaseInvalidError, SchemaInvalidError, SchemaTooCostlyError, ConnectorRemovedError, what `Terms.requireAcceptance`
   * throws, and refusals met on the way to the connector
   */
  async submit(submission: Submission): Promise<Submitted> {
    const { standing } = submission
    await this.#mayChange(standing, false)
    const manifest = readManifest(submission.manifest)
    if (manifest.slug !== standing.slug) throw new ManifestInvalidError('/slug', `This connector is called "${standing.slug}", which is for good.`)
    if (manifest.kind !== standing.kind)
      throw new ManifestInvalidError('/kind', `This connector is of the kind "${standing.kind}", which is for good.`)
    const resolved = await resolveNotice(this.#needs.egress, manifest)
    return this.#take(submission, resolved, await describeTools(this.#needs, manifest, { ...submission, overlay: submission.overlay ?? null }))
  }

  async #take(submission: Submission, manifest: unknown, { tools, source, overlay, left, notChosen, ...about }: Described): Promise<Submitted> {
    const { clock, enforcement, directory, lifecycle } = this.#needs
    const { standing, developerName, by } = submission
    const { workspace, connector, slug } = standing
    const declared = withSignIn(readManifest(manifest), about.signIn)
    const content = keepGuards(composeRelease(declared, tools, developerName, about.described), standing.release?.content ?? null, declared)
    const prepared = await directory.prepare(slug, content)
    const { digest } = prepared
    const findings = await findingsOf(await underReview(this.#needs, { standing, content, manifest: declared, described: about, prepared }))
    const at = clock.now()
    const { id, number, writes } = await directory.storing(standing, prepared, { source, overlay, findings, by, at })
    const facts = {
      connector,
      number,
      digest,
      tools: content.tools.length,
      ...about.described,
      blocking: findings.filter(({ severity }) => severity === 'blocks').length,
    }
    await enforcement.change(
      [
        ...writes,
        ...lifecycle.deciding(
          { workspace, connector, kind: 'submit', release: { id, digest }, reason: '', decidedAs: ['developer'], by, at },
          { event: 'release.submitted', subject: id, facts },
        ),
      ],
      [`connector:${connector}`],
    )
    return { id, number, digest, tools: content.tools.length, findings, left, notChosen }
  }

  /**
   * Approves or rejects a release, once. Approving makes it live at once, on every node, and fixes the origins that calls may reach.
   * @throws ReleaseNotFoundError, OtherDigestError, ReleaseDecidedError, ReleaseBlockedError, SelfReviewError, ConnectorRemovedError
   */
  async decide(deciding: Deciding): Promise<void> {
    const { clock, enforcement, directory, lifecycle, profile, notices } = this.#needs
    const { standing, number, digest, approve, reason, by } = deciding
    const { workspace, connector } = standing
    if (approve) await this.#mayChange(standing, true)
    const release = await directory.release(workspace, connector, number)
    if (release.digest !== digest) throw new OtherDigestError()
    if (release.decidedAt !== null) throw new ReleaseDecidedError()
    const self = deciding.standsBehind || release.createdBy === by
    if (self && profile === 'public') throw new SelfReviewError()
    const blocking = release.findings.find(({ severity }) => severity === 'blocks')
    if (approve && blocking !== undefined) throw new ReleaseBlockedError(blocking)
    const at = clock.now()
    const decidedAs: readonly DecidedAs[] = self ? ['reviewer', 'self-review'] : ['reviewer']
    const kind = approve ? 'approve' : 'reject'
    const origins = originsOf(release.content)
    await enforcement.change(
      [
        directory.deciding(workspace, release.id, at, () => new ReleaseDecidedError()),
        ...(approve ? [directory.fixingOrigins(workspace, connector, origins), ...notices.watching(standing, release.id, release.content, at)] : []),
        ...lifecycle.deciding(
          { workspace, connector, kind, release: { id: release.id, digest }, reason, decidedAs, by, at },
          { event: approve ? 'release.approved' : 'release.rejected', subject: release.id, facts: { number, ...(approve ? { origins } : {}) } },
        ),
      ],
      [`connector:${connector}`],
    )
  }

  async #mayChange({ workspace, connector }: ConnectorStanding, approving: boolean): Promise<void> {
    const { lifecycle, terms } = this.#needs
    const { status, unlisted } = await lifecycle.statusOf(workspace, connector)
    if (status === 'removed') throw new ConnectorRemovedError()
    if (approving && unlisted !== null) throw new ListingRefusedError()
    await terms.requireForRelease(workspace, connector)
  }
}

export function createReview(needs: ReviewNeeds): Review {
  return new Review(needs)
}
