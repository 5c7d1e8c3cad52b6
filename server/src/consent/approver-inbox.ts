import { record } from '../ledger/index.ts'
import type { Clock, JsonObject, UserId, WorkspaceId } from '../lib/index.ts'
import type { Sealing } from '../sealing/index.ts'
import type { Storage } from '../storage/index.ts'
import { type Answer, type ApprovalNote, type ApprovalRow, toApproval } from './approval.ts'
import { ApprovalStore } from './approval-store.ts'
import { deciding, reasonPlace } from './approval-votes.ts'
import { ApprovalGoneError, ApprovalNotFoundError } from './consent-errors.ts'
import { mayMeet, type Need } from './needs.ts'
import type { PolicyPerson } from './policy-rules.ts'

/** Somebody whom a rule may name. */
export type Approver = PolicyPerson & { readonly workspace: WorkspaceId }

/** A question to somebody else than the person whose call it is. `mine` is what this approver's yes would be good for. */
export type DelegatedNote = ApprovalNote & { readonly mine: readonly Need[]; readonly votes: ReadonlyMap<string, UserId> }

const CHANNEL = 'approvals'
const PAGE = 100

/**
 * Calls of colleagues that a rule of the workspace puts before others. Whom a rule names now may see and decide them; somebody who left the group
 * may not. The contents are the asking person's: each look at them is recorded.
 */
export class ApproverInbox {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #sealing: Sealing
  readonly #store: ApprovalStore

  constructor(needs: { storage: Storage; clock: Clock; sealing: Sealing }) {
    this.#storage = needs.storage
    this.#clock = needs.clock
    this.#sealing = needs.sealing
    this.#store = new ApprovalStore(needs.storage.db)
  }

  /** Open questions that this person may answer, newest first. */
  async list(approver: Approver, page: { readonly before?: string; readonly limit: number }): Promise<readonly DelegatedNote[]> {
    const found: DelegatedNote[] = []
    for (let before = page.before; ; ) {
      let query = this.#store.delegated(approver.workspace, this.#clock.now()).orderBy('approvals.id', 'desc').limit(PAGE)
      if (before !== undefined) query = query.where('approvals.id', '<', before)
      const rows = await query.execute()
      for (const row of rows) {
        const note = toDelegated(row, approver, new Map())
        if (note === undefined) continue
        const votes = await this.#store.votes(approver.workspace, note.id)
        if (note.mine.some(({ key }) => !votes.has(key))) found.push({ ...note, votes })
        if (found.length === page.limit) return found
      }
      before = rows.at(-1)?.id
      if (before === undefined || rows.length < PAGE) return found
    }
  }

  /** Who it was that said yes so far, for the person whose call it is. */
  votes(workspace: WorkspaceId, id: string): Promise<ReadonlyMap<string, UserId>> {
    return this.#store.votes(workspace, id)
  }

  /** With exactly what would be sent. That somebody looked is recorded. @throws ApprovalNotFoundError also for a question to others */
  async open(approver: Approver, id: string): Promise<DelegatedNote & { readonly arguments: JsonObject }> {
    const row = await this.#store.delegatedOne(approver.workspace, id).executeTakeFirst()
    const note = row === undefined ? undefined : toDelegated(row, approver, await this.#store.votes(approver.workspace, id))
    if (row === undefined || note === undefined || row.sealed_arguments === '') throw new ApprovalNotFoundError()
    const sealer = await this.#sealing.of(note.user, note.workspace)
    const { db } = this.#storage
    const at = this.#clock.now()
    await this.#storage.write([record(db, { event: 'approval.opened', workspace: note.workspace, subject: id, by: approver.user, at })])
    return { ...note, arguments: JSON.parse(sealer.open(`approval:${id}`, row.sealed_arguments)) as JsonObject }
  }

  /**
   * Says yes to what this person is asked, or no to the call. A reason is kept under the key of the person whose call it is.
   * @throws ApprovalNotFoundError, NotApproverError, ApprovalGoneError
   */
  async decide(approver: Approver, id: string, answer: { readonly yes: boolean; readonly reason?: string | undefined }): Promise<void> {
    const row = await this.#store.delegatedOne(approver.workspace, id).executeTakeFirst()
    const note = row === undefined ? undefined : toDelegated(row, approver, await this.#store.votes(approver.workspace, id))
    if (note === undefined) throw new ApprovalNotFoundError()
    const at = this.#clock.now()
    const { yes, reason = '' } = answer
    const sealer = yes || reason === '' ? null : await this.#sealing.of(note.user, note.workspace)
    const said: Answer = yes ? { yes, lasting: 'once' } : { yes }
    const needs = note.mine.filter(({ key }) => !note.votes.has(key))
    if (yes && needs.length === 0) throw new ApprovalGoneError()
    const sealedReason = sealer === null ? null : sealer.seal(reasonPlace(id), JSON.stringify(reason))
    await this.#storage.write(deciding(this.#storage.db, { approval: note, by: approver.user, at, answer: said, needs, sealedReason }))
    this.#storage.notify(CHANNEL, id)
  }
}

function toDelegated(
  row: ApprovalRow & { readonly assistant_name: string | null },
  approver: PolicyPerson,
  votes: ReadonlyMap<string, UserId>,
): DelegatedNote | undefined {
  const approval = toApproval(row)
  const mine = approval.needs.filter((need) => need.approvers !== null && mayMeet(need, approver, approval.user))
  return mine.length === 0 ? undefined : { ...approval, assistantName: row.assistant_name ?? '', mine, votes }
}
