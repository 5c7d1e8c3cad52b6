import { record } from '../ledger/index.ts'
import { type ApprovalId, type Clock, type ConnectorId, newId, type ReleaseId, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Sealing } from '../sealing/index.ts'
import { type Enforcement, Memory, type Storage, type Write, write } from '../storage/index.ts'
import { type ApprovalLevel, type Condition, conditionPlace, type Enablement, type StandingApproval, type UserConsent } from './consent.ts'
import { NoticeChangedError } from './consent-errors.ts'

export type Chooser = { readonly user: UserId; readonly workspace: WorkspaceId }

/** What people chose: connectors, how often they are asked, and what they said yes to for longer. */
export class Choices {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #enforcement: Enforcement
  readonly #sealing: Sealing
  readonly #memory = new Memory<UserConsent>(100_000)

  constructor(needs: { storage: Storage; clock: Clock; enforcement: Enforcement; sealing: Sealing }) {
    this.#storage = needs.storage
    this.#clock = needs.clock
    this.#enforcement = needs.enforcement
    this.#sealing = needs.sealing
    needs.enforcement.add(this.#memory)
  }

  /** Warm, or undefined. */
  peek(user: UserId): UserConsent | undefined {
    return this.#memory.peek(`user:${user}`)
  }

  of({ user, workspace }: Chooser): Promise<UserConsent> {
    return this.#memory.get(`user:${user}`, () => this.#load(user, workspace))
  }

  async #load(user: UserId, workspace: WorkspaceId): Promise<UserConsent> {
    const { db } = this.#storage
    const mine = { user_id: user, workspace_id: workspace }
    const [enabled, levels, standing] = await Promise.all([
      db
        .selectFrom('enablements')
        .selectAll()
        .where((eb) => eb.and(mine))
        .where('ended_at', 'is', null)
        .orderBy('id')
        .execute(),
      db
        .selectFrom('approval_levels')
        .selectAll()
        .where((eb) => eb.and(mine))
        .execute(),
      db
        .selectFrom('standing_approvals')
        .selectAll()
        .where((eb) => eb.and(mine))
        .where('ended_at', 'is', null)
        .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', this.#clock.now())]))
        .orderBy('id')
        .execute(),
    ])
    const sealer = standing.some((row) => row.condition !== null) ? await this.#sealing.of(user, workspace) : null
    const conditionOf = (row: { id: string; condition: string | null }): Condition =>
      row.condition === null || sealer === null ? null : (JSON.parse(sealer.open(conditionPlace(row.id as ApprovalId), row.condition)) as Condition)
    return {
      enabled: new Map(enabled.map((row): [ConnectorId, Enablement] => [row.connector_id as ConnectorId, toEnablement(row)])),
      levels: new Map(levels.map((row) => [row.connector_id, row.level as ApprovalLevel])),
      standing: standing.map(
        (row): StandingApproval => ({
          id: row.id as StandingApproval['id'],
          connector: row.connector_id as ConnectorId,
          release: row.release_id as ReleaseId,
          tool: row.tool,
          condition: conditionOf(row),
          createdAt: row.created_at,
          expiresAt: row.expires_at,
        }),
      ),
    }
  }

