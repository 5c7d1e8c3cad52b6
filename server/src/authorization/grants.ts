import type { GrantScope } from '@handfast/contract'
import { type AssistantId, type Clock, type ConnectorId, type GrantId, HOUR, newId, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Enforcement, Storage, Write } from '../storage/index.ts'
import type { AssistantRow, AssistantStore } from './assistant-store.ts'
import { GrantNotFoundError, GrantWiderError } from './authorization-errors.ts'
import type { EndedBecause, Grant, GrantStore } from './grant-store.ts'

/** Until the assistant fetches its first token, and as long as that one lasts. */
const FIRST = HOUR + 15 * 60_000
/** Grants that one assistant may hold of one person: it is on several machines of theirs. The oldest give way. */
const MOST_HELD = 50

export type NewGrant = Pick<Grant, 'workspace' | 'user' | 'resource' | 'audience' | 'scopes' | 'openid' | 'stays' | 'connectors' | 'redirect'>
type Owner = { readonly workspace: WorkspaceId; readonly user: UserId }

type GrantsNeeds = { readonly storage: Storage; readonly clock: Clock; readonly enforcement: Enforcement }

/** What people let assistants do: given on the consent page, reduced and taken back at any time. */
export class Grants {
  readonly #needs: GrantsNeeds
  readonly #store: GrantStore
  readonly #assistants: AssistantStore

  constructor(needs: GrantsNeeds, store: GrantStore, assistants: AssistantStore) {
    this.#needs = needs
    this.#store = store
    this.#assistants = assistants
  }

  /** The statements that give it, with those that end what has to give way; and the keys that change with them. */
  async giving(
    given: NewGrant,
    assistant: AssistantRow,
  ): Promise<{ readonly grant: Grant; readonly writes: readonly Write[]; readonly keys: readonly string[] }> {
    const now = this.#needs.clock.now()
    const rest = { lastUsedAt: null, endedAt: null, createdAt: now, expiresAt: now + FIRST }
    const grant: Grant = { ...given, ...rest, id: newId('grt', now), assistant: assistant.id, clientId: assistant.clientId ?? '' }
    const surplus = (await this.#store.held(given, assistant.id, now)).slice(MOST_HELD - 1)
    return {
      grant,
      writes: [
        ...this.#assistants.recording(assistant, given.user, now),
        ...this.#store.giving(grant),
        ...surplus.flatMap((one) => this.#store.ending(one, 'superseded', given.user, now)),
      ],
      keys: [grant, ...surplus].map(({ id }) => `grant:${id}`),
    }
  }

  find(id: GrantId): Promise<Grant | null> {
    return this.#store.byId(id)
  }

  /** What holds now, newest first. */
  list(owner: Owner, before: string | null, limit: number): Promise<readonly Grant[]> {
    return this.#store.list(owner, this.#needs.clock.now(), before, limit)
  }

  async holds(owner: Owner, assistant: AssistantId): Promise<boolean> {
    return (await this.#store.held(owner, assistant, this.#needs.clock.now())).length > 0
  }

  /**
   * Takes a part back. When this returns, no process sends a call that comes under what was taken.
   * @throws GrantNotFoundError | GrantWiderError
   */
  async reduce(
    owner: Owner,
    id: GrantId,
    to: { readonly scopes?: readonly GrantScope[] | undefined; readonly connectors?: readonly ConnectorId[] | null | undefined },
  ): Promise<Grant> {
    const grant = await this.#open(owner, id)
    const scopes = to.scopes ?? grant.scopes
    const connectors = to.connectors === undefined ? grant.connectors : to.connectors
    if (!scopes.every((scope) => grant.scopes.includes(scope) || (scope === 'connectors:read' && grant.scopes.includes('connectors:write'))))
      throw new GrantWiderError('/scopes')
    const isWider = connectors === null ? grant.connectors !== null : connectors.some((one) => grant.connectors?.includes(one) === false)
    if (isWider) throw new GrantWiderError('/connectors')
    await this.#needs.enforcement.change(this.#store.reducing(grant, scopes, connectors, this.#needs.clock.now()), [`grant:${id}`])
    return { ...grant, scopes, connectors }
  }

  /** @throws GrantNotFoundError when the person gave no such access, or it has ended */
  async revoke(owner: Owner, id: GrantId): Promise<void> {
    await this.#end(await this.#open(owner, id), 'person', owner.user)
  }

  /** Ends it for a reason that is not the person's. What ended already is left as it is. */
  async endFor(id: GrantId, because: EndedBecause): Promise<void> {
    const grant = await this.#store.byId(id)
    if (grant === null || grant.endedAt !== null) return
    await this.#end(grant, because, because === 'assistant' ? grant.assistant : 'system').catch((error) => {
      // Another caller, or another node, was first.
      if (!(error instanceof GrantNotFoundError)) throw error
    })
  }

  async #open(owner: Owner, id: GrantId): Promise<Grant> {
    const grant = await this.#store.ofPerson(owner, id)
    if (grant === null || grant.endedAt !== null) throw new GrantNotFoundError()
    return grant
  }

  async #end(grant: Grant, because: EndedBecause, by: UserId | AssistantId | 'system'): Promise<void> {
    await this.#needs.enforcement.change(this.#store.ending(grant, because, by, this.#needs.clock.now()), [`grant:${grant.id}`])
  }
}
