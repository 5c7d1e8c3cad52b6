import type { CredentialPlacement } from '@handfast/contract'
import type { Permit } from '../consent/index.ts'
import { record } from '../ledger/index.ts'
import { type Clock, type ConnectorId, newId, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Sealing } from '../sealing/index.ts'
import { type Enforcement, Memory, type Storage, type Write, write } from '../storage/index.ts'
import { CredentialMalformedError, CredentialNotAskedForError, NoCredentialError } from './vault-errors.ts'

/** A credential opened for one permit. The id is stable and says nothing about the secret. */
export type OpenCredential = {
  readonly id: string
  readonly placement: CredentialPlacement
  readonly secret: string
  readonly origins: readonly string[]
}

/** What may be shown about a credential. The secret itself is never shown again. */
export type CredentialNote = {
  readonly id: string
  readonly connector: ConnectorId
  readonly shared: boolean
  readonly setBy: UserId
  readonly setAt: number
}

/** Whose credential: one person's, or the workspace's where the operator says so. */
export type CredentialOwner = { readonly workspace: WorkspaceId; readonly user: UserId | null }

/** Opened at first use: a row that does not open is nobody's trouble but its own. */
type Stored = { readonly id: string; readonly secret: () => string; readonly origins: readonly string[] }

function opened({ id, secret, origins }: Stored, placement: CredentialPlacement): OpenCredential {
  return { id, placement, secret: secret(), origins }
}

/**
 * Sealed credentials that stand by themselves: shared ones, and those of people that an earlier release kept (clause 3b-platform-security). Those of
 * accounts are in `AccountSecrets`. Opens for a permit only.
 */
export class Vault {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #sealing: Sealing
  readonly #enforcement: Enforcement
  readonly #personal = new Memory<ReadonlyMap<ConnectorId, Stored>>(20_000)
  /** By connector, and there by workspace: a key that one workspace shares is nobody else's. */
  readonly #shared = new Memory<Map<WorkspaceId, Stored | 'none'>>(10_000)

