import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ManifestInput } from '@handfast/contract'
import { type App, buildApp } from '../src/app.ts'
import { decideSettings } from '../src/config/index.ts'
import { noticeDigest } from '../src/gateway/index.ts'
import { type ConnectorId, type DeveloperId, MovableClock, type UserId } from '../src/lib/index.ts'
import type { Submission } from '../src/review/index.ts'
import type { Place } from '../src/storage/index.ts'
import type { Log } from '../src/telemetry/index.ts'
import type { TestDatabase, TestDatabaseKind } from './databases.ts'
import { McpCaller } from './mcp-caller.ts'
import { quickFolder } from './quick-folder.ts'
import { cheapHash, sameKey } from './quick-secrets.ts'
import type { Template } from './templates.ts'
import { nothingLeaked, watchedLog } from './vigil.ts'

export const START = 1_795_000_000_000
const PASSWORD = 'correct horse battery'

export type TownOptions = {
  /** How long a repeated call waits for its person. Short, so that a test of waiting does not have to. */
  readonly approvalWaitMs?: number
  readonly settings?: Readonly<Record<string, unknown>>
  /** Whether its connectors say the keys that they were given, so that a test can see them. */
  readonly saysKeys?: boolean
  /** False where the same words are handed in as names and as keys, and are therefore seen everywhere. */
  readonly watched?: boolean
  /** Where logs go; looked through for secrets by default. */
  readonly log?: Log
}

/** Who lives in a town, apart from their callers. */
type Inhabitants = { readonly developer: DeveloperId } & { readonly [name in 'olga' | 'alice' | 'bob']: Omit<Inhabitant, 'mcp'> }

type Started = { readonly app: App; readonly url: string }

/** Somebody who lives here, with an assistant that holds a token of theirs. */
export type Inhabitant = { readonly name: string; readonly user: UserId; readonly token: string; readonly tokenId: string; readonly mcp: McpCaller }

/**
 * A whole Handfast in this process, over a real port and a real database: Olga runs it and publishes as her own organisation,
 * Alice and Bob use it.
 */
export class Town {
  app: App
  url: string
  readonly database: Pick<TestDatabase, 'place'> & Partial<AsyncDisposable>
  readonly clock: MovableClock
  readonly #folder: string
  readonly #options: TownOptions
  /** Further nodes on the same database. */
  readonly #beside: App[] = []
  olga!: Inhabitant
  alice!: Inhabitant
  bob!: Inhabitant
  developer!: DeveloperId

  private constructor(started: Started, database: Town['database'], clock: MovableClock, folder: string, options: TownOptions) {
    this.app = started.app
    this.url = started.url
    this.database = database
    this.clock = clock
    this.#folder = folder
    this.#options = options
  }

