import type { Kysely } from 'kysely'
import { type DeveloperId, type Id, newId, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type Schema, type Write, write, writeOne } from '../storage/index.ts'
import { LetterNotFoundError } from './notice-errors.ts'

export type LetterId = Id<'ltr'>
export const letterStates = ['open', 'in hand', 'answered', 'closed'] as const
export type LetterState = (typeof letterStates)[number]

type Person = { readonly user: UserId; readonly workspace: WorkspaceId; readonly name: string; readonly address: string }
/** Who wrote to the operator. */
export type LetterSender =
  | (Person & { readonly kind: 'user' })
  | (Person & { readonly kind: 'developer'; readonly developer: DeveloperId })
  | { readonly kind: 'outsider'; readonly name: string; readonly address: string }

/** A notice to the operator. */
export type OperatorLetter = {
  readonly id: LetterId
  readonly workspace: WorkspaceId
  readonly channel: 'form' | 'post' | 'e-mail'
  readonly from: LetterSender
  readonly subject: string
  readonly body: string
  /** Of subject and body, as they arrived. */
  readonly sha256: string
  /** The date on which it was received, which is that of its service. */
  readonly receivedAt: number
  readonly recordedAt: number
  readonly recordedBy: string
  readonly state: LetterState
  readonly assignedTo: UserId | null
  readonly changedAt: number
}
export type LetterAnswer = { readonly by: UserId; readonly body: string; readonly notice: string | null; readonly at: number }
export type LetterPage = {
  readonly after: string | null
  readonly limit: number
  readonly state?: LetterState | undefined
}

/** The only SQL about notices to the operator. */
export class LetterStore {
  readonly #db: Kysely<Schema>
  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  async find(workspace: WorkspaceId, id: string): Promise<OperatorLetter | undefined> {
    const query = this.#db.selectFrom('operator_letters').selectAll().where('workspace_id', '=', workspace).where('id', '=', id)
    const row = await query.executeTakeFirst()
    return row === undefined ? undefined : toLetter(row)
  }

  /** What a person wrote, newest first. */
  async from(workspace: WorkspaceId, user: UserId, { after, limit }: LetterPage): Promise<readonly OperatorLetter[]> {
    const theirs = this.#db.selectFrom('operator_letters').selectAll().where('from_workspace_id', '=', workspace).where('from_user_id', '=', user)
    const rows = await (after === null ? theirs : theirs.where('id', '<', after)).orderBy('id', 'desc').limit(limit).execute()
    return rows.map(toLetter)
  }

  async fromOne(workspace: WorkspaceId, user: UserId, id: string): Promise<OperatorLetter | undefined> {
    const theirs = this.#db.selectFrom('operator_letters').selectAll().where('from_workspace_id', '=', workspace).where('from_user_id', '=', user)
    const row = await theirs.where('id', '=', id).executeTakeFirst()
    return row === undefined ? undefined : toLetter(row)
  }

  /** Newest first. */
  async list(workspace: WorkspaceId, { after, limit, state }: LetterPage): Promise<readonly OperatorLetter[]> {
    let query = this.#db.selectFrom('operator_letters').selectAll().where('workspace_id', '=', workspace).orderBy('id', 'desc').limit(limit)
    if (after !== null) query = query.where('id', '<', after)
    if (state !== undefined) query = query.where('state', '=', state)
    return (await query.execute()).map(toLetter)
  }

  async answers(workspace: WorkspaceId, letter: string): Promise<readonly LetterAnswer[]> {
    const query = this.#db.selectFrom('operator_letter_answers').selectAll().where('workspace_id', '=', workspace).where('letter_id', '=', letter)
    return (await query.orderBy('id').execute()).map(({ by, body, notice_id, at }) => ({ by: by as UserId, body, notice: notice_id, at }))
  }

  adding(letter: OperatorLetter): Write {
    const { from } = letter
    const row = {
      id: letter.id,
      workspace_id: letter.workspace,
      channel: letter.channel,
      from_kind: from.kind,
      from_user_id: from.kind === 'outsider' ? null : from.user,
      from_workspace_id: from.kind === 'outsider' ? null : from.workspace,
      from_developer_id: from.kind === 'developer' ? from.developer : null,
      from_name: from.name,
      from_address: from.address,
      subject: letter.subject,
      body: letter.body,
      sha256: letter.sha256,
      received_at: letter.receivedAt,
      recorded_at: letter.recordedAt,
      recorded_by: letter.recordedBy,
      state: letter.state,
      assigned_to: letter.assignedTo,
      changed_at: letter.changedAt,
    }
    return write(this.#db.insertInto('operator_letters').values(row))
  }

  changing({ workspace, id, changedAt }: OperatorLetter, state: LetterState, assignedTo: UserId | null, at: number): Write {
    const set = { state, assigned_to: assignedTo, changed_at: Math.max(at, changedAt + 1) }
    const update = this.#db.updateTable('operator_letters').set(set).where('workspace_id', '=', workspace).where('id', '=', id)
    return writeOne(update.where('changed_at', '=', changedAt), () => new LetterNotFoundError())
  }

  answering({ workspace, id }: OperatorLetter, { by, body, notice, at }: LetterAnswer): Write {
    const row = { id: newId('lta', at), workspace_id: workspace, letter_id: id, by, body, notice_id: notice, at }
    return write(this.#db.insertInto('operator_letter_answers').values(row))
  }

  /** Forgets who wrote and what, for a person who is erased. That something arrived, when, and what became of it stays. */
  erasing(workspace: WorkspaceId, user: UserId): readonly Write[] {
    const theirs = this.#db.selectFrom('operator_letters').select('id').where('from_workspace_id', '=', workspace).where('from_user_id', '=', user)
    const answers = this.#db.updateTable('operator_letter_answers').set({ body: '' }).where('letter_id', 'in', theirs)
    const letters = this.#db.updateTable('operator_letters').set({ from_name: '', from_address: '', subject: '', body: '' })
    return [write(answers), write(letters.where('from_workspace_id', '=', workspace).where('from_user_id', '=', user))]
  }
}

function toLetter(row: Schema['operator_letters']): OperatorLetter {
  return {
    id: row.id as LetterId,
    workspace: row.workspace_id as WorkspaceId,
    channel: row.channel as OperatorLetter['channel'],
    from: senderOf(row),
    subject: row.subject,
    body: row.body,
    sha256: row.sha256,
    receivedAt: row.received_at,
    recordedAt: row.recorded_at,
    recordedBy: row.recorded_by,
    state: row.state as LetterState,
    assignedTo: row.assigned_to as UserId | null,
    changedAt: row.changed_at,
  }
}

function senderOf(row: Schema['operator_letters']): LetterSender {
  const { from_name: name, from_address: address } = row
  const person = { user: row.from_user_id as UserId, workspace: row.from_workspace_id as WorkspaceId, name, address }
  if (row.from_kind === 'user') return { kind: 'user', ...person }
  if (row.from_kind === 'developer') return { kind: 'developer', developer: row.from_developer_id as DeveloperId, ...person }
  return { kind: 'outsider', name, address }
}
