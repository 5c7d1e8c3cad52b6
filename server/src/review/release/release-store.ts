import type { Manifest } from '@handfast/contract'
import { sql } from 'kysely'
import { type ConnectorId, newId, type ReleaseId, type UserId, type WorkspaceId } from '../../lib/index.ts'
import type { Decision } from '../../lifecycle/index.ts'
import { type Storage, type Write, write, writeOne, writeUnique } from '../../storage/index.ts'
import type { Attestations } from './attestations.ts'
import type { ReviewStep, ReviewStepKind } from './release-state.ts'
import type { Risk } from './risk.ts'

/** What came with a release besides its content. */
export type SubmissionRecord = {
  readonly release: ReleaseId
  readonly connector: ConnectorId
  readonly manifest: Manifest
  readonly attestations: Attestations
  readonly risk: Risk
  readonly reviewersNeeded: number
  /** Who belonged to the developer when it was handed in: leaving afterwards makes nobody a stranger to it. */
  readonly behind: readonly UserId[]
  readonly at: number
}

export type Dismissal = { readonly finding: string; readonly reason: string; readonly by: string; readonly at: number }

/** A release that waits, as the queue lists it. */
export type Waiting = {
  readonly release: ReleaseId
  readonly connector: ConnectorId
  readonly number: number
  readonly risk: number
  readonly at: number
}

const stepKinds: readonly string[] = ['submit', 'agree', 'approve', 'reject', 'request-changes', 'withdraw', 'reopen'] satisfies ReviewStepKind[]

/** The only SQL about submissions, claims and dismissals. */
export class ReleaseStore {
  readonly #storage: Storage

  constructor(storage: Storage) {
    this.#storage = storage
  }

