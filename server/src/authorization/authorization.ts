import type { GrantScope, Role } from '@handfast/contract'
import {
  type AssistantId,
  type Clock,
  type ConnectorId,
  type GrantId,
  isId,
  newId,
  sha256,
  type TokenId,
  type UserId,
  type WorkspaceId,
} from '../lib/index.ts'
import type { People, UserStanding } from '../people/index.ts'
import { type Enforcement, Memory, type Storage, type Write } from '../storage/index.ts'
import { AssistantStore } from './assistant-store.ts'
import { AuthorizationInvalidError, type InvalidReason, OwnUsersOnlyError, TokenExpiryError, TokenNotFoundError } from './authorization-errors.ts'
import { GrantStore } from './grant-store.ts'
import { GrantTokenStore } from './grant-token-store.ts'
import { Grants } from './grants.ts'
import { LastUsed } from './last-used.ts'
import { pathOf } from './resources.ts'
import { allowedOf } from './scopes.ts'
import { type AssistantStanding, type GrantStanding, Standings } from './standings.ts'
import { AssistantMadeMeanwhile, type AssistantSummary, type TokenRow, TokenStore, type TokenSummary } from './token-store.ts'
import { hasTokenShape, isGranted } from './token-text.ts'

/** Who asks, through which assistant, proven by an access token. */
export type Principal = {
  readonly user: UserId
  readonly workspace: WorkspaceId
  readonly roles: readonly Role[]
  readonly assistant: AssistantId
  /** The token that a person made, or the grant that this one is given under: what stays the same when an assistant renews its token. */
  readonly token: TokenId | GrantId
  /** `token:<sha256>`: the key under which the storage's enforcement knows it. */
  readonly tokenKey: string
  readonly expiresAt: number | null
  /** What the person let this assistant do; null for a token that a person made themselves, which may do what they may. */
  readonly granted: Granted | null
}

export type Granted = {
  readonly grant: GrantId
  readonly scopes: readonly GrantScope[]
  /** Null: every connector that the person enables. */
  readonly connectors: ReadonlySet<ConnectorId> | null
  /** The only address that it is good at, as a path of ours; empty: the control API. */
  readonly audience: string
}

export type AuthorizationOptions = {
  readonly storage: Storage
  readonly clock: Clock
  readonly enforcement: Enforcement
  readonly people: Pick<People, 'standing' | 'peekStanding'>
  /** The one origin of this server, without a slash; audiences of tokens begin with it. */
  readonly origin?: () => string
  /** Hears of faults outside any request: the times of use could not be written. */
  readonly onFault?: (error: unknown) => void
}

/** What else decides about a token, as it stands now. */
type Around = { readonly person: UserStanding; readonly assistant: AssistantStanding; readonly grant: GrantStanding | null }
/** A token in memory, with the answer for what stood around it when that was made. */
type Known = { readonly row: TokenRow; readonly key: string; noted: number; around: Around | null; principal: Principal | null }

const MOST_KNOWN = 100_000

/** Access tokens: made, listed, revoked, and recognised at each call. */
export class Authorization {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #enforcement: Enforcement
  readonly #people: AuthorizationOptions['people']
  readonly #tokens: TokenStore
  readonly #lastUsed: LastUsed
  readonly #grantStore: GrantStore
  readonly #grantTokens: GrantTokenStore
  readonly #standings: Standings
  readonly #origin: () => string
  /** What people let assistants do. */
  readonly grants: Grants
  readonly #known = new Memory<Known>(MOST_KNOWN)

