import { record } from '../ledger/index.ts'
import {
  type CallId,
  type Clock,
  type ConnectorId,
  canonicalJson,
  DAY,
  type DeveloperId,
  type Json,
  newId,
  sha256,
  type UserId,
  type WorkspaceId,
} from '../lib/index.ts'
import type { Outbox } from '../notices/index.ts'
import type { Done, Due, Handlers, Schedule } from '../schedule/index.ts'
import type { Sealing } from '../sealing/index.ts'
import { type Storage, type Write, write, writeOne } from '../storage/index.ts'
import {
  type ComplaintAction,
  type ComplaintDecision,
  type ComplaintEvent,
  type ComplaintEventKind,
  type ComplaintKind,
  type ComplaintRecord,
  type ComplaintState,
  complaintStandOf,
} from './complaint.ts'
import { ComplaintNotices } from './complaint-notices.ts'
import { type ComplaintPage, ComplaintStore } from './complaint-store.ts'
import { EventLog } from './event-log.ts'
import { ComplaintDecidedError, IncidentNotFoundError, NoConnectorError } from './incidents-errors.ts'

/** How long a person has to decide. The operator is reminded before. */
const DECIDE_WITHIN = 14 * DAY
const REMIND_BEFORE = 3 * DAY
export const COMPLAINT_DUE = 'incidents.complaint'

export type Complaining = {
  readonly workspace: WorkspaceId
  readonly kind: ComplaintKind
  readonly connector: {
    readonly id: ConnectorId
    readonly developer: DeveloperId
    readonly release: string | null
    readonly digest: string | null
  } | null
  readonly call: CallId | null
  readonly explanation: string
  readonly complainant: { readonly name: string; readonly email: string }
}

export type Complaint = ComplaintRecord & {
  readonly state: ComplaintState
  readonly decision: ComplaintDecision | null
  readonly timeline: readonly ComplaintEvent[]
}

export type ComplaintsNeeds = {
  readonly storage: Storage
  readonly clock: Clock
  readonly sealing: Sealing
  readonly schedule: Schedule
  readonly outbox: Outbox
}

/** Complaints of third parties about a connector or a single answer (clauses 6a-indemnity, 2e-iii): received, frozen, decided, answered. */
export class Complaints {
  readonly #needs: ComplaintsNeeds
  readonly #store: ComplaintStore
  readonly #log: EventLog<ComplaintEventKind>
  readonly #notices: ComplaintNotices

  constructor(needs: ComplaintsNeeds) {
    this.#needs = needs
    this.#store = new ComplaintStore(needs)
    this.#notices = new ComplaintNotices(needs.outbox)
    this.#log = new EventLog(needs, { table: 'complaint_events', column: 'complaint_id' })
  }

  /** Takes a complaint in and freezes what stands: the connector's live release, or the ledger's lines about the call. A call that is unknown is kept as it was named. */
  async receive(given: Complaining): Promise<Complaint> {
    const { storage, clock, schedule } = this.#needs
    const { workspace, kind, call, connector } = given
    const at = clock.now()
    const id = newId('cpl', at)
    const evidence = canonicalJson({
      at,
      connector: connector?.id ?? null,
      release: connector?.release ?? null,
      releaseSha256: connector?.digest ?? null,
      call,
      ledger: call === null ? [] : [...(await this.#store.entriesAbout(call))],
    } satisfies Json)
    const decideBy = at + DECIDE_WITHIN
    const row: ComplaintRecord = {
      ...given,
      id,
      connector: connector?.id ?? null,
      developer: connector?.developer ?? null,
      evidence,
      evidenceSha256: sha256(evidence),
      decideBy,
      createdAt: at,
    }
    await storage.write([
      this.#store.adding(row),
      this.#log.adding(workspace, id, { kind: 'received', facts: { kind, decideBy }, note: null, by: '', at }),
      schedule.putting({ workspace, kind: COMPLAINT_DUE, subject: id, dueAt: decideBy - REMIND_BEFORE }),
      record(storage.db, {
        event: 'complaint.received',
        workspace,
        subject: id,
        by: 'outsider',
        at,
        facts: { kind, connector: row.connector, call, evidence: row.evidenceSha256, complaint: sha256(given.explanation), decideBy },
      }),
      ...this.#notices.received(row, at),
    ])
    return await this.get(workspace, id)
  }

  /** @throws IncidentNotFoundError */
  async get(workspace: WorkspaceId, id: string): Promise<Complaint> {
    const found = await this.#store.find(workspace, id)
    if (found === undefined) throw new IncidentNotFoundError('complaint')
    const timeline = await this.#log.of(workspace, id)
    return { ...found, ...complaintStandOf(timeline), timeline }
  }

  /** Newest first. */
  async list(workspace: WorkspaceId, page: ComplaintPage): Promise<readonly Complaint[]> {
    const rows = await this.#store.list(workspace, page)
    const events = await this.#log.ofAll(
      workspace,
      rows.map(({ id }) => id),
    )
    return rows.map((row) => {
      const timeline = events.get(row.id) ?? []
      return { ...row, ...complaintStandOf(timeline), timeline }
    })
  }

  /** Whoever complained is told that a person looks, and the developer is asked what they say to it. */
  async acknowledge(workspace: WorkspaceId, id: string, by: UserId): Promise<void> {
    const complaint = await this.#undecided(workspace, id)
    const at = this.#needs.clock.now()
    await this.#add(complaint, { kind: 'acknowledged', facts: {}, note: null, by, at }, this.#notices.acknowledged(complaint, at))
  }

  /** What the developer says to it. */
  async say(workspace: WorkspaceId, id: string, statement: string, by: UserId): Promise<void> {
    const complaint = await this.#undecided(workspace, id)
    await this.#add(complaint, { kind: 'developer-said', facts: {}, note: statement, by, at: this.#needs.clock.now() })
  }

  /**
   * Decides, once, with reasons that everybody concerned reads. Blocking an answer takes effect with it; stopping the connector is a decision about
   * the connector that the caller makes.
   * @throws ComplaintDecidedError, NoConnectorError when there is no answer to block, or no connector to stop
   */
  async decide(
    workspace: WorkspaceId,
    id: string,
    given: { upheld: boolean; action: ComplaintAction; reasons: string },
    by: UserId,
  ): Promise<Complaint> {
    const complaint = await this.#undecided(workspace, id)
    const { upheld, reasons } = given
    const action = upheld ? given.action : 'none'
    if ((action === 'block-answer' && complaint.call === null) || (action === 'suspend' && complaint.connector === null)) throw new NoConnectorError()
    const at = this.#needs.clock.now()
    const call = action === 'block-answer' && complaint.call !== null ? await this.#store.callFacts(complaint.call) : undefined
    await this.#add(complaint, { kind: 'decided', facts: { upheld, action }, note: reasons, by, at }, [
      this.#needs.schedule.cancelling({ workspace, kind: COMPLAINT_DUE, subject: id }),
      ...this.#notices.decided(complaint, upheld, reasons, at),
      ...(complaint.call === null || action !== 'block-answer' ? [] : this.#blocking(complaint, complaint.call, call, by, at)),
    ])
    return await this.get(workspace, id)
  }

