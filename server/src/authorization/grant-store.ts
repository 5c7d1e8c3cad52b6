import type { GrantScope } from '@handfast/contract'
import type { Kysely } from 'kysely'
import { record } from '../ledger/index.ts'
import type { AssistantId, ConnectorId, GrantId, Json, UserId, WorkspaceId } from '../lib/index.ts'
import type { Schema, Write } from '../storage/index.ts'
import { write, writeOne } from '../storage/index.ts'
import { GrantNotFoundError } from './authorization-errors.ts'
import { scopesIn } from './scopes.ts'

/** What a person let an assistant do. Times in milliseconds UTC. */
export type Grant = {
  readonly id: GrantId
  readonly workspace: WorkspaceId
  readonly user: UserId
  readonly assistant: AssistantId
  readonly clientId: string
  /** The resource as the assistant wrote it, and the audience that it means (RFC 8707). */
  readonly resource: string
  readonly audience: string
  readonly scopes: readonly GrantScope[]
  readonly openid: boolean
  /** Whether it lasts beyond its first access token. */
  readonly stays: boolean
  /** Null: every connector that the person enables. */
  readonly connectors: readonly ConnectorId[] | null
  readonly redirect: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly lastUsedAt: number | null
  readonly endedAt: number | null
}

export type EndedBecause =
  | 'person'
  | 'assistant'
  | 'replayed-code'
  | 'replayed-refresh'
  | 'assistant-deleted'
  | 'assertions-changed'
  | 'superseded'
  | 'erased'

type Owner = { readonly workspace: WorkspaceId; readonly user: UserId }

/** The only SQL about grants and the access tokens under them. */
export class GrantStore {
  readonly #db: Kysely<Schema>
  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** A grant by its id alone, for what is under it; people's questions go through `ofPerson`. */
  async byId(id: GrantId): Promise<Grant | null> {
    const row = await this.#db.selectFrom('grants').selectAll().where('id', '=', id).executeTakeFirst()
    return row === undefined ? null : grantOf(row)
  }

  async ofPerson({ workspace, user }: Owner, id: GrantId): Promise<Grant | null> {
    const row = await this.#db
      .selectFrom('grants')
      .selectAll()
      .where('workspace_id', '=', workspace)
      .where('user_id', '=', user)
      .where('id', '=', id)
      .executeTakeFirst()
    return row === undefined ? null : grantOf(row)
  }

  /** What holds now, newest first. */
  async list({ workspace, user }: Owner, now: number, before: string | null, limit: number): Promise<readonly Grant[]> {
    let query = this.#holding(now).where('workspace_id', '=', workspace).where('user_id', '=', user)
    if (before !== null) query = query.where('id', '<', before)
    return (await query.orderBy('id', 'desc').limit(limit).execute()).map(grantOf)
  }

  async ofAssistant(assistant: AssistantId, now: number, limit: number): Promise<readonly Grant[]> {
    return (await this.#holding(now).where('assistant_id', '=', assistant).limit(limit).execute()).map(grantOf)
  }

  /** What an assistant holds of users that it vouches for. */
  async ofAsserted(assistant: AssistantId, now: number, limit: number): Promise<readonly Grant[]> {
    const users = this.#db.selectFrom('users').select('users.id').where('asserted_by', '=', assistant)
    return (await this.#holding(now).where('assistant_id', '=', assistant).where('user_id', 'in', users).limit(limit).execute()).map(grantOf)
  }

  /** What a person's assistant holds now, newest first. */
  async held({ workspace, user }: Owner, assistant: AssistantId, now: number): Promise<readonly Grant[]> {
    const query = this.#holding(now).where('workspace_id', '=', workspace).where('user_id', '=', user).where('assistant_id', '=', assistant)
    return (await query.orderBy('id', 'desc').limit(200).execute()).map(grantOf)
  }

  #holding(now: number) {
    return this.#db.selectFrom('grants').selectAll().where('ended_at', 'is', null).where('expires_at', '>', now)
  }

  giving(grant: Grant): readonly Write[] {
    const { id, workspace, user, scopes, connectors, createdAt } = grant
    const facts = { assistant: grant.assistant, scopes: [...scopes], connectors: connectors === null ? null : [...connectors], stays: grant.stays }
    return [
      write(
        this.#db.insertInto('grants').values({
          id,
          workspace_id: workspace,
          user_id: user,
          assistant_id: grant.assistant,
          client_id: grant.clientId,
          resource: grant.resource,
          audience: grant.audience,
          scopes: scopes.join(' '),
          openid: grant.openid ? 1 : 0,
          stays: grant.stays ? 1 : 0,
          connectors: connectors === null ? null : JSON.stringify(connectors),
          redirect: grant.redirect,
          created_at: createdAt,
          expires_at: grant.expiresAt,
          last_used_at: null,
          ended_at: null,
          ended_because: null,
        }),
      ),
      record(this.#db, { event: 'grant.given', workspace, subject: id, by: user, at: createdAt, facts: facts as { readonly [name: string]: Json } }),
    ]
  }

