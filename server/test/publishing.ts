import { attestationIds, type Ground, type ManifestInput } from '@handfast/contract'
import { handedOver } from '../src/assembly/handed-over.ts'
import { decisionsAsJson, stoodAt } from '../src/assembly/stood-at.ts'
import { transferHelp } from '../src/assembly/transfer-help.ts'
import { createDevelopers } from '../src/developers/index.ts'
import { Directory } from '../src/directory/index.ts'
import { createEgress } from '../src/egress/index.ts'
import { Jobs } from '../src/jobs/index.ts'
import { DAY, type DeveloperId, HOUR, type Json, MovableClock, newId, type UserId, type WorkspaceId } from '../src/lib/index.ts'
import { createLifecycle } from '../src/lifecycle/index.ts'
import { Notices, Outbox } from '../src/notices/index.ts'
import { createReview, type ReviewPolicy, type Submission, type Verdict } from '../src/review/index.ts'
import { Schedule } from '../src/schedule/index.ts'
import { parseMasterKeys, Sealing } from '../src/sealing/index.ts'
import { Enforcement, openStorage, type Storage, write } from '../src/storage/index.ts'
import { createLog, Metrics } from '../src/telemetry/index.ts'
import { createTerms, loadPack, type OperatorDetails, type Terms } from '../src/terms/index.ts'
import { createUpstream } from '../src/upstream/index.ts'
import type { TestDatabaseKind } from './databases.ts'
import { modernConnector, result } from './scripted-connector.ts'

export const operator: OperatorDetails = {
  noticesTo: 'notices@council.example',
  europe: { name: 'Fennick Council Europe', address: '2 Quay, Aldhaven', law: 'the law of Aldhaven', courts: 'the courts of Aldhaven' },
  elsewhere: { name: 'Fennick Town Council', address: '1 Market Square, Fennick', law: 'the law of Fennick' },
}

export const defaultPack = loadPack('default', null)

export const restaurantTools: Json = [
  {
    name: 'find_table',
    description: 'Finds a free table.',
    inputSchema: {
      type: 'object',
      properties: { day: { type: 'string', format: 'date' }, guests: { type: 'integer', minimum: 1 } },
      required: ['day'],
    },
    outputSchema: { type: 'object', properties: { table: { type: 'integer' } }, required: ['table'] },
    annotations: { readOnlyHint: true },
  },
  {
    name: 'book_table',
    description: 'Books a table.',
    inputSchema: { type: 'object', properties: { table: { type: 'integer' } }, required: ['table'], additionalProperties: false },
    annotations: { readOnlyHint: false, destructiveHint: false },
  },
]

/** A restaurant that lists its tools to whoever asks. */
export function restaurant(tools: () => Json = () => restaurantTools) {
  return modernConnector((incoming, response) =>
    result(response, incoming.id, { resultType: 'complete', tools: tools(), ttlMs: 0, cacheScope: 'private' }),
  )
}

export function manifestFor(url: string, change: Partial<ManifestInput> = {}): ManifestInput {
  return {
    slug: 'heron',
    name: 'The Grey Heron',
    kind: 'mcp',
    url,
    description: 'Find a table and book it.',
    privacyNotice: 'The Grey Heron receives the day of your visit, keeps a table for you, and passes nothing on.',
    receives: ['the day of your visit'],
    ...change,
  }
}

