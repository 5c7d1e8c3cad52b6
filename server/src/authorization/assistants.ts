import { randomBytes } from 'node:crypto'
import { type AssistantId, type Clock, DAY, equalSecrets, type JsonObject, newId, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Enforcement, Storage, Write } from '../storage/index.ts'
import { type AssistantOverview, type AssistantRow, type AssistantStore, AssistantTakenMeanwhile } from './assistant-store.ts'
import { AssistantNotFoundError, AssistantTakenError, TooManyRequestsError } from './authorization-errors.ts'
import { type ClientMetadata, needsSecret, readClientMetadata } from './client-metadata.ts'
import type { GrantStore } from './grant-store.ts'
import { shownName } from './shown-name.ts'
import { newTokenText } from './token-text.ts'

/** Registrations of strangers that nobody let in yet. Behind it new ones wait until old ones have expired. */
const MOST_UNUSED = 5_000

export type Registered = { readonly row: AssistantRow; readonly secret: string | null }

type AssistantsNeeds = { readonly storage: Storage; readonly clock: Clock; readonly enforcement: Enforcement }

/** Assistants that can ask for access: registered by whoever runs it, by themselves, or known by a document at their own address. */
export class Assistants {
  readonly #needs: AssistantsNeeds
  readonly #store: AssistantStore
  readonly #grants: GrantStore

  constructor(needs: AssistantsNeeds, store: AssistantStore, grants: GrantStore) {
    this.#needs = needs
    this.#store = store
    this.#grants = grants
  }

