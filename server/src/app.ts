import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { AuthorizationServer, createAuthorization } from './authorization/index.ts'
import { prepareDataFolder, type Settings, withSecret } from './config/index.ts'
import { Approvals, ApproverInbox, accountDenial, Choices, Policies } from './consent/index.ts'
import { createDevelopers } from './developers/index.ts'
import { Directory } from './directory/index.ts'
import { type AllowRule, asFetch, createEgress } from './egress/index.ts'
import { HandedFiles } from './files/index.ts'
import { Catalogue, Gateway, Letters, type Links, Sessions, StoppingError } from './gateway/index.ts'
import { closeUnfinishedCalls, Erasure, History, historyHandlers } from './history/index.ts'
import { Front } from './http/index.ts'
import { Jobs } from './jobs/index.ts'
import { keptKey, openKeys, type TransitUse } from './keys/index.ts'
import { type Entry, readLedger, record, Sequencer } from './ledger/index.ts'
import { type Clock, DAY, HOUR, MINUTE, MovableClock, SECOND, systemClock, type UserId } from './lib/index.ts'
import { createLifecycle } from './lifecycle/index.ts'
import { Limits } from './limits/index.ts'
import { AccountNotAllowedError, createLinks } from './links/index.ts'
import { Notices } from './notices/index.ts'
import { createPeople, type EndingStep, type People, peopleHandlers } from './people/index.ts'
import { createPlatform } from './platform/index.ts'
import { createReview } from './review/index.ts'
import { type Deadline, Schedule } from './schedule/index.ts'
import { deriveKey, Sealing } from './sealing/index.ts'
import { Enforcement, migrate, openStorage, type Place } from './storage/index.ts'
import { createLog, type Log, Metrics } from './telemetry/index.ts'
import { createTerms, type OperatorDetails } from './terms/index.ts'
import { createUpstream } from './upstream/index.ts'
import { AccessLog, Vault } from './vault/index.ts'
import { version } from './version.ts'

export type AppOptions = {
  readonly clock?: Clock
  readonly log?: Log
  /** Where the built console lies. */
  readonly consoleFolder?: string
  /** How long a repeated call waits for its person. */
  readonly approvalWaitMs?: number
}

export type App = Awaited<ReturnType<typeof buildApp>>

/** Where the data lives, by the settings. */
export function placeOf(settings: Settings): Place {
  return settings.databaseUrl === undefined ? { kind: 'sqlite', file: settings.databaseFile } : { kind: 'postgres', url: settings.databaseUrl }
}

