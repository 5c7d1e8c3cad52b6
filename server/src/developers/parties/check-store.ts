import type { Kysely, Selectable } from 'kysely'
import type { DeveloperId, Id, UserId, WorkspaceId } from '../../lib/index.ts'
import { type Schema, type Write, write, writeOne } from '../../storage/index.ts'
import { MatchesWaitError } from '../developers-errors.ts'
import { oneByOne, onlyWhere } from '../one-by-one.ts'
import type { CheckAnswer, Match, MatchSource } from './party.ts'
import { DecidedMeanwhileError, MatchNotFoundError } from './party-errors.ts'

/** Why a check ran. */
export type CheckCause = 'sign-up' | 'change' | 'lists' | 'asked'
export type Verdict = 'same' | 'not-the-same'

/** What a person said about a match; all of it null where nobody did. */
export type Decided = {
  readonly verdict: Verdict | null
  readonly reason: string | null
  readonly decidedBy: UserId | null
  readonly decidedAt: number | null
}
export const undecided: Decided = { verdict: null, reason: null, decidedBy: null, decidedAt: null }
export type KeptMatch = Match & Decided

/** What was found about one party at one time. Times in milliseconds, UTC. */
export type PartyCheck = {
  readonly id: Id<'pck'>
  readonly developer: DeveloperId
  readonly run: string
  /** `organisation`, or the id of a declared owner. */
  readonly party: string
  /** Of what was compared; changes with the party. */
  readonly partySha256: string
  readonly because: CheckCause
  readonly answer: CheckAnswer
  /** The editions that it was compared with. */
  readonly lists: readonly { readonly source: string; readonly sha256: string; readonly publishedOn: string | null; readonly seenAt: number }[]
  readonly hold: string | null
  readonly at: number
  /** When the record is deleted; null: a person has to decide first. */
  readonly expiresAt: number | null
  readonly settledAt: number | null
  readonly matches: readonly KeptMatch[]
}

export type CheckPage = { readonly developer?: DeveloperId; readonly open: boolean; readonly after: string | null; readonly limit: number }

/** The only SQL about checks, their matches, and what people decided about them. */
export class CheckStore {
  readonly #db: Kysely<Schema>
  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** Newest first. `open`: what waits for a person. */
  async list(workspace: WorkspaceId, { developer, open, after, limit }: CheckPage): Promise<readonly PartyCheck[]> {
    let query = this.#db.selectFrom('party_checks').selectAll().where('workspace_id', '=', workspace).orderBy('id', 'desc').limit(limit)
    if (developer !== undefined) query = query.where('developer_id', '=', developer)
    if (open) query = query.where('answer', '!=', 'no-list-match').where('settled_at', 'is', null)
    if (after !== null) query = query.where('id', '<', after)
    const rows = await query.execute()
    return await this.#withMatches(workspace, rows)
  }

  async get(workspace: WorkspaceId, id: string): Promise<PartyCheck | undefined> {
    const query = this.#db.selectFrom('party_checks').selectAll().where('workspace_id', '=', workspace).where('id', '=', id)
    const [check] = await this.#withMatches(workspace, await query.execute())
    return check
  }

  /** Every check that a hold came from, or that found the same while it was on. */
  async ofHold(workspace: WorkspaceId, hold: string): Promise<readonly PartyCheck[]> {
    const query = this.#db.selectFrom('party_checks').selectAll().where('workspace_id', '=', workspace).where('hold_id', '=', hold)
    return await this.#withMatches(workspace, await query.execute())
  }

  /** How many matches of an organisation wait for a person. */
  async waiting(workspace: WorkspaceId, developer: DeveloperId): Promise<number> {
    const { count } = await this.#waiting(workspace, developer).executeTakeFirstOrThrow()
    return Number(count)
  }