  /** @throws ClientInvalidError | AssistantTakenError */
  async register(workspace: WorkspaceId, by: UserId, given: JsonObject & { readonly client_name: string }, clientId?: string): Promise<Registered> {
    const metadata = readClientMetadata(given, 'none')
    const name = metadata.client_name ?? ''
    if (name === '') throw new AssistantTakenError('/name')
    if (await this.#store.isNameTaken(workspace, name)) throw new AssistantTakenError('/name')
    if (clientId !== undefined && (await this.#store.byClientId(clientId)) !== null) throw new AssistantTakenError('/clientId')
    try {
      return await this.#add(workspace, name, 'registered', metadata, clientId ?? newClientId(), by)
    } catch (error) {
      if (error instanceof AssistantTakenMeanwhile) throw new AssistantTakenError(clientId === undefined ? '/name' : '/clientId')
      throw error
    }
  }

  /**
   * One registers itself (RFC 7591). Nothing is said about it in the ledger until a person lets it in.
   * @throws ClientInvalidError | TooManyRequestsError
   */
  async registerItself(workspace: WorkspaceId, given: unknown): Promise<Registered> {
    const metadata = readClientMetadata(given)
    if ((await this.#store.unusedCount()) >= MOST_UNUSED) throw new TooManyRequestsError(3_600)
    const clientId = newClientId()
    return await this.#add(workspace, distinctName(metadata.client_name, clientId.slice(-4)), 'dynamic', metadata, clientId, null)
  }

  async #add(
    workspace: WorkspaceId,
    name: string,
    kind: 'registered' | 'dynamic',
    metadata: ClientMetadata,
    clientId: string,
    by: UserId | null,
  ): Promise<Registered> {
    const createdAt = this.#needs.clock.now()
    const secret = needsSecret(metadata.token_endpoint_auth_method) ? newTokenText('client') : null
    const secretHash = secret === null ? null : sha256(secret)
    const row = { id: newId('ast', createdAt), workspace, name, kind, clientId, metadata, secretHash, createdAt }
    await this.#needs.storage.write(this.#store.adding(row, by))
    return { row: { ...row, recordedAt: by === null ? null : createdAt, disabledAt: null }, secret }
  }

  /** The registration of a client id, or null. Those with a document of their own have one once a person let them in. */
  byClientId(clientId: string): Promise<AssistantRow | null> {
    return this.#store.byClientId(clientId)
  }

  /** The row for an assistant with a document at its own address, made when a person first lets it in; with the statements that make it. */
  async forDocument(
    workspace: WorkspaceId,
    clientId: string,
    metadata: JsonObject,
  ): Promise<{ readonly row: AssistantRow; readonly writes: readonly Write[] }> {
    const there = await this.#store.byClientId(clientId)
    if (there !== null) return { row: there, writes: [this.#store.renewing(workspace, there.id, metadata)] }
    const createdAt = this.#needs.clock.now()
    const { host } = new URL(clientId)
    const wanted = distinctName(metadata['client_name'], host)
    const name = (await this.#store.isNameTaken(workspace, wanted))
      ? distinctName(metadata['client_name'], `${host} ${sha256(clientId).slice(0, 6)}`)
      : wanted
    const row: AssistantRow = {
      id: newId('ast', createdAt),
      workspace,
      name,
      kind: 'document',
      clientId,
      metadata,
      secretHash: null,
      createdAt,
      recordedAt: null,
      disabledAt: null,
    }
    return { row, writes: this.#store.adding(row, null) }
  }

  /** Whether only its own word brings it users, and no person lets it in. */
  async isForOwnUsersOnly(clientId: string): Promise<boolean> {
    const row = await this.#store.byClientId(clientId)
    return row !== null && (await this.#store.standing(row.id)).ownUsersOnly
  }

  list(workspace: WorkspaceId, after: string | null, limit: number): Promise<readonly AssistantOverview[]> {
    return this.#store.overview(workspace, after, limit, this.#needs.clock.now())
  }

  /** @throws AssistantNotFoundError */
  async one(workspace: WorkspaceId, id: AssistantId): Promise<AssistantRow> {
    const row = await this.#store.byId(workspace, id)
    if (row === null) throw new AssistantNotFoundError()
    return row
  }

  /** Switches an assistant off or on, its tokens of every kind. When this returns, no process sends a call of one that is off. */
  async steer(workspace: WorkspaceId, id: AssistantId, by: UserId, disabled: boolean): Promise<void> {
    const now = this.#needs.clock.now()
    await this.#needs.enforcement.change(this.#store.steering(workspace, id, disabled ? now : null, by, now), [`assistant:${id}`])
  }

  /** Deletes a registration and ends all access that people gave it. */
  async delete(workspace: WorkspaceId, id: AssistantId, by: UserId | 'system'): Promise<void> {
    const now = this.#needs.clock.now()
    const row = await this.one(workspace, id)
    for (;;) {
      // In portions: a transaction with the grants of a whole company would hold up everybody else.
      const held = await this.#grants.ofAssistant(id, now, 200)
      const last = held.length < 200
      const writes = held.flatMap((grant) => this.#grants.ending(grant, 'assistant-deleted', by, now))
      await this.#needs.enforcement.change(
        [...writes, ...(last ? this.#store.deleting(row, by, now) : [])],
        [`assistant:${id}`, ...held.map((grant) => `grant:${grant.id}`)],
      )
      if (last) return
    }
  }

  /** Lets go of what strangers registered and nobody used for so many days. Answers how many. */
  async forgetUnused(days: number): Promise<number> {
    const now = this.#needs.clock.now()
    const unused = await this.#store.unused(now - days * DAY, now, 500)
    const never = unused.filter((row) => row.recordedAt === null)
    if (never.length > 0) await this.#needs.storage.write(never.map((row) => this.#store.forgetting(row)))
    for (const row of unused) if (row.recordedAt !== null) await this.delete(row.workspace, row.id, 'system')
    return unused.length
  }
}

/** Whether this is the secret of which the hash is kept. */
export function isSecretOf(hash: string, given: string): boolean {
  return equalSecrets(hash, sha256(given))
}

function newClientId(): string {
  return randomBytes(16).toString('base64url')
}

/** Two that call themselves the same are told apart wherever a name stands alone. */
function distinctName(name: unknown, by: string): string {
  const shown = shownName(name)
  return `${shown === '' ? 'Unnamed assistant' : shown} (${by})`
}
