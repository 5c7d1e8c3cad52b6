import type { Kysely, Selectable } from 'kysely'
import type { ConnectorId, DeveloperId, UserId, WorkspaceId } from '../lib/index.ts'
import { type Schema, type Write, writeOne, writeUnique } from '../storage/index.ts'
import { NoChangeError, ReleaseWaitsError } from './developers-errors.ts'
import type { Transfer } from './transfer.ts'

const changed = () => new NoChangeError('This transfer was decided, taken back or is out of time.', 'developer')

/** The only SQL about transfers. */
export class TransferStore {
  readonly #db: Kysely<Schema>
  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** Newest first. `developers`: those of which one side is among these. */
  async list(
    workspace: WorkspaceId,
    of: { readonly developers?: readonly DeveloperId[]; readonly connector?: ConnectorId },
  ): Promise<readonly Transfer[]> {
    let query = this.#db.selectFrom('transfers').selectAll().where('workspace_id', '=', workspace).orderBy('id', 'desc').limit(200)
    if (of.connector !== undefined) query = query.where('connector_id', '=', of.connector)
    const { developers } = of
    if (developers !== undefined) {
      if (developers.length === 0) return []
      query = query.where((eb) => eb.or([eb('developer_id', 'in', developers), eb('to_developer_id', 'in', developers)]))
    }
    return (await query.execute()).map(toTransfer)
  }

  /** All approved ones of a connector, the earliest first: whoever asks and takes back ever so often pushes none of them out. */
  async handedOver(
    workspace: WorkspaceId,
    connector: ConnectorId,
  ): Promise<readonly { readonly at: number; readonly from: DeveloperId; readonly to: DeveloperId }[]> {
    const query = this.#db.selectFrom('transfers').select(['decided_at', 'developer_id', 'to_developer_id']).where('workspace_id', '=', workspace)
    const rows = await query
      .where('connector_id', '=', connector)
      .where('decision', '=', 'approved')
      .where('to_developer_id', 'is not', null)
      .orderBy('decided_at')
      .orderBy('id')
      .execute()
    return rows.map((row) => ({ at: row.decided_at ?? 0, from: row.developer_id as DeveloperId, to: row.to_developer_id as DeveloperId }))
  }

  async get(workspace: WorkspaceId, id: string): Promise<Transfer | undefined> {
    const query = this.#db.selectFrom('transfers').selectAll().where('workspace_id', '=', workspace).where('id', '=', id)
    const row = await query.executeTakeFirst()
    return row === undefined ? undefined : toTransfer(row)
  }

  adding(workspace: WorkspaceId, transfer: Transfer): Write {
    const { id, kind, connector, developer, to, newControl, reason, askedBy, askedAt, expiresAt } = transfer
    const sides = { kind, connector_id: connector, developer_id: developer, to_developer_id: to, new_control: newControl, reason }
    const times = { asked_by: askedBy, asked_at: askedAt, expires_at: expiresAt, acceptance_id: null, accepted_by: null, accepted_at: null }
    const open = { decision: null, writing: null, decided_by: null, decided_at: null, ended_by: null, ended_at: null }
    return writeUnique(
      this.#db.insertInto('transfers').values({ id, workspace_id: workspace, ...sides, ...times, ...open }),
      () => new NoChangeError('Another transfer is under way. Take it back first.', 'developer'),
    )
  }

  accepting(workspace: WorkspaceId, id: string, acceptance: string, by: UserId, at: number): Write {
    const set = { acceptance_id: acceptance, accepted_by: by, accepted_at: at }
    return writeOne(this.#open(workspace, id, at).set(set).where('accepted_at', 'is', null), changed)
  }

  deciding(workspace: WorkspaceId, id: string, approved: boolean, writing: string, by: UserId, at: number): Write {
    const query = this.#open(workspace, id, at).set({ decision: approved ? 'approved' : 'refused', writing, decided_by: by, decided_at: at })
    return writeOne(approved ? query.where('accepted_at', 'is not', null) : query, changed)
  }

  ending(workspace: WorkspaceId, id: string, by: string, at: number): Write {
    const query = this.#db.updateTable('transfers').set({ ended_by: by, ended_at: at }).where('workspace_id', '=', workspace).where('id', '=', id)
    return writeOne(query.where('decided_at', 'is', null).where('ended_at', 'is', null), changed)
  }

  async controlOf(workspace: WorkspaceId, developer: DeveloperId): Promise<string | null> {
    const query = this.#db.selectFrom('transfers').select('id').where('workspace_id', '=', workspace).where('developer_id', '=', developer)
    const row = await query.where('kind', '=', 'control').where('decision', '=', 'approved').orderBy('decided_at', 'desc').limit(1).executeTakeFirst()
    return row?.id ?? null
  }

  /**
   * The connector changes hands, if it is still in those of whoever gives it, and nothing of theirs waits for the review: they would publish under
   * the name of somebody else. The first statement takes the row, so that the second sees what was handed in before it.
   */
  handingOver(workspace: WorkspaceId, connector: ConnectorId, from: DeveloperId, to: DeveloperId): readonly Write[] {
    const query = this.#db.updateTable('connectors').set({ developer_id: to }).where('workspace_id', '=', workspace).where('id', '=', connector)
    const waiting = this.#db.selectFrom('releases').select('id').where('workspace_id', '=', workspace).where('connector_id', '=', connector)
    const nothing = query.where(({ not, exists }) => not(exists(waiting.where('decided_at', 'is', null))))
    return [writeOne(query.where('developer_id', '=', from), changed), writeOne(nothing, () => new ReleaseWaitsError())]
  }

  #open(workspace: WorkspaceId, id: string, at: number) {
    const query = this.#db.updateTable('transfers').where('workspace_id', '=', workspace).where('id', '=', id)
    return query.where('decided_at', 'is', null).where('ended_at', 'is', null).where('expires_at', '>', at)
  }
}

function toTransfer(row: Selectable<Schema['transfers']>): Transfer {
  const { acceptance_id: acceptance, accepted_by, accepted_at, decision, decided_by, decided_at } = row
  return {
    id: row.id as Transfer['id'],
    kind: row.kind as Transfer['kind'],
    connector: row.connector_id as ConnectorId | null,
    developer: row.developer_id as DeveloperId,
    to: row.to_developer_id as DeveloperId | null,
    newControl: row.new_control,
    reason: row.reason,
    askedBy: row.asked_by as UserId,
    askedAt: row.asked_at,
    expiresAt: row.expires_at,
    acceptance: acceptance === null ? null : { id: acceptance, by: (accepted_by ?? '') as UserId, at: accepted_at ?? 0 },
    decision:
      decided_at === null
        ? null
        : { approved: decision === 'approved', writing: row.writing ?? '', by: (decided_by ?? '') as UserId, at: decided_at },
    endedAt: row.ended_at,
  }
}
