import { record } from '../ledger/index.ts'
import { type Clock, type ConnectorId, newId, type UserId, type WorkspaceId } from '../lib/index.ts'
import {
  type AuthMethod,
  type AuthorizationServer,
  issuerKey,
  NoClientError,
  type OAuthClient,
  type OAuthClientIdentity,
  takesOurKey,
} from '../oauth-client/index.ts'
import type { Sealing } from '../sealing/index.ts'
import { type Storage, type Write, write } from '../storage/index.ts'

/** A client that was registered by hand, without its secret. */
export type ClientNote = {
  readonly id: string
  readonly issuer: string
  readonly clientId: string
  readonly method: string
  readonly hasSecret: boolean
  readonly redirectUri: string
  readonly setBy: UserId
  readonly setAt: number
}

/** Who we are for a link, as it is kept with it: enough to find the secret again, and no more. */
export type ClientRef = { readonly kind: 'document' | 'stored'; readonly clientId: string; readonly method: AuthMethod }

type Row = {
  readonly id: string
  readonly workspace_id: string
  readonly issuer: string
  readonly client_id: string
  readonly method: string
  readonly sealed_secret: string | null
}

/** Who this installation is at authorization servers. What belongs to one issuer is never shown to another. */
export class Clients {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #sealing: Sealing
  readonly #oauth: OAuthClient

  constructor(needs: { storage: Storage; clock: Clock; sealing: Sealing; oauth: OAuthClient }) {
    this.#storage = needs.storage
    this.#clock = needs.clock
    this.#sealing = needs.sealing
    this.#oauth = needs.oauth
  }

  /**
   * Who we are at this server: as somebody registered us by hand, by our metadata document, as registered before, or registered now.
   * @throws NoClientError when there is none of it
   */
  async at(
    workspace: WorkspaceId,
    connector: ConnectorId,
    server: AuthorizationServer,
  ): Promise<{ readonly identity: OAuthClientIdentity; readonly ref: ClientRef }> {
    const given = await this.#stored(workspace, connector, server.issuer)
    if (given !== undefined) return this.#from(given)
    const document = this.#oauth.byDocument(server)
    if (document !== null) return { identity: document, ref: { kind: 'document', clientId: document.clientId, method: document.method } }
    const known = await this.#stored(workspace, null, server.issuer, this.#oauth.redirectUri(server))
    if (known !== undefined) return this.#from(known)
    if (server.registrationEndpoint === null) throw new NoClientError(server.issuer)
    return this.#register(workspace, server)
  }

  /**
   * Who a whole workspace is where nobody signs in. Only what somebody registered by hand, and only with a proof: nobody consents there, so nothing is
   * made up on the way (MCP OAuth client credentials extension; RFC 6749 section 4.4: confidential clients only).
   * @throws NoClientError
   */
  async forMachine(
    workspace: WorkspaceId,
    connector: ConnectorId,
    server: AuthorizationServer,
  ): Promise<{ readonly identity: OAuthClientIdentity; readonly ref: ClientRef }> {
    const given = await this.#stored(workspace, connector, server.issuer)
    if (given === undefined) throw new NoClientError(server.issuer)
    const found = this.#from(given)
    if (found.identity.method !== 'none') return found
    if (server.authMethods?.includes('private_key_jwt') !== true || !takesOurKey(server)) throw new NoClientError(server.issuer)
    const method = 'private_key_jwt'
    return { identity: { ...found.identity, method }, ref: { ...found.ref, method } }
  }

  /** The same client as a link was made with, with the secret that it has now. Undefined where it is gone. */
  async again(workspace: WorkspaceId, issuer: string, ref: ClientRef): Promise<OAuthClientIdentity | undefined> {
    if (ref.kind === 'document') return { issuer, clientId: ref.clientId, method: ref.method, secret: null }
    const row = await this.#storage.db
      .selectFrom('oauth_clients')
      .selectAll()
      .where('workspace_id', '=', workspace)
      .where('issuer', '=', issuer)
      .where('client_id', '=', ref.clientId)
      .where('ended_at', 'is', null)
      .orderBy('created_at', 'desc')
      .limit(1)
      .executeTakeFirst()
    return row === undefined ? undefined : { ...this.#from(row).identity, method: ref.method }
  }

  async #stored(workspace: WorkspaceId, connector: ConnectorId | null, issuer: string, redirectUri?: string): Promise<Row | undefined> {
    let query = this.#storage.db
      .selectFrom('oauth_clients')
      .selectAll()
      .where('workspace_id', '=', workspace)
      .where('issuer', '=', issuer)
      .where('ended_at', 'is', null)
      .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', this.#clock.now())]))
    query = connector === null ? query.where('connector_id', 'is', null) : query.where('connector_id', '=', connector)
    // We may have moved to another address since: then we are not that client any more.
    if (redirectUri !== undefined) query = query.where('redirect_uri', '=', redirectUri)
    return query.orderBy('created_at', 'desc').limit(1).executeTakeFirst()
  }

