import { createEgress } from '../src/egress/index.ts'
import { Jobs } from '../src/jobs/index.ts'
import { type DeveloperId, MovableClock, newId, type UserId, type WorkspaceId } from '../src/lib/index.ts'
import { createNotifying, type Lookups, type NewNotice, type NotifyingNeeds, Outbox, type Somebody } from '../src/notices/index.ts'
import { Schedule } from '../src/schedule/index.ts'
import { parseMasterKeys, Sealing } from '../src/sealing/index.ts'
import { Enforcement, openStorage, type Storage } from '../src/storage/index.ts'
import { createLog, Metrics } from '../src/telemetry/index.ts'
import type { TestDatabaseKind } from './databases.ts'

export const NOW = 1_795_000_000_000

/** Who there is to be told: what other rooms know, as plain lists that a test can change. */
export class Known {
  readonly emails = new Map<UserId, string>()
  readonly contacts = new Map<string, readonly string[]>()
  readonly members = new Map<DeveloperId, readonly { readonly user: UserId; readonly role: string }[]>()
  operators: readonly Somebody[] = []
  enabled: readonly Somebody[] = []
  inForce: readonly DeveloperId[] = []
  operatorMail: readonly string[] = []

  readonly lookups: Lookups = {
    emailOf: async (user) => this.emails.get(user) ?? null,
    contactsOf: async (_, developer, purpose) => this.contacts.get(`${developer} ${purpose}`) ?? [],
    membersOf: async (_, developer) => this.members.get(developer) ?? [],
    operators: async () => this.operators,
    enabledUsers: async (_, __, after, limit) =>
      this.enabled
        .filter(({ user }) => after === null || user > after)
        .toSorted((a, b) => (a.user < b.user ? -1 : 1))
        .slice(0, limit),
    developersInForce: async (_, after, limit) => this.inForce.filter((id) => after === null || id > after).slice(0, limit),
    operatorMail: () => this.operatorMail,
  }
}

/** A house without a mail server. */
export function plainNotifying() {
  return {
    egress: createEgress({ allow: [], dangerouslyAllowPrivateAddresses: true }),
    mailer: null,
    mailFolder: null,
    receipt: 'report' as const,
    reportSecret: 'a-secret-for-the-mail-system',
    addresses: () => ({ operator: 'Fennick Town Council', postal: '1 Market Square', to: 'the address above', copyTo: null, form: '' }),
    sender: () => ({ from: 'notices@house.example', name: 'Test house', operator: 'Fennick Town Council', publicUrl: 'https://house.example' }),
  }
}

/** The room of notices over one storage, with a runner of jobs that does what is due when a test says so. */
export function notifyingOver(
  storage: Storage,
  enforcement: Enforcement,
  given: Partial<Omit<NotifyingNeeds, 'storage' | 'lookups'>> & {
    readonly clock?: MovableClock
    readonly node?: string
    readonly known?: Known
  } = {},
) {
  const { node = 'node_test', known = new Known(), clock = new MovableClock(NOW), ...more } = given
  const schedule = new Schedule({ storage, clock })
  const outbox = new Outbox({ storage, schedule })
  const base = { storage, clock, schedule, outbox }
  const sealing = new Sealing({ ...base, enforcement, masterKeys: parseMasterKeys(Buffer.alloc(32, 7).toString('base64')) })
  const notifying = createNotifying({ ...base, ...plainNotifying(), sealing, lookups: known.lookups, ...more })
  const jobs = new Jobs({
    ...base,
    enforcement,
    metrics: new Metrics(),
    log: createLog('silent'),
    node,
    workspace: 'wsp_home',
    handlers: notifying.handlers(),
    random: () => 0.5,
  })
  return { ...base, ...notifying, known, jobs }
}

/** Heron Ltd with its owner Dora and its member Max, Ana and Ben who use things, and Olga who runs it all. */
export async function openNotifying(kind: TestDatabaseKind, more: Parameters<typeof notifyingOver>[2] = {}) {
  const database = await kind.open()
  const storage = await openStorage(database.place, { nodeId: 'node_test' })
  const enforcement = new Enforcement(storage)
  await enforcement.start()
  const rooms = notifyingOver(storage, enforcement, more)
  const workspace = newId('wsp') as WorkspaceId
  const heron = newId('dev') as DeveloperId
  const [olga, dora, max, ana, ben] = ['olga', 'dora', 'max', 'ana', 'ben'].map((name) => {
    const user = newId('usr') as UserId
    rooms.known.emails.set(user, `${name}@people.example`)
    return user
  }) as [UserId, UserId, UserId, UserId, UserId]
  rooms.known.operators = [{ user: olga, workspace }]
  rooms.known.members.set(heron, [
    { user: dora, role: 'owner' },
    { user: max, role: 'member' },
  ])
  rooms.known.contacts.set(`${heron} legal`, ['legal@heron.example'])
  const { storage: store, outbox, clock, jobs } = rooms
  return {
    ...rooms,
    enforcement,
    database,
    workspace,
    heron,
    olga,
    dora,
    max,
    ana,
    ben,

    notice(change: Partial<NewNotice> = {}): NewNotice {
      return {
        workspace,
        to: { kind: 'developer', developer: heron, purpose: 'legal' },
        kind: 'terms.changed',
        clause: '7a-changes',
        legal: true,
        connector: null,
        subject: 'edn_next',
        title: 'The terms change',
        body: 'From the first of May.\n\nYou may leave before that.',
        ...change,
      }
    },

    /** Writes notices in one transaction, and does what is due then. */
    async sends(...changes: readonly Partial<NewNotice>[]) {
      await store.write(changes.flatMap((change) => outbox.sending(this.notice(change), clock.now())))
      await jobs.runDue()
    },

    /** Every delivery, oldest first, in a few words. */
    async sent() {
      const rows = await store.db.selectFrom('notice_deliveries').selectAll().orderBy('id').execute()
      return rows.map(({ channel, place, state }) => `${channel} ${place} ${state}`)
    },

    async ledger() {
      const rows = await store.db.selectFrom('ledger_entries').select(['event', 'subject', 'body']).orderBy('position').execute()
      return rows.map(({ event, subject, body }) => ({ event, subject, ...(JSON.parse(body) as { readonly facts?: Record<string, unknown> }) }))
    },

    [Symbol.asyncDispose]: async () => {
      await jobs.stop(0)
      await store.close()
      await database[Symbol.asyncDispose]()
    },
  }
}

export type NotifyingTown = Awaited<ReturnType<typeof openNotifying>>
