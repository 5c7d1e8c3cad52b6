import { type GrantScope, grantScopes } from '@handfast/contract'
import type { Kysely } from 'kysely'
import { record } from '../ledger/index.ts'
import { type AssistantId, type GrantId, newId, sha256, type TokenId, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Schema, Write } from '../storage/index.ts'
import { write, writeOne, writeUnique } from '../storage/index.ts'
import { TokenNotFoundError } from './authorization-errors.ts'
import { newTokenText, shownPrefix } from './token-text.ts'

/** An access token as its owner sees it: everything but the secret. Times in milliseconds UTC. */
export type TokenSummary = {
  readonly id: TokenId
  readonly name: string
  readonly prefix: string
  readonly assistant: { readonly id: AssistantId; readonly name: string }
  readonly createdAt: number
  readonly expiresAt: number | null
  readonly lastUsedAt: number | null
  readonly revokedAt: number | null
}
export type AssistantSummary = { readonly id: AssistantId; readonly name: string; readonly createdAt: number }
/** A token as it is recognised. `grant`: null where a person made it; otherwise `id` is the grant too, and `scopes` are what it was given with. */
export type TokenRow = {
  readonly id: TokenId | GrantId
  readonly user: UserId
  readonly workspace: WorkspaceId
  readonly assistant: AssistantId
  readonly expiresAt: number | null
  readonly revokedAt: number | null
  readonly lastUsedAt: number | null
  readonly grant: GrantId | null
  readonly scopes: readonly GrantScope[]
}

/** Somebody registered the assistant's name at the same moment. */
export class AssistantMadeMeanwhile extends Error {}

/** The only SQL about assistants and access tokens. */
export class TokenStore {
  readonly #db: Kysely<Schema>
  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  async byHash(hash: string): Promise<TokenRow | null> {
    const row = await this.#db.selectFrom('access_tokens').selectAll().where('token_hash', '=', hash).executeTakeFirst()
    if (row === undefined) return null
    return {
      id: row.id as TokenId,
      user: row.user_id as UserId,
      workspace: row.workspace_id as WorkspaceId,
      assistant: row.assistant_id as AssistantId,
      expiresAt: row.expires_at,
      revokedAt: row.revoked_at,
      lastUsedAt: row.last_used_at,
      grant: null,
      scopes: grantScopes,
    }
  }

  /** Tokens of a person, newest first, revoked ones included: they explain what happened. */
  async list(workspace: WorkspaceId, user: UserId, after: string | null, limit: number): Promise<readonly TokenSummary[]> {
    let query = this.#tokens(workspace, user)
    if (after !== null) query = query.where('access_tokens.id', '<', after)
    const rows = await query.orderBy('access_tokens.id', 'desc').limit(limit).execute()
    return rows.map(summaryOf)
  }

  async one(workspace: WorkspaceId, user: UserId, id: TokenId): Promise<TokenSummary | null> {
    const row = await this.#tokens(workspace, user).where('access_tokens.id', '=', id).executeTakeFirst()
    return row === undefined ? null : summaryOf(row)
  }

  async hashOf(workspace: WorkspaceId, user: UserId, id: TokenId): Promise<string | null> {
    const row = await this.#db
      .selectFrom('access_tokens')
      .select('token_hash')
      .where('workspace_id', '=', workspace)
      .where('user_id', '=', user)
      .where('id', '=', id)
      .executeTakeFirst()
    return row?.token_hash ?? null
  }

