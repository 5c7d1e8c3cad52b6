import type { Kysely, Selectable } from 'kysely'
import type { DeveloperId, Id, UserId, WorkspaceId } from '../../lib/index.ts'
import { type Schema, type Write, write, writeOne } from '../../storage/index.ts'
import type { CheckAnswer, Match, MatchSource } from './party.ts'
import { MatchNotFoundError } from './party-errors.ts'

/** Why a check ran. */
export type CheckCause = 'sign-up' | 'change' | 'lists' | 'asked'
export type Verdict = 'same' | 'not-the-same'

export type KeptMatch = Match & {
  readonly verdict: Verdict | null
  readonly reason: string | null
  readonly decidedBy: UserId | null
  readonly decidedAt: number | null
}

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
      ...check.matches.map(({ source, entry, entrySha256, listedName, answer, score, country, address, birthYear, number }) =>
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
            verdict: null,
            reason: null,
            decided_by: null,
            decided_at: null,
          }),
        ),
      ),
    ]
  }

  deciding(
    workspace: WorkspaceId,
    check: string,
    match: Pick<Match, 'source' | 'entry'>,
    verdict: Verdict,
    reason: string,
    by: UserId,
    at: number,
  ): Write {
    const query = this.#db.updateTable('party_matches').set({ verdict, reason, decided_by: by, decided_at: at }).where('workspace_id', '=', workspace)
    return writeOne(
      query.where('check_id', '=', check).where('source', '=', match.source).where('entry', '=', match.entry).where('verdict', 'is', null),
      () => new MatchNotFoundError(),
    )
  }

  settling(workspace: WorkspaceId, id: string, at: number, expiresAt: number | null): Write {
    const query = this.#db.updateTable('party_checks').set({ settled_at: at, expires_at: expiresAt }).where('workspace_id', '=', workspace)
    return write(query.where('id', '=', id).where('settled_at', 'is', null))
  }

  /** What was decided is remembered by entry and party, so that it is not asked again until either changes. */
  remembering(
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

  async verdicts(workspace: WorkspaceId, developer: DeveloperId): Promise<ReadonlyMap<string, Verdict>> {
    const query = this.#db.selectFrom('party_verdicts').selectAll().where('workspace_id', '=', workspace).where('developer_id', '=', developer)
    const rows = await query.execute()
    return new Map(rows.map((row) => [verdictKey(row.party_sha256, row.source, row.entry, row.entry_sha256), row.verdict as Verdict]))
  }

  /** What was kept long enough is deleted, with the names in it. */
  expiring(workspace: WorkspaceId, now: number): readonly Write[] {
    const over = this.#db.selectFrom('party_checks').select('id').where('workspace_id', '=', workspace).where('expires_at', '<=', now)
    return [
      write(this.#db.deleteFrom('party_matches').where('workspace_id', '=', workspace).where('check_id', 'in', over)),
      write(this.#db.deleteFrom('party_checks').where('workspace_id', '=', workspace).where('expires_at', '<=', now)),
    ]
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
