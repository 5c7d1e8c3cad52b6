import { record } from '../../ledger/index.ts'
import { DAY, newId, type UserId, type WorkspaceId } from '../../lib/index.ts'
import { type Write, write, writeOne } from '../../storage/index.ts'
import type { DeveloperParts } from '../parts.ts'
import { NotDeciderError, PartyChecksOffError, PartyRulesIncompleteError, ReasonsMissingError } from './party-errors.ts'

/**
 * What the operator said before anybody may be compared with a list (clause 7c-export): under which law, on what basis, and who decides. Without it
 * nothing is compared, and no list is read.
 */
export type PartyRules = {
  readonly enabled: boolean
  readonly jurisdiction: string
  readonly legalBasis: string
  /** Accounts that decide about what was found. */
  readonly deciders: readonly UserId[]
  /** How long records without a match are kept, in days. */
  readonly keepDays: number
  readonly by: UserId
  readonly at: number
}

export type NewPartyRules = Pick<PartyRules, 'enabled' | 'jurisdiction' | 'legalBasis' | 'deciders'> & {
  /** Absent: as long as before. */
  readonly keepDays?: number | undefined
}

const KEPT_DAYS = 90

/** The rules as a log; the last one stands. */
export class PartyRulesLog {
  readonly #parts: DeveloperParts
  constructor(parts: DeveloperParts) {
    this.#parts = parts
  }

  /** Null: nobody ever said anything, which is off. */
  async inForce(workspace: WorkspaceId): Promise<PartyRules | null> {
    const [last] = await this.history(workspace, 1)
    return last ?? null
  }

  async isOn(workspace: WorkspaceId): Promise<boolean> {
    return (await this.inForce(workspace))?.enabled === true
  }

  /** Newest first. */
  async history(workspace: WorkspaceId, limit = 50): Promise<readonly PartyRules[]> {
    const query = this.#parts.storage.db.selectFrom('party_rules').selectAll().where('workspace_id', '=', workspace)
    const rows = await query.orderBy('id', 'desc').limit(limit).execute()
    return rows.map((row) => ({
      enabled: row.enabled === 1,
      jurisdiction: row.jurisdiction,
      legalBasis: row.legal_basis,
      deciders: JSON.parse(row.deciders) as UserId[],
      keepDays: row.keep_days,
      by: row.changed_by as UserId,
      at: row.at,
    }))
  }

  /**
   * The statements that put rules in force. Off without a word about deciders leaves those of before: somebody has to end what is still held. What is
   * kept is kept for as long as was said last.
   * @throws PartyRulesIncompleteError where they are to be on and something is not named
   */
  setting(workspace: WorkspaceId, before: PartyRules | null, rules: NewPartyRules, by: UserId, at: number): readonly Write[] {
    const { db } = this.#parts.storage
    const { enabled, jurisdiction, legalBasis, keepDays = before?.keepDays ?? KEPT_DAYS } = rules
    const deciders = enabled || rules.deciders.length > 0 ? rules.deciders : (before?.deciders ?? [])
    if (enabled && (jurisdiction.trim() === '' || legalBasis.trim() === '' || deciders.length === 0)) throw new PartyRulesIncompleteError()
    const row = { workspace_id: workspace, enabled: enabled ? 1 : 0, jurisdiction, legal_basis: legalBasis, deciders: JSON.stringify(deciders) }
    return [
      write(db.insertInto('party_rules').values({ id: newId('prl', at), ...row, keep_days: keepDays, changed_by: by, at })),
      record(db, {
        event: enabled ? 'party.switched_on' : 'party.switched_off',
        workspace,
        subject: workspace,
        by,
        at,
        facts: { jurisdiction, legalBasis, deciders: [...deciders], keepDays },
      }),
    ]
  }

  /** Undoes the transaction of a comparison once checks are off. @throws PartyChecksOffError from the transaction */
  stayingOn(workspace: WorkspaceId): Write {
    const { db } = this.#parts.storage
    const last = db.selectFrom('party_rules').select('id').where('workspace_id', '=', workspace).orderBy('id', 'desc').limit(1)
    const same = db.updateTable('party_rules').set({ enabled: 1 }).where('workspace_id', '=', workspace).where('id', '=', last)
    return writeOne(same.where('enabled', '=', 1), () => new PartyChecksOffError())
  }

  /** Also while checks are off: what they found then is still to be decided. @throws NotDeciderError, ReasonsMissingError */
  async requireDecider(workspace: WorkspaceId, by: UserId, reason: string): Promise<PartyRules> {
    const rules = await this.inForce(workspace)
    if (rules === null || !rules.deciders.includes(by)) throw new NotDeciderError()
    if (reason.trim() === '') throw new ReasonsMissingError()
    return rules
  }

  keptUntil({ keepDays }: PartyRules, at: number): number {
    return at + keepDays * DAY
  }
}
