import { Jobs } from '../../src/jobs/index.ts'
import { type ConnectorId, type DeveloperId, MINUTE, MovableClock, newId, type UserId, type WorkspaceId } from '../../src/lib/index.ts'
import { Enforcement, type Storage, write } from '../../src/storage/index.ts'
import { createLog, Metrics } from '../../src/telemetry/index.ts'
import { type PublishingRooms, publishingRooms } from '../publishing.ts'
import { MortalStorage } from './mortal-storage.ts'

const START = 1_795_000_000_000

/** One process: its rooms over the database, and its runner of what is due. */
type Process = { readonly storage: MortalStorage; readonly rooms: PublishingRooms; readonly jobs: Jobs }

/**
 * A workspace with one developer and one connector, of which everything that a process can forget is forgotten whenever it dies. What survives is in the
 * database, but for the clock and what a test says was served.
 */
export class Life {
  readonly workspace: WorkspaceId
  readonly clock: MovableClock
  /** A member of the developer, who also reviews where nobody stops her. */
  readonly dora: UserId
  readonly reviewers: readonly UserId[]
  readonly operator: UserId
  readonly url: string
  readonly #database: Storage
  readonly #served: (readonly [change: string, at: number])[] = []
  #process!: Process
  #started = 0
  #writes = 0
  /** The place in the ledger up to which it was read. */
  #since = 0
  readonly #bodies: Record<string, unknown>[] = []
  developer!: DeveloperId
  connector!: ConnectorId

  private constructor(database: Storage, url: string, before?: Life) {
    this.#database = database
    this.url = url
    this.workspace = before?.workspace ?? newId('wsp')
    this.clock = new MovableClock(before?.clock.now() ?? START)
    this.dora = before?.dora ?? newId('usr')
    this.reviewers = before?.reviewers ?? [newId('usr'), newId('usr')]
    this.operator = before?.operator ?? newId('usr')
  }

  /** @param url of the server behind the connector */
  static async begin(database: Storage, url: string): Promise<Life> {
    const life = new Life(database, url)
    const { max } = database.db.fn
    const last = await database.db.selectFrom('ledger_entries').select(max('position').as('last')).executeTakeFirst()
    life.#since = Number(last?.last ?? 0)
    // Nothing of another history comes due in this one.
    await database.write([write(database.db.deleteFrom('deadlines'))])
    await life.#starts()
    const { rooms, workspace, dora } = life
    await rooms.terms.publishShipped(workspace)
    life.developer = await rooms.developers.create({ workspace, name: 'Heron Ltd', country: 'IE', by: dora })
    await life.accepts()
    life.connector = await rooms.directory.create({
      workspace,
      developer: life.developer,
      slug: 'heron',
      kind: 'mcp',
      name: 'The Grey Heron',
      by: dora,
    })
    return life
  }

  /** The same life from here on, in a copy of its database and with a process of its own: what happens to one is unknown to the other. */
  async goesOnIn(copy: Storage): Promise<Life> {
    const life = new Life(copy, this.url, this)
    life.#served.push(...this.#served)
    life.#bodies.push(...this.#bodies)
    life.#since = this.#since
    life.#started = this.#started
    life.developer = this.developer
    life.connector = this.connector
    await life.#starts()
    return life
  }

  /** How many transactions there have been; what is in the database stays as it is while this does. */
  get writes(): number {
    return this.#writes
  }

  get rooms(): PublishingRooms {
    return this.#process.rooms
  }

  get storage(): MortalStorage {
    return this.#process.storage
  }

  async #starts(): Promise<void> {
    const storage = new MortalStorage(this.#database, () => void this.#writes++)
    const enforcement = new Enforcement(storage)
    await enforcement.start()
    const rooms = publishingRooms({ storage, clock: this.clock, enforcement }, 'public', { secondReviewFromRisk: 30 })
    const deletions = { credentials: nothingToDelete, caches: nothingToDelete, marks: nothingToDelete }
    const handlers = {
      ...rooms.developers.handlers(),
      ...rooms.terms.handlers,
      ...rooms.review.handlers(),
      ...rooms.lifecycle.handlers({ deletions }),
    }
    const runner = { storage, enforcement, clock: this.clock, schedule: rooms.schedule, metrics: new Metrics(), log: createLog('silent') }
    const jobs = new Jobs({ ...runner, node: `node_${++this.#started}`, workspace: this.workspace, handlers })
    this.#process = { storage, rooms, jobs }
    for (const [change, at] of this.#served) rooms.serves(change, this.developer, at)
  }

  /** Another process goes on, a while later: what the dead one had taken up is free by then. */
  async restarts(): Promise<void> {
    await this.ends()
    this.clock.advance(2 * MINUTE)
    await this.#starts()
  }

  async ends(): Promise<void> {
    this.storage.buried()
    await this.rooms[Symbol.asyncDispose]()
  }

  /** Changes that were posted, oldest first. */
  async changes() {
    return (await this.rooms.terms.changes.list(this.workspace)).filter(({ postedAt }) => postedAt !== null)
  }

  /** The developer accepts what is in force. */
  async accepts(): Promise<void> {
    const bundle = await this.rooms.terms.bundle(this.workspace)
    const documents = Object.fromEntries(bundle.map((edition) => [edition.document, edition.sha256]))
    await this.rooms.terms.accept({ workspace: this.workspace, developer: this.party, documents, ...this.signs })
  }

  get party() {
    return { id: this.developer, name: 'Heron Ltd', country: 'IE' }
  }

  get signs() {
    return { by: this.dora, onBehalfOf: null, authorityAttested: true, address: '203.0.113.7' }
  }

  /** The notice of a change reaches the developer now, unless it did before. */
  serves(change: string): void {
    if (this.#served.some(([known]) => known === change)) return
    this.#served.push([change, this.clock.now()])
    this.rooms.serves(change, this.developer, this.clock.now())
  }

  servedAt(change: string): number | undefined {
    return this.#served.find(([known]) => known === change)?.[1]
  }

  async works(): Promise<void> {
    await this.#process.jobs.runDue()
  }

  standing() {
    return this.rooms.directory.standing(this.connector)
  }

  /** What the ledger holds of this history, oldest first. It only ever grows, so that what was read is not read again. */
  async bodies(): Promise<readonly Record<string, unknown>[]> {
    const query = this.#database.db.selectFrom('ledger_entries').select(['position', 'body']).where('position', '>', this.#since)
    for (const { position, body } of await query.orderBy('position').execute()) {
      this.#bodies.push(JSON.parse(body) as Record<string, unknown>)
      this.#since = Number(position)
    }
    return this.#bodies
  }
}

const nothingToDelete = async () => ({ writes: [], count: 0 })
