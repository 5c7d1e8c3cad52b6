import { record } from '../../ledger/index.ts'
import { canonicalJson, DAY, type DeveloperId, type Json, newId, sha256, type UserId, type WorkspaceId } from '../../lib/index.ts'
import type { Done, Due, Handlers } from '../../schedule/index.ts'
import { type Write, write } from '../../storage/index.ts'
import type { Holds } from '../holds.ts'
import type { DeveloperParts } from '../parts.ts'
import { type CheckCause, type CheckPage, CheckStore, type KeptMatch, type PartyCheck, type Verdict, verdictKey } from './check-store.ts'
import type { Embargoes } from './embargoes.ts'
import { judgeParty, readParty } from './judge-party.ts'
import type { ListStore } from './list-store.ts'
import type { CheckAnswer, Match, Party } from './party.ts'
import { MatchNotFoundError } from './party-errors.ts'
import type { PartyRules, PartyRulesLog } from './party-rules.ts'

const CHECK = 'developers.check-parties'
const CHECK_ALL = 'developers.check-all'
const EXPIRE = 'developers.expire-checks'
const ENTRIES_AT_ONCE = 100
const MOST_MATCHES = 20
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

  /** Switched off: what is on its way does not run. Records go when their time comes. */
  stopping(workspace: WorkspaceId): readonly Write[] {
    const { db } = this.#needs.storage
    const open = db.deleteFrom('deadlines').where('workspace_id', '=', workspace).where('done_at', 'is', null).where('dead_at', 'is', null)
    return [write(open.where('kind', 'in', [CHECK, CHECK_ALL]))]
  }

  handlers(): Handlers {
    const longest = 15 * 60_000
    return {
      [CHECK]: {
        longest,
        work: async ({ workspace, subject, payload, now, signal }) => ({
          writes: await this.#run(workspace as WorkspaceId, subject as DeveloperId, payload['because'] as CheckCause, now, signal),
        }),
      },
      [CHECK_ALL]: { longest, work: (due) => this.#runNext(due) },
      [EXPIRE]: { work: async ({ workspace, now }) => ({ writes: this.#store.expiring(workspace as WorkspaceId, now), next: now + DAY }) },
    }
  }

  /**
   * A person says whether a match is the same party. Once none of a check is left open it is settled; where none is the same, a hold that came from it
   * ends in the same transaction. @throws NotDeciderError, ReasonsMissingError, MatchNotFoundError
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
    const check = await this.#store.get(workspace, id)
    const decided = check?.matches.find((one) => one.source === match.source && one.entry === match.entry && one.verdict === null)
    if (check === undefined || decided === undefined) throw new MatchNotFoundError()
    const others = check.matches.filter((one) => one !== decided)
    const isSettled = others.every((one) => one.verdict !== null)
    const isNobody = verdict === 'not-the-same' && others.every((one) => one.verdict === 'not-the-same')
    const hold = isSettled && isNobody && check.hold !== null ? await this.#holdToRelease(workspace, check) : undefined
    const facts = { check: id, source: match.source, entry: match.entry, entrySha256: decided.entrySha256, verdict, reasonSha256: sha256(reason) }
    await storage.write([
      this.#store.deciding(workspace, id, match, verdict, reason, by, at),
      this.#store.remembering(workspace, check, decided, verdict, reason, by, at),
      ...(isSettled ? [this.#store.settling(workspace, id, at, isNobody ? rules.keptUntil(inForce, at) : null)] : []),
      record(storage.db, { event: 'party.decided', workspace, subject: check.developer, by, at, facts }),
      ...(hold === undefined ? [] : holds.releasing(workspace, hold, 'A person compared what was found and it is somebody else.', by, at)),
    ])
    return (await this.#store.get(workspace, id)) ?? check
  }

  /** The hold of a check, unless another check of it still waits or found the same party. */
  async #holdToRelease(workspace: WorkspaceId, check: PartyCheck) {
    const all = await this.#store.list(workspace, { developer: check.developer, open: false, after: null, limit: 200 })
    const stays = all.some(
      (one) => one.id !== check.id && one.hold === check.hold && (one.settledAt === null || one.matches.some(({ verdict }) => verdict === 'same')),
    )
    const hold = await this.#needs.holds.get(workspace, check.hold ?? '')
    return stays || hold.released !== null ? undefined : hold
  }

  async #runNext({ workspace: of, payload, now, signal }: Due): Promise<Done> {
    const workspace = of as WorkspaceId
    const { storage, rules } = this.#needs
    if (!(await rules.isOn(workspace))) return {}
    const after = String(payload['after'] ?? '')
    const query = storage.db.selectFrom('developers').select('id').where('workspace_id', '=', workspace).where('id', '>', after)
    const rows = await query.orderBy('id').limit(DEVELOPERS_AT_ONCE).execute()
    // Each is written by itself: an end in the middle loses none, and compares some twice.
    for (const { id } of rows) await storage.write(await this.#run(workspace, id as DeveloperId, 'lists', now, signal))
    const last = rows.at(-1)
    return last === undefined || rows.length < DEVELOPERS_AT_ONCE ? {} : { next: now, payload: { after: last.id } }
  }

  async #run(workspace: WorkspaceId, developer: DeveloperId, because: CheckCause, at: number, signal: AbortSignal): Promise<readonly Write[]> {
    const { rules, partiesOf, lists, embargoes, holds, storage } = this.#needs
    const inForce = await rules.inForce(workspace)
    if (inForce === null || !inForce.enabled) return []
    const parties = await partiesOf(workspace, developer)
    const against = await lists.inForce(workspace)
    const verdicts = await this.#store.verdicts(workspace, developer)
    const run = newId('prn', at)
    const found = await this.#compare(workspace, parties, signal)
    const territories = await embargoes.inForce(workspace)
    const checks = parties.map((party): PartyCheck => {
      const partySha256 = sha256(canonicalJson(party as unknown as Json))
      const matches = [...(found.get(party.id) ?? []), ...embargoes.touching(territories, party)].filter(
        (match) => verdicts.get(verdictKey(partySha256, match.source, match.entry, match.entrySha256)) !== 'not-the-same',
      )
      const decided = matches.map((match): KeptMatch => ({ ...match, verdict: null, reason: null, decidedBy: null, decidedAt: null }))
      const answer = worstOf(matches)
      return {
        id: newId('pck', at),
        developer,
        run,
        party: party.id,
        partySha256,
        because,
        answer,
        lists: [
          ...against.map(({ source, sha256: digest, publishedOn, seenAt }) => ({ source, sha256: digest ?? '', publishedOn, seenAt })),
          { source: 'embargoes', sha256: territories.sha256, publishedOn: territories.date, seenAt: at },
        ],
        hold: null,
        at,
        expiresAt: answer === 'no-list-match' ? rules.keptUntil(inForce, at) : null,
        settledAt: answer === 'no-list-match' ? at : null,
        matches: decided,
      }
    })
    const potential = checks.filter(({ answer }) => answer === 'potential-match')
    const known = (await holds.list(workspace, { developer, open: true })).find(({ cause }) => cause === 'party-check')
    const placed = potential.length > 0 && known === undefined ? holds.placing(holdFor(workspace, developer, run, inForce), at) : undefined
    const hold = known?.id ?? placed?.hold.id ?? null
    const counts = { checked: checks.length, review: checks.filter(({ answer }) => answer === 'review').length, potential: potential.length }
    const editions = checks[0]?.lists.map(({ source, sha256: digest }) => `${source} ${digest}`) ?? []
    return [
      ...(await this.#replacing(workspace, developer, checks)),
      ...checks.flatMap((check) => this.#store.adding(workspace, check.answer === 'potential-match' ? { ...check, hold } : check)),
      record(storage.db, {
        event: 'party.checked',
        workspace,
        subject: developer,
        by: 'system',
        at,
        facts: { run, because, editions, hold, ...counts },
      }),
      ...(placed?.writes ?? []),
      ...(counts.review > 0 && placed === undefined ? this.#lookingAt(workspace, developer, run, at) : []),
    ]
  }

  /** Compared anew, what still waited for a person is settled: the new record holds what is found now. */
  async #replacing(workspace: WorkspaceId, developer: DeveloperId, checks: readonly PartyCheck[]): Promise<readonly Write[]> {
    const open = await this.#store.list(workspace, { developer, open: true, after: null, limit: 200 })
    return open.map(({ id }) => this.#store.settling(workspace, id, checks[0]?.at ?? 0, checks[0]?.at ?? 0))
  }

  async #compare(workspace: WorkspaceId, parties: readonly Party[], signal: AbortSignal): Promise<ReadonlyMap<string, readonly Match[]>> {
    const { lists } = this.#needs
    const ready = parties.map(readParty)
    const found = new Map<string, Match[]>()
    for (const list of await lists.inForce(workspace)) {
      for (let after = ''; ; ) {
        signal.throwIfAborted()
        const page = await lists.entries(workspace, list.id, after, ENTRIES_AT_ONCE)
        for (const { listed, read, sha256: entrySha256 } of page)
          for (const party of ready) {
            const judged = judgeParty(party, listed, read)
            if (judged !== null)
              found.set(party.id, [...(found.get(party.id) ?? []), { source: list.source, entry: listed.entry, entrySha256, ...judged }])
          }
        after = page.at(-1)?.listed.entry ?? ''
        if (page.length < ENTRIES_AT_ONCE) break
        await new Promise(setImmediate)
      }
    }
    for (const [id, matches] of found) found.set(id, matches.toSorted(byWeight).slice(0, MOST_MATCHES))
    return found
  }

  #lookingAt(workspace: WorkspaceId, developer: DeveloperId, run: string, at: number): readonly Write[] {
    const { outbox } = this.#needs
    return outbox.sending(
      {
        workspace,
        to: { kind: 'operator' },
        kind: 'developers.party-review',
        clause: '7c-export',
        legal: false,
        connector: null,
        subject: run,
        title: 'A name is like one on a list',
        body: `Organisation ${developer} or one of its declared owners has a name that is like one on a list. Nothing is held because of it. Look when you can.`,
      },
      at,
    )
  }
}

function holdFor(workspace: WorkspaceId, developer: DeveloperId, run: string, rules: PartyRules) {
  const facts = [
    'Your organisation or one of its declared owners has a name and a second fact in common with an entry of a list or table that the operator compares with.',
    `This is done under: ${rules.jurisdiction}. Basis: ${rules.legalBasis}. It says that there may be something to look at, and nothing else; a person looks at it and decides.`,
  ]
  return { workspace, developer, cause: 'party-check', check: run, facts: facts.join(' '), by: 'system' } as const
}

function worstOf(matches: readonly Match[]): CheckAnswer {
  if (matches.some(({ answer }) => answer === 'potential-match')) return 'potential-match'
  return matches.length > 0 ? 'review' : 'no-list-match'
}

function byWeight(a: Match, b: Match): number {
  const weight = ({ answer, score }: Match) => (answer === 'potential-match' ? 1 : 0) + score
  return weight(b) - weight(a)
}
