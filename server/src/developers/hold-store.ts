import type { Kysely, Selectable } from 'kysely'
import type { DeveloperId, UserId, WorkspaceId } from '../lib/index.ts'
import { type Schema, type Write, write, writeOne } from '../storage/index.ts'
import { NoChangeError } from './developers-errors.ts'
import type { Hold, HoldCause } from './hold.ts'
import { oneByOne, onlyWhere } from './one-by-one.ts'

type Row = Selectable<Schema['developer_holds']>

/** The only SQL about holds. */
export class HoldStore {
  readonly #db: Kysely<Schema>
  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** Newest first. */
  async list(workspace: WorkspaceId, { developer, open }: { readonly developer?: DeveloperId; readonly open?: boolean }): Promise<readonly Hold[]> {
    let query = this.#db.selectFrom('developer_holds').selectAll().where('workspace_id', '=', workspace).orderBy('id', 'desc').limit(200)
    if (developer !== undefined) query = query.where('developer_id', '=', developer)
    if (open === true) query = query.where('released_at', 'is', null)
    return (await query.execute()).map(toHold)
  }

  async get(workspace: WorkspaceId, id: string): Promise<Hold | undefined> {
    const query = this.#db.selectFrom('developer_holds').selectAll().where('workspace_id', '=', workspace).where('id', '=', id)
    const row = await query.executeTakeFirst()
    return row === undefined ? undefined : toHold(row)
  }

  /** An organisation is held for a party check once, however many checks find something at the same moment. */
  adding(workspace: WorkspaceId, hold: Hold): readonly Write[] {
    if (hold.cause !== 'party-check') return [this.#inserting(workspace, hold)]
    return [...this.staying(workspace, hold.developer, undefined), this.#inserting(workspace, hold)]
  }

  /** Undoes the transaction unless what holds an organisation for a party check is still what was read: that hold, or none. */
  staying(workspace: WorkspaceId, developer: DeveloperId, read: Hold['id'] | undefined): readonly Write[] {
    const standing = this.#db.selectFrom('developer_holds').select('id').where('workspace_id', '=', workspace).where('developer_id', '=', developer)
    const open = standing.where('cause', '=', 'party-check').where('released_at', 'is', null)
    const same = onlyWhere(this.#db, workspace, developer)
    return [
      oneByOne(this.#db, workspace, developer),
      writeOne(
        same.where(({ not, exists }) => (read === undefined ? not(exists(open)) : exists(open.where('id', '=', read)))),
        () => new NoChangeError('A hold of the organisation was placed or ended at the same moment.', 'wait'),
      ),
    ]
  }

  #inserting(workspace: WorkspaceId, hold: Hold): Write {
    return write(
      this.#db.insertInto('developer_holds').values({
        id: hold.id,
        workspace_id: workspace,
        developer_id: hold.developer,
        cause: hold.cause,
        check_id: hold.check,
        facts: hold.facts,
        redress: hold.redress,
        placed_by: hold.placedBy,
        at: hold.at,
        look_by: hold.lookBy,
        appeal: null,
        appealed_by: null,
        appealed_at: null,
        answer: null,
        answered_by: null,
        answered_at: null,
        released_at: null,
        released_by: null,
        release_reason: null,
      }),
    )
  }

  /** Moves the look to another time. */
  lookingBy(workspace: WorkspaceId, id: string, lookBy: number): Write {
    return write(this.#open(workspace, id).set({ look_by: lookBy }))
  }

  /** One appeal for each hold. */
  appealing(workspace: WorkspaceId, id: string, text: string, by: UserId, at: number): Write {
    const told = this.#open(workspace, id).set({ appeal: text, appealed_by: by, appealed_at: at }).where('appealed_at', 'is', null)
    return writeOne(told, () => new NoChangeError('This hold was appealed already, or is over.', 'developer'))
  }

  answering(workspace: WorkspaceId, id: string, text: string, by: UserId, at: number): Write {
    const told = this.#open(workspace, id).set({ answer: text, answered_by: by, answered_at: at })
    return writeOne(
      told.where('appealed_at', 'is not', null).where('answered_at', 'is', null),
      () => new NoChangeError('There is no appeal that waits for an answer.', 'operator'),
    )
  }

  releasing(workspace: WorkspaceId, id: string, reason: string, by: UserId, at: number): Write {
    const over = this.#open(workspace, id).set({ released_at: at, released_by: by, release_reason: reason })
    return writeOne(over, () => new NoChangeError('This hold is over already.', 'operator'))
  }

  #open(workspace: WorkspaceId, id: string) {
    const query = this.#db.updateTable('developer_holds').where('workspace_id', '=', workspace).where('id', '=', id)
    return query.where('released_at', 'is', null)
  }
}

function toHold(row: Row): Hold {
  return {
    id: row.id as Hold['id'],
    developer: row.developer_id as DeveloperId,
    cause: row.cause as HoldCause,
    check: row.check_id,
    facts: row.facts,
    redress: row.redress,
    placedBy: row.placed_by,
    at: row.at,
    lookBy: row.look_by,
    appeal: said(row.appeal, row.appealed_by, row.appealed_at),
    answer: said(row.answer, row.answered_by, row.answered_at),
    released: row.released_at === null ? null : { reason: row.release_reason ?? '', by: row.released_by as UserId, at: row.released_at },
  }
}

function said(text: string | null, by: string | null, at: number | null) {
  return text === null || by === null || at === null ? null : { text, by: by as UserId, at }
}
