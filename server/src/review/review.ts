import { type AttestationId, attestationsFor, type Manifest, placementOf, type ReleaseContent } from '@handfast/contract'
import {
  type ConnectorStanding,
  composeRelease,
  ManifestInvalidError,
  type PreparedRelease,
  ReleaseNotFoundError,
  readManifest,
} from '../directory/index.ts'
import type { ReleaseId, UserId } from '../lib/index.ts'
import { ConnectorRemovedError, ListingRefusedError } from '../lifecycle/index.ts'
import { resolveNotice } from '../notices/index.ts'
import type { Handlers } from '../schedule/index.ts'
import { checkSecret, ProbeKeys } from '../vault/index.ts'
import { Appeals } from './appeals/appeals.ts'
import { type Described, describeTools } from './describe-tools.ts'
import { Desk } from './desk.ts'
import { type Draft, type DraftBody, Drafts, type FieldProblem, fieldProblems, readIfWhole } from './drafts.ts'
import { Drift } from './drift/drift.ts'
import { type ToolState, toolStates } from './drift/tool-states.ts'
import { keepGuards } from './keep-guards.ts'
import { originsOf } from './operation-servers.ts'
import { ProbeRuns } from './probes/probe-runs.ts'
import { attest } from './release/attestations.ts'
import { reviewersFor } from './release/policy.ts'
import { ReleaseStore } from './release/release-store.ts'
import { riskOf } from './release/risk.ts'
import { releaseNotice } from './release/tell.ts'
import { checkTests } from './release/test-cases.ts'
import type { ReviewGround, ReviewNeeds as Shared } from './review-needs.ts'
import type { DeveloperFacts, Finding } from './rules/engine/rule.ts'
import { findingsOf } from './rules/index.ts'
import { withSignIn } from './sign-in.ts'
import { underReview } from './under-review.ts'

export type ReviewNeeds = ReviewGround

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
  /** What the developer attests to, by id; absent: nothing was said about it, and in a house handing in says it. */
  readonly attests?: readonly AttestationId[] | null
  /** Which self-assessment goes with this release. */
  readonly assessment?: string | null
  /** A key of a test account for the reviewers: sealed, opened for the review only, destroyed with its decision. */
  readonly reviewerKey?: string | null
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
  /** From 0 to 100. */
  readonly risk: number
  readonly reviewersNeeded: number
}

/** What handing in a draft would come to. Nothing is kept of it. */
export type DraftReport = Pick<Submitted, 'tools' | 'left' | 'notChosen'> & {
  readonly findings: readonly (Finding | FieldProblem)[]
  readonly attestations: readonly AttestationId[]
}

type Prepared = {
  readonly manifest: Manifest
  readonly content: ReleaseContent
  readonly prepared: PreparedRelease
  readonly findings: readonly Finding[]
  readonly described: Described
}

/** Releases come in, are looked at by machine, and are decided by a person (clause 2d-review). */
export class Review {
  readonly #needs: Shared
  readonly #store: ReleaseStore
  readonly drafts: Drafts
  readonly desk: Desk
  readonly probes: ProbeRuns
  readonly drift: Drift
  readonly appeals: Appeals
  readonly probeKeys: ProbeKeys