  constructor(options: AuthorizationOptions) {
    this.#storage = options.storage
    this.#clock = options.clock
    this.#enforcement = options.enforcement
    this.#people = options.people
    this.#tokens = new TokenStore(options.storage.db)
    this.#origin = options.origin ?? (() => 'http://localhost')
    const assistants = new AssistantStore(options.storage.db)
    this.#grantStore = new GrantStore(options.storage.db)
    this.#grantTokens = new GrantTokenStore(options.storage.db)
    this.#standings = new Standings(options.enforcement, this.#grantStore, assistants)
    this.grants = new Grants(options, this.#grantStore, assistants)
    this.#lastUsed = new LastUsed(options.storage, (id, at) => this.#used(id, at), options.onFault ?? (() => {}))
    options.enforcement.add(this.#known)
  }

  /**
   * Who stands behind a token, if that is in memory: no waiting. The token, its person, its assistant and its grant have to be there, so a
   * change of any of them (`token:<sha256>`, `user:<id>`, `assistant:<id>`, `grant:<id>`) makes this answer undefined until `identify` asked again.
   */
  peek(bearer: string): Principal | undefined {
    const known = this.#known.peek(`token:${sha256(bearer)}`)
    if (known === undefined) return undefined
    const { row } = known
    const person = this.#people.peekStanding(row.user)
    const assistant = this.#standings.peekAssistant(row.assistant)
    const grant = row.grant === null ? null : this.#standings.peekGrant(row.grant)
    if (person === undefined || assistant === undefined || grant === undefined) return undefined
    return this.#judge(known, person, assistant, grant) === null ? this.#use(known) : undefined
  }

  /** @throws AuthorizationInvalidError, the same for every reason; which it was stands in its `detail` */
  async identify(bearer: string): Promise<Principal> {
    if (!hasTokenShape(bearer)) throw new AuthorizationInvalidError('malformed')
    const hash = sha256(bearer)
    const key = `token:${hash}`
    const known = await this.#known.get(key, async () => {
      const row = isGranted(bearer) ? await this.#granted(hash) : await this.#tokens.byHash(hash)
      if (row === null) throw new AuthorizationInvalidError('unknown')
      return { row, key, noted: row.lastUsedAt ?? 0, around: null, principal: null }
    })
    const { row } = known
    const person = await this.#people.standing(row.user)
    const assistant = await this.#standings.assistant(row.assistant)
    const grant = row.grant === null ? null : await this.#standings.grant(row.grant)
    const reason = this.#judge(known, person, assistant, grant)
    if (reason !== null) throw new AuthorizationInvalidError(reason)
    return this.#use(known)
  }