/** The one place where rooms are built and handed to each other. */
export async function buildApp(settings: Settings, options: AppOptions = {}) {
  prepareDataFolder(settings.data)
  const clock = options.clock ?? (settings.movableClock ? new MovableClock(Date.now()) : systemClock)
  const log = options.log ?? createLog(settings.logLevel)
  const metrics = new Metrics()

  const place = placeOf(settings)
  await migrate(place)
  const node = `node_${randomUUID()}`
  const storage = await openStorage(place, { nodeId: node, onCommit: metrics.committed })
  const enforcement = new Enforcement(storage)
  await enforcement.start()
  const schedule = new Schedule({ storage, clock })
  const base = { storage, clock, enforcement, schedule }

  const keys = await openKeys(
    { masterKey: settings.masterKey, masterKeyFile: settings.masterKeyFile, transit: transitOf(settings) },
    {
      storage,
      clock,
      node,
      onTrouble: (why) => log.error({ why }, 'master keys need attention'),
      onDropped: () => enforcement.forgetAll(),
    },
  ).catch(async (error) => {
    await storage.close()
    throw error
  })
  const masterKeys = keys.ring
  const sealing = new Sealing({ ...base, masterKeys })
  const egress = createEgress({
    allow: settings.allowInternal.map(toAllowRule),
    dangerouslyAllowPrivateAddresses: settings.dangerouslyAllowPrivateAddresses,
  })
  const site = { publicUrl: settings.publicUrl ?? `http://localhost:${settings.port}` }
  const people = createPeople({
    ...base,
    profile: 'house',
    sealing,
    egress,
    sessionRules: {
      idleMs: settings.sessionIdleMinutes * MINUTE,
      longestMs: settings.sessionLongestHours * HOUR,
      secondFactorRoles: settings.secondFactorRoles,
    },
    providers: settings.signInProviders.map(withSecret),
    providersByHttpLoopback: settings.dangerouslyAllowPrivateAddresses,
    publicUrl: () => site.publicUrl,
    siteName: () => settings.instanceName,
  })
  const { workspace, welcome } = await people.start()
  const authorization = createAuthorization({
    ...base,
    people,
    origin: () => site.publicUrl,
    onFault: (error) => log.error({ err: error }, 'times of use could not be written'),
  })
  const developers = createDevelopers(base)
  const terms = createTerms({ ...base, operator: operatorOf(settings) })
  await terms.publishShipped(workspace)
  const lifecycle = createLifecycle(base)
  const notices = new Notices({ ...base, egress })
  const authorizationServer = new AuthorizationServer({
    ...base,
    sealing,
    people,
    authorization,
    fetchDocument: asFetch(egress, { purpose: 'client-metadata' }),
    fetchKeySet: asFetch(egress, { purpose: 'key-set' }),
    cookieKey: await keptKey({ storage, clock, sealing }, 'authorization requests', deriveKey(masterKeys, 'authorization requests')),
    origin: () => site.publicUrl,
    options: {
      registration: settings.assistantRegistration,
      unusedDays: settings.assistantUnusedDays,
      documentHosts: settings.assistantHosts,
      accessTokenMs: settings.accessTokenMinutes * MINUTE,
      staysMs: settings.staySignedInDays * DAY,
    },
    onFault: (error, what) => log.error({ err: error }, `the authorization server: ${what}`),
  })
  const directory = new Directory({
    ...base,
    sealing,
    statusOf: (of, connector) => lifecycle.statusOf(of, connector),
    requireAcceptance: (of, developer) => terms.requireAcceptance(of, developer),
    hasAccepted: (of, developer) => terms.hasAccepted(of, developer),
    foundNotices: (place, release) => notices.found(place, release),
    // One directory for all workspaces: the first one publishes it.
    publisherOf: () => workspace,
  })
  const upstream = createUpstream({ egress, clock, client: { name: 'handfast', title: 'Handfast', version } })
  const review = createReview({ ...base, directory, lifecycle, terms, notices, egress, upstream, profile: 'house' })
  const choices = new Choices({ ...base, sealing, attestsAdults: settings.attestAdults })
  const approvals = new Approvals({ ...base, sealing, dangerouslyAllowLastingYesForDestructive: settings.dangerouslyAllowLastingYesForDestructive })
  const approverInbox = new ApproverInbox({ ...base, sealing })
  const policies = new Policies({
    ...base,
    personOf: (user, of) => people.workspaces.personOf(user, of),
    audienceOf: (of) => people.workspaces.audienceOf(of),
    toolAgesOf: (connector) => directory.toolAges(connector),
  })
  const vault = new Vault({ ...base, sealing })
  const links = createLinks({
    ...base,
    sealing,
    egress,
    upstream,
    vault,
    node,
    workspace,
    rule: { loopbackByHttp: settings.dangerouslyAllowPrivateAddresses },
    publicUrl: () => site.publicUrl,
    name: () => settings.instanceName,
    allows: async ({ user, workspace: of, slug, identity }) => {
      const { view } = await policies.of({ user, workspace: of })
      const denial = accountDenial(
        view.accountLimits(slug),
        { email: identity.email ?? undefined, identity: identity.id ?? undefined },
        view.policy.version,
      )
      if (denial !== null) throw new AccountNotAllowedError(denial)
    },
    onFault: (error) => log.warn({ err: error }, 'an account could not be renewed'),
  })
  const history = new History({ ...base, sealing })
  const files = new HandedFiles({ ...base, sealing, origin: () => site.publicUrl })
  // What ends with an account, whether its person is erased or leaves the workspace.
  const ending: readonly EndingStep[] = [
    (person, at) => authorization.erasing(person, at),
    (person, at) => choices.erasing(person, at),
    (person) => links.linked.erasing(person),
    (person, at) => vault.erasing(person, at),
    (person) => files.erasing(person),
  ]
  const erasure = new Erasure({ ...base, sealing, steps: [(person, at) => people.erasing(person.user, at), ...ending] })
  const limits = new Limits(clock, { perSecond: settings.callsPerSecond, burst: settings.callsPerSecond, concurrency: settings.concurrentCalls })
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
    upstream,
    egress,
    sealing,
    keys,
    accessLog: new AccessLog(storage),
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
      'authorization.tidy': { every: 10 * MINUTE, work: () => authorizationServer.tidy() },
      ...links.handlers,
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

  const mcpRooms = { authorization, gateway, catalogue, sessions, letters, sealing, changes: enforcement, metrics, log }
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

/** What the command line has to know first: in whose name it acts unless told otherwise, and how the first account is made. */
async function aboutHouse(people: People, welcome: string | null): Promise<Readonly<Record<string, unknown>>> {
  for (let after: string | null = null; ; ) {
    const page = await people.list(after, 200)
    const operator = page.find((account) => account.roles.includes('operator') && account.disabledAt === null)
    if (operator !== undefined || page.length < 200) return { operator: operator?.id ?? null, welcome: (await people.isSetUp()) ? null : welcome }
    after = page.at(-1)?.id ?? null
  }
}

/** What the ledger keeps of a deadline that was given up. */
function abandoned({ id, workspace, kind, subject, dueAt, attempts }: Deadline, reason: string, at: number): Entry {
  return { event: 'deadline.abandoned', workspace, subject, by: 'system', at, facts: { deadline: id, kind, dueAt, attempts, reason } }
}

/** How the transit engine that wraps the master keys is reached, where the settings name one. */
export function transitOf(settings: Settings): TransitUse | undefined {
  const {
    transitUrl: url,
    transitMount: mount,
    transitKey: key,
    transitNamespace: namespace,
    transitToken: token,
    transitTokenFile: tokenFile,
  } = settings
  if (url === undefined) return undefined
  const authority = settings.transitCaFile === undefined ? undefined : readFileSync(settings.transitCaFile, 'utf8')
  const cacheMs = settings.transitCacheHours * HOUR
  return { url: new URL(url).origin, mount, key, namespace, token, tokenFile, authority, cacheMs, opensOnly: settings.transitOpensOnly }
}

/** Who stands on the operator's side of the terms. */
function operatorOf(settings: Settings): OperatorDetails {
  const { operatorName, operatorAddress, operatorLaw, operatorCourts, operatorNoticesTo, operatorEurope } = settings
  const elsewhere = { name: operatorName, address: operatorAddress, law: operatorLaw, courts: operatorCourts }
  const europe = operatorEurope ?? elsewhere
  return { noticesTo: operatorNoticesTo, europe, elsewhere }
}

function toAllowRule({ name, host, ports }: Settings['allowInternal'][number]): AllowRule {
  return ports === undefined ? { name, host } : { name, host, ports }
}