/** The rooms through which a connector comes to be live, over one storage. They take a workspace from whoever asks, so no people are needed. */
export function publishingRooms(
  ground: { storage: Storage; clock: MovableClock; enforcement: Enforcement },
  profile: 'house' | 'public' = 'house',
  change: Partial<ReviewPolicy> = {},
) {
  const schedule = new Schedule(ground)
  const base = { ...ground, schedule, outbox: new Outbox({ ...ground, schedule }) }
  const sealing = new Sealing({ ...base, masterKeys: parseMasterKeys(Buffer.alloc(32, 7).toString('base64')) })
  const lifecycle = createLifecycle({ ...base, requireBound: (of, connector) => terms.requireBound(of, connector) })
  /** When notices were served, as a test says; what it says nothing about is asked of their deliveries. */
  const served = new Map<string, number>()
  /** How connectors stand, where a test says so instead of publishing a release. */
  const stands: { as: { readonly available: boolean; readonly leaving: boolean; readonly ended: boolean } | null } = { as: null }
  const really = stoodAt(lifecycle, (workspace, connector) => directory.releases(workspace, connector))
  /** The terms as another start would have them, whose settings say somebody else. */
  const termsOf = (details: OperatorDetails): Terms =>
    createTerms({
      ...base,
      operator: details,
      pack: defaultPack,
      controls: [],
      page: (path) => `https://council.example${path}`,
      nameOf: async (workspace, developer) => (await developers.get(workspace, developer)).name,
      stoodAt: async (workspace, connector, at) => stands.as ?? (await really(workspace, connector, at)),
      handedOver: handedOver(() => developers),
      decisionsOf: decisionsAsJson(lifecycle),
      servedAt: async (workspace, change, developer) =>
        served.get(`${change} ${developer}`) ?? (await base.outbox.servedAt(workspace, change, { kind: 'developer', developer, purpose: 'legal' })),
    })
  const terms = termsOf(operator)
  const egress = createEgress({ allow: [], dangerouslyAllowPrivateAddresses: true })
  const developers = createDevelopers({
    ...base,
    sealing,
    egress,
    profile: () => profile,
    help: transferHelp(() => ({ terms, lifecycle })),
  })
  const notices = new Notices({ ...base, egress })
  const directory: Directory = new Directory({
    ...base,
    sealing,
    statusOf: (workspace, connector) => lifecycle.statusOf(workspace, connector),
    requireAcceptance: (workspace, developer) => terms.requireAcceptance(workspace, developer),
    hasAccepted: (workspace, developer) => terms.hasAccepted(workspace, developer),
    foundNotices: (place, release) => notices.found(place, release),
    // A machine that does much else at once is slow to start a thread.
    compileBudgetMs: 60_000,
  })
  /** Hosts that a test says to be proven. */
  const proven: string[] = []
  const upstream = createUpstream({ egress, client: { name: 'handfast-test', version: '0' } })
  const policy = { claimMs: 4 * HOUR, rescanMs: DAY, secondReviewFromRisk: 101, ...change, profile }
  const review = createReview({
    ...base,
    sealing,
    directory,
    lifecycle,
    terms,
    notices,
    egress,
    upstream,
    policy,
    marks: ['Fennick Town Council'],
    handedOver: handedOver(() => developers),
    membersOf: developers.members,
    hasProven: async (_, __, host) => proven.includes(host),
    contactsOf: developers.contactsOf,
    requireUnheld: developers.requireUnheld,
  })
  return {
    ...base,
    developers,
    terms,
    termsOf,
    stands,
    serves: (change: string, developer: DeveloperId, at: number) => void served.set(`${change} ${developer}`, at),

    /** Works off what is due of a kind, once for each, as the runner would. */
    async runs(kind: string) {
      const handler = terms.handlers[kind]
      for (const due of await schedule.take([kind], 'node_test/1', 60_000, 100)) {
        const done = (await handler?.work({ ...due, now: ground.clock.now(), signal: new AbortController().signal })) ?? {}
        await ground.storage.write([...(done.writes ?? []), schedule.finishing(due, 'node_test/1', done)])
      }
    },
    lifecycle,
    directory,
    notices,
    review,
    proven,
    upstream,
    egress,
    sealing,
    [Symbol.asyncDispose]: async () => {
      await upstream.close()
      await egress.close()
    },
  }
}

export type PublishingRooms = ReturnType<typeof publishingRooms>

