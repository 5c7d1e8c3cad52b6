import type { Permit } from '../consent/index.ts'
import { record } from '../ledger/index.ts'
import { type Clock, type ConnectorId, type Id, newId, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Sealing } from '../sealing/index.ts'
import { type Enforcement, Memory, type Storage, type Write, write, writeOne } from '../storage/index.ts'

export type LinkId = Id<'lnk'>

/** Which account a secret belongs to. `user` null: the workspace's. */
export type AccountOwner = { readonly workspace: WorkspaceId; readonly user: UserId | null; readonly connector: ConnectorId; readonly link: LinkId }

/** An account's secret, open. It goes to the reviewed origins and nowhere else. */
export type AccountSecret = AccountOwner & {
  readonly id: string
  readonly secret: string
  readonly origins: readonly string[]
  /** Raised each time that it is replaced in place. */
  readonly version: number
}

/** Another process replaced or destroyed the secret first. */
export class SecretReplacedError extends Error {
  override readonly name = 'SecretReplacedError'
}

type Row = {
  readonly id: string
  readonly workspace_id: string
  readonly user_id: string | null
  readonly connector_id: string
  readonly link_id: string | null
  readonly sealed: string
  readonly origins: string
  readonly version: number
}

const CHANNEL = 'account-secrets'

/** Sealed secrets of accounts, keys and token sets alike. For a call they open for a permit of the same person and connector; for renewal and revocation, to this house alone. */
export class AccountSecrets {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #sealing: Sealing
  readonly #open = new Memory<AccountSecret | 'none'>(50_000)

  constructor(needs: { storage: Storage; clock: Clock; sealing: Sealing; enforcement: Enforcement }) {
    this.#storage = needs.storage
    this.#clock = needs.clock
    this.#sealing = needs.sealing
    needs.enforcement.add(this.#open)
    needs.storage.listen(CHANNEL, (link) => this.#open.forget(`link:${link}`))
  }

  /** The secret if it is warm. No waiting: for the hot path. */
  peek(permit: Permit, link: LinkId): AccountSecret | undefined {
    const found = this.#open.peek(`link:${link}`)
    return found === undefined || found === 'none' || !covers(permit, found) ? undefined : found
  }

  /** Undefined where there is none, or it is not this person's at this connector. */
  async open(permit: Permit, link: LinkId): Promise<AccountSecret | undefined> {
    const found = await this.#open.get(`link:${link}`, async () => (await this.openForUpkeep(permit.workspace, link)) ?? 'none')
    return found === 'none' || !covers(permit, found) ? undefined : found
  }

  /** As it stands in the database now: to renew it, to have it revoked. Never for a call. */
  async openForUpkeep(workspace: WorkspaceId, link: LinkId): Promise<AccountSecret | undefined> {
    const row = await this.#storage.db
      .selectFrom('credentials')
      .selectAll()
      .where('workspace_id', '=', workspace)
      .where('link_id', '=', link)
      .where('destroyed_at', 'is', null)
      .orderBy('id', 'desc')
      .executeTakeFirst()
    return row === undefined ? undefined : this.#opened(row)
  }

  #opened(row: Row): AccountSecret {
    return {
      id: row.id,
      workspace: row.workspace_id as WorkspaceId,
      user: row.user_id as UserId | null,
      connector: row.connector_id as ConnectorId,
      link: row.link_id as LinkId,
      secret: this.#sealing.open(placeOf(row), row.sealed),
      origins: JSON.parse(row.origins) as string[],
      version: row.version,
    }
  }

  /** Statements that seal a secret for an account and destroy the one it replaces. Their transaction changes the key `link:<id>`. */
  storing(owner: AccountOwner, secret: string, origins: readonly string[], by: UserId, at: number): readonly Write[] {
    const { db } = this.#storage
    const { workspace, user, connector, link } = owner
    const row = {
      id: newId('crd', at),
      workspace_id: workspace,
      user_id: user,
      connector_id: connector,
      link_id: link,
      origins: JSON.stringify(origins),
      set_by: by,
      created_at: at,
      destroyed_at: null,
      version: 1,
    }
    return [
      this.#destroy(owner, at),
      write(db.insertInto('credentials').values({ ...row, sealed: this.#sealing.seal(placeOf(row), secret) })),
      record(db, { event: 'credential.stored', workspace, subject: row.id, by, at, facts: { connector, link, shared: user === null } }),
    ]
  }

  /** The statement that puts a new secret in the place of one that was read. Of two at once, exactly one succeeds. @throws SecretReplacedError */
  replacing(old: AccountSecret, secret: string): Write {
    const version = old.version + 1
    const place = placeOf({ id: old.id, workspace_id: old.workspace, user_id: old.user, connector_id: old.connector, link_id: old.link, version })
    const sealed = this.#sealing.seal(place, secret)
    const update = this.#storage.db
      .updateTable('credentials')
      .set({ sealed, version })
      .where('id', '=', old.id)
      .where('workspace_id', '=', old.workspace)
    return writeOne(update.where('version', '=', old.version).where('destroyed_at', 'is', null), () => new SecretReplacedError())
  }

  /** Tells every process that the secret of an account was replaced. A hint: whoever misses it finds the old one refused and reads again. */
  tell(link: LinkId): void {
    this.#open.forget(`link:${link}`)
    this.#storage.notify(CHANNEL, link)
  }

  /** Statements that overwrite an account's secret. Their transaction changes the key `link:<id>`. */
  destroying(owner: AccountOwner & { readonly id: string }, by: UserId | 'system', at: number): readonly Write[] {
    const { workspace, user, connector, link, id } = owner
    const facts = { connector, link, shared: user === null }
    return [this.#destroy(owner, at), record(this.#storage.db, { event: 'credential.destroyed', workspace, subject: id, by, at, facts })]
  }

  #destroy({ workspace, link }: AccountOwner, at: number): Write {
    const live = this.#storage.db.updateTable('credentials').set({ sealed: '', destroyed_at: at }).where('workspace_id', '=', workspace)
    return write(live.where('link_id', '=', link).where('destroyed_at', 'is', null))
  }
}

function covers(permit: Permit, secret: AccountSecret): boolean {
  return (secret.user === null || secret.user === permit.user) && secret.workspace === permit.workspace && secret.connector === permit.connector
}

/** Where a sealed secret belongs. One that was moved to another row, person, connector or account, or put back from before a refresh, does not open. */
function placeOf(row: Omit<Row, 'sealed' | 'origins'>): string {
  const place = `credential:${row.id}:${row.workspace_id}:${row.user_id ?? 'shared'}:${row.connector_id}`
  // Version 0: from before there were accounts.
  return row.version === 0 ? place : `${place}:${row.link_id}:${row.version}`
}
