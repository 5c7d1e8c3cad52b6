import type { GrantScope } from '@handfast/contract'
import type { AssistantId, ConnectorId, GrantId } from '../lib/index.ts'
import { type Enforcement, Memory } from '../storage/index.ts'
import type { AssistantStore } from './assistant-store.ts'
import type { GrantStore } from './grant-store.ts'

/** What a grant allows now. */
export type GrantStanding = {
  readonly ended: boolean
  readonly scopes: readonly GrantScope[]
  readonly connectors: ReadonlySet<ConnectorId> | null
  readonly audience: string
}
export type AssistantStanding = {
  readonly off: boolean /** Whether its word about users of its own counts. */
  readonly vouches: boolean
  readonly ownUsersOnly: boolean
}

const MOST = 100_000

/** What every call asks about grants and assistants, in memory. Keys of the enforcement: `grant:<id>`, `assistant:<id>`. */
export class Standings {
  readonly #grants = new Memory<GrantStanding>(MOST)
  readonly #assistants = new Memory<AssistantStanding>(MOST)
  readonly #grantStore: GrantStore
  readonly #assistantStore: AssistantStore

  constructor(enforcement: Enforcement, grants: GrantStore, assistants: AssistantStore) {
    this.#grantStore = grants
    this.#assistantStore = assistants
    enforcement.add(this.#grants)
    enforcement.add(this.#assistants)
  }

  peekGrant(id: GrantId): GrantStanding | undefined {
    return this.#grants.peek(`grant:${id}`)
  }

  grant(id: GrantId): Promise<GrantStanding> {
    return this.#grants.get(`grant:${id}`, async () => {
      const grant = await this.#grantStore.byId(id)
      if (grant === null) return { ended: true, scopes: [], connectors: null, audience: '' }
      const { endedAt, scopes, connectors, audience } = grant
      return { ended: endedAt !== null, scopes, connectors: connectors === null ? null : new Set(connectors), audience }
    })
  }

  peekAssistant(id: AssistantId): AssistantStanding | undefined {
    return this.#assistants.peek(`assistant:${id}`)
  }

  assistant(id: AssistantId): Promise<AssistantStanding> {
    return this.#assistants.get(`assistant:${id}`, () => this.#assistantStore.standing(id))
  }
}