  /**
   * A person enables a connector after reading its notice. `seen` is the digest of the notice that was on their screen.
   * @throws NoticeChangedError when the notice in force is another one by now: they have to read that one
   */
  async enable(
    chooser: Chooser,
    connector: { id: ConnectorId; name: string; release: ReleaseId; noticeSha256: string; receives: readonly string[]; link: string },
    seen: string,
  ): Promise<void> {
    if (seen !== connector.noticeSha256) throw new NoticeChangedError(connector.name, ['privacy notice'], connector.link)
    const { db } = this.#storage
    const at = this.#clock.now()
    const { user, workspace } = chooser
    await this.#enforcement.change(
      [
        write(
          db
            .updateTable('enablements')
            .set({ ended_at: at })
            .where('user_id', '=', user)
            .where('workspace_id', '=', workspace)
            .where('connector_id', '=', connector.id)
            .where('ended_at', 'is', null),
        ),
        write(
          db.insertInto('enablements').values({
            id: newId('enb', at),
            workspace_id: workspace,
            user_id: user,
            connector_id: connector.id,
            release_id: connector.release,
            notice_sha256: connector.noticeSha256,
            receives: JSON.stringify(connector.receives),
            at,
            ended_at: null,
          }),
        ),
        record(db, {
          event: 'connector.enabled',
          workspace,
          subject: connector.id,
          by: user,
          at,
          facts: { release: connector.release, notice: connector.noticeSha256, receives: [...connector.receives] },
        }),
      ],
      [`user:${user}`],
    )
  }

  /** All that a person ever enabled, oldest first, with when it ended. */
  async enablements({ user, workspace }: Chooser): Promise<readonly (Enablement & { readonly endedAt: number | null })[]> {
    const rows = await this.#storage.db
      .selectFrom('enablements')
      .selectAll()
      .where('user_id', '=', user)
      .where('workspace_id', '=', workspace)
      .orderBy('id')
      .execute()
    return rows.map((row) => ({ ...toEnablement(row), endedAt: row.ended_at }))
  }

  /** Takes effect on the next call anywhere. Disabling what is not enabled does nothing. */
  async disable({ user, workspace }: Chooser, connector: ConnectorId): Promise<void> {
    const { db } = this.#storage
    const at = this.#clock.now()
    const mine = { user_id: user, workspace_id: workspace, connector_id: connector }
    const open = await db
      .selectFrom('enablements')
      .select('id')
      .where((eb) => eb.and(mine))
      .where('ended_at', 'is', null)
      .executeTakeFirst()
    if (open === undefined) return
    await this.#enforcement.change(
      [
        write(
          db
            .updateTable('enablements')
            .set({ ended_at: at })
            .where((eb) => eb.and(mine))
            .where('ended_at', 'is', null),
        ),
        write(
          db
            .updateTable('standing_approvals')
            .set({ ended_at: at })
            .where((eb) => eb.and(mine))
            .where('ended_at', 'is', null),
        ),
        record(db, { event: 'connector.disabled', workspace, subject: connector, by: user, at }),
      ],
      [`user:${user}`],
    )
  }

  /** `*` sets the person's default; a connector's own level outranks it. */
  async setLevel({ user, workspace }: Chooser, connector: ConnectorId | '*', level: ApprovalLevel): Promise<void> {
    const { db } = this.#storage
    const at = this.#clock.now()
    await this.#enforcement.change(
      [
        write(
          db
            .insertInto('approval_levels')
            .values({ workspace_id: workspace, user_id: user, connector_id: connector, level, at })
            .onConflict((conflict) => conflict.columns(['user_id', 'connector_id']).doUpdateSet({ level, at })),
        ),
        record(db, { event: 'level.changed', workspace, subject: user, by: user, at, facts: { connector, level } }),
      ],
      [`user:${user}`],
    )
  }

  /** Takes a choice of level back: for a connector the person's default holds again, for `*` the house's. */
  async clearLevel({ user, workspace }: Chooser, connector: ConnectorId | '*'): Promise<void> {
    const { db } = this.#storage
    const at = this.#clock.now()
    const mine = { user_id: user, workspace_id: workspace, connector_id: connector }
    await this.#enforcement.change(
      [
        write(db.deleteFrom('approval_levels').where((eb) => eb.and(mine))),
        record(db, { event: 'level.changed', workspace, subject: user, by: user, at, facts: { connector, level: null } }),
      ],
      [`user:${user}`],
    )
  }

  /** The statements that forget what a person chose, for the transaction that erases the rest. What they enabled and when stays, without the person. */
  erasing({ user, workspace }: Chooser, at: number): readonly Write[] {
    const { db } = this.#storage
    const mine = { user_id: user, workspace_id: workspace }
    return [
      write(
        db
          .updateTable('enablements')
          .set({ ended_at: at })
          .where((eb) => eb.and(mine))
          .where('ended_at', 'is', null),
      ),
      write(
        db
          .updateTable('standing_approvals')
          .set({ ended_at: at, condition: null })
          .where((eb) => eb.and(mine)),
      ),
      write(db.deleteFrom('approval_levels').where((eb) => eb.and(mine))),
      write(
        db
          .updateTable('approvals')
          .set({ state: 'refused', sealed_arguments: '', decided_at: at })
          .where((eb) => eb.and(mine))
          .where('state', '=', 'waiting'),
      ),
    ]
  }

  /** Takes a lasting yes back. Answers whether there was one. */
  async endStanding({ user, workspace }: Chooser, id: string): Promise<boolean> {
    const { db } = this.#storage
    const at = this.#clock.now()
    const mine = { id, user_id: user, workspace_id: workspace }
    const open = await db
      .selectFrom('standing_approvals')
      .select('id')
      .where((eb) => eb.and(mine))
      .where('ended_at', 'is', null)
      .executeTakeFirst()
    if (open === undefined) return false
    await this.#enforcement.change(
      [
        write(
          db
            .updateTable('standing_approvals')
            .set({ ended_at: at })
            .where((eb) => eb.and(mine)),
        ),
        record(db, { event: 'approval.ended', workspace, subject: id, by: user, at }),
      ],
      [`user:${user}`],
    )
    return true
  }
}

function toEnablement(row: { connector_id: string; release_id: string; notice_sha256: string; receives: string; at: number }): Enablement {
  return {
    connector: row.connector_id as ConnectorId,
    release: row.release_id as ReleaseId,
    noticeSha256: row.notice_sha256,
    receives: JSON.parse(row.receives) as string[],
    at: row.at,
  }
}
