import type { ReleaseTool } from '@handfast/contract'
import { record } from '../ledger/index.ts'
import { type CallId, type Clock, canonicalJson, HOUR, type JsonObject, newId, sha256 } from '../lib/index.ts'
import type { PersonalSealer, Sealing } from '../sealing/index.ts'
import { type Enforcement, type Storage, type Write, write, writeOne } from '../storage/index.ts'
import {
  type Answer,
  type Approval,
  type ApprovalFor,
  type ApprovalNote,
  type ApprovalRow,
  argumentsDigest,
  conditionFrom,
  toApproval,
} from './approval.ts'
import { ApprovalStore } from './approval-store.ts'
import { deciding, reasonPlace } from './approval-votes.ts'
import type { Chooser } from './choices.ts'
import { conditionPlace } from './consent.ts'
import { ApprovalGoneError, LastingYesNotOfferedError, TooManyWaitingError } from './consent-errors.ts'
import { mayMeet, needsDigest, openFor, ownNeed, PERSON } from './needs.ts'
import type { PolicyPerson } from './policy-rules.ts'

const PAGE = 100
const CHANNEL = 'approvals'
/** Open questions to one person about one connector; more would bury them. */
const MOST_WAITING = 20

/** The same call was asked about meanwhile, or there are too many questions. */
class NotAskedError extends Error {}

/** Approvals of single calls: asked for by the gateway, decided by the person on our own page, spent once (clause 1-choice). */
export class Approvals {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #enforcement: Enforcement
  readonly #sealing: Sealing
  readonly #lastingForDestructive: boolean
  readonly #store: ApprovalStore

  constructor(needs: {
    storage: Storage
    clock: Clock
    enforcement: Enforcement
    sealing: Sealing
    dangerouslyAllowLastingYesForDestructive: boolean
  }) {
    this.#storage = needs.storage
    this.#clock = needs.clock
    this.#enforcement = needs.enforcement
    this.#sealing = needs.sealing
    this.#lastingForDestructive = needs.dangerouslyAllowLastingYesForDestructive
    this.#store = new ApprovalStore(needs.storage.db)
  }

  /** The approval of exactly this call that is still open, decided or not; undefined when none is. */
  async find(call: ApprovalFor): Promise<Approval | undefined> {
    const row = await this.#store.sameCall(call, argumentsDigest(call.arguments), this.#clock.now()).executeTakeFirst()
    return row === undefined ? undefined : toApproval(row)
  }

