import type { Kysely } from 'kysely'
import { type Clock, newId } from '../lib/index.ts'
import { type Schema, type Storage, type Write, write, writeOne } from '../storage/index.ts'
import type { Deadline, DeadlineId, DeadlineNote, DeadlineOf, Done, NewDeadline } from './deadline.ts'
import { type DeadlineRow, DeadlineStore, type Page, toDeadline, toNote } from './deadline-store.ts'
import { DeadlineNotFoundError, LeaseLostError } from './schedule-errors.ts'

/**
 * Deadlines as rows. Rooms get statements, so that a deadline is put down in the transaction of the change it belongs to; whether somebody
 * is awake when it is due is the business of the runner in `jobs/`.
 */
export class Schedule {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #store: DeadlineStore

  constructor({ storage, clock }: { readonly storage: Storage; readonly clock: Clock }) {
    this.#storage = storage
    this.#clock = clock
    this.#store = new DeadlineStore(storage)
  }

  get #db(): Kysely<Schema> {
    return this.#storage.db
  }

  /** Puts a deadline down, or moves the open one of its kind and subject. An attempt that is under way on that one is undone. */
  putting(deadline: NewDeadline): Write {
    const { due_at, payload } = rowOf(deadline)
    return write(
      this.#inserting(deadline).onConflict((conflict) =>
        conflict
          .columns(['workspace_id', 'kind', 'subject'])
          .where('done_at', 'is', null)
          .where('dead_at', 'is', null)
          .doUpdateSet({ due_at, payload, attempts: 0, leased_until: null, lease: null, not_before: null, failed: null }),
      ),
    )
  }

  /** Puts a deadline down unless one of its kind and subject is open; that one stays as it is. */
  puttingUnlessThere(deadline: NewDeadline): Write {
    return write(
      this.#inserting(deadline).onConflict((conflict) =>
        conflict.columns(['workspace_id', 'kind', 'subject']).where('done_at', 'is', null).where('dead_at', 'is', null).doNothing(),
      ),
    )
  }

  /** Takes the open deadline away, if there is one. An attempt that is under way on it is undone. */
  cancelling({ workspace, kind, subject }: DeadlineOf): Write {
    return write(
      this.#db
        .deleteFrom('deadlines')
        .where('workspace_id', '=', workspace)
        .where('kind', '=', kind)
        .where('subject', '=', subject)
        .where('done_at', 'is', null)
        .where('dead_at', 'is', null),
    )
  }

  /** Takes every open deadline about a subject away. */
  cancellingAll({ workspace, subject }: Pick<DeadlineOf, 'workspace' | 'subject'>): Write {
    const open = this.#db.deleteFrom('deadlines').where('workspace_id', '=', workspace).where('subject', '=', subject)
    return write(open.where('done_at', 'is', null).where('dead_at', 'is', null))
  }

  /** Takes every open deadline of a kind away, whatever it is about. */
  cancellingEach({ workspace, kind }: Pick<DeadlineOf, 'workspace' | 'kind'>): Write {
    const open = this.#db.deleteFrom('deadlines').where('workspace_id', '=', workspace).where('kind', '=', kind)
    return write(open.where('done_at', 'is', null).where('dead_at', 'is', null))
  }

  /** The open deadline, or undefined. */
  async find({ workspace, kind, subject }: DeadlineOf): Promise<DeadlineNote | undefined> {
    const named = this.#store.open().where('workspace_id', '=', workspace).where('kind', '=', kind).where('subject', '=', subject)
    const row = await named.executeTakeFirst()
    return row === undefined ? undefined : toNote(row, this.#clock.now())
  }

  /** Newest first. */
  async list(workspace: string, page: Page): Promise<readonly DeadlineNote[]> {
    const now = this.#clock.now()
    return (await this.#store.list(workspace, page)).map((row) => toNote(row, now))
  }

  /** Tries what was given up once more, from the beginning. @throws DeadlineNotFoundError */
  async again(workspace: string, id: string): Promise<void> {
    const fresh = { attempts: 0, dead_at: null, failed: null, lease: null, leased_until: null, not_before: null }
    const dead = this.#db.updateTable('deadlines').set(fresh).where('workspace_id', '=', workspace).where('id', '=', id)
    await this.#storage.write([writeOne(dead.where('dead_at', 'is not', null), () => new DeadlineNotFoundError())])
  }

  // What follows is for the runner.

  isAnythingDue(kinds: readonly string[]): Promise<boolean> {
    return kinds.length === 0 ? Promise.resolve(false) : this.#store.isAnythingDue(kinds, this.#clock.now())
  }

  /** Takes up to `most` deadlines that are due, the longest overdue first; each goes to one caller, until its lease runs out. */
  async take(kinds: readonly string[], lease: string, lasts: number, most: number): Promise<readonly Deadline[]> {
    const now = this.#clock.now()
    const [taken] = await this.#storage.write([this.#store.taking(kinds, lease, now, now + lasts, most)])
    const rows = (taken?.rows ?? []) as unknown as readonly DeadlineRow[]
    return rows.map(toDeadline).toSorted((a, b) => a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1))
  }

  /** Keeps the lease for longer. Answers whether it was still ours. */
  async extend(id: DeadlineId, lease: string, lasts: number): Promise<boolean> {
    const [result] = await this.#storage.write([write(this.#held(id, lease, { leased_until: this.#clock.now() + lasts }))])
    return result?.changes === 1
  }

  /** Done. It stands in the transaction of what the handler wrote, and undoes it where the lease was lost. */
  finishing({ id, dueAt }: Deadline, lease: string, { next, payload }: Done): Write {
    const free = { lease: null, leased_until: null, not_before: null, failed: null }
    const kept = payload === undefined ? {} : { payload: JSON.stringify(payload) }
    const now = this.#clock.now()
    const how = next === undefined ? { done_at: now } : { due_at: Math.max(next, dueAt + 1), attempts: 0 }
    return writeOne(this.#held(id, lease, { ...free, ...kept, ...how }), () => new LeaseLostError())
  }

  /** The attempt failed: once more later. */
  failing(id: DeadlineId, lease: string, reason: string, notBefore: number): Write {
    const how = { lease: null, leased_until: null, not_before: notBefore, failed: reason }
    return writeOne(this.#held(id, lease, how), () => new LeaseLostError())
  }

  /** Given up, for a person to look at. */
  burying(id: DeadlineId, lease: string, reason: string): Write {
    const how = { lease: null, leased_until: null, not_before: null, failed: reason, dead_at: this.#clock.now() }
    return writeOne(this.#held(id, lease, how), () => new LeaseLostError())
  }

  /** Hands it back untried, such as when the process stops. */
  returning(id: DeadlineId, lease: string): Write {
    return write(this.#held(id, lease, { lease: null, leased_until: null }, -1))
  }

  /** Leases of processes that are certainly gone end now. A lease begins with the id of its node. @returns how many ended */
  async freeLeasesOfTheDead(): Promise<number> {
    const rows = await this.#store.open().clearSelect().select('lease').distinct().where('leased_until', '>', this.#clock.now()).execute()
    let freed = 0
    for (const { lease } of rows) {
      if (lease === null || (await this.#storage.isAlive(lease.split('/')[0] ?? ''))) continue
      const theirs = this.#db.updateTable('deadlines').set({ leased_until: null }).where('lease', '=', lease)
      const [result] = await this.#storage.write([write(theirs.where('done_at', 'is', null).where('dead_at', 'is', null))])
      freed += result?.changes ?? 0
    }
    return freed
  }

  /** Forgets what was done before a time. What was given up stays until a person has seen to it. */
  tidying(before: number): Write {
    return write(this.#db.deleteFrom('deadlines').where('done_at', '<', before))
  }

  #inserting(deadline: NewDeadline) {
    return this.#db.insertInto('deadlines').values(rowOf(deadline))
  }

  #held(id: DeadlineId, lease: string, set: Partial<DeadlineRow>, attempts = 0) {
    const held = this.#db.updateTable('deadlines').set(set).where('id', '=', id).where('lease', '=', lease)
    const counted = attempts === 0 ? held : held.set((eb) => ({ attempts: eb('attempts', '+', attempts) }))
    return counted.where('done_at', 'is', null).where('dead_at', 'is', null)
  }
}

function rowOf({ workspace, kind, subject, dueAt, payload = {} }: NewDeadline) {
  return {
    id: newId('ddl'),
    workspace_id: workspace,
    kind,
    subject,
    due_at: dueAt,
    payload: JSON.stringify(payload),
    attempts: 0,
    leased_until: null,
    lease: null,
    not_before: null,
    done_at: null,
    dead_at: null,
    failed: null,
  }
}
