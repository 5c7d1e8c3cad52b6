import type { Role } from '@handfast/contract'
import { type AssistantId, type Clock, newId, sha256, type TokenId, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { People, UserStanding } from '../people/index.ts'
import { type Enforcement, Memory, type Storage, type Write } from '../storage/index.ts'
import { AuthorizationInvalidError, type InvalidReason, TokenExpiryError, TokenNotFoundError } from './authorization-errors.ts'
import { LastUsed } from './last-used.ts'
import { AssistantMadeMeanwhile, type AssistantSummary, type TokenRow, TokenStore, type TokenSummary } from './token-store.ts'
import { hasTokenShape } from './token-text.ts'

/** Who asks, through which assistant, proven by an access token. */
export type Principal = {
  readonly user: UserId
  readonly workspace: WorkspaceId
  readonly roles: readonly Role[]
  readonly assistant: AssistantId
  readonly token: TokenId
  /** `token:<sha256>`: the key under which the storage's enforcement knows it. */
  readonly tokenKey: string
  readonly expiresAt: number | null
}

export type AuthorizationOptions = {
  readonly storage: Storage
  readonly clock: Clock
  readonly enforcement: Enforcement
  readonly people: Pick<People, 'standing' | 'peekStanding'>
  /** Hears of faults outside any request: the times of use could not be written. */
  readonly onFault?: (error: unknown) => void
}

/** A token in memory, with the answer for the standing that its person had when it was made. */
type Known = { readonly row: TokenRow; readonly key: string; noted: number; standing: UserStanding | null; principal: Principal | null }

const MOST_KNOWN = 100_000

/** Access tokens: made, listed, revoked, and recognised at each call. */
export class Authorization {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #enforcement: Enforcement
  readonly #people: AuthorizationOptions['people']
  readonly #tokens: TokenStore
  readonly #lastUsed: LastUsed
  readonly #known = new Memory<Known>(MOST_KNOWN)

  constructor(options: AuthorizationOptions) {
    this.#storage = options.storage
    this.#clock = options.clock
    this.#enforcement = options.enforcement
    this.#people = options.people
    this.#tokens = new TokenStore(options.storage.db)
    this.#lastUsed = new LastUsed(options.storage, this.#tokens, options.onFault ?? (() => {}))
    options.enforcement.add(this.#known)
  }

  /**
   * Who stands behind a token, if that is in memory: no waiting. Both the token and its person have to be there, so a change of either
   * (`token:<sha256>`, `user:<id>`) makes this answer undefined until `identify` has asked again.
   */
  peek(bearer: string): Principal | undefined {
    const known = this.#known.peek(`token:${sha256(bearer)}`)
    if (known === undefined) return undefined
    const standing = this.#people.peekStanding(known.row.user)
    if (standing === undefined || reasonAgainst(known.row, standing, this.#clock.now()) !== null) return undefined
    return this.#use(known, standing)
  }

  /** @throws AuthorizationInvalidError, the same for every reason; which it was stands in its `detail` */
  async identify(bearer: string): Promise<Principal> {
    if (!hasTokenShape(bearer)) throw new AuthorizationInvalidError('malformed')
    const hash = sha256(bearer)
    const key = `token:${hash}`
    const known = await this.#known.get(key, async () => {
      const row = await this.#tokens.byHash(hash)
      if (row === null) throw new AuthorizationInvalidError('unknown')
      return { row, key, noted: row.lastUsedAt ?? 0, standing: null, principal: null }
    })
    const standing = await this.#people.standing(known.row.user)
    const reason = reasonAgainst(known.row, standing, this.#clock.now())
    if (reason !== null) throw new AuthorizationInvalidError(reason)
    return this.#use(known, standing)
  }

  #use(known: Known, standing: UserStanding): Principal {
    known.noted = this.#lastUsed.note(known.row.id, known.noted, this.#clock.now())
    if (known.principal === null || known.standing !== standing) {
      const { user, workspace, assistant, id, expiresAt } = known.row
      known.standing = standing
      known.principal = { user, workspace, roles: standing.roles, assistant, token: id, tokenKey: known.key, expiresAt }
    }
    return known.principal
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

  /** The statements that end all tokens of a person, for the transaction that erases the rest; `user:<id>` is the key that drops them from memory. */
  erasing({ workspace, user }: { readonly workspace: WorkspaceId; readonly user: UserId }, at: number): Promise<readonly Write[]> {
    return this.#tokens.erasing(workspace, user, at)
  }

  /** Assistants of a workspace in the order in which they were registered. */
  assistants(workspace: WorkspaceId, after: string | null, limit: number): Promise<readonly AssistantSummary[]> {
    return this.#tokens.assistants(workspace, after, limit)
  }

  /** Writes the times of use that are still in memory. */
  close(): Promise<void> {
    return this.#lastUsed.flush()
  }
}

/** Why a token does not count, or null. */
function reasonAgainst(row: TokenRow, standing: UserStanding, now: number): InvalidReason | null {
  if (row.revokedAt !== null) return 'revoked'
  if (row.expiresAt !== null && row.expiresAt <= now) return 'expired'
  if (standing.disabled) return 'user-disabled'
  return null
}

export function createAuthorization(options: AuthorizationOptions): Authorization {
  return new Authorization(options)
}