  /** The same for what an assistant said instead of a person. */
  asserting(grant: Grant): readonly Write[] {
    const { id, workspace, user, assistant, createdAt: at, scopes } = grant
    const [insert] = this.giving(grant)
    const facts = { user, scopes: [...scopes] }
    return [
      ...(insert === undefined ? [] : [insert]),
      record(this.#db, { event: 'grant.asserted', workspace, subject: id, by: assistant, at, facts }),
    ]
  }

  reducing(grant: Grant, scopes: readonly GrantScope[], connectors: readonly ConnectorId[] | null, at: number): readonly Write[] {
    const { id, workspace, user } = grant
    const set = { scopes: scopes.join(' '), connectors: connectors === null ? null : JSON.stringify(connectors) }
    const facts = { scopes: [...scopes], connectors: connectors === null ? null : [...connectors] }
    return [
      writeOne(this.#open({ workspace, user }, id).set(set), () => new GrantNotFoundError()),
      record(this.#db, { event: 'grant.reduced', workspace, subject: id, by: user, at, facts }),
    ]
  }

  /** Fails with GrantNotFoundError when it ended already. */
  ending(
    grant: Pick<Grant, 'id' | 'workspace' | 'user' | 'assistant'>,
    because: EndedBecause,
    by: UserId | AssistantId | 'system',
    at: number,
  ): readonly Write[] {
    const { id, workspace, user, assistant } = grant
    const event = because === 'replayed-code' || because === 'replayed-refresh' ? 'grant.replayed' : 'grant.revoked'
    return [
      writeOne(this.#open({ workspace, user }, id).set({ ended_at: at, ended_because: because }), () => new GrantNotFoundError()),
      record(this.#db, { event, workspace, subject: id, by, at, facts: { assistant, because } }),
    ]
  }

  /** The statements that end everything a person let assistants do, and take away what was given out under it, for the transaction that erases the rest. */
  async erasing({ workspace, user }: Owner, at: number): Promise<readonly Write[]> {
    const mine = { workspace_id: workspace, user_id: user }
    const open = await this.#db
      .selectFrom('grants')
      .select(['id', 'assistant_id'])
      .where((eb) => eb.and(mine))
      .where('ended_at', 'is', null)
      .execute()
    const ids = () =>
      this.#db
        .selectFrom('grants')
        .select('id')
        .where((eb) => eb.and(mine))
    const facts = (assistant: string) => ({ assistant, because: 'erased' })
    return [
      ...open.map(({ id, assistant_id }) =>
        record(this.#db, { event: 'grant.revoked', workspace, subject: id, by: user, at, facts: facts(assistant_id) }),
      ),
      write(
        this.#db
          .updateTable('grants')
          .set({ ended_at: at, ended_because: 'erased' })
          .where((eb) => eb.and(mine))
          .where('ended_at', 'is', null),
      ),
      write(this.#db.deleteFrom('grant_tokens').where('workspace_id', '=', workspace).where('grant_id', 'in', ids())),
      // Kept by the installation, not by the person's workspace; the grant says whose they are.
      write(this.#db.deleteFrom('authorization_records').where('grant_id', 'in', ids())),
    ]
  }

  #open({ workspace, user }: Owner, id: GrantId) {
    return this.#db
      .updateTable('grants')
      .where('workspace_id', '=', workspace)
      .where('user_id', '=', user)
      .where('id', '=', id)
      .where('ended_at', 'is', null)
  }

  lasting(id: GrantId, until: number): Write {
    return write(this.#db.updateTable('grants').set({ expires_at: until }).where('id', '=', id).where('ended_at', 'is', null))
  }

  used(id: GrantId, at: number): Write {
    return write(
      this.#db
        .updateTable('grants')
        .set({ last_used_at: at })
        .where('id', '=', id)
        .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', at)])),
    )
  }
}

function grantOf(row: {
  id: string
  workspace_id: string
  user_id: string
  assistant_id: string
  client_id: string
  resource: string
  audience: string
  scopes: string
  openid: 0 | 1
  stays: 0 | 1
  connectors: string | null
  redirect: string
  created_at: number
  expires_at: number
  last_used_at: number | null
  ended_at: number | null
}): Grant {
  return {
    id: row.id as GrantId,
    workspace: row.workspace_id as WorkspaceId,
    user: row.user_id as UserId,
    assistant: row.assistant_id as AssistantId,
    clientId: row.client_id,
    resource: row.resource,
    audience: row.audience,
    scopes: scopesIn(row.scopes),
    openid: row.openid === 1,
    stays: row.stays === 1,
    connectors: row.connectors === null ? null : (JSON.parse(row.connectors) as ConnectorId[]),
    redirect: row.redirect,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    endedAt: row.ended_at,
  }
}
