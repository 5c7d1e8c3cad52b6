import type { Kysely, Selectable } from 'kysely'
import type { AssistantId, UserId, WorkspaceId } from '../lib/index.ts'
import { Memory, type Schema } from '../storage/index.ts'
import { readRoles, type UserAccount, type UserStanding } from './account.ts'

/** The questions asked about accounts. */
export class AccountStore {
  readonly #db: Kysely<Schema>
  /** Kept by `user:<id>`; the storage's enforcement drops what a change makes wrong. */
  readonly standings = new Memory<UserStanding>(100_000)

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  async byId(workspace: WorkspaceId, id: UserId): Promise<UserAccount | null> {
    const row = await this.#db.selectFrom('users').selectAll().where('workspace_id', '=', workspace).where('id', '=', id).executeTakeFirst()
    return row === undefined ? null : accountOf(row)
  }

  /** For sign-in: the account with what proves its password. An address belongs to one account of one workspace. */
  async byEmail(email: string): Promise<{ readonly account: UserAccount; readonly passwordHash: string | null } | null> {
    const row = await this.#db.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst()
    return row === undefined ? null : { account: accountOf(row), passwordHash: row.password_hash }
  }

  async passwordHash(workspace: WorkspaceId, id: UserId): Promise<string | null> {
    const row = await this.#db
      .selectFrom('users')
      .select('password_hash')
      .where('workspace_id', '=', workspace)
      .where('id', '=', id)
      .executeTakeFirst()
    return row?.password_hash ?? null
  }

  /** Accounts in the order in which they were made. */
  async list(workspace: WorkspaceId, after: string | null, limit: number): Promise<readonly UserAccount[]> {
    const rows = await this.#db
      .selectFrom('users')
      .selectAll()
      .where('workspace_id', '=', workspace)
      .where('id', '>', after ?? '')
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map(accountOf)
  }

  /** Read past the workspace on purpose: the id comes from a proven token, and the answer says which workspace it is. */
  standing(user: UserId): Promise<UserStanding> {
    return this.standings.get(`user:${user}`, async () => {
      const row = await this.#db
        .selectFrom('users')
        .select(['workspace_id', 'roles', 'disabled_at', 'asserted_by'])
        .where('id', '=', user)
        .executeTakeFirst()
      if (row === undefined) return { user, workspace: 'wsp_' as WorkspaceId, roles: [], disabled: true, assertedBy: null }
      return {
        user,
        workspace: row.workspace_id as WorkspaceId,
        roles: readRoles(row.roles),
        disabled: row.disabled_at !== null,
        assertedBy: row.asserted_by as AssistantId | null,
      }
    })
  }
}

function accountOf(row: Selectable<Schema['users']>): UserAccount {
  return {
    id: row.id as UserId,
    workspace: row.workspace_id as WorkspaceId,
    name: row.name,
    email: row.email,
    roles: readRoles(row.roles),
    createdAt: row.created_at,
    hasPassword: row.password_hash !== null,
    openedAt: row.opened_at,
    emailOwn: row.email_own === 1,
    disabledAt: row.disabled_at,
    assertedBy: row.asserted_by as AssistantId | null,
  }
}
