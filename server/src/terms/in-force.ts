import type { ConnectorId, DeveloperId, WorkspaceId } from '../lib/index.ts'
import type { Storage } from '../storage/index.ts'
import { type Binding, type BindingFacts, bindingsAt, type StoodThen } from './binding.ts'
import { bindsFrom, type ChangeId, judgedAt, type PostedChange } from './change.ts'
import { type Party, posted, readChanges, readChoices, readDeemed, readParty } from './change-store.ts'
import { type Edition, inBundle } from './edition.ts'
import { AgreementNotFoundError } from './terms-errors.ts'
import { readAcceptances, readEditions } from './terms-store.ts'

/** What other rooms say about a connector and about what was served. */
export type Surroundings = {
  /** From the room that keeps the status: how a connector stood at a time. */
  readonly stoodAt: (workspace: WorkspaceId, connector: ConnectorId, at: number) => Promise<StoodThen & { readonly ended: boolean }>
  /** From the room of notices: when the notice of a change was served on a developer, or null. */
  readonly servedAt: (workspace: WorkspaceId, change: ChangeId, developer: DeveloperId) => Promise<number | null>
}

/** A document that binds a connector, with its words. */
export type DocumentInForce = Binding & { readonly label: string; readonly title: string }

/** Which documents bound a connector at a time (clause 7d-entire). */
export type InForce = {
  readonly connector: ConnectorId
  readonly developer: DeveloperId
  readonly at: number
  readonly documents: readonly DocumentInForce[]
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
    const party = await this.party(workspace, connector)
    if (party.createdAt > at) throw new AgreementNotFoundError()
    const [editions, { ended }] = await Promise.all([readEditions(this.#storage, workspace), this.#around.stoodAt(workspace, connector, at)])
    const known = new Map(editions.map((edition) => [edition.id, edition]))
    const bindings = bindingsAt(await this.facts(workspace, party, at, editions), at)
    const documents = bindings.map((binding) => ({
      ...binding,
      label: known.get(binding.edition)?.label ?? '',
      title: known.get(binding.edition)?.title ?? binding.document,
    }))
    return { connector, developer: party.developer, at, ended, documents: documents.toSorted((a, b) => inBundle(a.document, b.document)) }
  }

  /** @throws AgreementNotFoundError */
  async party(workspace: WorkspaceId, connector: ConnectorId): Promise<Party> {
    const party = await readParty(this.#storage, workspace, connector)
    if (party === undefined) throw new AgreementNotFoundError()
    return party
  }

  /** Everything that is known up to a time about what binds a connector. */
  async facts(workspace: WorkspaceId, { connector, developer }: Party, at: number, editions: readonly Edition[]): Promise<BindingFacts> {
    const [acceptances, all, deemed] = await Promise.all([
      readAcceptances(this.#storage, workspace, developer),
      readChanges(this.#storage, workspace),
      readDeemed(this.#storage, workspace, connector),
    ])
    const changes = all.flatMap((change) => posted(change) ?? [])
    const servedAt = new Map<ChangeId, number>()
    const stoodAt = new Map<ChangeId, StoodThen>()
    for (const change of changes) {
      const kept = deemed.find((one) => one.change === change.id)
      // What was written down stays so, whatever is found out later about that time.
      const served = kept?.servedAt ?? (await this.#around.servedAt(workspace, change.id, developer))
      if (served === null) continue
      servedAt.set(change.id, served)
      const from = bindsFrom(change, served)
      if (kept !== undefined) stoodAt.set(change.id, { available: true, leaving: false })
      else if (from !== null && from <= at) stoodAt.set(change.id, await this.#around.stoodAt(workspace, connector, judgedAt(from)))
    }
    const accepted = acceptances.flatMap(({ id, documents, at: then }) =>
      documents.map(({ document, edition, sha256 }) => ({ acceptance: id, document, edition: edition as Edition['id'], sha256, at: then })),
    )
    return { editions, accepted, changes, servedAt, stoodAt }
  }

  /** Changes that were posted and do not bind a connector yet, and that its developer can still leave before. */
  async pending(workspace: WorkspaceId, connector: ConnectorId, now: number): Promise<readonly PendingChange[]> {
    const party = await this.party(workspace, connector)
    const editions = await readEditions(this.#storage, workspace)
    const facts = await this.facts(workspace, party, now, editions)
    const choices = await readChoices(this.#storage, workspace, connector)
    const bound = new Map(bindingsAt(facts, now).map((binding) => [binding.document, binding]))
    return facts.changes.flatMap((change) => {
      if (change.withdrawnAt !== null) return []
      const binding = bound.get(change.document)
      const waits = binding === undefined ? change.effectiveAt > now : binding.held.some((one) => one.change === change.id && one.why === 'window')
      if (!waits || facts.accepted.some(({ edition }) => edition === change.edition)) return []
      const from = bindsFrom(change, facts.servedAt.get(change.id) ?? null) ?? change.effectiveAt
      return [{ change, from, chosen: choices.findLast((one) => one.change === change.id)?.choice ?? null }]
    })
  }
}
