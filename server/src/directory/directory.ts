import type { ReleaseContent } from '@handfast/contract'
import { record } from '../ledger/index.ts'
import { type Clock, type ConnectorId, type DeveloperId, newId, type ReleaseId, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type FoundNotice, noticeInForce } from '../notices/index.ts'
import { type Enforcement, Memory, type Storage, type Write, write, writeOne, writeUnique } from '../storage/index.ts'
import { ConnectorNotFoundError, ReleaseInvalidError, SlugTakenError } from './directory-errors.ts'
import {
  type Release,
  type ReleaseSummary,
  readConnector,
  readConnectors,
  readIdBySlug,
  readRelease,
  readReleaseById,
  readReleases,
  readReviewedRelease,
  type StoredFinding,
} from './directory-store.ts'
import { Growths } from './growths.ts'
import { type PreparedRelease, prepareRelease } from './prepare-release.ts'
import { type CatalogueEntry, type Connector, type ConnectorKind, type ConnectorStanding, catalogueEntry, type Status } from './standing.ts'
import { readToolAges, type ToolAges } from './tool-ages.ts'
import { type CodeSeal, type ToolValidator, Validators } from './validators.ts'
import { WaitingReleases } from './waiting-releases.ts'

export type NewConnector = {
  readonly workspace: WorkspaceId
  readonly developer: DeveloperId
  readonly slug: string
  readonly kind: ConnectorKind
  readonly name: string
  readonly by: UserId
}

export type DirectoryNeeds = {
  readonly storage: Storage
  readonly clock: Clock
  readonly enforcement: Enforcement
  readonly sealing: CodeSeal
  /** From the room that derives a status from decisions. */
  readonly statusOf: (
    workspace: WorkspaceId,
    connector: ConnectorId,
  ) => Promise<{
    readonly status: Status
    readonly reason: string | null
    readonly release: ReleaseId | null
    readonly lastRelease: ReleaseId | null
    readonly selfReviewed: boolean
    readonly unlisted: object | null
    readonly pausedTools: readonly { readonly tool: string }[]
    readonly endsAt: number | null
    readonly endingSince: number | null
    readonly changesAt: number | null
  }>
  /** From the room that keeps the terms. Throws where the documents in force are not accepted. */
  readonly requireAcceptance: (workspace: WorkspaceId, developer: DeveloperId) => Promise<void>
  readonly hasAccepted: (workspace: WorkspaceId, developer: DeveloperId) => Promise<boolean>
  /** Words of the notice that were put in force since the release went live. Absent: never any. */
  readonly foundNotices?: (place: Pick<Connector, 'workspace' | 'connector'>, release: ReleaseId) => Promise<readonly FoundNotice[]>
  /** Time for compiling the schemas of a release, in milliseconds. Absent: by their number. */
  readonly compileBudgetMs?: number
  /** Whose directory the people of a workspace look into. Absent: their own workspace's. */
  readonly publisherOf?: (workspace: WorkspaceId) => WorkspaceId
}

/** Connectors and their releases; the gateway asks it where a connector stands. */
export class Directory {
  readonly #needs: DirectoryNeeds
  readonly #standings = new Memory<ConnectorStanding>(5_000)
  /** A short name never comes to mean another connector, so nothing here is ever stale. */
  readonly #slugs = new Memory<ConnectorId>(50_000)
  readonly #validators: Validators
  /** What releases added since earlier ones. */
  readonly growths: Growths
  /** Statements about releases that wait, are decided, or wait again. */
  readonly waiting: WaitingReleases

