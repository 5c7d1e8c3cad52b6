import { record } from '../ledger/index.ts'
import { type ConnectorId, type DeveloperId, type Json, newId, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { NewNotice } from '../notices/index.ts'
import type { Done, Due, Handlers } from '../schedule/index.ts'
import type { Write } from '../storage/index.ts'
import { NoChangeError, NotAcceptedYetError, SomebodyElseError, TransferNotFoundError } from './developers-errors.ts'
import type { Holds } from './holds.ts'
import type { DeveloperParts } from './parts.ts'
import { stateOfTransfer, TRANSFER_LASTS, type Transfer } from './transfer.ts'
import { TransferStore } from './transfer-store.ts'

const EXPIRE = 'developers.expire-transfer'

/** What other rooms know, handed in because this one may not ask them. */
export type TransferHelp = {
  /** The newest acceptance of an organisation that has accepted all documents in force, since a time where one is given. Null: it has not. */
  readonly acceptanceOf: (workspace: WorkspaceId, developer: DeveloperId, since: number | null) => Promise<string | null>
  /** Whether a connector is over for good. */
  readonly isOver: (workspace: WorkspaceId, connector: ConnectorId) => Promise<boolean>
  /** The statements that put an approved transfer into the log of the connector, with the entry that says so. */
  readonly decided: (
    workspace: WorkspaceId,
    connector: ConnectorId,
    transfer: Transfer['id'],
    how: { readonly reason: string; readonly by: UserId; readonly at: number; readonly facts: Readonly<Record<string, Json>> },
  ) => Promise<readonly Write[]>
}

export type NewTransfer = {
  readonly workspace: WorkspaceId
  readonly developer: DeveloperId
  readonly reason: string
  readonly by: UserId
} & (
  | { readonly kind: 'connector'; readonly connector: ConnectorId; readonly to: DeveloperId }
  | { readonly kind: 'control'; readonly newControl: string }
)

/**
 * Changing hands (clause 7d-assignment): the owner asks, whoever takes has accepted the terms and says yes, the operator approves in writing; then it
 * happens, whole, in one transaction with what is told to everybody.
 */
export class Transfers {
  readonly #parts: DeveloperParts
  readonly #store: TransferStore
  readonly #holds: Holds
  readonly #help: TransferHelp
  readonly #nameOf: (workspace: WorkspaceId, developer: DeveloperId) => Promise<string>

  constructor(parts: DeveloperParts, holds: Holds, help: TransferHelp, nameOf: (workspace: WorkspaceId, developer: DeveloperId) => Promise<string>) {
    this.#nameOf = nameOf
    this.#parts = parts
    this.#store = new TransferStore(parts.storage.db)
    this.#holds = holds
    this.#help = help
  }

  list(workspace: WorkspaceId, of: { readonly developers?: readonly DeveloperId[]; readonly connector?: ConnectorId }): Promise<readonly Transfer[]> {
    return this.#store.list(workspace, of)
  }

  /** Each time at which a connector changed hands, the earliest first. */
  handedOver(workspace: WorkspaceId, connector: ConnectorId): ReturnType<TransferStore['handedOver']> {
    return this.#store.handedOver(workspace, connector)
  }

  /** @throws TransferNotFoundError */
  async get(workspace: WorkspaceId, id: string): Promise<Transfer> {
    const transfer = await this.#store.get(workspace, id)
    if (transfer === undefined) throw new TransferNotFoundError()
    return transfer
  }

  /** Id of the transfer by which an organisation came under the control that it is under, or null: nothing was approved about it. */
  controlOf(workspace: WorkspaceId, developer: DeveloperId): Promise<string | null> {
    return this.#store.controlOf(workspace, developer)
  }

  /** The caller has checked that `by` owns the organisation, and that the connector is its own. @throws NoChangeError while another one is open */
  async ask(given: NewTransfer): Promise<Transfer> {
    const { storage, clock, schedule, outbox } = this.#parts
    const { workspace, developer, reason, by } = given
    const at = clock.now()
    const connector = given.kind === 'connector' ? given.connector : null
    const to = given.kind === 'connector' ? given.to : null
    if (to === developer) throw new NoChangeError('It is theirs already.', 'developer')
    const known = await this.#store.list(workspace, connector === null ? { developers: [developer] } : { connector })
    const undecided = known.filter((one) => one.kind === given.kind && one.decision === null && one.endedAt === null)
    if (undecided.some((one) => stateOfTransfer(one, at) !== 'ended'))
      throw new NoChangeError('Another transfer is under way. Take it back first.', 'developer')
    const transfer: Transfer = {
      id: newId('trf', at),
      kind: given.kind,
      connector,
      developer,
      to,
      newControl: given.kind === 'control' ? given.newControl : null,
      reason,
      askedBy: by,
      askedAt: at,
      expiresAt: at + TRANSFER_LASTS,
      acceptance: null,
      decision: null,
      endedAt: null,
    }
    const what =
      transfer.kind === 'control' ? 'An organisation says that it comes under the control of somebody else' : 'A connector is to change hands'
    const body = `${what}.\n\n${reason}`
    await storage.write([
      // Out of time, and nobody got to it yet.
      ...undecided.flatMap((one) => [...this.#outOfTime(workspace, one, at), schedule.cancelling({ workspace, kind: EXPIRE, subject: one.id })]),
      this.#store.adding(workspace, transfer),
      record(storage.db, { event: 'transfer.asked', workspace, subject: transfer.id, by, at, facts: factsOf(transfer) }),
      schedule.putting({ workspace, kind: EXPIRE, subject: transfer.id, dueAt: transfer.expiresAt }),
      ...outbox.sending(notice(workspace, transfer, { kind: 'operator' }, 'developers.transfer-asked', what, body, false), at),
      ...(to === null
        ? []
        : outbox.sending(notice(workspace, transfer, legalOf(to), 'developers.transfer-asked', 'You are offered a connector', body), at)),
    ])
    return transfer
  }

  /**
   * Whoever takes says yes. They have accepted the documents in force first; where control changes, after it was asked for.
   * @throws TransferNotFoundError, NotAcceptedYetError, NoChangeError
   */
  async accept(workspace: WorkspaceId, id: string, by: UserId): Promise<void> {
    const { storage, clock } = this.#parts
    const at = clock.now()
    const transfer = await this.get(workspace, id)
    const acceptance = await this.#acceptanceFor(workspace, transfer)
    await this.#holds.require(workspace, transfer.to ?? transfer.developer)
    await storage.write([
      this.#store.accepting(workspace, id, acceptance, by, at),
      record(storage.db, { event: 'transfer.accepted', workspace, subject: id, by, at, facts: { ...factsOf(transfer), acceptance } }),
    ])
  }

  /** @throws NotAcceptedYetError */
  async #acceptanceFor(workspace: WorkspaceId, { kind, developer, to, askedAt }: Transfer): Promise<string> {
    const acceptance = await this.#help.acceptanceOf(workspace, to ?? developer, kind === 'control' ? askedAt : null)
    if (acceptance === null) throw new NotAcceptedYetError()
    return acceptance
  }

  /**
   * The operator decides in writing. Approved, the connector is in other hands when this returns, on every node.
   * @param isParty whether whoever decides belongs to one of the two sides; in the public profile they then may not
   * @throws TransferNotFoundError, SomebodyElseError, NotAcceptedYetError, DeveloperHeldError, ReleaseWaitsError, NoChangeError
   */
  async decide(workspace: WorkspaceId, id: string, approved: boolean, writing: string, by: UserId, isParty: boolean): Promise<void> {
    const { storage, clock, schedule, outbox, enforcement, profile } = this.#parts
    const at = clock.now()
    const transfer = await this.get(workspace, id)
    if (isParty && profile() === 'public') throw new SomebodyElseError('theirs')
    const { developer, to, connector } = transfer
    if (approved) {
      if (transfer.acceptance === null) throw new NotAcceptedYetError()
      // Documents may have changed since, and holds may have come.
      await this.#acceptanceFor(workspace, transfer)
      for (const side of [developer, ...(to === null ? [] : [to])]) await this.#holds.require(workspace, side)
    }
    const title = approved ? 'A transfer is approved' : 'A transfer is refused'
    const kind = approved ? 'developers.transfer-approved' : 'developers.transfer-refused'
    const sides = [developer, ...(to === null ? [] : [to])]
    const users = approved && to !== null ? await this.#forUsers(workspace, transfer, to) : null
    const facts: Record<string, Json> = { ...factsOf(transfer), approved, writingSha256: sha256(writing), isParty }
    const writes: readonly Write[] = [
      this.#store.deciding(workspace, id, approved, writing, by, at),
      ...(approved && connector !== null && to !== null
        ? [
            ...this.#store.handingOver(workspace, connector, developer, to),
            ...(await this.#help.decided(workspace, connector, transfer.id, { reason: writing, by, at, facts })),
          ]
        : [record(storage.db, { event: 'transfer.decided', workspace, subject: id, by, at, facts })]),
      schedule.cancelling({ workspace, kind: EXPIRE, subject: id }),
      ...sides.flatMap((side) => outbox.sending(notice(workspace, transfer, legalOf(side), kind, title, writing), at)),
      ...(users === null || connector === null ? [] : outbox.sendingToAll(users, { kind: 'enabled', connector }, at)),
    ]
    await enforcement.change(writes, connector === null ? [] : [`connector:${connector}`])
  }

  /** Told to everybody who has the connector enabled: to whom it belongs from now on. */
  async #forUsers(workspace: WorkspaceId, transfer: Transfer, to: DeveloperId): Promise<Omit<NewNotice, 'to'>> {
    const [before, after] = await Promise.all([transfer.developer, to].map((one) => this.#nameOf(workspace, one)))
    const title = `A connector that you use belongs to ${after} now`
    const body = `A connector that you have enabled went from ${before} to ${after}, with the approval of the operator. What you agreed to stays in force; what you linked stays yours. If you do not want that, disable it.`
    const { to: _, ...told } = notice(workspace, transfer, { kind: 'operator' }, 'developers.changed-hands', title, body)
    return told
  }

  /** Taken back by whoever asked. @throws TransferNotFoundError, NoChangeError */
  async end(workspace: WorkspaceId, id: string, by: UserId): Promise<void> {
    const { storage, clock, schedule } = this.#parts
    const at = clock.now()
    const transfer = await this.get(workspace, id)
    await storage.write([
      this.#store.ending(workspace, id, by, at),
      record(storage.db, { event: 'transfer.ended', workspace, subject: id, by, at, facts: { ...factsOf(transfer), because: 'taken back' } }),
      schedule.cancelling({ workspace, kind: EXPIRE, subject: id }),
    ])
  }

  handlers(): Handlers {
    return { [EXPIRE]: { work: (due) => this.#expire(due) } }
  }

  async #expire({ workspace: of, subject, now }: Due): Promise<Done> {
    const workspace = of as WorkspaceId
    const transfer = await this.#store.get(workspace, subject)
    if (transfer === undefined || transfer.decision !== null || transfer.endedAt !== null) return {}
    return { writes: this.#outOfTime(workspace, transfer, now) }
  }

  #outOfTime(workspace: WorkspaceId, transfer: Transfer, now: number): readonly Write[] {
    const { storage, outbox } = this.#parts
    const { id: subject, expiresAt: dueAt } = transfer
    const body = `Nobody decided it by ${new Date(dueAt).toISOString()}. Ask again if it is still wanted.`
    const told = notice(workspace, transfer, legalOf(transfer.developer), 'developers.transfer-over', 'A transfer is out of time', body)
    const facts = { ...factsOf(transfer), because: 'out of time', dueAt }
    return [
      this.#store.ending(workspace, subject, 'system', dueAt),
      record(storage.db, { event: 'transfer.ended', workspace, subject, by: 'system', at: now, facts }),
      ...outbox.sending(told, now),
    ]
  }
}

function legalOf(developer: DeveloperId): NewNotice['to'] {
  return { kind: 'developer', developer, purpose: 'legal' }
}

function factsOf({ id, kind, connector, developer, to }: Transfer): Record<string, Json> {
  return { transfer: id, kind, connector, from: developer, to }
}

function notice(
  workspace: WorkspaceId,
  { id, connector }: Transfer,
  to: NewNotice['to'],
  kind: NewNotice['kind'],
  title: string,
  body: string,
  legal = true,
): NewNotice {
  return { workspace, to, kind, clause: '7d-assignment', legal, connector, subject: id, title, body }
}
