import type { Selectable } from 'kysely'
import { record } from '../ledger/index.ts'
import { type Clock, type ConnectorId, type DeveloperId, type Id, newId, parseJson, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Outbox } from '../notices/index.ts'
import type { Sealing } from '../sealing/index.ts'
import { type Schema, type Storage, type Write, write } from '../storage/index.ts'
import { IncidentNotFoundError } from './incidents-errors.ts'

export type FeedbackId = Id<'fbk'>
export type FeedbackState = 'new' | 'seen' | 'answered' | 'closed'

/** What somebody told the operator. */
export type Feedback = {
  readonly id: FeedbackId
  readonly author: UserId | ''
  readonly developer: DeveloperId | null
  readonly connector: ConnectorId | null
  readonly text: string
  /** Of an organisation: always, by the terms. Of a user: where they said so (clause 2f-feedback). */
  readonly freelyUsable: boolean
  readonly state: FeedbackState
  readonly answer: string | null
  readonly createdAt: number
  readonly answeredAt: number | null
}

export type GivingFeedback = Pick<Feedback, 'developer' | 'connector' | 'text' | 'freelyUsable'> & {
  readonly workspace: WorkspaceId
  readonly by: UserId
}
type Needs = { readonly storage: Storage; readonly clock: Clock; readonly sealing: Sealing; readonly outbox: Outbox }

/** Feedback is read, answered, and marked with what may be done with it. */
export class FeedbackBox {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  async give({ workspace, by, developer, connector, text, freelyUsable }: GivingFeedback): Promise<Feedback> {
    const { storage, clock, sealing } = this.#needs
    const at = clock.now()
    const id = newId('fbk', at)
    const row = {
      id,
      workspace_id: workspace,
      author_id: by,
      developer_id: developer,
      connector_id: connector,
      sealed: sealing.seal(placeOf(id), JSON.stringify({ text, answer: null })),
      freely_usable: developer !== null || freelyUsable ? (1 as const) : (0 as const),
      state: 'new',
      created_at: at,
      answered_at: null,
      answered_by: null,
    }
    const facts = { developer, connector, freelyUsable: row.freely_usable === 1 }
    await storage.write([
      write(storage.db.insertInto('feedback').values(row)),
      record(storage.db, { event: 'feedback.given', workspace, subject: id, by, at, facts }),
    ])
    return this.#feedback(row)
  }

  /** Newest first. `author`: that person's only. */
  async list(
    workspace: WorkspaceId,
    { author, state, before, limit }: { author?: UserId; state?: FeedbackState; before: string | null; limit: number },
  ): Promise<readonly Feedback[]> {
    let query = this.#rows(workspace).orderBy('id', 'desc').limit(limit)
    if (author !== undefined) query = query.where('author_id', '=', author)
    if (state !== undefined) query = query.where('state', '=', state)
    if (before !== null) query = query.where('id', '<', before)
    return (await query.execute()).map((row) => this.#feedback(row))
  }

  /** @throws IncidentNotFoundError */
  async answer(workspace: WorkspaceId, id: string, answer: string, by: UserId): Promise<Feedback> {
    const { clock, sealing, outbox } = this.#needs
    const { author, connector, text } = await this.#one(workspace, id)
    const at = clock.now()
    const set = { state: 'answered', sealed: sealing.seal(placeOf(id), JSON.stringify({ text, answer })), answered_at: at, answered_by: by }
    const telling =
      author === ''
        ? []
        : outbox.sending(
            {
              workspace,
              to: { kind: 'user', user: author },
              kind: 'feedback.answered',
              clause: '2f-feedback',
              legal: false,
              connector,
              subject: id,
              title: 'Your feedback was answered',
              body: answer,
            },
            at,
          )
    return await this.#change(workspace, id, set, by, at, telling)
  }

  /** @throws IncidentNotFoundError */
  async sort(workspace: WorkspaceId, id: string, state: 'seen' | 'closed', by: UserId): Promise<Feedback> {
    await this.#one(workspace, id)
    return await this.#change(workspace, id, { state }, by, this.#needs.clock.now())
  }

  /** What erasing a person leaves: what may be used freely, without saying whose it was. */
  erasing({ user, workspace }: { readonly user: UserId; readonly workspace: WorkspaceId }): readonly Write[] {
    const { db } = this.#needs.storage
    return [
      write(db.deleteFrom('feedback').where('workspace_id', '=', workspace).where('author_id', '=', user).where('freely_usable', '=', 0)),
      write(db.updateTable('feedback').set({ author_id: '' }).where('workspace_id', '=', workspace).where('author_id', '=', user)),
    ]
  }

  async #change(workspace: WorkspaceId, id: string, set: object, by: UserId, at: number, more: readonly Write[] = []): Promise<Feedback> {
    const { storage } = this.#needs
    await storage.write([
      write(storage.db.updateTable('feedback').set(set).where('workspace_id', '=', workspace).where('id', '=', id)),
      ...more,
      record(storage.db, { event: 'feedback.answered', workspace, subject: id, by, at, facts: { state: (set as { state: string }).state } }),
    ])
    return await this.#one(workspace, id)
  }

  async #one(workspace: WorkspaceId, id: string): Promise<Feedback> {
    const row = await this.#rows(workspace).where('id', '=', id).executeTakeFirst()
    if (row === undefined) throw new IncidentNotFoundError('feedback')
    return this.#feedback(row)
  }

  #rows(workspace: WorkspaceId) {
    return this.#needs.storage.db.selectFrom('feedback').selectAll().where('workspace_id', '=', workspace)
  }

  #feedback(row: Selectable<Schema['feedback']>): Feedback {
    const said = parseJson(this.#needs.sealing.open(placeOf(row.id), row.sealed)) as unknown as Pick<Feedback, 'text' | 'answer'>
    return {
      id: row.id as FeedbackId,
      author: row.author_id as UserId | '',
      developer: row.developer_id as DeveloperId | null,
      connector: row.connector_id as ConnectorId | null,
      text: said.text,
      freelyUsable: row.freely_usable === 1,
      state: row.state as FeedbackState,
      answer: said.answer,
      createdAt: row.created_at,
      answeredAt: row.answered_at,
    }
  }
}

const placeOf = (id: string): string => `feedback:${id}`