  constructor(needs: DirectoryNeeds) {
    this.#needs = needs
    this.#validators = new Validators(needs.storage, needs.sealing)
    this.growths = new Growths(needs.storage)
    this.waiting = new WaitingReleases(needs.storage)
    needs.enforcement.add(this.#standings)
  }

  /**
   * @throws what `requireAcceptance` throws: no connector without accepted terms (clause 1-acceptance); SlugTakenError
   */
  async create(connector: NewConnector): Promise<ConnectorId> {
    const { storage, clock, requireAcceptance } = this.#needs
    const { workspace, developer, slug, kind, name, by } = connector
    await requireAcceptance(workspace, developer)
    const at = clock.now()
    const id = newId('con', at)
    const row = { id, workspace_id: workspace, developer_id: developer, slug, kind, name, origins: '[]', created_at: at }
    await storage.write([
      writeUnique(storage.db.insertInto('connectors').values(row), () => new SlugTakenError(slug)),
      record(storage.db, { event: 'connector.created', workspace, subject: id, by, at, facts: { developer, slug, kind } }),
    ])
    return id
  }

  /** Warm, or undefined. What the clock has changed since it was kept is not answered any more. */
  peekStanding(connector: ConnectorId): ConnectorStanding | undefined {
    const kept = this.#standings.peek(`connector:${connector}`)
    if (kept?.changesAt == null || this.#needs.clock.now() < kept.changesAt) return kept
    this.#standings.forget(`connector:${connector}`)
    return undefined
  }

  /** Where a connector stands, from memory where it is warm. The caller compares `workspace`. @throws ConnectorNotFoundError */
  standing(connector: ConnectorId): Promise<ConnectorStanding> {
    const warm = this.peekStanding(connector)
    if (warm !== undefined) return Promise.resolve(warm)
    return this.#standings.get(`connector:${connector}`, async () => {
      const { storage, statusOf, hasAccepted, foundNotices } = this.#needs
      const found = await readConnector(storage, connector)
      if (found === undefined) throw new ConnectorNotFoundError()
      const [stands, termsAccepted] = await Promise.all([statusOf(found.workspace, connector), hasAccepted(found.workspace, found.developer)])
      const { status, reason, release, endsAt, endingSince, changesAt } = stands
      const reviewed = release === null ? null : await readReviewedRelease(storage, found.workspace, release)
      const words = release === null ? [] : ((await foundNotices?.(found, release)) ?? [])
      const notice = reviewed === null ? null : noticeInForce(reviewed.content, words)
      const name = reviewed?.content.name ?? found.name
      const pausedTools = stands.pausedTools.length === 0 ? null : new Set(stands.pausedTools.map(({ tool }) => tool))
      const fromClock = { endsAt, endingSince, changesAt }
      const shown = { published: stands.lastRelease !== null, listed: stands.unlisted === null, selfReviewed: stands.selfReviewed, pausedTools }
      return { ...found, name, status, statusReason: reason, ...shown, ...fromClock, termsAccepted, release: reviewed, notice }
    })
  }

  /** Warm, or undefined. */
  peekBySlug(workspace: WorkspaceId, slug: string): ConnectorStanding | undefined {
    const id = this.#slugs.peek(`${this.#publisherOf(workspace)} ${slug}`)
    return id === undefined ? undefined : this.peekStanding(id)
  }

  /** The workspace whose directory people of a workspace look into. */
  publisher(workspace: WorkspaceId): WorkspaceId {
    return this.#publisherOf(workspace)
  }

