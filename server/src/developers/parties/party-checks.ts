import { record } from '../../ledger/index.ts'
import { DAY, type DeveloperId, newId, sha256, type UserId, type WorkspaceId } from '../../lib/index.ts'
import type { Done, Due, Handlers } from '../../schedule/index.ts'
import type { Write } from '../../storage/index.ts'
import type { Hold } from '../hold.ts'
import type { Holds } from '../holds.ts'
import type { DeveloperParts } from '../parts.ts'
import { type CheckRun, checkOf, digestOf, holdFor, isHeldFor, reviewNotice } from './check-run.ts'
import { type CheckCause, type CheckPage, CheckStore, type PartyCheck, type Verdict } from './check-store.ts'
import type { Embargoes } from './embargoes.ts'
import type { ListStore } from './list-store.ts'
import type { Match, Party } from './party.ts'
import { MatchNotFoundError } from './party-errors.ts'
import type { PartyRules, PartyRulesLog } from './party-rules.ts'

const CHECK = 'developers.check-parties'
const CHECK_ALL = 'developers.check-all'
const EXPIRE = 'developers.expire-checks'
const DEVELOPERS_AT_ONCE = 25

export type PartyCheckNeeds = DeveloperParts & {
  readonly rules: PartyRulesLog
  readonly lists: ListStore
  readonly embargoes: Embargoes
  readonly holds: Holds
  /** The organisation and its declared owners. Never users, never ordinary members. */
  readonly partiesOf: (workspace: WorkspaceId, developer: DeveloperId) => Promise<readonly Party[]>
}

/**
 * Comparing organisations and their declared owners with denied-party lists and embargoes (clause 7c-export). While it is switched off nothing is
 * read and nothing is written. A name alone stops nobody; with a second identifier the organisation is held for a person. No answer says that
 * anybody may do anything.
 */
export class PartyChecks {
  readonly #needs: PartyCheckNeeds
  readonly #store: CheckStore

  constructor(needs: PartyCheckNeeds) {
    this.#needs = needs
    this.#store = new CheckStore(needs.storage.db)
  }

  list(workspace: WorkspaceId, page: CheckPage): Promise<readonly PartyCheck[]> {
    return this.#store.list(workspace, page)
  }

