import type { IncidentClock } from '@handfast/contract'
import { record } from '../ledger/index.ts'
import {
  type Clock,
  type ConnectorId,
  type DeveloperId,
  type JsonObject,
  newId,
  rfc3339,
  sha256,
  type UserId,
  type WorkspaceId,
} from '../lib/index.ts'
import type { Outbox } from '../notices/index.ts'
import type { Schedule } from '../schedule/index.ts'
import type { Sealing } from '../sealing/index.ts'
import type { Storage, Write } from '../storage/index.ts'
import { type AffectedUser, affectedUsers } from './affected.ts'
import { EventLog } from './event-log.ts'
import {
  type IncidentEvent,
  type IncidentEventKind,
  type IncidentKind,
  type IncidentSource,
  type IncidentState,
  type RunningClock,
  standOf,
} from './incident.ts'
import { type IncidentPage, type IncidentRecord, IncidentStore } from './incident-store.ts'
import { IncidentClosedError, IncidentNotFoundError, NoConnectorError, NoSuchClockError } from './incidents-errors.ts'
import { reporterOf } from './reporter.ts'

export type IncidentsNeeds = {
  readonly storage: Storage
  readonly clock: Clock
  readonly sealing: Sealing
  readonly schedule: Schedule
  readonly outbox: Outbox
  /** Deadlines that run for every new incident. */
  readonly clocks: readonly IncidentClock[]
  /** Stops all calls to a connector, in the name of the operator; nothing where they are stopped already. */
  readonly stop: (stopping: {
    readonly workspace: WorkspaceId
    readonly connector: ConnectorId
    readonly by: UserId
    readonly reason: string
  }) => Promise<void>
  /** The statement that has every account at a connector ended. */
  readonly endingAll: (
    workspace: WorkspaceId,
    connector: ConnectorId,
    ending: { readonly how: 'revoke' | 'renew'; readonly reason: string },
    at: number,
  ) => Write
}

export type Containing = { readonly suspend: boolean; readonly revoke: boolean; readonly renew: boolean; readonly reason: string }

export type Reporting = {
  readonly workspace: WorkspaceId
  readonly kind: IncidentKind
  readonly source: IncidentSource
  readonly connector: ConnectorId | null
  readonly developer: DeveloperId | null
  /** Empty: nobody with an account. */
  readonly by: UserId | ''
  readonly awareAt: number
  readonly from: number | null
  readonly to: number | null
  readonly facts: JsonObject
}

/** An incident with what stands about it. */
export type Incident = IncidentRecord & {
  readonly state: IncidentState
  readonly clocks: readonly RunningClock[]
  readonly timeline: readonly IncidentEvent[]
}

export const CLOCK_DUE = 'incidents.clock'
export const TELL = 'incidents.tell'

/** Breaches and weaknesses: reported, followed up against their deadlines, told to whoever is affected (clause 3a-developer-security). */
export class Incidents {
  readonly #needs: IncidentsNeeds
  readonly #store: IncidentStore
  readonly log: EventLog<IncidentEventKind>

  constructor(needs: IncidentsNeeds) {
    this.#needs = needs
    this.#store = new IncidentStore(needs)
    this.log = new EventLog(needs, { table: 'incident_events', column: 'incident_id' })
  }

  /** Takes a report. Its deadlines are fixed from here, and the operator is told. */
  async report(given: Reporting): Promise<Incident> {
    const { storage, clock, schedule, outbox, clocks } = this.#needs
    const { workspace, kind, source, connector, by, awareAt } = given
    const at = clock.now()
    const id = newId('inc', at)
    const running = clocks.map(({ id: rule, title, within }) => ({ id: rule, title, dueAt: awareAt + within }))
    const event: IncidentEvent = { kind: 'reported', facts: { kind, source, connector, awareAt, clocks: running }, note: null, by, at }
    await storage.write([
      this.#store.adding({ ...given, id, reporter: by, createdAt: at }),
      this.log.adding(workspace, id, event),
      ...running.map(({ id: rule, dueAt }) =>
        schedule.putting({ workspace, kind: CLOCK_DUE, subject: `${id}/${rule}`, dueAt: soonEnough(at, dueAt) }),
      ),
      record(storage.db, {
        event: 'incident.reported',
        workspace,
        subject: id,
        by: by === '' ? 'outsider' : by,
        at,
        facts: {
          kind,
          source,
          connector,
          awareAt,
          clocks: running.map((one) => ({ id: one.id, dueAt: one.dueAt })),
          report: sha256(JSON.stringify(given.facts)),
        },
      }),
      ...outbox.sending(
        {
          workspace,
          to: { kind: 'operator' },
          kind: 'incidents.reported',
          clause: '3a-developer-security',
          legal: true,
          connector,
          subject: id,
          title: kind === 'vulnerability' ? 'A weakness was reported' : 'A breach was reported',
          body: `Report ${id} came in at ${rfc3339(at)}. Read it, acknowledge it, and say what is done.\n\nDeadlines:\n${running.map((one) => `${one.title}: ${rfc3339(one.dueAt)}`).join('\n')}`,
        },
        at,
      ),
    ])
    return await this.get(workspace, id)
  }