  #publisherOf(workspace: WorkspaceId): WorkspaceId {
    return this.#needs.publisherOf?.(workspace) ?? workspace
  }

  /** A connector of the directory that people of this workspace look into. @throws ConnectorNotFoundError */
  async bySlug(workspace: WorkspaceId, slug: string): Promise<ConnectorStanding> {
    const publisher = this.#publisherOf(workspace)
    const id = await this.#slugs.get(`${publisher} ${slug}`, async () => {
      const found = await readIdBySlug(this.#needs.storage, publisher, slug)
      if (found === undefined) throw new ConnectorNotFoundError()
      return found
    })
    return this.standing(id)
  }

  /** The directory that people of a workspace look into, in the order in which connectors were made, with where they stand. */
  async list(workspace: WorkspaceId, after: string | null, limit: number): Promise<readonly ConnectorStanding[]> {
    const connectors = await readConnectors(this.#needs.storage, this.#publisherOf(workspace), after, limit)
    return Promise.all(connectors.map(({ connector }) => this.standing(connector)))
  }

  /** What users of a workspace may enable: live connectors, without addresses or anything unpublished (clause 2a-no-resale). */
  async catalogueOf(workspace: WorkspaceId, after: string | null, limit: number): Promise<readonly CatalogueEntry[]> {
    const entries: CatalogueEntry[] = []
    for (let from = after; entries.length < limit; ) {
      const page = await this.list(workspace, from, limit)
      for (const standing of page) {
        const entry = catalogueEntry(standing)
        if (entry !== undefined && entries.length < limit) entries.push(entry)
      }
      const last = page.at(-1)
      if (last === undefined || page.length < limit) break
      from = last.connector
    }
    return entries
  }

  /**
   * Checks a release at the door, compiles its schemas and computes its digest; stores nothing.
   * @throws ReleaseInvalidError, SchemaInvalidError, SchemaTooCostlyError
   */
  prepare(slug: string, content: ReleaseContent): Promise<PreparedRelease> {
    return prepareRelease(slug, content, this.#needs.compileBudgetMs)
  }

  /** The statements that store a prepared release, unchangeable from then on. Two at once: one gets the number, the other `ReleaseInvalidError`. */
  async storing(
    connector: Connector,
    prepared: PreparedRelease,
    about: {
      readonly source: string | null
      readonly overlay?: string | null
      readonly findings: readonly StoredFinding[]
      readonly by: UserId
      readonly at: number
    },
  ): Promise<{ readonly id: ReleaseId; readonly number: number; readonly writes: readonly Write[] }> {
    const { storage } = this.#needs
    const newest = (await readReleases(storage, connector.workspace, connector.connector))[0]
    const id = newId('rel', about.at)
    const number = (newest?.number ?? 0) + 1
    const row = {
      id,
      workspace_id: connector.workspace,
      connector_id: connector.connector,
      number,
      content: prepared.canonical,
      digest: prepared.digest,
      source: about.source,
      overlay: about.overlay ?? null,
      findings: JSON.stringify(about.findings),
      created_by: about.by,
      created_at: about.at,
      decided_at: null,
    }
    const taken = () => new ReleaseInvalidError('', 'Another release was handed in at the same moment. Try again.')
    return {
      id,
      number,
      writes: [
        // It may have gone to another organisation while its address was asked.
        this.stillTheirs(connector, () => new ConnectorNotFoundError()),
        writeUnique(storage.db.insertInto('releases').values(row), taken),
        ...this.#validators.keep(id, prepared.digest, prepared.compiled),
      ],
    }
  }

  /** The statement that makes sure that a connector has not changed hands; a transfer waits for the transaction that it is the first of. */
  stillTheirs({ workspace, connector, developer }: Pick<Connector, 'workspace' | 'connector' | 'developer'>, otherwise: () => Error): Write {
    const update = this.#needs.storage.db.updateTable('connectors').set({ developer_id: developer }).where('workspace_id', '=', workspace)
    return writeOne(update.where('id', '=', connector).where('developer_id', '=', developer), otherwise)
  }

  /** The statement that fixes the origins that egress may reach for a connector. */
  fixingOrigins(workspace: WorkspaceId, connector: ConnectorId, origins: readonly string[]): Write {
    const update = this.#needs.storage.db.updateTable('connectors').set({ origins: JSON.stringify(origins) })
    return write(update.where('workspace_id', '=', workspace).where('id', '=', connector))
  }

  /** The statement that deletes what was prepared for calls to a connector that is gone. Its releases stay, as they were reviewed. */
  forgettingPrepared(workspace: WorkspaceId, connector: ConnectorId): Write {
    return this.#validators.forgetting(workspace, connector)
  }

  /** When a connector gained each of its tools. */
  toolAges(connector: ConnectorId): Promise<ToolAges> {
    return readToolAges(this.#needs.storage, connector)
  }

  /** @throws ReleaseNotFoundError */
  release(workspace: WorkspaceId, connector: ConnectorId, number: number): Promise<Release> {
    return readRelease(this.#needs.storage, workspace, connector, number)
  }

  /** @throws ReleaseNotFoundError */
  releaseById(workspace: WorkspaceId, id: ReleaseId): Promise<Release> {
    return readReleaseById(this.#needs.storage, workspace, id)
  }

  /** Newest first, without contents. */
  releases(workspace: WorkspaceId, connector: ConnectorId): Promise<readonly ReleaseSummary[]> {
    return readReleases(this.#needs.storage, workspace, connector)
  }

  /** Checks of a tool if they are warm. */
  peekValidator(release: ReleaseId, tool: string): ToolValidator | undefined {
    return this.#validators.peek(release, tool)
  }

  /** Checks of a tool, loaded at the first call. @throws ReleaseNotFoundError when the release has no such tool */
  validatorFor(workspace: WorkspaceId, release: ReleaseId, tool: string): Promise<ToolValidator> {
    return this.#validators.of(this.#publisherOf(workspace), release, tool)
  }
}