  /** For the transaction of whatever gives reason for a check. Nothing at all while checks are off. */
  async asking(workspace: WorkspaceId, developer: DeveloperId, because: CheckCause, at: number): Promise<readonly Write[]> {
    if (!(await this.#needs.rules.isOn(workspace))) return []
    return [this.#needs.schedule.putting({ workspace, kind: CHECK, subject: developer, dueAt: at, payload: { because } })]
  }

  /** For the transaction in which lists or embargoes change, or checks are switched on: everybody is compared anew. */
  askingAll(workspace: WorkspaceId, at: number): readonly Write[] {
    const { schedule } = this.#needs
    return [
      schedule.putting({ workspace, kind: CHECK_ALL, subject: workspace, dueAt: at, payload: { after: '' } }),
      schedule.puttingUnlessThere({ workspace, kind: EXPIRE, subject: workspace, dueAt: at + DAY }),
    ]
  }

  /** For the transaction that switches checks off: nobody is compared any more. What was found stays for its time. */
  stopping(workspace: WorkspaceId): readonly Write[] {
    return [CHECK, CHECK_ALL].map((kind) => this.#needs.schedule.cancellingEach({ workspace, kind }))
  }

  /** The statements that undo a transaction while a match of a check that a hold stands on waits for a person. @throws MatchesWaitError */
  settled(workspace: WorkspaceId, { id, developer }: Hold): readonly Write[] {
    return this.#store.settled(workspace, developer, id)
  }

  /** For the transaction that ends a hold that came from a check: what was found stays for its time, and goes then. */
  async letting(workspace: WorkspaceId, hold: Hold, at: number): Promise<readonly Write[]> {
    const inForce = await this.#needs.rules.inForce(workspace)
    return inForce === null ? [] : [this.#store.letting(workspace, hold.id, this.#needs.rules.keptUntil(inForce, at))]
  }

  handlers(): Handlers {
    const longest = 15 * 60_000
    return {
      [CHECK]: {
        longest,
        work: async ({ workspace, subject, payload, now, signal }) => {
          const runs = await this.#runs(workspace as WorkspaceId, [subject as DeveloperId], payload['because'] as CheckCause, now, signal)
          return { writes: (await Promise.all(runs.map((run) => run()))).flat() }
        },
      },
      [CHECK_ALL]: { longest, work: (due) => this.#runNext(due) },
      [EXPIRE]: { work: (due) => this.#expire(due) },
    }
  }

  /**
   * A person says whether a match is the same party. Once none of a check is left open it is settled; where none is the same, a hold that came from it
   * ends in the same transaction. @throws NotDeciderError, ReasonsMissingError, SomebodyElseError, MatchNotFoundError, DecidedMeanwhileError
   */
  async decide(
    workspace: WorkspaceId,
    id: string,
    match: Pick<Match, 'source' | 'entry'>,
    verdict: Verdict,
    reason: string,
    by: UserId,
  ): Promise<PartyCheck> {
    const { rules, storage, clock, holds } = this.#needs
    const at = clock.now()
    const inForce = await rules.requireDecider(workspace, by, reason)
    const found = await this.#store.get(workspace, id)
    const waiting = found === undefined ? 0 : await this.#store.waiting(workspace, found.developer)
    // Read again after the count, so that what is counted is not older than what is decided on.
    const check = await this.#store.get(workspace, id)
    const decided = check?.matches.find((one) => one.source === match.source && one.entry === match.entry && one.verdict === null)
    if (check === undefined || check.settledAt !== null || decided === undefined) throw new MatchNotFoundError()
    await holds.requireNotTheirs(workspace, check.developer, by)
    const others = check.matches.filter((one) => one !== decided)
    const isSettled = others.every((one) => one.verdict !== null)
    const isNobody = verdict === 'not-the-same' && others.every((one) => one.verdict === 'not-the-same')
    const hold = check.hold === null ? null : await holds.get(workspace, check.hold)
    const released = isSettled && isNobody && hold !== null && (await this.#isLast(workspace, check, hold)) ? hold : null
    const goes = isNobody || (hold !== null && hold.released !== null)
    const facts = { check: id, source: match.source, entry: match.entry, entrySha256: decided.entrySha256, verdict, reasonSha256: sha256(reason) }
    await storage.write([
      ...this.#store.deciding(workspace, check, decided, verdict, reason, by, at, waiting),
      ...(isSettled ? [this.#store.settling(workspace, id, at, goes ? rules.keptUntil(inForce, at) : null)] : []),
      record(storage.db, { event: 'party.decided', workspace, subject: check.developer, by, at, facts }),
      ...(released === null ? [] : await holds.releasing(workspace, released, 'A person compared what was found and it is somebody else.', by, at)),
    ])
    return (await this.#store.get(workspace, id)) ?? check
  }

  /** Whether a check is the last for which its hold stands: no other one waits, and none found the same party. */
  async #isLast(workspace: WorkspaceId, { id }: PartyCheck, hold: Hold): Promise<boolean> {
    const all = await this.#store.ofHold(workspace, hold.id)
    const stays = all.some((one) => one.id !== id && (one.settledAt === null || one.matches.some(({ verdict }) => verdict === 'same')))
    return hold.released === null && !stays
  }

  async #runNext({ workspace: of, payload, now, signal }: Due): Promise<Done> {
    const workspace = of as WorkspaceId
    const { storage, rules } = this.#needs
    if (!(await rules.isOn(workspace))) return {}
    const after = String(payload['after'] ?? '')
    const query = storage.db.selectFrom('developers').select('id').where('workspace_id', '=', workspace).where('id', '>', after)
    const rows = await query.orderBy('id').limit(DEVELOPERS_AT_ONCE).execute()
    const runs = await this.#runs(
      workspace,
      rows.map(({ id }) => id as DeveloperId),
      'lists',
      now,
      signal,
    )
    // Each is written by itself: an end in the middle loses none, and compares some twice.
    for (const run of runs) await storage.write(await run())
    const last = rows.at(-1)
    return last === undefined || rows.length < DEVELOPERS_AT_ONCE ? {} : { next: now, payload: { after: last.id } }
  }

  async #expire({ workspace: of, now }: Due): Promise<Done> {
    const workspace = of as WorkspaceId
    const inForce = await this.#needs.rules.inForce(workspace)
    const forgotten = inForce === null || inForce.enabled ? [] : [this.#store.forgettingBefore(workspace, now - inForce.keepDays * DAY)]
    return { writes: [...this.#store.expiring(workspace, now), ...forgotten], next: now + DAY }
  }

  /** Compares organisations with the lists in one go. What is to be written about each is put together when it is asked for. */
  async #runs(workspace: WorkspaceId, developers: readonly DeveloperId[], because: CheckCause, at: number, signal: AbortSignal) {
    const { rules, partiesOf, lists: store, embargoes } = this.#needs
    const inForce = await rules.inForce(workspace)
    if (inForce === null || !inForce.enabled) return []
    const all = await Promise.all(developers.map(async (developer) => ({ developer, parties: await partiesOf(workspace, developer) })))
    const lists = await store.inForce(workspace)
    const everybody = all.flatMap(({ parties }) => parties)
    const { compareLists } = await import('./compare-lists.ts')
    const found = await compareLists(store, workspace, lists, everybody, signal)
    const territories = await embargoes.inForce(workspace)
    const touched = (party: Party) => [...(found.get(party) ?? []), ...embargoes.touching(territories, party)]
    return all.map(({ developer, parties }) => async () => {
      const verdicts = await this.#store.verdicts(workspace, developer)
      const keptUntil = rules.keptUntil(inForce, at)
      const run: CheckRun = { developer, run: newId('prn', at), because, at, keptUntil, lists, territories, verdicts }
      return await this.#keeping(
        workspace,
        run,
        inForce,
        parties,
        parties.map((party) => checkOf(party, touched(party), run)),
      )
    })
  }

  async #keeping(
    workspace: WorkspaceId,
    { developer, run, because, at, keptUntil, lists }: CheckRun,
    inForce: PartyRules,
    parties: readonly Party[],
    checks: readonly PartyCheck[],
  ): Promise<readonly Write[]> {
    const { holds, storage, outbox, rules, lists: store } = this.#needs
    const standing = await holds.list(workspace, { developer, open: true })
    const known = standing.find(({ cause }) => cause === 'party-check')
    const potential = checks.filter(isHeldFor)
    const placed = potential.length > 0 && known === undefined ? holds.placing(holdFor(workspace, developer, run, inForce), at) : undefined
    const hold = known?.id ?? placed?.hold.id ?? null
    const review = checks.filter(({ answer }) => answer === 'review')
    const counts = { checked: checks.length, review: review.length, potential: checks.filter(({ answer }) => answer === 'potential-match').length }
    const editions = checks[0]?.lists.map(({ source, sha256: digest }) => `${source} ${digest}`) ?? []
    const open = await this.#store.list(workspace, { developer, open: true, after: null, limit: 200 })
    const stays = new Set(standing.map(({ id }) => String(id)))
    return [
      // Checks may be off by now, a list replaced, or the hold ended or placed by another: then nothing of this is written, and it is compared anew.
      rules.stayingOn(workspace),
      ...lists.map(({ id }) => store.staying(workspace, id)),
      ...holds.staying(workspace, developer, known),
      // The new record holds what is found now. The one before is what a hold stands on, and goes with it; without a hold it goes when its time comes.
      ...open.map((one) => this.#store.settling(workspace, one.id, at, one.hold !== null && stays.has(one.hold) ? null : keptUntil)),
      ...checks.flatMap((check) => this.#store.adding(workspace, check.answer === 'potential-match' ? { ...check, hold } : check)),
      this.#store.forgetting(workspace, developer, parties.map(digestOf)),
      record(storage.db, {
        event: 'party.checked',
        workspace,
        subject: developer,
        by: 'system',
        at,
        facts: { run, because, editions, hold, ...counts },
      }),
      ...(placed?.writes ?? []),
      ...(placed === undefined && review.some(({ settledAt }) => settledAt === null)
        ? outbox.sending(reviewNotice(workspace, developer, run), at)
        : []),
    ]
  }
}