  #from(row: Row): { identity: OAuthClientIdentity; ref: ClientRef } {
    const secret = row.sealed_secret === null ? null : this.#sealing.open(placeOf(row), row.sealed_secret)
    const method = row.method as AuthMethod
    return { identity: { issuer: row.issuer, clientId: row.client_id, method, secret }, ref: { kind: 'stored', clientId: row.client_id, method } }
  }

  async #register(workspace: WorkspaceId, server: AuthorizationServer) {
    const registered = await this.#oauth.register(server)
    const { row, writes } = this.#storing(
      { workspace, connector: null, redirectUri: this.#oauth.redirectUri(server), by: 'system', expiresAt: registered.expiresAt },
      registered,
    )
    await this.#storage.write(writes)
    return this.#from(row)
  }

  /** Seals a client that somebody registered by hand for one connector at one issuer; the one before it ends. */
  async give(given: {
    readonly workspace: WorkspaceId
    readonly connector: ConnectorId
    readonly server: AuthorizationServer
    readonly clientId: string
    readonly secret: string | null
    readonly by: UserId
  }): Promise<ClientNote> {
    const { workspace, connector, server, by } = given
    const identity = this.#oauth.byHand(server, given.clientId, given.secret)
    const { row, writes } = this.#storing({ workspace, connector, redirectUri: this.#oauth.redirectUri(server), by, expiresAt: null }, identity)
    await this.#storage.write([...(await this.#ending(workspace, connector, by)), ...writes])
    return toNote({ ...row, redirect_uri: row.redirect_uri })
  }

  #storing(
    about: { workspace: WorkspaceId; connector: ConnectorId | null; redirectUri: string; by: UserId | 'system'; expiresAt: number | null },
    identity: OAuthClientIdentity,
  ) {
    const at = this.#clock.now()
    const row = {
      id: newId('oac', at) as string,
      workspace_id: about.workspace as string,
      connector_id: about.connector as string | null,
      issuer: identity.issuer,
      client_id: identity.clientId,
      method: identity.method as string,
      sealed_secret: null as string | null,
      redirect_uri: about.redirectUri,
      set_by: about.by as string,
      created_at: at,
      expires_at: about.expiresAt,
      ended_at: null,
    }
    row.sealed_secret = identity.secret === null ? null : this.#sealing.seal(placeOf(row), identity.secret)
    const facts = { connector: about.connector, issuer: identity.issuer, method: identity.method, registered: about.connector === null }
    const writes: readonly Write[] = [
      write(this.#storage.db.insertInto('oauth_clients').values(row)),
      record(this.#storage.db, { event: 'client.stored', workspace: about.workspace, subject: row.id, by: about.by, at, facts }),
    ]
    return { row, writes }
  }

  /** The client that was given for a connector, if there is one. */
  async note(workspace: WorkspaceId, connector: ConnectorId): Promise<ClientNote | null> {
    const row = await this.#given(workspace, connector)
    return row === undefined ? null : toNote(row)
  }

  /** Destroys the client that was given for a connector. Answers whether there was one. */
  async end(workspace: WorkspaceId, connector: ConnectorId, by: UserId | 'system'): Promise<boolean> {
    const writes = await this.#ending(workspace, connector, by)
    if (writes.length > 0) await this.#storage.write(writes)
    return writes.length > 0
  }

  async #ending(workspace: WorkspaceId, connector: ConnectorId, by: UserId | 'system'): Promise<readonly Write[]> {
    const row = await this.#given(workspace, connector)
    if (row === undefined) return []
    const { db } = this.#storage
    const at = this.#clock.now()
    const sealed_secret = row.sealed_secret === null ? null : ''
    return [
      write(db.updateTable('oauth_clients').set({ ended_at: at, sealed_secret }).where('id', '=', row.id).where('workspace_id', '=', workspace)),
      record(db, { event: 'client.destroyed', workspace, subject: row.id, by, at, facts: { connector, issuer: row.issuer } }),
    ]
  }

  #given(workspace: WorkspaceId, connector: ConnectorId) {
    const all = this.#storage.db.selectFrom('oauth_clients').selectAll().where('workspace_id', '=', workspace).where('connector_id', '=', connector)
    return all.where('ended_at', 'is', null).orderBy('created_at', 'desc').limit(1).executeTakeFirst()
  }
}

/** A secret that was moved to another issuer or client does not open. */
function placeOf(row: Pick<Row, 'id' | 'workspace_id' | 'issuer' | 'client_id'>): string {
  return `oauth-client:${row.id}:${row.workspace_id}:${issuerKey(row.issuer)}:${row.client_id}`
}

function toNote(row: Row & { readonly redirect_uri: string; readonly set_by: string; readonly created_at: number }): ClientNote {
  return {
    id: row.id,
    issuer: row.issuer,
    clientId: row.client_id,
    method: row.method,
    hasSecret: row.sealed_secret !== null,
    redirectUri: row.redirect_uri,
    setBy: row.set_by as UserId,
    setAt: row.created_at,
  }
}
