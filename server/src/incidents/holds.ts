import type { Selectable } from 'kysely'
import { record } from '../ledger/index.ts'
import { type Clock, DAY, type Id, newId, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Sealing } from '../sealing/index.ts'
import { type Schema, type Storage, write, writeOne } from '../storage/index.ts'
import { HeldError, HoldOverError, HoldTimeError, IncidentNotFoundError } from './incidents-errors.ts'

export type HoldGround = 'litigation' | 'authority' | 'legal-duty' | 'claim'

/** A reason why something may not be deleted before a time (clause 5b-survival). It is visible to operators and auditors, and ends by itself. */
export type Hold = {
  readonly id: Id<'hld'>
  /** Id of a user, connector, developer or call. */
  readonly subject: string
  readonly ground: HoldGround
  readonly reason: string
  readonly placedBy: UserId
  readonly at: number
  readonly until: number
  readonly liftedAt: number | null
}

const LONGEST = 3_653 * DAY

/** Whether a hold keeps its subject at a time. */
export function isActive({ until, liftedAt }: Pick<Hold, 'until' | 'liftedAt'>, now: number): boolean {
  return liftedAt === null && now < until
}

type Needs = { readonly storage: Storage; readonly clock: Clock; readonly sealing: Sealing }
type Placing = Pick<Hold, 'subject' | 'ground' | 'reason' | 'until'> & { readonly workspace: WorkspaceId; readonly by: UserId }

export class Holds {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** @throws HoldTimeError */
  async place({ workspace, subject, ground, reason, until, by }: Placing): Promise<Hold> {
    const { storage, clock, sealing } = this.#needs
    const at = clock.now()
    if (until <= at || until > at + LONGEST) throw new HoldTimeError()
    const id = newId('hld', at)
    const row = { id, workspace_id: workspace, subject, ground, sealed: sealing.seal(placeOf(id), reason), placed_by: by, at, until_at: until }
    await storage.write([
      write(storage.db.insertInto('legal_holds').values({ ...row, lifted_at: null, lifted_by: null })),
      record(storage.db, { event: 'hold.placed', workspace, subject, by, at, facts: { hold: id, ground, until, reason: sha256(reason) } }),
    ])
    return await this.#one(workspace, id)
  }

  /** @throws IncidentNotFoundError, HoldOverError */
  async lift(workspace: WorkspaceId, id: string, by: UserId): Promise<void> {
    const { storage, clock } = this.#needs
    const at = clock.now()
    const hold = await this.#one(workspace, id)
    if (!isActive(hold, at)) throw new HoldOverError()
    const open = storage.db.updateTable('legal_holds').set({ lifted_at: at, lifted_by: by }).where('workspace_id', '=', workspace)
    await storage.write([
      writeOne(open.where('id', '=', id).where('lifted_at', 'is', null), () => new HoldOverError()),
      record(storage.db, { event: 'hold.lifted', workspace, subject: hold.subject, by, at, facts: { hold: id } }),
    ])
  }

  /** Newest first. */
  async list(
    workspace: WorkspaceId,
    { active, before, limit }: { active?: boolean; before: string | null; limit: number },
  ): Promise<readonly (Hold & { readonly active: boolean })[]> {
    const now = this.#needs.clock.now()
    let query = this.#rows(workspace).orderBy('id', 'desc').limit(limit)
    if (active === true) query = query.where('lifted_at', 'is', null).where('until_at', '>', now)
    if (active === false) query = query.where(({ or, eb }) => or([eb('lifted_at', 'is not', null), eb('until_at', '<=', now)]))
    if (before !== null) query = query.where('id', '<', before)
    return (await query.execute()).map((row) => ({ ...this.#hold(row), active: isActive(this.#hold(row), now) }))
  }

  /** Until when something is kept; null: nothing keeps it. The workspace does not matter: an id names one thing. */
  async heldUntil(...subjects: readonly string[]): Promise<number | null> {
    const open = this.#needs.storage.db
      .selectFrom('legal_holds')
      .select('until_at')
      .where('subject', 'in', [...subjects])
    const rows = await open.where('lifted_at', 'is', null).where('until_at', '>', this.#needs.clock.now()).execute()
    return rows.length === 0 ? null : Math.max(...rows.map(({ until_at }) => until_at))
  }

  /** For whoever is about to delete. @throws HeldError */
  async requireUnheld(...subjects: readonly string[]): Promise<void> {
    const until = await this.heldUntil(...subjects)
    if (until !== null) throw new HeldError(until)
  }

  async #one(workspace: WorkspaceId, id: string): Promise<Hold> {
    const row = await this.#rows(workspace).where('id', '=', id).executeTakeFirst()
    if (row === undefined) throw new IncidentNotFoundError('hold')
    return this.#hold(row)
  }

  #rows(workspace: WorkspaceId) {
    return this.#needs.storage.db.selectFrom('legal_holds').selectAll().where('workspace_id', '=', workspace)
  }

  #hold(row: Selectable<Schema['legal_holds']>): Hold {
    return {
      id: row.id as Hold['id'],
      subject: row.subject,
      ground: row.ground as HoldGround,
      reason: this.#needs.sealing.open(placeOf(row.id), row.sealed),
      placedBy: row.placed_by as UserId,
      at: row.at,
      until: row.until_at,
      liftedAt: row.lifted_at,
    }
  }
}

const placeOf = (id: string): string => `hold:${id}`