/** A workspace in which Dora's organisation publishes, and everything that it takes to do so. */
export async function openPublishing(kind: TestDatabaseKind, profile: 'house' | 'public' = 'house', change: Partial<ReviewPolicy> = {}) {
  const database = await kind.open()
  const storage = await openStorage(database.place, { nodeId: 'node_test' })
  const enforcement = new Enforcement(storage)
  await enforcement.start()
  const rooms = publishingRooms({ storage, clock: new MovableClock(1_795_000_000_000), enforcement }, profile, change)
  const workspace = newId('wsp') as WorkspaceId
  const dora = newId('usr') as UserId
  const rita = newId('usr') as UserId
  await rooms.terms.publishShipped(workspace)
  const developer = await rooms.developers.create({ workspace, name: 'Heron Ltd', country: 'IE', by: dora })
  // One runner for all of it: two would take things up from each other.
  const handlers = { ...rooms.developers.handlers() }
  const needs = { ...rooms, storage, enforcement, metrics: new Metrics(), log: createLog('silent'), node: 'node_test', workspace, handlers }
  const jobs = new Jobs(needs)

  return {
    ...rooms,
    database,
    workspace,
    dora,
    rita,
    developer,

    /** Accepts what is in force, whole. */
    async accepts(by: UserId = dora, forWhom: DeveloperId = developer) {
      const bundle = await rooms.terms.bundle(workspace)
      return rooms.terms.accept({
        workspace,
        developer: { id: forWhom, name: 'Heron Ltd', country: 'IE' },
        by,
        documents: Object.fromEntries(bundle.map((edition) => [edition.document, edition.sha256])),
        onBehalfOf: null,
        authorityAttested: true,
        address: '203.0.113.7',
      })
    },

    /** A connector in draft, its terms accepted. */
    async creates(slug = 'heron', kind_: 'mcp' | 'openapi' = 'mcp') {
      await this.accepts()
      const id = await rooms.directory.create({ workspace, developer, slug, kind: kind_, name: 'The Grey Heron', by: dora })
      return rooms.directory.standing(id)
    },

    /** Hands a release in as Dora. */
    async submits(manifest: ManifestInput, document: string | null = null, more: Partial<Submission> = {}) {
      const standing = await rooms.directory.bySlug(workspace, manifest.slug)
      // Everything is attested to, as the public profile asks for it.
      return rooms.review.submit({ standing, developerName: 'Heron Ltd', by: dora, manifest, document, key: null, attests: attestationIds, ...more })
    },

    /** Decides as Rita, who is nobody's member. */
    async decides(
      number: number,
      verdict: boolean | Verdict,
      change: {
        readonly digest?: string
        readonly by?: UserId
        readonly standsBehind?: boolean
        readonly reason?: string
        readonly ground?: Ground
      } = {},
    ) {
      const standing = await rooms.directory.bySlug(workspace, 'heron')
      const { digest } = await rooms.directory.release(workspace, standing.connector, number)
      const said: Verdict = typeof verdict === 'string' ? verdict : verdict ? 'approve' : 'reject'
      return rooms.review.desk.decide({ standing, number, digest, verdict: said, reason: 'because', by: rita, standsBehind: false, ...change })
    },

    /** Does what is due of a kind of the review's, as the runner of jobs would. Answers how much there was. */
    async works(kind: `review.${string}`) {
      const { schedule, review, clock } = rooms
      const [handler, now] = [review.handlers()[kind], clock.now()]
      const open = await schedule.list(workspace, { state: 'open', after: null, limit: 200 })
      const mine = open.filter((one) => one.kind === kind && one.dueAt <= now)
      for (const one of mine) {
        const done = (await handler?.work({ ...one, attempts: 1, now, signal: new AbortController().signal })) ?? {}
        const ending = storage.db.updateTable('deadlines').set(done.next === undefined ? { done_at: now } : { due_at: done.next })
        await enforcement.change([write(ending.where('id', '=', one.id)), ...(done.writes ?? [])], done.keys ?? [])
      }
      return mine.length
    },

    /** Notices about the review that went out, oldest first. */
    async sentNotices() {
      const rows = await storage.db.selectFrom('notices').select(['kind', 'subject', 'recipient_kind', 'body']).orderBy('id').execute()
      return rows.filter(({ kind }) => kind.startsWith('review.')).map((row) => ({ ...row, to: row.recipient_kind }))
    },

    /** Does what is due now, as the runner of a node would. */
    runsDue: (): Promise<number> => jobs.runDue(),

    /** Events of the ledger, oldest first, with their facts. */
    async ledger() {
      const rows = await storage.db.selectFrom('ledger_entries').select(['event', 'body']).orderBy('position').execute()
      return rows.map(({ event, body }) => ({ event, facts: JSON.parse(body) as Record<string, Json> }))
    },

    [Symbol.asyncDispose]: async () => {
      await rooms[Symbol.asyncDispose]()
      await storage.close()
      await database[Symbol.asyncDispose]()
    },
  }
}