  /**
   * Puts the question to the person. The arguments are kept as they would be sent, sealed under the person's key. Two of the same call at once ask once.
   * @throws TooManyWaitingError when the person has very many open questions about this connector
   */
  async request(call: ApprovalFor): Promise<Approval> {
    const { db } = this.#storage
    const at = this.#clock.now()
    const id = newId('apr', at)
    const sealer = await this.#sealing.of(call.user, call.workspace)
    const text = canonicalJson(call.arguments)
    const needs = call.needs ?? [ownNeed]
    const row = {
      id,
      workspace_id: call.workspace,
      user_id: call.user,
      assistant_id: call.assistant,
      connector_id: call.connector,
      release_id: call.release,
      tool: call.tool,
      arguments_sha256: sha256(text),
      sealed_arguments: sealer.seal(`approval:${id}`, text),
      state: 'waiting' as const,
      created_at: at,
      expires_at: at + openFor(needs),
      decided_at: null,
      needs: call.needs === undefined ? null : canonicalJson(needs),
      needs_sha256: needsDigest(needs),
      decided_by: null,
    }
    const facts = { connector: call.connector, release: call.release, tool: call.tool, ...whatAsks(needs) }
    try {
      await this.#storage.write([
        // Questions to one person come one after the other, so that counting them means something.
        this.#sealing.holding(call.user, call.workspace),
        writeOne(this.#store.insertUnless(row, call, MOST_WAITING), () => new NotAskedError()),
        record(db, { event: 'approval.requested', workspace: call.workspace, subject: id, by: call.user, at, facts }),
      ])
    } catch (error) {
      if (!(error instanceof NotAskedError)) throw error
      const same = await this.find(call)
      if (same === undefined) throw new TooManyWaitingError()
      return same
    }
    this.#storage.notify(CHANNEL, id)
    return toApproval(row)
  }

  /** Undefined also when it is somebody else's. */
  async get(chooser: Chooser, id: string): Promise<(ApprovalNote & { readonly arguments: JsonObject }) | undefined> {
    const row = await this.#store.notes(chooser).where('approvals.id', '=', id).executeTakeFirst()
    if (row === undefined) return undefined
    return toDetail(row, await this.#sealing.of(chooser.user, chooser.workspace))
  }

  /** All approvals of a person with what would have been sent, oldest first, read a page at a time. */
  async *everything(chooser: Chooser): AsyncGenerator<ApprovalNote & { readonly arguments: JsonObject }, void, undefined> {
    const sealer = await this.#sealing.of(chooser.user, chooser.workspace)
    for (let after = ''; ; ) {
      const rows = await this.#store.notes(chooser).where('approvals.id', '>', after).orderBy('approvals.id').limit(PAGE).execute()
      for (const row of rows) yield toDetail(row, sealer)
      const last = rows.at(-1)
      if (last === undefined || rows.length < PAGE) return
      after = last.id
    }
  }

  /** Newest first. `open` asks for those that still wait. */
  async list(chooser: Chooser, page: { open: boolean; before?: string; limit: number }): Promise<readonly ApprovalNote[]> {
    let query = this.#store.notes(chooser).orderBy('approvals.id', 'desc').limit(page.limit)
    if (page.open) query = query.where('approvals.state', '=', 'waiting').where('approvals.expires_at', '>', this.#clock.now())
    if (page.before !== undefined) query = query.where('approvals.id', '<', page.before)
    return (await query.execute()).map((row) => ({ ...toApproval(row), assistantName: row.assistant_name ?? '' }))
  }

  /** Whether a yes may outlive its call. An unknown tool counts as one that destroys. */
  offersLasting(tool: Pick<ReleaseTool, 'effect'> | undefined): boolean {
    return this.#lastingForDestructive || tool?.effect === 'read' || tool?.effect === 'change'
  }

  /**
   * The person decides. Exactly one of two answers at once counts.
   * @throws ApprovalGoneError when it was decided, used or too late
   * @throws LastingYesNotOfferedError for a destructive tool, unless the operator allowed it, and where a rule asks that wants a yes to each call
   * @throws NotApproverError for a yes where a rule names others
   */
  async decide(
    chooser: Chooser,
    id: string,
    answer: Answer,
    tool: Pick<ReleaseTool, 'effect'> | undefined,
    decider: PolicyPerson = { user: chooser.user, groups: new Set(), owner: false },
  ): Promise<void> {
    const approval = await this.get(chooser, id)
    if (approval === undefined) throw new ApprovalGoneError()
    const lasting = answer.yes && answer.lasting !== 'once' ? answer : undefined
    if (lasting !== undefined && !(this.offersLasting(tool) && offersLasting(approval))) throw new LastingYesNotOfferedError()
    const { db } = this.#storage
    const at = this.#clock.now()
    const { user, workspace } = chooser
    // Whose call it is may always say no; a yes counts for what is asked of them.
    const mine = approval.needs.filter((need) => need.key === PERSON || (need.approvers?.notWhoAsks === false && mayMeet(need, decider, user)))
    const writes: Write[] = [...deciding(db, { approval, by: user, at, answer, needs: mine, sealedReason: null })]
    if (lasting === undefined) await this.#storage.write(writes)
    else {
      const condition = lasting.lasting === 'while' ? conditionFrom(lasting.pointers, approval.arguments) : null
      const yesId = newId('apr', at)
      const sealer = await this.#sealing.of(user, workspace)
      const yes = {
        id: yesId,
        workspace_id: workspace,
        user_id: user,
        connector_id: approval.connector,
        release_id: approval.release,
        tool: approval.tool,
        condition: condition === null ? null : sealer.seal(conditionPlace(yesId), canonicalJson(condition)),
        created_at: at,
        expires_at: lasting.lasting === 'hour' ? at + HOUR : null,
        ended_at: null,
      }
      await this.#enforcement.change([...writes, write(db.insertInto('standing_approvals').values(yes))], [`user:${user}`])
    }
    this.#storage.notify(CHANNEL, id)
  }

  /**
   * The statements that spend an approval on a call, for the transaction of the call's intent: a call that does not come to be costs no yes.
   * Two calls with one approval: exactly one succeeds, the other's transaction fails with ApprovalGoneError.
   */
  spending(approval: Approval, call: CallId): readonly Write[] {
    const { db } = this.#storage
    const at = this.#clock.now()
    return [
      writeOne(
        db
          .updateTable('approvals')
          .set({ state: 'used', call_id: call })
          .where('id', '=', approval.id)
          .where('workspace_id', '=', approval.workspace)
          .where('state', '=', 'approved')
          .where('expires_at', '>', at),
        () => new ApprovalGoneError(),
      ),
      record(db, { event: 'approval.used', workspace: approval.workspace, subject: approval.id, by: approval.user, at, facts: { call } }),
    ]
  }

  /**
   * Waits until the person decided, for at most `ms` of real time.
   * @returns the approval as it stands then
   */
  async wait(approval: Approval, ms: number, signal: AbortSignal): Promise<Approval> {
    const read = async (): Promise<Approval> => {
      const row = await this.#store.of(approval).where('id', '=', approval.id).executeTakeFirst()
      return row === undefined ? approval : toApproval(row)
    }
    let told = Promise.withResolvers<void>()
    let over = signal.aborted
    const giveUp = (): void => {
      over = true
      told.resolve()
    }
    const stop = this.#storage.listen(CHANNEL, (id) => {
      if (id === approval.id) told.resolve()
    })
    const timer = setTimeout(giveUp, ms)
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      for (;;) {
        // Listening came first: a decision between the reading and the waiting is heard. What is heard may also be the question itself.
        const now = await read()
        if (now.state !== 'waiting' || over) return now
        await told.promise
        told = Promise.withResolvers<void>()
      }
    } finally {
      stop()
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
    }
  }

  /**
   * What somebody else wrote who said no; empty where they wrote nothing.
   * @returns null where it was the person's own no
   */
  async reasonFor(approval: Approval): Promise<string | null> {
    if (approval.decidedBy === null || approval.decidedBy === approval.user) return null
    const row = await this.#store.of(approval).where('id', '=', approval.id).executeTakeFirst()
    if (row === undefined || row.sealed_reason === null || row.sealed_reason === '') return ''
    const sealer = await this.#sealing.of(approval.user, approval.workspace)
    return JSON.parse(sealer.open(reasonPlace(approval.id), row.sealed_reason)) as string
  }

  /** Hears the id of each approval that is asked for or decided. Returns the function that stops it. */
  onChange(hear: (id: string) => void): () => void {
    return this.#storage.listen(CHANNEL, hear)
  }
}

/** Whether a lasting yes would be enough for everything that asks. */
export function offersLasting({ needs }: Pick<Approval, 'needs'>): boolean {
  return needs.every(({ lasting }) => lasting)
}

/** The rules that ask, for the ledger. */
function whatAsks(needs: Approval['needs']): { readonly policy?: number; readonly rules?: readonly string[] } {
  const rules = needs.flatMap(({ rule }) => (rule === null ? [] : [rule]))
  const version = needs.find((need) => need.version !== null)?.version
  return rules.length === 0 || version === undefined || version === null ? {} : { policy: version, rules }
}

type NoteRow = ApprovalRow & { readonly sealed_arguments: string; readonly assistant_name: string | null }

function toDetail(row: NoteRow, sealer: PersonalSealer): ApprovalNote & { readonly arguments: JsonObject } {
  const text = sealer.open(`approval:${row.id}`, row.sealed_arguments)
  return { ...toApproval(row), assistantName: row.assistant_name ?? '', arguments: JSON.parse(text) as JsonObject }
}
