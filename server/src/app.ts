import { fileURLToPath } from 'node:url'
import {
  aboutHouse,
  buildConsentRooms,
  buildIncidentRooms,
  buildNotifying,
  buildPeopleRooms,
  buildPublishingRooms,
  deletionWays,
  heldBy,
  layGround,
  type PeopleRoomsOptions,
} from './assembly/index.ts'
import type { Settings } from './config/index.ts'
import { Catalogue, Gateway, Letters, type Links, Retrieval, Sessions, StoppingError } from './gateway/index.ts'
import { closeUnfinishedCalls, historyHandlers } from './history/index.ts'
import { Front } from './http/index.ts'
import { Jobs } from './jobs/index.ts'
import { keptKey } from './keys/index.ts'
import { type Entry, readLedger, record, Sequencer } from './ledger/index.ts'
import { type Clock, DAY, MINUTE, SECOND, type UserId } from './lib/index.ts'
import { Limits } from './limits/index.ts'
import { peopleHandlers } from './people/index.ts'
import { createPlatform } from './platform/index.ts'
import type { Deadline } from './schedule/index.ts'
import { deriveKey } from './sealing/index.ts'
import type { Log } from './telemetry/index.ts'
import { PublicTerms } from './terms/index.ts'
import { AccessLog } from './vault/index.ts'

export { placeOf, transitOf } from './assembly/index.ts'

export type AppOptions = PeopleRoomsOptions & {
  readonly clock?: Clock
  readonly log?: Log
  /** Where the built console lies. */
  readonly consoleFolder?: string
  /** How long a repeated call waits for its person. */
  readonly approvalWaitMs?: number
}

export type App = Awaited<ReturnType<typeof buildApp>>

