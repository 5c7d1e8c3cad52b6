import type { TestCase } from '@handfast/contract'
import type { Selectable } from 'kysely'
import type { ConnectorStanding } from '../../directory/index.ts'
import { record } from '../../ledger/index.ts'
import { type ConnectorId, newId, type ReleaseId, sha256, type UserId, type WorkspaceId } from '../../lib/index.ts'
import type { Done, Due, Handlers } from '../../schedule/index.ts'
import { type Schema, type Write, write, writeUnique } from '../../storage/index.ts'
import { probePermit } from '../../vault/index.ts'
import type { Desk } from '../desk.ts'
import { originsOf } from '../operation-servers.ts'
import { reviewersFor } from '../release/policy.ts'
import { isWaiting } from '../release/release-state.ts'
import type { ReleaseStore } from '../release/release-store.ts'
import { riskOf } from '../release/risk.ts'
import { ReleaseDecidedError } from '../review-errors.ts'
import type { ReviewNeeds } from '../review-needs.ts'
import { lookAt } from '../rules/engine/look.ts'
import { rules } from '../rules/index.ts'
import { evidenceOf, failuresIn } from './evidence.ts'
import { runProbes, stepsOf } from './run-probes.ts'
import { credentialOf } from './test-account.ts'
import type { ProbeResults } from './types.ts'

export type ProbeRunNote = {
  readonly id: string
  readonly state: 'queued' | 'running' | 'done' | 'failed'
  /** What is being done, or was when it failed. */
  readonly step: string | null
  readonly done: number
  readonly total: number
  readonly askedBy: UserId
  readonly at: number
  readonly endedAt: number | null
}

const KIND = 'review.probe'
const DECIDED = 'decided meanwhile'

/** Somebody asked for the same at the same moment. */
class RunOpenError extends Error {
  override readonly name = 'RunOpenError'
}

/** Probes of releases, as jobs: asked for, watched while they go on, and kept as sealed evidence. */
export class ProbeRuns {
  readonly #needs: ReviewNeeds
  readonly #releases: ReleaseStore
  readonly #desk: Desk

  constructor(needs: ReviewNeeds, releases: ReleaseStore, desk: Desk) {
    this.#needs = needs
    this.#releases = releases
    this.#desk = desk
  }