  /** The same shape for a token that was given under a grant. */
  async #granted(hash: string): Promise<TokenRow | null> {
    const token = await this.#grantTokens.find(hash)
    const grant = token === null ? null : await this.#grantStore.byId(token.grant)
    if (token === null || grant === null) return null
    const { user, workspace, assistant, id, lastUsedAt } = grant
    const { expiresAt, revokedAt, scopes } = token
    return { id, user, workspace, assistant, expiresAt, revokedAt, lastUsedAt, grant: id, scopes }
  }

  /** Why a token does not count, or null; then what it stands for is in its `principal`. */
  #judge(known: Known, person: UserStanding, assistant: AssistantStanding, grant: GrantStanding | null): InvalidReason | null {
    const { row, around } = known
    if (row.revokedAt !== null) return 'revoked'
    if (row.expiresAt !== null && row.expiresAt <= this.#clock.now()) return 'expired'
    if (known.principal !== null && around?.person === person && around.assistant === assistant && around.grant === grant) return null
    if (person.disabled) return 'user-disabled'
    // Whoever left the workspace left its tokens behind.
    if (person.workspace !== row.workspace) return 'revoked'
    if (assistant.off) return 'assistant-off'
    // Its own users are nobody else's, and where it is limited to them, nobody else is its user.
    if (person.assertedBy === null ? assistant.ownUsersOnly : person.assertedBy !== row.assistant || !assistant.vouches) return 'not-its-user'
    const granted = grantedBy(row, grant, this.#origin)
    if (typeof granted === 'string') return granted
    const { user, workspace, id, expiresAt } = row
    known.around = { person, assistant, grant }
    known.principal = { user, workspace, roles: person.roles, assistant: row.assistant, token: id, tokenKey: known.key, expiresAt, granted }
    return null
  }

  #use(known: Known): Principal {
    if (known.principal === null) throw new Error('a token was used before it was judged')
    known.noted = this.#lastUsed.note(known.row.id, known.noted, this.#clock.now())
    return known.principal
  }

  #used(id: TokenId | GrantId, at: number): Write {
    return isId('grt', id) ? this.#grantStore.used(id, at) : this.#tokens.used(id, at)
  }

  /**
   * A new token for an assistant, which is registered under its name the first time.
   * @returns the secret beside the summary: it is nowhere else
   * @throws TokenExpiryError
   */
  async create(
    workspace: WorkspaceId,
    user: UserId,
    given: { readonly name: string; readonly assistant: string; readonly expiresAt?: number | undefined },
  ): Promise<{ readonly token: TokenSummary; readonly secret: string }> {
    const now = this.#clock.now()
    const expiresAt = given.expiresAt ?? null
    if (expiresAt !== null && expiresAt <= now) throw new TokenExpiryError()
    const name = given.assistant.normalize('NFC').trim()
    for (;;) {
      const registered = await this.#tokens.assistantNamed(workspace, name)
      if (registered !== null && (await this.#standings.assistant(registered)).ownUsersOnly) throw new OwnUsersOnlyError()
      const assistant = registered ?? newId('ast', now)
      const { id, text, writes } = this.#tokens.newToken({ workspace, user, assistant, name: given.name, expiresAt, now })
      const first = registered === null ? this.#tokens.newAssistant(workspace, assistant, name, user, now) : []
      try {
        await this.#storage.write([...first, ...writes])
        const token = await this.#tokens.one(workspace, user, id)
        if (token === null) throw new Error('a token is gone right after it was made')
        return { token, secret: text }
      } catch (error) {
        if (!(error instanceof AssistantMadeMeanwhile)) throw error
      }
    }
  }

  /** Tokens of a person, newest first. */
  async list(workspace: WorkspaceId, user: UserId, after: string | null, limit: number): Promise<readonly TokenSummary[]> {
    await this.#lastUsed.flush()
    return this.#tokens.list(workspace, user, after, limit)
  }

  /**
   * Takes a token back. When this returns, no process sends a call that comes with it.
   * @throws TokenNotFoundError when the person has no such token, or it is revoked already
   */
  async revoke(workspace: WorkspaceId, user: UserId, id: TokenId): Promise<void> {
    const hash = await this.#tokens.hashOf(workspace, user, id)
    if (hash === null) throw new TokenNotFoundError()
    await this.#enforcement.change(this.#tokens.revoke(workspace, user, id, this.#clock.now()), [`token:${hash}`])
  }

  /** The statements that end all tokens and grants of a person, for the transaction that erases the rest; `user:<id>` is the key that drops them from memory. */
  async erasing(person: { readonly workspace: WorkspaceId; readonly user: UserId }, at: number): Promise<readonly Write[]> {
    return [...(await this.#tokens.erasing(person.workspace, person.user, at)), ...(await this.#grantStore.erasing(person, at))]
  }

  /** Assistants of a workspace, or those of one person there, in the order in which they were registered. */
  assistants(workspace: WorkspaceId, of: UserId | null, after: string | null, limit: number): Promise<readonly AssistantSummary[]> {
    return this.#tokens.assistants(workspace, of, after, limit)
  }

  /** Writes the times of use that are still in memory. */
  close(): Promise<void> {
    return this.#lastUsed.flush()
  }
}

/** What a token may do by its grant as it stands now: never more than it was given with. Null: a person made it themselves. */
function grantedBy(row: TokenRow, grant: GrantStanding | null, origin: () => string): Granted | null | InvalidReason {
  if (row.grant === null || grant === null) return null
  if (grant.ended) return 'revoked'
  const audience = pathOf(origin(), grant.audience)
  if (audience === null) return 'audience'
  return { grant: row.grant, scopes: allowedOf(row.scopes, grant.scopes), connectors: grant.connectors, audience }
}

export function createAuthorization(options: AuthorizationOptions): Authorization {
  return new Authorization(options)
}