/** The one place where rooms are built and handed to each other. */
export async function buildApp(settings: Settings, options: AppOptions = {}) {
  const ground = await layGround(settings, options)
  const { base, storage, enforcement, schedule, clock, log, metrics, node, keys, masterKeys, sealing, egress, site } = ground
  const persons = await buildPeopleRooms(ground, options)
  const { people, authorization, authorizationServer, workspace, welcome } = persons
  const publishing = await buildPublishingRooms(ground, workspace)
  const { developers, terms, lifecycle, notices, directory, upstream, review } = publishing
  const { handlers: incidentHandlers, ...incidentRooms } = buildIncidentRooms(ground, publishing)
  const consent = buildConsentRooms(ground, persons, publishing, incidentRooms)
  const { choices, approvals, approverInbox, policies, vault, links, history, files, ending, erasure } = consent
  const notifying = buildNotifying(ground, persons, publishing, consent)
  const limits = new Limits(
    clock,
    { perSecond: settings.callsPerSecond, burst: settings.callsPerSecond, concurrency: settings.concurrentCalls },
    { perSecond: settings.sponsoredCallsPerSecond, burst: 5 * settings.sponsoredCallsPerSecond, concurrency: settings.sponsoredConcurrentCalls },
  )
  const pages: Links = {
    connector: (slug) => `${site.publicUrl}/connectors/${slug}`,
    approval: (id) => `${site.publicUrl}/approvals/${id}`,
  }
  const catalogue = new Catalogue({
    directory,
    choices,
    policies,
    links: pages,
    onFault: (error, connector) => log.error({ err: error, connector }, 'a connector could not be listed'),
  })
  const sessions = new Sessions(base)
  const letters = new Letters({ ...base, sealing, onFault: (error) => log.error({ err: error }, 'a letter could not be taken') })
  const gateway = new Gateway({
    ...base,
    authorization,
    directory,
    choices,
    policies,
    approvals,
    limits,
    accounts: links.calls,
    sealing,
    upstream,
    metrics,
    log,
    links: pages,
    files,
    node,
    sendLimits: { timeoutMs: settings.callTimeoutSeconds * SECOND, maxBytes: settings.maxAnswerBytes },
    approvalWaitMs: options.approvalWaitMs ?? 25 * SECOND,
  })
  const sequencer = new Sequencer({
    storage,
    clock,
    seal: { seal: (text) => sealing.seal('ledger key', text), open: (sealed) => sealing.open('ledger key', sealed) },
    origin: `${new URL(site.publicUrl).host}/ledger`,
    onFault: (error) => log.error({ err: error }, 'the ledger could not be continued'),
  })
  const ledger = readLedger(storage)
  const rooms = {
    people,
    authorization,
    authorizationServer,
    developers,
    terms,
    directory,
    review,
    lifecycle,
    choices,
    policies,
    approvals,
    approverInbox,
    ending,
    vault,
    links,
    history,
    files,
    erasure,
    ledger,
    platform: createPlatform(base),
    schedule,
    notices,
    notifying,
    outbox: base.outbox,
    upstream,
    egress,
    sealing,
    keys,
    accessLog: new AccessLog(storage),
    ...incidentRooms,
    home: workspace,
  }

  const closed = await closeUnfinishedCalls(storage, clock)
  if (closed > 0) log.warn({ calls: closed }, 'calls without an outcome were closed as unknown')
  const jobs = new Jobs({
    ...base,
    metrics,
    log,
    node,
    workspace,
    handlers: {
      ...peopleHandlers(storage.db),
      ...historyHandlers({ storage, clock, log }),
      ...sessions.handlers(),
      ...notices.handlers(),
      ...developers.handlers(),
      ...review.handlers(),
      ...incidentHandlers,
      ...lifecycle.handlers({ deletions: deletionWays(consent, publishing), isHeld: heldBy(incidentRooms.holds) }),
      ...notifying.handlers(),
      'authorization.tidy': { every: 10 * MINUTE, work: () => authorizationServer.tidy() },
      ...links.handlers,
      ...terms.handlers,
      'schedule.tidy': { every: DAY, work: async ({ now }) => ({ writes: [schedule.tidying(now - 90 * DAY)] }) },
    },
    burial: (deadline, reason) => [record(storage.db, abandoned(deadline, reason, clock.now()))],
  })
  await jobs.start()
  sequencer.start()
  keys.start(sealing)
  const keepFresh = setInterval(
    () => links.calls.keepFresh().catch((error) => log.warn({ err: error }, 'accounts could not be renewed')),
    15 * SECOND,
  )
  keepFresh.unref()

  const retrieval = new Retrieval({ gateway, catalogue, waitMs: 15 * SECOND })
  const mcpRooms = { authorization, gateway, catalogue, directory, retrieval, sessions, letters, sealing, changes: enforcement, metrics, log }
  const front = new Front({
    settings,
    clock,
    log,
    metrics,
    rooms,
    mcpRooms,
    authorizationServer,
    site,
    ledger,
    publicTerms: new PublicTerms({ storage, clock, workspace, name: settings.instanceName }),
    ready: async () => {
      if (gateway.stopping) throw new StoppingError()
      keys.check()
      await storage.db.selectFrom('enforcement').select('epoch').executeTakeFirstOrThrow()
    },
    apiKey: await keptKey({ storage, clock, sealing }, 'control API', deriveKey(masterKeys, 'control API')),
    consoleFolder:
      options.consoleFolder ?? fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../console/dist' : './console', import.meta.url)),
  })

  const recordActing = (user: UserId, method: string, path: string) =>
    storage
      .write([record(storage.db, { event: 'machine.acted', workspace, subject: user, by: 'system', at: clock.now(), facts: { method, path } })])
      .then(() => {})

  return {
    settings,
    clock,
    log,
    metrics,
    storage,
    enforcement,
    workspace,
    welcome,
    sequencer,
    gateway,
    catalogue,
    jobs,
    schedule,
    rooms,
    node,

    /** Opens the ports and returns the address that people and assistants use. */
    listen: () => front.open(),

    /** Opens the door of the command line, and returns where it is and what opens it. */
    openControl: () => front.openControl({ about: () => aboutHouse(people, welcome), record: recordActing }),

    /** Finishes what is under way, then lets go of everything. */
    async close() {
      clearInterval(keepFresh)
      await Promise.all([gateway.drain(25 * SECOND), jobs.stop(25 * SECOND)])
      await front.close()
      await sequencer.stop()
      authorizationServer.close()
      await authorization.close()
      await upstream.close()
      await egress.close()
      await keys.close()
      await storage.close()
    },
  }
}

/** What the ledger keeps of a deadline that was given up. */
function abandoned({ id, workspace, kind, subject, dueAt, attempts }: Deadline, reason: string, at: number): Entry {
  return { event: 'deadline.abandoned', workspace, subject, by: 'system', at, facts: { deadline: id, kind, dueAt, attempts, reason } }
}
