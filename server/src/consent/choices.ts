import { record } from '../ledger/index.ts'
import { type Clock, type ConnectorId, newId, type ReleaseId, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Sealing } from '../sealing/index.ts'
import { type Enforcement, Memory, type Storage, type Write, write } from '../storage/index.ts'
import { ageUnsaid, oldEnough, type PersonAge } from './age.ts'
import type { ApprovalLevel, Enablement, UserConsent } from './consent.ts'
import { NoticeChangedError, TooYoungError } from './consent-errors.ts'
import { loadConsent, toEnablement } from './load-consent.ts'
import { receiptDigest, receiptText, type Shown } from './receipt.ts'
import { settingAge } from './set-age.ts'

/** A connector as it was offered to the person. */
export type Offer = {
  readonly id: ConnectorId
  readonly name: string
  readonly release: ReleaseId
  readonly noticeSha256: string
  readonly receives: readonly string[]
  /** Where to read it again. */
  readonly link: string
  /** What else was on the screen. Without it there is no receipt. */
  readonly shown?: Shown
}

/** `text` is canonical JSON, and `sha256` its digest, which the ledger holds. */
export type Receipt = { readonly id: string; readonly text: string; readonly sha256: string; readonly at: number; readonly endedAt: number | null }

export type Chooser = { readonly user: UserId; readonly workspace: WorkspaceId }

/** What people chose: connectors, how often they are asked, and what they said yes to for longer. */
export class Choices {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #enforcement: Enforcement
  readonly #sealing: Sealing
  readonly #unsaid: PersonAge
  readonly #memory = new Memory<UserConsent>(100_000)

  /** @param needs `attestsAdults`: the operator says that only adults use the house, unless something else is said about somebody */
  constructor(needs: { storage: Storage; clock: Clock; enforcement: Enforcement; sealing: Sealing; attestsAdults?: boolean }) {
    this.#storage = needs.storage
    this.#clock = needs.clock
    this.#enforcement = needs.enforcement
    this.#sealing = needs.sealing
    this.#unsaid = ageUnsaid(needs.attestsAdults ?? true)
    needs.enforcement.add(this.#memory)
  }

  /** Warm, or undefined. */
  peek(user: UserId): UserConsent | undefined {
    return this.#memory.peek(`user:${user}`)
  }

  of({ user, workspace }: Chooser): Promise<UserConsent> {
    return this.#memory.get(`user:${user}`, () =>
      loadConsent({ storage: this.#storage, clock: this.#clock, sealing: this.#sealing }, { user, workspace }, this.#unsaid),
    )
  }

  /**
   * A person enables a connector after reading its notice, or agrees to what is new. `seen` is the digest of the notice that was on their screen.
   * @throws NoticeChangedError when the notice in force is another one by now: they have to read that one
   * @throws TooYoungError when it is for older people
   */
  async enable(chooser: Chooser, connector: Offer, seen: string): Promise<string> {
    if (seen !== connector.noticeSha256) throw new NoticeChangedError(connector.name, ['privacy notice'], connector.link)
    const { user, workspace } = chooser
    const { enabled, age } = await this.of(chooser)
    const rating = connector.shown?.ageRating
    if (rating !== undefined && !oldEnough(rating, age)) throw new TooYoungError(connector.name, rating, age.band === 'unknown')
    const { db } = this.#storage
    const at = this.#clock.now()
    const id = newId('enb', at)
    const previous = enabled.get(connector.id)?.id ?? null
    const { id: of, name, release, noticeSha256, receives, shown } = connector
    const about = { enablement: id, previous, workspace, user, connector: { id: of, name }, release, noticeSha256, receives, age, at }
    const receipt = shown === undefined ? null : receiptText(about, shown)
    const facts = { enablement: id, release, notice: noticeSha256, receives: [...receives] }
    const digest = receipt === null ? {} : { receiptSha256: receiptDigest(receipt) }
    await this.#enforcement.change(
      [
        this.#ending(chooser, of, at),
        write(
          db.insertInto('enablements').values({
            id,
            workspace_id: workspace,
            user_id: user,
            connector_id: of,
            release_id: release,
            notice_sha256: noticeSha256,
            receives: JSON.stringify(receives),
            at,
            ended_at: null,
            receipt,
          }),
        ),
        record(db, { event: 'connector.enabled', workspace, subject: of, by: user, at, facts: { ...facts, ...digest } }),
      ],
      [`user:${user}`],
    )
    return id
  }

  #ending({ user, workspace }: Chooser, connector: ConnectorId, at: number): Write {
    const mine = { user_id: user, workspace_id: workspace, connector_id: connector }
    const open = this.#storage.db.updateTable('enablements').set({ ended_at: at })
    return write(open.where((eb) => eb.and(mine)).where('ended_at', 'is', null))
  }

  /** The receipts of a person for one connector, newest first: what they agreed to, as it was written then. */
  async receipts({ user, workspace }: Chooser, connector: ConnectorId): Promise<readonly Receipt[]> {
    const rows = await this.#storage.db
      .selectFrom('enablements')
      .select(['id', 'receipt', 'at', 'ended_at'])
      .where('user_id', '=', user)
      .where('workspace_id', '=', workspace)
      .where('connector_id', '=', connector)
      .where('receipt', 'is not', null)
      .orderBy('id', 'desc')
      .limit(50)
      .execute()
    return rows.flatMap(({ id, receipt, at, ended_at }) =>
      receipt === null ? [] : [{ id, text: receipt, sha256: receiptDigest(receipt), at, endedAt: ended_at }],
    )
  }

  /** Says how old a person is, as a band. What is for older people stops for them at the next call. */
  async setAge(chooser: Chooser, age: PersonAge, by: UserId): Promise<void> {
    await this.#enforcement.change(settingAge(this.#storage.db, chooser, age, by, this.#clock.now()), [`user:${chooser.user}`])
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

  /** Who has a connector enabled, in any workspace, by id of the account: at most `limit`, after one. */
  async enabledFor(connector: ConnectorId, after: string | null, limit: number): Promise<readonly Chooser[]> {
    const open = this.#storage.db
      .selectFrom('enablements')
      .select(['user_id', 'workspace_id'])
      .where('connector_id', '=', connector)
      .where('ended_at', 'is', null)
      .orderBy('user_id')
      .limit(limit)
    const rows = await (after === null ? open : open.where('user_id', '>', after)).execute()
    return rows.map((row) => ({ user: row.user_id as UserId, workspace: row.workspace_id as WorkspaceId }))
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
      write(db.deleteFrom('age_bands').where((eb) => eb.and({ user_id: user, workspace_id: workspace }))),
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