  /** @throws IncidentNotFoundError */
  async get(workspace: WorkspaceId, id: string): Promise<Incident> {
    const found = await this.#store.find(workspace, id)
    if (found === undefined) throw new IncidentNotFoundError('incident')
    return withStand(found, await this.log.of(workspace, id))
  }

  /** Newest first. `state` is looked at after reading, so a page may be shorter than asked for. */
  async list(workspace: WorkspaceId, page: IncidentPage): Promise<readonly Incident[]> {
    const rows = await this.#store.list(workspace, page)
    const events = await this.log.ofAll(
      workspace,
      rows.map(({ id }) => id),
    )
    return rows.map((row) => withStand(row, events.get(row.id) ?? []))
  }

  /** Whoever reported is told that somebody reads it. */
  async acknowledge(workspace: WorkspaceId, id: string, by: UserId): Promise<void> {
    const incident = await this.#open(workspace, id)
    await this.#add(incident, { kind: 'acknowledged', facts: {}, note: null, by, at: this.#needs.clock.now() }, [
      this.#needs.schedule.cancelling({ workspace, kind: CLOCK_DUE, subject: `${id}/acknowledge` }),
      ...this.#tellReporter(incident, 'Your report is being looked at', 'Somebody read your report and follows it up.'),
    ])
  }

  async note(workspace: WorkspaceId, id: string, note: string, by: UserId): Promise<void> {
    await this.#add(await this.#open(workspace, id), { kind: 'noted', facts: {}, note, by, at: this.#needs.clock.now() })
  }

  /** Facts that were not known before. The digest of what stood before stays in the timeline. */
  async amend(workspace: WorkspaceId, id: string, facts: JsonObject, times: { from: number | null; to: number | null }, by: UserId): Promise<void> {
    const incident = await this.#open(workspace, id)
    const event: IncidentEvent = {
      kind: 'amended',
      facts: { before: sha256(JSON.stringify(incident.facts)) },
      note: null,
      by,
      at: this.#needs.clock.now(),
    }
    await this.#add(incident, event, [this.#store.amending(incident, facts, times.from, times.to)])
  }

  /** @throws NoSuchClockError */
  async meetClock(workspace: WorkspaceId, id: string, clock: string, note: string, by: UserId): Promise<void> {
    const incident = await this.#open(workspace, id)
    const open = incident.clocks.filter(({ metAt }) => metAt === null)
    if (!open.some((one) => one.id === clock)) throw new NoSuchClockError(open.map((one) => one.id))
    await this.#add(incident, { kind: 'clock-met', facts: { clock }, note, by, at: this.#needs.clock.now() }, [
      this.#needs.schedule.cancelling({ workspace, kind: CLOCK_DUE, subject: `${id}/${clock}` }),
    ])
  }

  /**
   * Stops calls, ends accounts, or both. Calls stop before this returns; accounts are ended page by page from here on.
   * @throws IncidentClosedError, NoConnectorError
   */
  async contain(workspace: WorkspaceId, id: string, given: Containing, by: UserId): Promise<void> {
    const { stop, endingAll, clock } = this.#needs
    const incident = await this.#open(workspace, id)
    const { connector } = incident
    if (connector === null) throw new NoConnectorError()
    const { reason } = given
    if (given.suspend) await stop({ workspace, connector, by, reason })
    const at = clock.now()
    const hows = (['revoke', 'renew'] as const).filter((how) => given[how])
    const actions = [...(given.suspend ? ['suspend'] : []), ...hows]
    await this.#add(
      incident,
      { kind: 'contained', facts: { actions }, note: reason, by, at },
      hows.map((how) => endingAll(workspace, connector, { how, reason }, at)),
    )
  }

  /** @throws NoConnectorError */
  async affected(workspace: WorkspaceId, id: string, from: number, to: number): Promise<readonly AffectedUser[]> {
    const { connector } = await this.get(workspace, id)
    if (connector === null) throw new NoConnectorError()
    return await affectedUsers(this.#needs.storage, connector, from, to)
  }

  /** Has everybody told who was affected. One notice each, however often it is tried. @returns how many */
  async tell(workspace: WorkspaceId, id: string, words: { title: string; body: string; from: number; to: number }, by: UserId): Promise<number> {
    const incident = await this.#open(workspace, id)
    const people = await this.affected(workspace, id, words.from, words.to)
    const at = this.#needs.clock.now()
    const facts = { from: words.from, to: words.to, people: people.length, words: sha256(`${words.title}\n\n${words.body}`) }
    await this.#add(incident, { kind: 'told', facts, note: words.title, by, at }, [
      this.#needs.schedule.putting({
        workspace,
        kind: TELL,
        subject: `${id}/${facts.words.slice(0, 16)}`,
        dueAt: at,
        payload: { ...words, incident: id, after: '' },
      }),
    ])
    return people.length
  }

  async close(workspace: WorkspaceId, id: string, note: string, by: UserId): Promise<void> {
    const incident = await this.#open(workspace, id)
    const { schedule, clock } = this.#needs
    await this.#add(incident, { kind: 'closed', facts: {}, note, by, at: clock.now() }, [
      ...incident.clocks.map((one) => schedule.cancelling({ workspace, kind: CLOCK_DUE, subject: `${id}/${one.id}` })),
      ...this.#tellReporter(incident, 'Your report was closed', note),
    ])
  }

  async reopen(workspace: WorkspaceId, id: string, note: string, by: UserId): Promise<void> {
    const incident = await this.get(workspace, id)
    if (incident.state !== 'closed') return
    const { schedule, clock } = this.#needs
    const at = clock.now()
    await this.#add(incident, { kind: 'reopened', facts: {}, note, by, at }, [
      ...incident.clocks
        .filter(({ metAt }) => metAt === null)
        .map((one) => schedule.putting({ workspace, kind: CLOCK_DUE, subject: `${id}/${one.id}`, dueAt: soonEnough(at, one.dueAt) })),
    ])
  }

  async #open(workspace: WorkspaceId, id: string): Promise<Incident> {
    const incident = await this.get(workspace, id)
    if (incident.state === 'closed') throw new IncidentClosedError()
    return incident
  }

  async #add({ workspace, id }: Incident, event: IncidentEvent, more: readonly Write[] = []): Promise<void> {
    const { storage } = this.#needs
    const { kind, facts, note, by, at } = event
    const named = { kind: 'incident.changed', contained: 'incident.contained', told: 'incident.told' } as const
    const ledger = kind === 'contained' || kind === 'told' ? named[kind] : named.kind
    const kept = { ...facts, change: kind, ...(note === null ? {} : { note: sha256(note) }) }
    await storage.write([
      this.log.adding(workspace, id, event),
      ...more,
      record(storage.db, { event: ledger, workspace, subject: id, by, at, facts: kept }),
    ])
  }

  #tellReporter(incident: Incident, title: string, body: string): readonly Write[] {
    const { workspace, id, connector } = incident
    const to = reporterOf(incident)
    if (to === null) return []
    const words = { title, body: `${body}\n\nNumber of the report: ${id}` }
    return this.#needs.outbox.sending(
      { workspace, to, kind: 'incidents.changed', clause: '3a-developer-security', legal: false, connector, subject: id, ...words },
      this.#needs.clock.now(),
    )
  }
}

function withStand(found: IncidentRecord, timeline: readonly IncidentEvent[]): Incident {
  return { ...found, ...standOf(timeline), timeline }
}

/** The operator is reminded when three quarters of the time are gone, which for a report that came late is now. */
function soonEnough(now: number, dueAt: number): number {
  return Math.max(now, dueAt - Math.max(0, Math.floor((dueAt - now) / 4)))
}