  adding(workspace: WorkspaceId, check: PartyCheck): readonly Write[] {
    const row = {
      id: check.id,
      workspace_id: workspace,
      developer_id: check.developer,
      run_id: check.run,
      party: check.party,
      party_sha256: check.partySha256,
      because: check.because,
      answer: check.answer,
      lists: JSON.stringify(check.lists),
      hold_id: check.hold,
      at: check.at,
      expires_at: check.expiresAt,
      settled_at: check.settledAt,
    }
    return [
      write(this.#db.insertInto('party_checks').values(row)),
      ...check.matches.map(({ source, entry, entrySha256, listedName, answer, score, country, address, birthYear, number, ...decided }) =>
        write(
          this.#db.insertInto('party_matches').values({
            check_id: check.id,
            workspace_id: workspace,
            source,
            entry,
            entry_sha256: entrySha256,
            listed_name: listedName,
            answer,
            score: Math.round(score * 1000),
            facts: JSON.stringify({ country, address, birthYear, number }),
            verdict: decided.verdict,
            reason: decided.reason,
            decided_by: decided.decidedBy,
            decided_at: decided.decidedAt,
          }),
        ),
      ),
    ]
  }

  /**
   * The statements of a decision. Those about one organisation come one after the other, and none is written about what changed since it was read.
   * @param waiting how many matches of the organisation waited when it was read
   */
  deciding(
    workspace: WorkspaceId,
    check: PartyCheck,
    match: Match,
    verdict: Verdict,
    reason: string,
    by: UserId,
    at: number,
    waiting: number,
  ): readonly Write[] {
    const unchanged = this.#db.updateTable('party_checks').set({ settled_at: null }).where('workspace_id', '=', workspace).where('id', '=', check.id)
    const decided = this.#db
      .updateTable('party_matches')
      .set({ verdict, reason, decided_by: by, decided_at: at })
      .where('workspace_id', '=', workspace)
    return [
      oneByOne(this.#db, workspace, check.developer),
      writeOne(
        unchanged.where('settled_at', 'is', null).where((eb) => eb(this.#waiting(workspace, check.developer), '=', waiting)),
        () => new DecidedMeanwhileError(),
      ),
      writeOne(
        decided.where('check_id', '=', check.id).where('source', '=', match.source).where('entry', '=', match.entry).where('verdict', 'is', null),
        () => new MatchNotFoundError(),
      ),
      this.#remembering(workspace, check, match, verdict, reason, by, at),
    ]
  }

  settling(workspace: WorkspaceId, id: string, at: number, expiresAt: number | null): Write {
    const query = this.#db.updateTable('party_checks').set({ settled_at: at, expires_at: expiresAt }).where('workspace_id', '=', workspace)
    return write(query.where('id', '=', id).where('settled_at', 'is', null))
  }

  /** Undoes the transaction while a check that a hold stands on waits for a person. */
  settled(workspace: WorkspaceId, developer: DeveloperId, hold: string): readonly Write[] {
    const checks = this.#db.selectFrom('party_checks').select('id').where('workspace_id', '=', workspace).where('hold_id', '=', hold)
    return [
      oneByOne(this.#db, workspace, developer),
      writeOne(
        onlyWhere(this.#db, workspace, developer).where(({ not, exists }) => not(exists(checks.where('settled_at', 'is', null)))),
        () => new MatchesWaitError(),
      ),
    ]
  }

  /** What stayed for a hold goes at a time, now that the hold is over. */
  letting(workspace: WorkspaceId, hold: string, expiresAt: number): Write {
    const query = this.#db.updateTable('party_checks').set({ expires_at: expiresAt }).where('workspace_id', '=', workspace)
    return write(query.where('hold_id', '=', hold).where('settled_at', 'is not', null).where('expires_at', 'is', null))
  }

  /** What was decided is remembered by entry and party, so that it is not asked again until either changes. */
  #remembering(
    workspace: WorkspaceId,
    { developer, partySha256 }: PartyCheck,
    match: Match,
    verdict: Verdict,
    reason: string,
    by: UserId,
    at: number,
  ): Write {
    const key = { workspace_id: workspace, developer_id: developer, party_sha256: partySha256, source: match.source, entry: match.entry }
    const row = { ...key, entry_sha256: match.entrySha256, verdict, reason, decided_by: by, at }
    const columns = ['workspace_id', 'developer_id', 'party_sha256', 'source', 'entry', 'entry_sha256'] as const
    return write(
      this.#db
        .insertInto('party_verdicts')
        .values(row)
        .onConflict((conflict) => conflict.columns([...columns]).doUpdateSet(row)),
    )
  }

  async verdicts(workspace: WorkspaceId, developer: DeveloperId): Promise<ReadonlyMap<string, Decided>> {
    const query = this.#db.selectFrom('party_verdicts').selectAll().where('workspace_id', '=', workspace).where('developer_id', '=', developer)
    const rows = await query.execute()
    return new Map(
      rows.map(({ party_sha256, source, entry, entry_sha256, verdict, reason, decided_by, at }) => [
        verdictKey(party_sha256, source, entry, entry_sha256),
        { verdict: verdict as Verdict, reason, decidedBy: decided_by as UserId, decidedAt: at },
      ]),
    )
  }

  /** What was decided about parties that are others by now is asked anew, and not kept. */
  forgetting(workspace: WorkspaceId, developer: DeveloperId, parties: readonly string[]): Write {
    const query = this.#db.deleteFrom('party_verdicts').where('workspace_id', '=', workspace).where('developer_id', '=', developer)
    return write(query.where('party_sha256', 'not in', parties))
  }

  /** What was kept long enough is deleted, with the names in it. */
  expiring(workspace: WorkspaceId, now: number): readonly Write[] {
    const over = this.#db.selectFrom('party_checks').select('id').where('workspace_id', '=', workspace).where('expires_at', '<=', now)
    return [
      write(this.#db.deleteFrom('party_matches').where('workspace_id', '=', workspace).where('check_id', 'in', over)),
      write(this.#db.deleteFrom('party_checks').where('workspace_id', '=', workspace).where('expires_at', '<=', now)),
    ]
  }

  /** While checks are off nothing is compared, so what was remembered for that goes too. */
  forgettingBefore(workspace: WorkspaceId, before: number): Write {
    return write(this.#db.deleteFrom('party_verdicts').where('workspace_id', '=', workspace).where('at', '<=', before))
  }

  #waiting(workspace: WorkspaceId, developer: DeveloperId) {
    const open = this.#db.selectFrom('party_checks').select('id').where('workspace_id', '=', workspace).where('developer_id', '=', developer)
    const query = this.#db.selectFrom('party_matches').select(({ fn }) => fn.countAll<number>().as('count'))
    return query
      .where('workspace_id', '=', workspace)
      .where('verdict', 'is', null)
      .where('check_id', 'in', open.where('settled_at', 'is', null))
  }

  async #withMatches(workspace: WorkspaceId, rows: readonly Selectable<Schema['party_checks']>[]): Promise<readonly PartyCheck[]> {
    if (rows.length === 0) return []
    const ids = rows.map(({ id }) => id)
    const query = this.#db.selectFrom('party_matches').selectAll().where('workspace_id', '=', workspace).where('check_id', 'in', ids)
    const matches = await query.orderBy('score', 'desc').orderBy('entry').execute()
    return rows.map((row) => ({
      id: row.id as PartyCheck['id'],
      developer: row.developer_id as DeveloperId,
      run: row.run_id,
      party: row.party,
      partySha256: row.party_sha256,
      because: row.because as CheckCause,
      answer: row.answer as CheckAnswer,
      lists: JSON.parse(row.lists) as PartyCheck['lists'],
      hold: row.hold_id,
      at: row.at,
      expiresAt: row.expires_at,
      settledAt: row.settled_at,
      matches: matches.filter(({ check_id }) => check_id === row.id).map(toMatch),
    }))
  }
}

export function verdictKey(party: string, source: string, entry: string, entrySha256: string): string {
  return `${party} ${source} ${entrySha256} ${entry}`
}

function toMatch(row: Selectable<Schema['party_matches']>): KeptMatch {
  return {
    source: row.source as MatchSource,
    entry: row.entry,
    entrySha256: row.entry_sha256,
    answer: row.answer as CheckAnswer,
    score: row.score / 1000,
    listedName: row.listed_name,
    ...(JSON.parse(row.facts) as Pick<Match, 'country' | 'address' | 'birthYear' | 'number'>),
    verdict: row.verdict as Verdict | null,
    reason: row.reason,
    decidedBy: row.decided_by as UserId | null,
    decidedAt: row.decided_at,
  }
}
