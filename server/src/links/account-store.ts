import type { Kysely } from 'kysely'
import type { ConnectorId, UserId, WorkspaceId } from '../lib/index.ts'
import { type AccountIdentity, type AuthorizationServer, NOBODY } from '../oauth-client/index.ts'
import type { PersonalSealer, Sealing } from '../sealing/index.ts'
import { type Schema, type Storage, type Write, write, writeUnique } from '../storage/index.ts'
import type { LinkId } from '../vault/index.ts'
import type { Account, Person } from './account.ts'
import type { ClientRef } from './clients.ts'

export type AccountRow = Schema['account_links']

/** How a linked sign-in is renewed and taken back: as it was when the person agreed to it. */
export type SignInTerms = {
  readonly server: AuthorizationServer
  readonly client: ClientRef
  readonly resource: string | null
  readonly exchange: { readonly audience?: string; readonly scopes: readonly string[] } | null
}

/** The only SQL about accounts. */
export class AccountStore {
  readonly #storage: Storage
  readonly #sealing: Sealing

  constructor(needs: { storage: Storage; sealing: Sealing }) {
    this.#storage = needs.storage
    this.#sealing = needs.sealing
  }

  get #db(): Kysely<Schema> {
    return this.#storage.db
  }

  live(workspace: WorkspaceId) {
    return this.#db.selectFrom('account_links').selectAll().where('workspace_id', '=', workspace).where('ended_at', 'is', null)
  }

  /** The oldest ones at a connector, in all workspaces. */
  liveAt(connector: ConnectorId, limit: number): Promise<readonly AccountRow[]> {
    const live = this.#db.selectFrom('account_links').selectAll().where('connector_id', '=', connector).where('ended_at', 'is', null)
    return live.orderBy('id').limit(limit).execute()
  }

  /** All accounts of a person, the oldest first. */
  async of({ user, workspace }: Person): Promise<readonly Account[]> {
    const rows = await this.live(workspace).where('user_id', '=', user).orderBy('id').execute()
    if (rows.length === 0) return []
    const sealer = await this.#sealing.of(user, workspace)
    return rows.map((row) => toAccount(row, sealer))
  }

  /** The account that the whole workspace shares at a connector. */
  async shared(workspace: WorkspaceId, connector: ConnectorId): Promise<Account | undefined> {
    const row = await this.live(workspace)
      .where('user_id', 'is', null)
      .where('connector_id', '=', connector)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
    return row === undefined ? undefined : toAccount(row, null)
  }

  /** How many accounts the whole workspace has had at a connector, those that ended too. */
  async countShared(workspace: WorkspaceId, connector: ConnectorId): Promise<number> {
    const all = this.#db.selectFrom('account_links').select('id').where('workspace_id', '=', workspace).where('user_id', 'is', null)
    return (await all.where('connector_id', '=', connector).execute()).length
  }

  row(workspace: WorkspaceId, link: LinkId): Promise<AccountRow | undefined> {
    return this.live(workspace).where('id', '=', link).executeTakeFirst()
  }

  async account(row: AccountRow): Promise<Account> {
    const user = row.user_id as UserId | null
    return toAccount(row, user === null ? null : await this.#sealing.of(user, row.workspace_id as WorkspaceId))
  }

  sealIdentity(sealer: PersonalSealer | null, link: LinkId, identity: AccountIdentity): string | null {
    return sealer === null || identity === NOBODY ? null : sealer.seal(identityPlace(link), JSON.stringify(identity))
  }

  inserting(row: AccountRow): Write {
    return write(this.#db.insertInto('account_links').values(row))
  }

  /** Of two processes that insert the same id, one succeeds. */
  insertingOnce(row: AccountRow, otherwise: () => Error): Write {
    return writeUnique(this.#db.insertInto('account_links').values(row), otherwise)
  }

  /** Changes a live account. */
  changing(workspace: WorkspaceId, link: LinkId, set: Partial<AccountRow>): Write {
    const live = this.#db.updateTable('account_links').set(set).where('workspace_id', '=', workspace).where('id', '=', link)
    return write(live.where('ended_at', 'is', null))
  }

  /** Takes the default away from a person's other accounts at a connector. */
  noOtherDefault({ user, workspace }: Person, connector: ConnectorId, link: LinkId): Write {
    const others = this.#db.updateTable('account_links').set({ is_default: 0 }).where('workspace_id', '=', workspace).where('user_id', '=', user)
    return write(others.where('connector_id', '=', connector).where('id', '!=', link).where('ended_at', 'is', null))
  }

  /** Accounts that are to be renewed although nobody uses them, the longest overdue first. */
  due(now: number, most: number) {
    return this.#db
      .selectFrom('account_links')
      .select(['id', 'workspace_id'])
      .where('renew_at', '<=', now)
      .where('ended_at', 'is', null)
      .where('state', '!=', 'ended')
      .orderBy('renew_at')
      .limit(most)
      .execute()
  }
}

const identityPlace = (link: string): string => `account-identity:${link}`

function toAccount(row: AccountRow, sealer: PersonalSealer | null): Account {
  const identity =
    row.sealed_identity === null || sealer === null
      ? NOBODY
      : (JSON.parse(sealer.open(identityPlace(row.id), row.sealed_identity)) as AccountIdentity)
  return {
    link: row.id as LinkId,
    workspace: row.workspace_id as WorkspaceId,
    user: row.user_id as UserId | null,
    connector: row.connector_id as ConnectorId,
    kind: row.kind,
    label: row.label,
    identity,
    isDefault: row.is_default === 1,
    issuer: row.server === null ? null : (JSON.parse(row.server) as AuthorizationServer).issuer,
    scopes: JSON.parse(row.scopes) as string[],
    askedScopes: row.asked_scopes === null ? [] : (JSON.parse(row.asked_scopes) as string[]),
    state: row.state,
    reason: row.reason,
    who: row.who,
    stateAt: row.state_at,
    createdAt: row.created_at,
    testedAt: row.tested_at,
  }
}

/** Null for keys. */
export function termsOf(row: AccountRow): SignInTerms | null {
  if (row.server === null || row.client === null) return null
  return {
    server: JSON.parse(row.server) as AuthorizationServer,
    client: JSON.parse(row.client) as ClientRef,
    resource: row.resource,
    exchange: row.exchange === null ? null : (JSON.parse(row.exchange) as SignInTerms['exchange']),
  }
}