  #tokens(workspace: WorkspaceId, user: UserId) {
    return this.#db
      .selectFrom('access_tokens')
      .innerJoin('assistants', 'assistants.id', 'access_tokens.assistant_id')
      .selectAll('access_tokens')
      .select('assistants.name as assistant_name')
      .where('access_tokens.workspace_id', '=', workspace)
      .where('access_tokens.user_id', '=', user)
  }

  /** @param of whose: those that hold or held something of this person; null: all of the workspace */
  async assistants(workspace: WorkspaceId, of: UserId | null, after: string | null, limit: number): Promise<readonly AssistantSummary[]> {
    const rows = await this.#db
      .selectFrom('assistants')
      .selectAll()
      .where('workspace_id', '=', workspace)
      .where('deleted_at', 'is', null)
      .$if(of !== null, (query) =>
        query.where((eb) => {
          const holds = (table: 'access_tokens' | 'grants') =>
            eb.exists(
              eb
                .selectFrom(table)
                .select(`${table}.id`)
                .whereRef(`${table}.assistant_id`, '=', 'assistants.id')
                .where(`${table}.workspace_id`, '=', workspace)
                .where(`${table}.user_id`, '=', of),
            )
          return eb.or([holds('access_tokens'), holds('grants')])
        }),
      )
      .where('id', '>', after ?? '')
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map((row) => ({ id: row.id as AssistantId, name: row.name, createdAt: row.created_at }))
  }

  async assistantNamed(workspace: WorkspaceId, name: string): Promise<AssistantId | null> {
    const row = await this.#db.selectFrom('assistants').select('id').where('workspace_id', '=', workspace).where('name', '=', name).executeTakeFirst()
    return (row?.id as AssistantId | undefined) ?? null
  }

  /** Fails with AssistantMadeMeanwhile when the name was registered since it was looked for. */
  newAssistant(workspace: WorkspaceId, id: AssistantId, name: string, by: UserId, now: number): readonly Write[] {
    return [
      writeUnique(
        this.#db.insertInto('assistants').values({ id, workspace_id: workspace, name, created_at: now }),
        () => new AssistantMadeMeanwhile(),
      ),
      record(this.#db, { event: 'assistant.created', workspace, subject: id, by, at: now }),
    ]
  }

  /** A new token with the statements that make it valid. Its text is nowhere else. */
  newToken(token: {
    readonly workspace: WorkspaceId
    readonly user: UserId
    readonly assistant: AssistantId
    readonly name: string
    readonly expiresAt: number | null
    readonly now: number
  }): { readonly id: TokenId; readonly text: string; readonly writes: readonly Write[] } {
    const { workspace, user, assistant, name, expiresAt, now } = token
    const id = newId('tok', now)
    const text = newTokenText()
    return {
      id,
      text,
      writes: [
        write(
          this.#db.insertInto('access_tokens').values({
            id,
            token_hash: sha256(text),
            prefix: shownPrefix(text),
            workspace_id: workspace,
            user_id: user,
            assistant_id: assistant,
            name,
            created_at: now,
            expires_at: expiresAt,
            last_used_at: null,
            revoked_at: null,
          }),
        ),
        record(this.#db, { event: 'token.created', workspace, subject: id, by: user, at: now, facts: { assistant, expiresAt } }),
      ],
    }
  }

  /** Fails with TokenNotFoundError when it is revoked already. */
  revoke(workspace: WorkspaceId, user: UserId, id: TokenId, now: number): readonly Write[] {
    return [
      writeOne(
        this.#db
          .updateTable('access_tokens')
          .set({ revoked_at: now })
          .where('workspace_id', '=', workspace)
          .where('user_id', '=', user)
          .where('id', '=', id)
          .where('revoked_at', 'is', null),
        () => new TokenNotFoundError(),
      ),
      record(this.#db, { event: 'token.revoked', workspace, subject: id, by: user, at: now }),
    ]
  }

  /** The statements that end all tokens of a person and what assistants said about themselves, for the transaction that erases the rest. */
  async erasing(workspace: WorkspaceId, user: UserId, now: number): Promise<readonly Write[]> {
    const open = await this.#tokens(workspace, user).where('access_tokens.revoked_at', 'is', null).execute()
    const mine = { workspace_id: workspace, user_id: user }
    return [
      ...open.map(({ id }) => record(this.#db, { event: 'token.revoked', workspace, subject: id, by: user, at: now })),
      write(
        this.#db
          .updateTable('access_tokens')
          .set({ revoked_at: now })
          .where((eb) => eb.and(mine))
          .where('revoked_at', 'is', null),
      ),
      write(
        this.#db
          .updateTable('access_tokens')
          .set({ name: '' })
          .where((eb) => eb.and(mine)),
      ),
      write(this.#db.deleteFrom('mcp_sessions').where((eb) => eb.and(mine))),
    ]
  }

  used(id: TokenId, at: number): Write {
    return write(
      this.#db
        .updateTable('access_tokens')
        .set({ last_used_at: at })
        .where('id', '=', id)
        .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', at)])),
    )
  }
}

function summaryOf(row: {
  id: string
  name: string
  prefix: string
  assistant_id: string
  assistant_name: string
  created_at: number
  expires_at: number | null
  last_used_at: number | null
  revoked_at: number | null
}): TokenSummary {
  return {
    id: row.id as TokenId,
    name: row.name,
    prefix: row.prefix,
    assistant: { id: row.assistant_id as AssistantId, name: row.assistant_name },
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  }
}
