import type { ConnectorId, DeveloperId, WorkspaceId } from '../lib/index.ts'
import type { Storage } from '../storage/index.ts'
import { type AcceptedThen, type BindingFacts, type Bound, bindingsAt, type HeldEdition, momentOf, type StoodThen, writtenDown } from './binding.ts'
import { bindsFrom, type ChangeId, type PostedChange } from './change.ts'
import { readChoices, readDeemed, readParty, readPostedChanges } from './change-store.ts'
import { inBundle } from './edition.ts'
import { type HandedOverOf, type Tenure, tenureAt, tenuresOf } from './owners.ts'
import { AgreementNotFoundError } from './terms-errors.ts'
import { type Acceptance, readAcceptances, readEditionRows } from './terms-store.ts'

/** What other rooms say about a connector and about what was served. */
export type Surroundings = {
  /** From the room that keeps the status: how a connector stood at a time. */
  readonly stoodAt: (workspace: WorkspaceId, connector: ConnectorId, at: number) => Promise<StoodThen & { readonly ended: boolean }>
  /** From the room of notices: when the notice of a change was served on a developer, or null. */
  readonly servedAt: (workspace: WorkspaceId, change: ChangeId, developer: DeveloperId) => Promise<number | null>
  readonly handedOver: HandedOverOf
}

/** A document that binds a connector, with its words' names. */
export type DocumentInForce = Bound & {
  readonly document: string
  readonly held: readonly HeldEdition[]
  readonly label: string
  readonly title: string
}

/** Which documents bound a connector at a time (clause 7d-entire). */
export type InForce = {
  readonly connector: ConnectorId
  /** Whose it was then. */
  readonly developer: DeveloperId
  readonly at: number
  readonly documents: readonly DocumentInForce[]
  /** Documents that came into force after the agreement was made and of which no edition binds yet, with the reason. */
  readonly unbound: readonly { readonly document: string; readonly held: readonly HeldEdition[] }[]
  /** Whether its agreement had ended by then; the documents are those that were in force at the end. */
  readonly ended: boolean
}

/** A change that a developer can still leave before. */
export type PendingChange = { readonly change: PostedChange; readonly from: number; readonly chosen: 'accept' | 'wait' | null }

/** Reads what says which editions bind a connector, and asks the clock. */
export class EditionsInForce {
  readonly #storage: Storage
  readonly #around: Surroundings

  constructor(storage: Storage, around: Surroundings) {
    this.#storage = storage
    this.#around = around
  }

  /** @throws AgreementNotFoundError where there was no such connector then */
  async at(workspace: WorkspaceId, connector: ConnectorId, at: number): Promise<InForce> {
    const tenure = tenureAt(await this.tenures(workspace, connector), at)
    if (tenure === undefined) throw new AgreementNotFoundError()
    const [{ bindings, editions }, { ended }] = await Promise.all([
      this.bindings(workspace, connector, tenure, at),
      this.#around.stoodAt(workspace, connector, at),
    ])
    const known = new Map(editions.map((edition) => [edition.id, edition]))
    return {
      connector,
      developer: tenure.developer,
      at,
      ended,
      documents: bindings.flatMap(({ document, bound, held }) => {
        if (bound === null) return []
        const { label = '', title = document } = known.get(bound.edition) ?? {}
        return [{ document, ...bound, held, label, title }]
      }),
      unbound: bindings.flatMap(({ document, bound, held }) => (bound === null ? [{ document, held }] : [])),
    }
  }

  /** How a connector stands to each document now. @throws AgreementNotFoundError */
  async now(workspace: WorkspaceId, connector: ConnectorId, now: number) {
    const tenure = (await this.tenures(workspace, connector)).at(-1)
    if (tenure === undefined) throw new AgreementNotFoundError()
    return { tenure, ...(await this.bindings(workspace, connector, tenure, now)) }
  }

  /** Whose a connector was, the first one first. @throws AgreementNotFoundError */
  async tenures(workspace: WorkspaceId, connector: ConnectorId): Promise<readonly Tenure[]> {
    const [party, handedOver] = await Promise.all([readParty(this.#storage, workspace, connector), this.#around.handedOver(workspace, connector)])
    if (party === undefined) throw new AgreementNotFoundError()
    return tenuresOf(party, handedOver)
  }

  /** How a connector of a developer stands to each document at a time, the terms first. */
  async bindings(workspace: WorkspaceId, connector: ConnectorId, { developer, since }: Tenure, at: number) {
    const [editions, acceptances, changes, deemed] = await Promise.all([
      readEditionRows(this.#storage, workspace),
      readAcceptances(this.#storage, workspace, developer),
      readPostedChanges(this.#storage, workspace),
      readDeemed(this.#storage, workspace, connector),
    ])
    const servedAt = new Map<ChangeId, number>()
    const stoodAt = new Map<ChangeId, StoodThen>()
    const look = async (change: PostedChange) => {
      const kept = deemed.find((one) => one.change === change.id && one.developer === developer)
      // What was written down stays so, whatever is found out later about that time.
      const served = kept?.servedAt ?? (await this.#around.servedAt(workspace, change.id, developer))
      if (served === null) return
      servedAt.set(change.id, served)
      const moment = momentOf(change, served, since, at)
      if (kept !== undefined) stoodAt.set(change.id, writtenDown)
      else if (moment !== null) stoodAt.set(change.id, await this.#around.stoodAt(workspace, connector, moment))
    }
    await Promise.all(changes.map(look))
    const facts: BindingFacts = { editions, accepted: acceptedThen(acceptances), changes, servedAt, stoodAt }
    return { editions, facts, bindings: bindingsAt(facts, at).toSorted((a, b) => inBundle(a.document, b.document)) }
  }

  /** Changes that were posted and do not bind a connector yet, and that its developer can still leave before. @throws AgreementNotFoundError */
  async pending(workspace: WorkspaceId, connector: ConnectorId, now: number): Promise<readonly PendingChange[]> {
    const { tenure, facts, bindings } = await this.now(workspace, connector, now)
    const choices = await readChoices(this.#storage, workspace, connector, tenure.developer)
    return facts.changes.flatMap((change) => {
      const held = bindings.find(({ document }) => document === change.document)?.held ?? []
      const waits = held.some((one) => one.change === change.id && one.why === 'window')
      if (change.withdrawnAt !== null || !waits || facts.accepted.some(({ edition }) => edition === change.edition)) return []
      const from = bindsFrom(change, facts.servedAt.get(change.id) ?? null) ?? change.effectiveAt
      return [{ change, from, chosen: choices.findLast((one) => one.change === change.id)?.choice ?? null }]
    })
  }
}

/** Every document that a developer accepted in so many words. */
export function acceptedThen(acceptances: readonly Acceptance[]): readonly AcceptedThen[] {
  return acceptances.flatMap(({ id, documents, at }) => documents.map((one) => ({ acceptance: id, ...one, at })))
}