  handlers(): Handlers {
    return { [KIND]: { work: (due) => this.#run(due), longest: 15 * 60_000, attempts: 3, abandoned: (of, at) => this.#unfinished(of, at) } }
  }

  /** Has a release probed that waits. One run at a time: asking again while one is open moves nothing. @throws ReleaseDecidedError */
  async ask(standing: ConnectorStanding, number: number, by: UserId): Promise<ProbeRunNote> {
    const { storage, clock } = this.#needs
    const { release, standing: now, submission } = await this.#desk.file(standing, number)
    if (!isWaiting(now.state)) throw new ReleaseDecidedError()
    const { workspace } = standing
    const open = async () => (await this.list(workspace, release.id)).find(({ state }) => state === 'queued' || state === 'running')
    const before = await open()
    if (before !== undefined) return before
    const { note, writes } = this.asking(standing, { id: release.id, number, tests: submission?.manifest.tests ?? [] }, by, clock.now())
    try {
      await storage.write([this.#stillWaiting(workspace, release.id), ...writes])
      return note
    } catch (error) {
      const other = error instanceof RunOpenError ? await open() : undefined
      if (other === undefined) throw error
      return other
    }
  }

  /** The statements that have a release probed, for the transaction in which it is handed in. */
  asking(
    { workspace, connector }: Pick<ConnectorStanding, 'workspace' | 'connector'>,
    { id: release, number, tests }: { readonly id: ReleaseId; readonly number: number; readonly tests: readonly TestCase[] },
    by: UserId,
    at: number,
  ): { readonly note: ProbeRunNote; readonly writes: readonly Write[] } {
    const { storage, schedule } = this.#needs
    const id = newId('prb', at)
    const row = { id, workspace_id: workspace, connector_id: connector, release_id: release, state: 'queued', step: null, done: 0, asked_by: by, at }
    const whole = { ...row, total: stepsOf({ tests }), ended_at: null, sealed: '' }
    return {
      note: noteOf(whole),
      writes: [
        writeUnique(storage.db.insertInto('probe_runs').values(whole), () => new RunOpenError()),
        schedule.putting({ workspace, kind: KIND, subject: id, dueAt: at, payload: { connector, number } }),
        record(storage.db, { event: 'probe.asked', workspace, subject: id, by, at, facts: { connector, release, number } }),
      ],
    }
  }

  /** Newest first. */
  async list(workspace: WorkspaceId, release: ReleaseId): Promise<readonly ProbeRunNote[]> {
    const query = this.#needs.storage.db.selectFrom('probe_runs').selectAll().where('workspace_id', '=', workspace)
    return (await query.where('release_id', '=', release).orderBy('id', 'desc').limit(50).execute()).map(noteOf)
  }

  /** The evidence of the newest run that came to its end; null: there is none. */
  async evidence(workspace: WorkspaceId, release: ReleaseId): Promise<ProbeResults | null> {
    const { storage, sealing } = this.#needs
    const query = storage.db.selectFrom('probe_runs').select(['id', 'sealed']).where('workspace_id', '=', workspace)
    const row = await query.where('release_id', '=', release).where('state', '=', 'done').orderBy('id', 'desc').executeTakeFirst()
    return row === undefined || row.sealed === '' ? null : (JSON.parse(sealing.open(placeOf(row.id, release), row.sealed)) as ProbeResults)
  }

  async #run(due: Due): Promise<Done> {
    const { directory, clock } = this.#needs
    const { workspace: of, subject, payload, now, attempts, signal } = due
    const workspace = of as WorkspaceId
    const run = subject
    // Given up before, and brought back by hand: whoever wants probes asks for them.
    if (!(await this.#isOpen(workspace, run))) return {}
    const standing = await directory.standing(payload['connector'] as ConnectorId)
    const number = Number(payload['number'])
    const file = await this.#desk.file(standing, number)
    // Decided meanwhile: nothing is sent any more, and the key of the test account is gone.
    if (!isWaiting(file.standing.state)) return { writes: this.#unfinished(due, now, DECIDED) }
    try {
      const { results, secret } = await this.#probe(standing, file, run, signal)
      return { writes: await this.#ended(standing, number, run, evidenceOf(results, secret)) }
    } catch (error) {
      if (error instanceof ReleaseDecidedError) return { writes: this.#unfinished(due, clock.now(), DECIDED) }
      if (signal.aborted || attempts < 3) throw error
      return { writes: this.#unfinished(due, clock.now()) }
    }
  }

  async #probe(standing: ConnectorStanding, { release, submission }: Awaited<ReturnType<Desk['file']>>, run: string, signal: AbortSignal) {
    const { storage, directory, egress, upstream, clock, probeKeys } = this.#needs
    const { workspace, connector } = standing
    const { content } = release
    const origins = originsOf(content)
    const needsKey = content.credential.type !== 'none'
    const key = needsKey ? await probeKeys.open(probePermit({ workspace, connector, release: release.id, run }), 'system') : undefined
    const results = await runProbes(
      { egress, upstream, clock },
      {
        connector,
        release: release.id,
        content,
        origins,
        tests: submission?.manifest.tests ?? [],
        // The key goes to the places it was given for, and to no other.
        credential: key !== undefined && origins.every((origin) => key.origins.includes(origin)) ? credentialOf(content, key) : null,
        hostile: await this.#mayTry(standing, origins, submission?.manifest.probes),
        validatorFor: (tool) => directory.validatorFor(workspace, release.id, tool),
        signal,
      },
      async (step, done, total) => {
        // Once it is decided nothing more is sent, and the key that was opened for it is not used any more.
        await storage.write([this.#stillWaiting(workspace, release.id), this.#state(workspace, run, { state: 'running', step, done, total })])
      },
    )
    return { results, secret: key?.secret ?? null }
  }

  /** Beyond ordinary calls only what the developer agreed to, or anything where each host that calls go to is proven to be theirs. */
  async #mayTry({ workspace, developer }: ConnectorStanding, origins: readonly string[], agreed = { badInput: false, wrongAudience: false }) {
    const { hasProven } = this.#needs
    if (hasProven === undefined) return agreed
    const proven = await Promise.all(origins.map((origin) => hasProven(workspace, developer, new URL(origin).hostname)))
    return proven.every(Boolean) ? { badInput: true, wrongAudience: true } : agreed
  }

  /** The statements of the end: the evidence, what the rules make of it, and the place in the queue. */
  async #ended(standing: ConnectorStanding, number: number, run: string, results: ProbeResults) {
    const { storage, clock, directory, sealing, policy, outbox } = this.#needs
    const { workspace, connector, developer } = standing
    const { release, submission } = await this.#desk.file(standing, number)
    const { content } = release
    const ofProbes = rules.filter(({ needs }) => needs === 'probes')
    const target = { allowed: true, rule: '' }
    const under = { content, manifest: submission?.manifest ?? null, previous: standing.release?.content ?? null, target, probes: results }
    const nothing = { origins: [], uncheckedPatterns: [], server: null, document: null, developer: null, listing: null, others: [], marks: [] }
    const seen = await lookAt(ofProbes, { ...under, ...nothing })
    const ids = new Set(ofProbes.map(({ id }) => id))
    const findings = [...release.findings.filter(({ rule }) => !ids.has(rule)), ...seen.findings]
    const failed = failuresIn(results)
    const approvedBefore = await this.#releases.approvedBefore(workspace, developer)
    const risk = riskOf({ content, previous: standing.release?.content ?? null, findings, approvedBefore, failedProbes: failed })
    const evidence = JSON.stringify(results)
    const at = clock.now()
    const facts = { connector, release: release.id, number, failed, evidenceSha256: sha256(evidence) }
    // More reviewers than before where the risk asks for them, never fewer: somebody may have said yes already.
    const needed = Math.max(submission?.reviewersNeeded ?? 1, reviewersFor(risk.score, policy))
    const body =
      failed === 0
        ? 'All that was tried came out as expected.'
        : `${failed} of what was tried came out otherwise than expected. The findings of the release say what.`
    return [
      // Decided meanwhile: what was found then changes nothing about what was decided.
      this.#stillWaiting(workspace, release.id),
      this.#state(workspace, run, {
        state: 'done',
        step: null,
        done: stepsOf({ tests: submission?.manifest.tests ?? [] }),
        ended_at: at,
        sealed: sealing.seal(placeOf(run, release.id), evidence),
      }),
      directory.waiting.noting(workspace, release.id, findings),
      ...(submission === null ? [] : [this.#releases.weighing(workspace, release.id, risk, needed)]),
      record(storage.db, { event: 'probe.ended', workspace, subject: run, by: 'system', at, facts: { ...facts, reviewersNeeded: needed } }),
      ...outbox.sending(
        {
          workspace,
          to: { kind: 'developer', developer, purpose: 'support' },
          kind: 'review.probed',
          clause: '2d-review',
          legal: false,
          connector,
          subject: release.id,
          title: `${standing.name}, release ${number}: probed`,
          body,
        },
        at,
      ),
    ]
  }

  /** The statements of a run that came to nothing. Where it was is kept, unless there is a reason to say. */
  #unfinished({ workspace: of, subject, payload }: Pick<Due, 'workspace' | 'subject' | 'payload'>, at: number, why?: string): readonly Write[] {
    const workspace = of as WorkspaceId
    const { connector, number } = payload
    return [
      this.#state(workspace, subject, { state: 'failed', ended_at: at, ...(why === undefined ? {} : { step: why }) }),
      record(this.#needs.storage.db, {
        event: 'probe.ended',
        workspace,
        subject,
        by: 'system',
        at,
        facts: { connector, number, unfinished: why ?? 'it failed' },
      }),
    ]
  }

  async #isOpen(workspace: WorkspaceId, run: string): Promise<boolean> {
    const query = this.#needs.storage.db.selectFrom('probe_runs').select('state').where('workspace_id', '=', workspace).where('id', '=', run)
    const state = (await query.executeTakeFirst())?.state
    return state === 'queued' || state === 'running'
  }

  #stillWaiting(workspace: WorkspaceId, release: ReleaseId): Write {
    return this.#needs.directory.waiting.stillWaiting(workspace, release, () => new ReleaseDecidedError())
  }

  #state(workspace: WorkspaceId, id: string, set: Partial<Pick<Schema['probe_runs'], 'state' | 'step' | 'done' | 'total' | 'ended_at' | 'sealed'>>) {
    return write(this.#needs.storage.db.updateTable('probe_runs').set(set).where('workspace_id', '=', workspace).where('id', '=', id))
  }
}

/** Evidence that was moved to another run or release does not open. */
function placeOf(run: string, release: string): string {
  return `probe evidence:${run}:${release}`
}

function noteOf(row: Selectable<Schema['probe_runs']>): ProbeRunNote {
  const { id, state, step, done, total, asked_by, at, ended_at } = row
  return { id, state: state as ProbeRunNote['state'], step, done, total, askedBy: asked_by as UserId, at, endedAt: ended_at }
}