  static async open(kind: TestDatabaseKind, options: TownOptions = {}): Promise<Town> {
    const clock = new MovableClock(START)
    if (kind.openAs !== undefined && options.settings === undefined) {
      const copy = await kind.openAs(populated)
      const town = new Town(await Town.#start(copy.place, copy.folder, clock, options), copy, clock, copy.folder, options)
      return town.#resumes(copy.facts)
    }
    const database = await kind.open()
    const folder = mkdtempSync(join(quickFolder, 'handfast-town-'))
    const town = new Town(await Town.#start(database.place, folder, clock, options), database, clock, folder, options)
    await town.#populate()
    return town
  }

  /** Makes what a town without wishes of its own begins with, and leaves it. */
  static async founds(place: Place, folder: string): Promise<Inhabitants> {
    const clock = new MovableClock(START)
    const town = new Town(await Town.#start(place, folder, clock, {}), { place }, clock, folder, {})
    await town.#populate()
    await town.app.close()
    const facts = ({ name, user, token, tokenId }: Inhabitant) => ({ name, user, token, tokenId })
    return { developer: town.developer, olga: facts(town.olga), alice: facts(town.alice), bob: facts(town.bob) }
  }

  #resumes({ developer, olga, alice, bob }: Inhabitants): this {
    return Object.assign(this, { developer, olga: this.#moved(olga), alice: this.#moved(alice), bob: this.#moved(bob) })
  }

  static async #start(place: Place, folder: string, clock: MovableClock, options: TownOptions): Promise<Started> {
    const settings = decideSettings({
      flags: {
        data: folder,
        port: 0,
        metricsPort: 0,
        logLevel: 'silent',
        dangerouslyAllowPrivateAddresses: true,
        // The clock of a town stands still, so that a ceiling would be used up and never filled again.
        sponsoredCallsPerSecond: 10_000,
        sponsoredConcurrentCalls: 1_000,
        ...(place.kind === 'postgres' ? { databaseUrl: place.url } : {}),
        ...options.settings,
      },
      environment: {},
      file: undefined,
    })
    const adjusted = place.kind === 'sqlite' ? { ...settings, databaseFile: place.file } : settings
    const app = await buildApp(adjusted, {
      clock,
      log: options.log ?? watchedLog(),
      approvalWaitMs: options.approvalWaitMs ?? 50,
      makeKey: sameKey,
      passwordCost: cheapHash,
    })
    const { port } = await app.listen()
    return { app, url: `http://127.0.0.1:${port}` }
  }

  /** Stops, and starts again on the same database and data folder, on another port. Everybody keeps their token. @param down what happens meanwhile */
  async restarts(down: () => void = () => {}): Promise<void> {
    await this.app.close()
    down()
    Object.assign(this, await Town.#start(this.database.place, this.#folder, this.clock, this.#options))
    this.olga = this.#moved(this.olga)
    this.alice = this.#moved(this.alice)
    this.bob = this.#moved(this.bob)
  }

  #moved(who: Omit<Inhabitant, 'mcp'>): Inhabitant {
    return { ...who, mcp: new McpCaller(this.url, who.token) }
  }

  /** A second node on the same database, which has to be PostgreSQL. It stops with the town. */
  async anotherNode(): Promise<Started> {
    const started = await Town.#start(this.database.place, this.#folder, this.clock, this.#options)
    this.#beside.push(started.app)
    return started
  }

  async #populate(): Promise<void> {
    const { people } = this.app.rooms
    const source = { address: '203.0.113.7', agent: 'a test' }
    const first = await people.welcome({ token: this.app.welcome ?? '', name: 'Olga', email: 'olga@example.org', password: PASSWORD }, source)
    this.olga = await this.#inhabitant('Olga', first.user)
    for (const name of ['Alice', 'Bob'] as const) {
      const { token } = await people.invite(this.olga.user, { name, email: `${name.toLowerCase()}@example.org`, roles: ['user'] })
      const { user } = await people.acceptInvitation({ token, password: PASSWORD }, source)
      this[name === 'Alice' ? 'alice' : 'bob'] = await this.#inhabitant(name, user)
    }
    this.developer = await this.app.rooms.developers.create({ workspace: this.app.workspace, name: 'Heron Ltd', country: 'IE', by: this.olga.user })
    const bundle = await this.app.rooms.terms.bundle(this.app.workspace)
    await this.app.rooms.terms.accept({
      workspace: this.app.workspace,
      developer: { id: this.developer, name: 'Heron Ltd', country: 'IE' },
      by: this.olga.user,
      documents: Object.fromEntries(bundle.map((edition) => [edition.document, edition.sha256])),
      onBehalfOf: null,
      authorityAttested: true,
      address: '203.0.113.7',
    })
  }

  async #inhabitant(name: string, user: UserId): Promise<Inhabitant> {
    const { token, secret } = await this.app.rooms.authorization.create(this.app.workspace, user, {
      name: `${name}'s token`,
      assistant: `${name}'s assistant`,
    })
    return { name, user, token: secret, tokenId: token.id, mcp: new McpCaller(this.url, secret) }
  }

  /** Olga publishes a connector and reviews it herself, as the house profile lets her. */
  async publishes(
    slug: string,
    url: string,
    change: Partial<ManifestInput> = {},
    document: string | null = null,
    key: string | null = null,
  ): Promise<ConnectorId> {
    const { standing, number, digest } = await this.handsIn(slug, url, change, { document, key })
    const by = this.olga.user
    await this.app.rooms.review.desk.decide({ standing, number, digest, verdict: 'approve', reason: 'Looks right.', by, standsBehind: true })
    return standing.connector
  }

  /** Olga hands in a release, and nobody decides about it. */
  async handsIn(slug: string, url: string, change: Partial<ManifestInput> = {}, more: Partial<Submission> = {}) {
    const { directory, review } = this.app.rooms
    const { workspace } = this.app
    const kind = change.kind ?? 'mcp'
    const known = await directory.bySlug(workspace, slug).catch(() => undefined)
    const id = known?.connector ?? (await directory.create({ workspace, developer: this.developer, slug, kind, name: slug, by: this.olga.user }))
    const standing = await directory.standing(id)
    const manifest: ManifestInput = {
      slug,
      name: slug,
      kind,
      url,
      description: `What ${slug} does.`,
      privacyNotice: `${slug} receives what you say and keeps nothing of it.`,
      receives: ['what you say'],
      ...change,
    }
    const by = this.olga.user
    const submitted = await review.submit({ standing, developerName: 'Heron Ltd', by, manifest, document: null, key: null, ...more })
    return { standing, number: submitted.number, digest: submitted.digest }
  }

  /** The person reads the notice and enables the connector. */
  async enables(who: Inhabitant, slug: string): Promise<void> {
    const { directory, choices } = this.app.rooms
    const { connector: id, name, release } = await directory.bySlug(this.app.workspace, slug)
    if (release === null) throw new Error(`${slug} has no release`)
    const noticeSha256 = noticeDigest(release.content)
    await choices.enable(
      this.person(who),
      { id, name, release: release.id, noticeSha256, receives: release.content.receives, link: '' },
      noticeSha256,
    )
  }

  /** The person says yes to what waits for them. Answers how many there were. */
  async approves(who: Inhabitant, yes = true): Promise<number> {
    const { approvals, directory } = this.app.rooms
    const open = await approvals.list(this.person(who), { open: true, limit: 50 })
    for (const approval of open) {
      const standing = await directory.standing(approval.connector)
      const tool = standing.release?.content.tools.find(({ name }) => name === approval.tool)
      await approvals.decide(this.person(who), approval.id, yes ? { yes, lasting: 'once' } : { yes }, tool)
    }
    return open.length
  }

  person(who: Inhabitant) {
    return { user: who.user, workspace: this.app.workspace }
  }

  /** Olga steers a connector as operator. */
  steering(connector: ConnectorId, reason: string) {
    return { workspace: this.app.workspace, connector, by: this.olga.user, decidedAs: ['operator' as const], reason }
  }

  /** Entries about a subject, oldest first, read from the table itself. */
  async entries(subject: string): Promise<readonly Record<string, unknown>[]> {
    const rows = await this.app.storage.db.selectFrom('ledger_entries').select('body').where('subject', '=', subject).orderBy('position').execute()
    return rows.map((row) => JSON.parse(row.body) as Record<string, unknown>)
  }

  /** The person's calls, newest first. */
  calls(who: Inhabitant) {
    return this.app.rooms.history.list(this.person(who), { limit: 50 })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const leaked = await (this.#options.watched === false ? Promise.resolve() : nothingLeaked(this.app.storage, this.#options.saysKeys)).catch(
      (error: unknown) => error,
    )
    for (const app of this.#beside) await app.close()
    await this.app.close()
    await this.database[Symbol.asyncDispose]?.()
    rmSync(this.#folder, { recursive: true, force: true })
    if (leaked !== undefined) throw leaked
  }
}

const populated: Template<Inhabitants> = { name: 'populated', make: (place, folder) => Town.founds(place, folder) }