  constructor(ground: ReviewGround) {
    this.#store = new ReleaseStore(ground.storage)
    this.drift = new Drift(ground, this.#store)
    this.probeKeys = new ProbeKeys(ground)
    this.#needs = { ...ground, probeKeys: this.probeKeys, drift: this.drift, requireMayPublish: (standing) => this.#mayChange(standing, true) }
    this.drafts = new Drafts(ground.storage)
    this.desk = new Desk(this.#needs, this.#store)
    this.probes = new ProbeRuns(this.#needs, this.#store, this.desk)
    this.appeals = new Appeals(this.#needs, this.#store, this.desk)
  }

  handlers(): Handlers {
    return { ...this.drift.handlers(), ...this.probes.handlers(), ...this.appeals.handlers() }
  }

  /**
   * Hands a release in: asks the connector for its tools, checks and compiles them, fixes the digest. What waited before is superseded.
   * @throws ManifestInvalidError, ReleaseInvalidError, SchemaInvalidError, SchemaTooCostlyError, ConnectorRemovedError, AttestationMissingError, what
   * `Terms.requireForRelease` throws, and refusals met on the way to the connector
   */
  async submit(submission: Submission): Promise<Submitted> {
    await this.#mayChange(submission.standing, false)
    return this.#take(submission, await this.#prepare(submission))
  }

  /** What handing this in would come to, field by field, without keeping anything of it. @throws refusals met on the way to the connector */
  async look(submission: Submission): Promise<DraftReport> {
    const problems = fieldProblems(submission.manifest, submission.standing)
    const whole = readIfWhole(submission.manifest)
    const attestations = attestationsFor(whole?.ownsApi ?? false)
    if (problems.length > 0 || whole === null) return { findings: problems, attestations, tools: 0, left: [], notChosen: 0 }
    try {
      const { content, findings, described } = await this.#prepare(submission)
      return { findings, attestations, tools: content.tools.length, left: described.left, notChosen: described.notChosen }
    } catch (error) {
      if (!(error instanceof ManifestInvalidError)) throw error
      const problem = { rule: 'manifest-field', severity: 'blocks', clause: '2d-review', message: error.message, pointer: error.pointer } as const
      return { findings: [problem], attestations, tools: 0, left: [], notChosen: 0 }
    }
  }

  get profile(): 'house' | 'public' {
    return this.#needs.policy.profile
  }

  /** Saves what a developer works on over what was saved before. */
  async saveDraft(standing: ConnectorStanding, body: DraftBody, by: UserId): Promise<Draft> {
    const at = this.#needs.clock.now()
    await this.drafts.save(standing, body, by, at)
    return { ...body, savedBy: by, savedAt: at }
  }

  async discardDraft(standing: ConnectorStanding, by: UserId): Promise<void> {
    await this.drafts.discard(standing, by, this.#needs.clock.now())
  }

  /** Seals the key of a test account. It goes where the newest release goes. @throws ReleaseNotFoundError before there is one */
  async giveReviewerKey(standing: ConnectorStanding, secret: string, by: UserId): Promise<void> {
    const { directory } = this.#needs
    const newest = (await directory.releases(standing.workspace, standing.connector))[0]
    const content = newest === undefined ? null : (await directory.release(standing.workspace, standing.connector, newest.number)).content
    if (content === null) throw new ReleaseNotFoundError()
    checkSecret(placementOf(content.credential), secret)
    await this.probeKeys.put(standing, secret, originsOf(content), by)
  }

  /** Every problem of a draft that shows without asking anybody. */
  problemsIn({ manifest }: DraftBody, standing: ConnectorStanding): readonly FieldProblem[] {
    return fieldProblems(manifest, standing)
  }

  /** Where every tool of a connector stands: as it is live, as it waits, as it drifted. */
  async toolStates(standing: ConnectorStanding): Promise<readonly ToolState[]> {
    const { directory, lifecycle } = this.#needs
    const { workspace, connector } = standing
    const newest = (await directory.releases(workspace, connector))[0]
    const waiting = newest === undefined || newest.decidedAt !== null ? null : (await directory.release(workspace, connector, newest.number)).content
    const [drift, { pausedTools }] = await Promise.all([this.drift.store.open(standing), lifecycle.statusOf(workspace, connector)])
    return toolStates({ live: standing.release?.content ?? null, waiting, drift, paused: pausedTools })
  }

  async #prepare(submission: Submission): Promise<Prepared> {
    const { standing, developerName } = submission
    const read = readManifest(submission.manifest)
    if (read.slug !== standing.slug) throw new ManifestInvalidError('/slug', `This connector is called "${standing.slug}", which is for good.`)
    if (read.kind !== standing.kind) throw new ManifestInvalidError('/kind', `This connector is of the kind "${standing.kind}", which is for good.`)
    const resolved = await resolveNotice(this.#needs.egress, read)
    const described = await describeTools(this.#needs, read, { ...submission, overlay: submission.overlay ?? null })
    const manifest = withSignIn(readManifest(resolved), described.signIn)
    const composed = composeRelease(manifest, described.tools, developerName, described.described)
    const content = keepGuards(composed, standing.release?.content ?? null, manifest)
    checkTests(manifest.tests, content)
    const prepared = await this.#needs.directory.prepare(standing.slug, content)
    const listing = {
      website: null,
      support: null,
      terms: null,
      documentation: null,
      category: null,
      icon: null,
      releaseNotes: manifest.releaseNotes === '' ? null : manifest.releaseNotes,
      prompts: [],
      testCases: manifest.tests.map(({ name, kind, tool }) => ({ name, kind, tools: [tool] })),
    }
    const developer = await this.#factsOf(standing, developerName, originsOf(content))
    const findings = await findingsOf(await underReview(this.#needs, { standing, content, manifest, described, prepared, developer, listing }))
    return { manifest, content, prepared, findings, described }
  }

  /** What was verified about who publishes. Null in a house, where nobody has to show who they are. */
  async #factsOf({ workspace, developer }: ConnectorStanding, name: string, origins: readonly string[]): Promise<DeveloperFacts | null> {
    const { policy, contactsOf, hasProven } = this.#needs
    if (policy.profile === 'house' || contactsOf === undefined || hasProven === undefined) return null
    const has = async (purpose: keyof DeveloperFacts['contacts']) => (await contactsOf(workspace, developer, purpose)).length > 0
    const [legal, security, support] = await Promise.all([has('legal'), has('security'), has('support')])
    const hosts = origins.map((origin) => new URL(origin).hostname)
    const proven = await Promise.all(hosts.map((host) => hasProven(workspace, developer, host)))
    return {
      name,
      emailVerified: legal || security || support,
      provenDomains: hosts.filter((_, index) => proven[index]),
      contacts: { legal, security, support },
    }
  }

  async #take(submission: Submission, { manifest, content, prepared, findings, described }: Prepared): Promise<Submitted> {
    const { clock, enforcement, directory, lifecycle, policy, outbox, membersOf } = this.#needs
    const { standing, by, reviewerKey = null } = submission
    const { workspace, connector, developer } = standing
    const { source, overlay, left, notChosen } = described
    const { ticked, assessment } = { ticked: submission.attests ?? null, assessment: submission.assessment ?? null }
    if (reviewerKey !== null) checkSecret(placementOf(content.credential), reviewerKey)
    const attestations = attest({ ownsApi: content.publishedBy.ownsApi, ticked, assessment, profile: policy.profile })
    const approvedBefore = await this.#store.approvedBefore(workspace, developer)
    const risk = riskOf({ content, previous: standing.release?.content ?? null, findings, approvedBefore, failedProbes: null })
    const reviewersNeeded = reviewersFor(risk.score, policy)
    const behind = (await membersOf(workspace, developer)).map(({ user }) => user)
    const at = clock.now()
    const { id, number, writes } = await directory.storing(standing, prepared, { source, overlay, findings, by, at })
    const { digest } = prepared
    const worked = { manifest: submission.manifest as DraftBody['manifest'], document: submission.document, overlay: submission.overlay ?? null }
    const facts = {
      number,
      tools: content.tools.length,
      ...described.described,
      blocking: findings.filter(({ severity }) => severity === 'blocks').length,
      risk: risk.score,
      reviewersNeeded,
      attested: attestations.how,
      attestations: Object.fromEntries(attestations.made.map(({ id: attestation, sha256 }) => [attestation, sha256])),
    }
    await enforcement.change(
      [
        directory.waiting.superseding(workspace, connector, at),
        ...writes,
        this.#store.adding(workspace, { release: id, connector, manifest, attestations, risk, reviewersNeeded, behind, at }),
        ...(await this.drafts.handingIn(standing, worked, id, by, at)),
        ...(reviewerKey === null ? [] : await this.probeKeys.storing(standing, reviewerKey, originsOf(content), by, at)),
        ...lifecycle.deciding(
          { workspace, connector, kind: 'submit', release: { id, digest }, reason: '', decidedAs: ['developer'], by, at },
          { event: 'release.submitted', subject: id, facts },
        ),
        // Whoever hands in calls for the review wants them made.
        ...(manifest.tests.length > 0 ? this.probes.asking(standing, { id, number, tests: manifest.tests }, by, at).writes : []),
        ...outbox.sending(releaseNotice(standing, received(id, number, digest, reviewersNeeded)), at),
      ],
      [`connector:${connector}`],
    )
    return { id, number, digest, tools: content.tools.length, findings, left, notChosen, risk: risk.score, reviewersNeeded }
  }

  async #mayChange({ workspace, connector, developer }: ConnectorStanding, approving: boolean): Promise<void> {
    const { lifecycle, terms, requireUnheld } = this.#needs
    const { status, unlisted } = await lifecycle.statusOf(workspace, connector)
    if (status === 'removed') throw new ConnectorRemovedError()
    if (approving && unlisted !== null) throw new ListingRefusedError()
    await requireUnheld?.(workspace, developer)
    await terms.requireForRelease(workspace, connector)
  }
}

function received(subject: ReleaseId, number: number, digest: string, reviewers: number) {
  const body = `It waits for ${reviewers === 1 ? 'a reviewer' : `${reviewers} different reviewers`}. What is reviewed is exactly what has the digest ${digest}.`
  return { kind: 'review.received', subject, number, title: 'received', body } as const
}

export function createReview(needs: ReviewGround): Review {
  return new Review(needs)
}