  #blocking(
    complaint: Complaint,
    call: CallId,
    facts: { user_id: string; workspace_id: string } | undefined,
    by: UserId,
    at: number,
  ): readonly Write[] {
    const { workspace, id } = complaint
    return [
      this.#store.blocking(workspace, call, id, at),
      record(this.#needs.storage.db, { event: 'answer.blocked', workspace, subject: call, by, at, facts: { complaint: id } }),
      ...(facts === undefined
        ? []
        : this.#notices.blocked(complaint, call, { user: facts.user_id as UserId, workspace: facts.workspace_id as WorkspaceId }, at)),
    ]
  }

  /** Shows an answer again. @throws IncidentNotFoundError when it is not blocked */
  async unblock(workspace: WorkspaceId, call: CallId, reason: string, by: UserId): Promise<void> {
    const { storage, clock } = this.#needs
    const at = clock.now()
    await storage.write([
      writeOne(this.#store.lifting(workspace, call, by, at), () => new IncidentNotFoundError('blocked answer')),
      record(storage.db, { event: 'answer.unblocked', workspace, subject: call, by, at, facts: { reason: sha256(reason) } }),
    ])
  }

  /** The operator is reminded before the time is over, and once more when it is. */
  handlers(): Handlers {
    return { [COMPLAINT_DUE]: { work: (due) => this.#remind(due) } }
  }

  async #remind({ workspace, subject, now }: Due): Promise<Done> {
    const complaint = await this.get(workspace as WorkspaceId, subject)
    if (complaint.state === 'decided') return {}
    const over = now >= complaint.decideBy
    const writes = this.#notices.due(complaint, over, now)
    return over ? { writes } : { writes, next: complaint.decideBy }
  }

  async #undecided(workspace: WorkspaceId, id: string): Promise<Complaint> {
    const complaint = await this.get(workspace, id)
    if (complaint.state === 'decided') throw new ComplaintDecidedError()
    return complaint
  }

  async #add({ workspace, id, timeline }: Complaint, event: ComplaintEvent, more: readonly Write[] = []): Promise<void> {
    const { storage } = this.#needs
    const { kind, facts, note, by, at } = event
    const ledger = kind === 'decided' ? 'complaint.decided' : 'complaint.changed'
    const kept = { ...facts, change: kind, ...(note === null ? {} : { note: sha256(note) }) }
    await storage.write([
      // Of two steps at once, one waits at the first statement; the second looks anew, and undoes it where a line has come in between.
      write(this.#itself(workspace, id)),
      writeOne(
        this.#itself(workspace, id).where((eb) => eb(this.#linesOf(id), '=', timeline.length)),
        () => new ComplaintDecidedError(),
      ),
      this.#log.adding(workspace, id, event),
      ...more,
      record(storage.db, { event: ledger, workspace, subject: id, by, at, facts: kept }),
    ])
  }

  #itself(workspace: WorkspaceId, id: string) {
    const same = this.#needs.storage.db.updateTable('complaints').set(({ ref }) => ({ kind: ref('kind') }))
    return same.where('workspace_id', '=', workspace).where('id', '=', id)
  }

  #linesOf(id: string) {
    const lines = this.#needs.storage.db.selectFrom('complaint_events').where('complaint_id', '=', id)
    return lines.select(({ fn }) => fn.countAll<number>().as('lines'))
  }
}