  get #db() {
    return this.#storage.db
  }

  adding(workspace: WorkspaceId, { release, connector, manifest, attestations, risk, reviewersNeeded, behind, at }: SubmissionRecord): Write {
    return write(
      this.#db.insertInto('submissions').values({
        release_id: release,
        workspace_id: workspace,
        connector_id: connector,
        manifest: JSON.stringify(manifest),
        attestations: JSON.stringify(attestations),
        risk: risk.score,
        risk_because: JSON.stringify(risk.because),
        reviewers_needed: reviewersNeeded,
        behind: JSON.stringify(behind),
        at,
      }),
    )
  }

  /** Undefined for releases from before submissions were kept. */
  async submission(workspace: WorkspaceId, release: ReleaseId): Promise<SubmissionRecord | undefined> {
    const query = this.#db.selectFrom('submissions').selectAll().where('workspace_id', '=', workspace).where('release_id', '=', release)
    const row = await query.executeTakeFirst()
    if (row === undefined) return undefined
    return {
      release,
      connector: row.connector_id as ConnectorId,
      manifest: JSON.parse(row.manifest) as Manifest,
      attestations: JSON.parse(row.attestations) as Attestations,
      risk: { score: row.risk, because: JSON.parse(row.risk_because) as Risk['because'] },
      reviewersNeeded: row.reviewers_needed,
      behind: JSON.parse(row.behind) as readonly UserId[],
      at: row.at,
    }
  }

  /** Probes found something, or a person put findings aside. */
  weighing(workspace: WorkspaceId, release: ReleaseId, risk: Risk, reviewersNeeded: number): Write {
    const set = { risk: risk.score, risk_because: JSON.stringify(risk.because), reviewers_needed: reviewersNeeded }
    return write(this.#db.updateTable('submissions').set(set).where('workspace_id', '=', workspace).where('release_id', '=', release))
  }

  /** The statement that makes sure that a release needs no more yeses than it has. */
  enough(workspace: WorkspaceId, release: ReleaseId, yeses: number, otherwise: () => Error): Write {
    const same = this.#db.updateTable('submissions').set((eb) => ({ reviewers_needed: eb.ref('reviewers_needed') }))
    return writeOne(same.where('workspace_id', '=', workspace).where('release_id', '=', release).where('reviewers_needed', '<=', yeses), otherwise)
  }

  /** Of two who take it at the same moment, the second gets `otherwise`. */
  claiming(place: Place, release: ReleaseId, by: UserId, at: number, until: number, otherwise: () => Error): Write {
    const { workspace, connector } = place
    const row = { id: newId('clm', at), workspace_id: workspace, connector_id: connector, release_id: release, claimed_by: by, at, expires_at: until }
    return writeUnique(this.#db.insertInto('review_claims').values({ ...row, ended_at: null }), otherwise)
  }

  /** Ends the claims on a release, whoever has it. */
  givingBack(workspace: WorkspaceId, release: ReleaseId, at: number): Write {
    return write(this.#endingClaims(workspace, release, at))
  }

  /** Ends the claim of one person, and what ran out; what somebody else has in hand stays with them. */
  givingBackOwn(workspace: WorkspaceId, release: ReleaseId, by: UserId, at: number): Write {
    return write(this.#endingClaims(workspace, release, at).where((eb) => eb.or([eb('claimed_by', '=', by), eb('expires_at', '<=', at)])))
  }

  #endingClaims(workspace: WorkspaceId, release: ReleaseId, at: number) {
    const update = this.#db.updateTable('review_claims').set({ ended_at: at }).where('workspace_id', '=', workspace)
    return update.where('release_id', '=', release).where('ended_at', 'is', null)
  }

  /** Everything that happened to the releases of a connector: its decisions, and who took what in hand. */
  async steps(place: Place, decisions: readonly Decision[]): Promise<readonly ReviewStep[]> {
    const { workspace, connector } = place
    const owned = this.#db.selectFrom('submissions').select(['release_id', 'reviewers_needed'])
    const needed = await owned.where('workspace_id', '=', workspace).where('connector_id', '=', connector).execute()
    const claims = this.#db.selectFrom('review_claims').selectAll().where('workspace_id', '=', workspace).where('connector_id', '=', connector)
    const reviewers = new Map(needed.map((row) => [row.release_id, row.reviewers_needed]))
    const decided = decisions.flatMap(({ kind, release, digest, by, at }): readonly ReviewStep[] =>
      release === null || !stepKinds.includes(kind)
        ? []
        : [{ kind: kind as ReviewStepKind, release, digest, by, at, reviewersNeeded: reviewers.get(release) ?? 1 }],
    )
    const claimed = (await claims.orderBy('id').execute()).map(
      (row): ReviewStep => ({
        kind: 'claim',
        release: row.release_id as ReleaseId,
        digest: null,
        by: row.claimed_by,
        at: row.at,
        until: row.expires_at,
        endedAt: row.ended_at,
      }),
    )
    return [...decided, ...claimed]
  }

  dismissing(workspace: WorkspaceId, release: ReleaseId, { finding, reason, by, at }: Dismissal): Write {
    const row = { release_id: release, finding, workspace_id: workspace, reason, dismissed_by: by, at }
    const again = { reason, dismissed_by: by, at }
    return write(
      this.#db
        .insertInto('finding_dismissals')
        .values(row)
        .onConflict((conflict) => conflict.columns(['release_id', 'finding']).doUpdateSet(again)),
    )
  }

  /** What reviewers put aside at any release of a connector: the same words at the same place need not be looked at again. The latest word counts. */
  async dismissals({ workspace, connector }: Place): Promise<readonly Dismissal[]> {
    const rows = await this.#db
      .selectFrom('finding_dismissals')
      .innerJoin('releases', 'releases.id', 'finding_dismissals.release_id')
      .selectAll('finding_dismissals')
      .where('finding_dismissals.workspace_id', '=', workspace)
      .where('releases.connector_id', '=', connector)
      .orderBy('finding_dismissals.at')
      .execute()
    const latest = new Map(rows.map(({ finding, reason, dismissed_by: by, at }) => [finding, { finding, reason, by, at }]))
    return [...latest.values()]
  }

  /**
   * What waits for a decision, the riskiest first, and of equal risk the oldest. Releases from before submissions were kept count as 50. Of a
   * connector that is removed nothing waits any more.
   */
  async waiting(workspace: WorkspaceId, now: number, { from, limit }: Slice): Promise<readonly Waiting[]> {
    const rows = await this.#db
      .selectFrom('releases')
      .leftJoin('submissions', 'submissions.release_id', 'releases.id')
      .select(['releases.id', 'releases.connector_id', 'releases.number', 'releases.created_at'])
      .select((eb) => eb.fn.coalesce('submissions.risk', sql<number>`${sql.lit(UNKNOWN_RISK)}`).as('risk'))
      .where('releases.workspace_id', '=', workspace)
      .where('releases.decided_at', 'is', null)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('decisions')
              .select('decisions.id')
              .whereRef('decisions.connector_id', '=', 'releases.connector_id')
              .where('decisions.kind', '=', 'remove')
              .where((eb) => eb(eb.fn.coalesce('decisions.effective_at', 'decisions.at'), '<=', now)),
          ),
        ),
      )
      .orderBy('risk', 'desc')
      .orderBy('releases.created_at')
      .orderBy('releases.id')
      .limit(limit)
      .offset(from)
      .execute()
    return rows.map((row) => ({
      release: row.id as ReleaseId,
      connector: row.connector_id as ConnectorId,
      number: row.number,
      risk: row.risk,
      at: row.created_at,
    }))
  }

  /** How many releases of any connector of a developer were approved. */
  async approvedBefore(workspace: WorkspaceId, developer: string): Promise<number> {
    const { count } = await this.#db
      .selectFrom('decisions')
      .innerJoin('connectors', 'connectors.id', 'decisions.connector_id')
      .select((eb) => eb.fn.countAll<number | string>().as('count'))
      .where('decisions.workspace_id', '=', workspace)
      .where('decisions.kind', '=', 'approve')
      .where('connectors.developer_id', '=', developer)
      .executeTakeFirstOrThrow()
    return Number(count)
  }
}

const UNKNOWN_RISK = 50

/** A part of a list: so many from a place on. */
export type Slice = { readonly from: number; readonly limit: number }

type Place = { readonly workspace: WorkspaceId; readonly connector: ConnectorId }