  constructor(needs: { storage: Storage; clock: Clock; sealing: Sealing; enforcement: Enforcement }) {
    this.#storage = needs.storage
    this.#clock = needs.clock
    this.#sealing = needs.sealing
    this.#enforcement = needs.enforcement
    needs.enforcement.add(this.#personal)
    needs.enforcement.add(this.#shared)
  }

  /** The credential for this permit if it is warm: the person's own, else the shared one; undefined when the store has to be asked. */
  peek(permit: Permit, placement: CredentialPlacement): OpenCredential | undefined {
    const personal = this.#personal.peek(`user:${permit.user}`)
    if (personal === undefined) return undefined
    const own = personal.get(permit.connector)
    if (own !== undefined) return opened(own, placement)
    const shared = this.#shared.peek(`connector:${permit.connector}`)?.get(permit.workspace)
    return shared === undefined || shared === 'none' ? undefined : opened(shared, placement)
  }

  /** @throws NoCredentialError when neither the person nor the workspace gave one */
  async credentialFor(permit: Permit, placement: CredentialPlacement, say: { connectorName: string; link: string }): Promise<OpenCredential> {
    const personal = await this.#personal.get(`user:${permit.user}`, () => this.#loadPersonal(permit.user, permit.workspace))
    const own = personal.get(permit.connector)
    if (own !== undefined) return opened(own, placement)
    // A change drops the whole map, so that what is put into an old one is seen by nobody.
    const known = await this.#shared.get(`connector:${permit.connector}`, async () => new Map())
    const shared = known.get(permit.workspace) ?? (await this.#loadShared(permit.connector, permit.workspace))
    known.set(permit.workspace, shared)
    if (shared === 'none') throw new NoCredentialError(say.connectorName, say.link)
    return opened(shared, placement)
  }

  #live(workspace: WorkspaceId) {
    const all = this.#storage.db.selectFrom('credentials').selectAll().where('workspace_id', '=', workspace)
    return all.where('link_id', 'is', null).where('destroyed_at', 'is', null)
  }

  #open(row: { id: string; workspace_id: string; user_id: string | null; connector_id: string; sealed: string; origins: string }): Stored {
    let secret: string | null = null
    return {
      id: row.id,
      origins: JSON.parse(row.origins) as string[],
      secret: () => {
        secret ??= this.#sealing.open(placeOf(row), row.sealed)
        return secret
      },
    }
  }

  async #loadPersonal(user: UserId, workspace: WorkspaceId): Promise<ReadonlyMap<ConnectorId, Stored>> {
    const rows = await this.#live(workspace).where('user_id', '=', user).orderBy('id').execute()
    return new Map(rows.map((row) => [row.connector_id as ConnectorId, this.#open(row)]))
  }

  async #loadShared(connector: ConnectorId, workspace: WorkspaceId): Promise<Stored | 'none'> {
    const row = await this.#live(workspace)
      .where('user_id', 'is', null)
      .where('connector_id', '=', connector)
      .orderBy('id', 'desc')
      .executeTakeFirst()
    return row === undefined ? 'none' : this.#open(row)
  }

  /** Seals a secret and destroys the one it replaces. `origins` are the reviewed ones: the secret goes nowhere else. @throws DataErasedError */
  async put(owner: CredentialOwner, connector: ConnectorId, secret: string, origins: readonly string[], by: UserId): Promise<CredentialNote> {
    const { db } = this.#storage
    const at = this.#clock.now()
    const id = newId('crd', at)
    const row = {
      id,
      workspace_id: owner.workspace,
      user_id: owner.user,
      connector_id: connector,
      origins: JSON.stringify(origins),
      set_by: by,
      created_at: at,
      destroyed_at: null,
    }
    const holding = owner.user === null ? [] : [await this.#holding(owner.user, owner.workspace)]
    await this.#enforcement.change(
      [
        ...holding,
        this.#destroyStatement(owner, connector, at),
        write(db.insertInto('credentials').values({ ...row, sealed: this.#sealing.seal(placeOf(row), secret) })),
        record(db, {
          event: 'credential.stored',
          workspace: owner.workspace,
          subject: id,
          by,
          at,
          facts: { connector, shared: owner.user === null },
        }),
      ],
      keysOf(owner, connector),
    )
    return { id, connector, shared: owner.user === null, setBy: by, setAt: at }
  }

  /** Two secrets of one person at once come one after the other, so one of them is destroyed; and an erased person gives none. */
  async #holding(user: UserId, workspace: WorkspaceId): Promise<Write> {
    await this.#sealing.of(user, workspace)
    return this.#sealing.holding(user, workspace)
  }

  /** Destroys a secret: its sealed text is overwritten. Answers whether there was one. */
  async destroy(owner: CredentialOwner, connector: ConnectorId, by: UserId): Promise<boolean> {
    const notes = (await this.notes(owner)).filter((note) => note.connector === connector)
    if (notes.length === 0) return false
    const at = this.#clock.now()
    const trace = notes.map((note) =>
      record(this.#storage.db, {
        event: 'credential.destroyed',
        workspace: owner.workspace,
        subject: note.id,
        by,
        at,
        facts: { connector, shared: note.shared },
      }),
    )
    await this.#enforcement.change([this.#destroyStatement(owner, connector, at), ...trace], keysOf(owner, connector))
    return true
  }

  /** The statements that destroy what everybody gave for a connector that is gone, in all workspaces, and the keys that they change. */
  async forgetting(
    connector: ConnectorId,
    at: number,
  ): Promise<{ readonly writes: readonly Write[]; readonly keys: readonly string[]; readonly count: number }> {
    const { db } = this.#storage
    const live = db.selectFrom('credentials').select(['id', 'workspace_id', 'user_id']).where('connector_id', '=', connector)
    const rows = await live.where('destroyed_at', 'is', null).execute()
    const update = db.updateTable('credentials').set({ sealed: '', destroyed_at: at }).where('connector_id', '=', connector)
    const facts = (user: string | null) => ({ connector, shared: user === null })
    return {
      writes: [
        write(update.where('destroyed_at', 'is', null)),
        ...rows.map((row) =>
          record(db, { event: 'credential.destroyed', workspace: row.workspace_id, subject: row.id, by: 'system', at, facts: facts(row.user_id) }),
        ),
      ],
      keys: [`connector:${connector}`, ...new Set(rows.flatMap(({ user_id }) => (user_id === null ? [] : [`user:${user_id}`])))],
      count: rows.length,
    }
  }

  #destroyStatement(owner: CredentialOwner, connector: ConnectorId, at: number) {
    const update = this.#storage.db.updateTable('credentials').set({ sealed: '', destroyed_at: at }).where('workspace_id', '=', owner.workspace)
    const mine = owner.user === null ? update.where('user_id', 'is', null) : update.where('user_id', '=', owner.user)
    return write(mine.where('connector_id', '=', connector).where('link_id', 'is', null).where('destroyed_at', 'is', null))
  }

  /** The statements that destroy all that a person gave for themselves, for the transaction that erases the rest. */
  async erasing(owner: { readonly workspace: WorkspaceId; readonly user: UserId }, at: number): Promise<readonly Write[]> {
    const { db } = this.#storage
    const given = await this.notes(owner)
    return [
      write(
        db
          .updateTable('credentials')
          .set({ sealed: '', destroyed_at: at })
          .where('workspace_id', '=', owner.workspace)
          .where('user_id', '=', owner.user)
          .where('destroyed_at', 'is', null),
      ),
      ...given.map(({ id, connector }) =>
        record(db, {
          event: 'credential.destroyed',
          workspace: owner.workspace,
          subject: id,
          by: owner.user,
          at,
          facts: { connector, shared: false },
        }),
      ),
    ]
  }

  /** Which credentials an owner has given, without the secrets. */
  async notes(owner: CredentialOwner): Promise<readonly CredentialNote[]> {
    const query = this.#live(owner.workspace)
    const rows = await (owner.user === null ? query.where('user_id', 'is', null) : query.where('user_id', '=', owner.user)).orderBy('id').execute()
    return rows.map((row) => ({
      id: row.id,
      connector: row.connector_id as ConnectorId,
      shared: row.user_id === null,
      setBy: row.set_by as UserId,
      setAt: row.created_at,
    }))
  }
}

/**
 * What cannot travel where the connector puts it is refused at the door, not at the first call.
 * @throws CredentialNotAskedForError, CredentialMalformedError
 */
export function checkSecret(placement: CredentialPlacement, secret: string): void {
  if (placement.type === 'none') throw new CredentialNotAskedForError()
  // A query parameter is percent-encoded and `basic` becomes base64; the others stand in a header as they are.
  const fits = placement.type === 'bearer' || placement.type === 'header' ? /^[\x21-\x7e]+( +[\x21-\x7e]+)*$/ : /^\P{Cc}+$/u
  if (!fits.test(secret)) throw new CredentialMalformedError('characters that cannot be sent, such as line breaks')
  if (placement.type === 'basic' && !secret.includes(':')) throw new CredentialMalformedError('no colon; give it as name:password')
}

/** Where a sealed credential belongs; moved to another row, user or connector it does not open. */
function placeOf(row: { id: string; workspace_id: string; user_id: string | null; connector_id: string }): string {
  return `credential:${row.id}:${row.workspace_id}:${row.user_id ?? 'shared'}:${row.connector_id}`
}

function keysOf(owner: CredentialOwner, connector: ConnectorId): readonly string[] {
  return owner.user === null ? [`connector:${connector}`] : [`user:${owner.user}`]
}
