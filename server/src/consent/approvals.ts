import type { ReleaseTool } from '@handfast/contract'
import { record } from '../ledger/index.ts'
import {
  type ApprovalId,
  type AssistantId,
  type CallId,
  type Clock,
  type ConnectorId,
  canonicalJson,
  HOUR,
  type JsonObject,
  MINUTE,
  newId,
  type ReleaseId,
  sha256,
  type UserId,
  type WorkspaceId,
} from '../lib/index.ts'
import type { Sealing } from '../sealing/index.ts'
import { type Enforcement, type Storage, type Write, write, writeOne } from '../storage/index.ts'
import { type Condition, valueAt } from './consent.ts'
import { ApprovalGoneError, ConditionInvalidError, LastingYesNotOfferedError } from './consent-errors.ts'

/** A call that waits for a person's yes. */
export type Approval = {
  readonly id: ApprovalId
  readonly user: UserId
  readonly workspace: WorkspaceId
  readonly assistant: AssistantId
  readonly connector: ConnectorId
  readonly release: ReleaseId
  readonly tool: string
  readonly argumentsSha256: string
  readonly state: 'waiting' | 'approved' | 'refused' | 'used'
  readonly createdAt: number
  readonly expiresAt: number
  readonly decidedAt: number | null
}

/** The call that an approval is bound to: everything that could make it another call. */
export type ApprovalFor = {
  readonly user: UserId
  readonly workspace: WorkspaceId
  readonly assistant: AssistantId
  readonly connector: ConnectorId
  readonly release: ReleaseId
  readonly tool: string
  readonly arguments: JsonObject
}

/** What a person answers. `hour` and `while` also allow later calls of the same tool. */
export type Answer =
  | { readonly yes: false }
  | { readonly yes: true; readonly lasting: 'once' | 'hour' }
  | { readonly yes: true; readonly lasting: 'while'; readonly pointers: readonly string[] }

const CHANNEL = 'approvals'
const OPEN_FOR = 10 * MINUTE

export function argumentsDigest(args: JsonObject): string {
  return sha256(canonicalJson(args))
}

/** Approvals of single calls: asked for by the gateway, decided by the person on our own page, spent once (clause 1-choice). */
export class Approvals {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #enforcement: Enforcement
  readonly #sealing: Sealing
  readonly #lastingForDestructive: boolean

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
  }

  /** The newest approval of exactly this call that is still open, decided or not; undefined when none is. */
  async find(call: ApprovalFor): Promise<Approval | undefined> {
    const row = await this.#rows(call.user, call.workspace)
      .where('connector_id', '=', call.connector)
      .where('release_id', '=', call.release)
      .where('tool', '=', call.tool)
      .where('assistant_id', '=', call.assistant)
      .where('arguments_sha256', '=', argumentsDigest(call.arguments))
      .where('state', '!=', 'used')
      .where('expires_at', '>', this.#clock.now())
      .orderBy('id', 'desc')
      .executeTakeFirst()
    return row === undefined ? undefined : toApproval(row)
  }

  /** Puts the question to the person. The arguments are kept as they would be sent, sealed under the person's key. */
  async request(call: ApprovalFor): Promise<Approval> {
    const { db } = this.#storage
    const at = this.#clock.now()
    const id = newId('apr', at)
    const sealer = await this.#sealing.of(call.user, call.workspace)
    const text = canonicalJson(call.arguments)
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
      expires_at: at + OPEN_FOR,
      decided_at: null,
      call_id: null,
    }
    const facts = { connector: call.connector, release: call.release, tool: call.tool }
    await this.#storage.write([
      write(db.insertInto('approvals').values(row)),
      record(db, { event: 'approval.requested', workspace: call.workspace, subject: id, by: call.user, at, facts }),
    ])
    this.#storage.notify(CHANNEL, id)
    return toApproval(row)
  }

  async get(chooser: { user: UserId; workspace: WorkspaceId }, id: string): Promise<(Approval & { readonly arguments: JsonObject }) | undefined> {
    const row = await this.#rows(chooser.user, chooser.workspace).where('id', '=', id).executeTakeFirst()
    if (row === undefined) return undefined
    const sealer = await this.#sealing.of(chooser.user, chooser.workspace)
    return { ...toApproval(row), arguments: JSON.parse(sealer.open(`approval:${id}`, row.sealed_arguments)) as JsonObject }
  }

  /** Newest first. `open` asks for those that still wait. */
  async list(
    chooser: { user: UserId; workspace: WorkspaceId },
    page: { open: boolean; before?: string; limit: number },
  ): Promise<readonly Approval[]> {
    let query = this.#rows(chooser.user, chooser.workspace).orderBy('id', 'desc').limit(page.limit)
    if (page.open) query = query.where('state', '=', 'waiting').where('expires_at', '>', this.#clock.now())
    if (page.before !== undefined) query = query.where('id', '<', page.before)
    return (await query.execute()).map(toApproval)
  }

  #rows(user: UserId, workspace: WorkspaceId) {
    return this.#storage.db.selectFrom('approvals').selectAll().where('user_id', '=', user).where('workspace_id', '=', workspace)
  }

  /**
   * The person decides. Exactly one of two answers at once counts.
   * @throws ApprovalGoneError when it was decided, used or too late
   * @throws LastingYesNotOfferedError for a destructive tool, unless the operator allowed it
   */
  async decide(
    chooser: { user: UserId; workspace: WorkspaceId },
    id: string,
    answer: Answer,
    tool: Pick<ReleaseTool, 'effect'> | undefined,
  ): Promise<void> {
    const approval = await this.get(chooser, id)
    if (approval === undefined) throw new ApprovalGoneError()
    const lasting = answer.yes && answer.lasting !== 'once' ? answer : undefined
    if (lasting !== undefined && tool?.effect !== 'read' && tool?.effect !== 'change' && !this.#lastingForDestructive)
      throw new LastingYesNotOfferedError()
    const { db } = this.#storage
    const at = this.#clock.now()
    const { user, workspace } = chooser
    const facts = { connector: approval.connector, tool: approval.tool, ...(answer.yes ? { lasting: answer.lasting } : {}) }
    const writes: Write[] = [
      writeOne(
        db
          .updateTable('approvals')
          .set({ state: answer.yes ? 'approved' : 'refused', decided_at: at })
          .where('id', '=', id)
          .where('user_id', '=', user)
          .where('workspace_id', '=', workspace)
          .where('state', '=', 'waiting')
          .where('expires_at', '>', at),
        () => new ApprovalGoneError(),
      ),
      record(db, { event: answer.yes ? 'approval.granted' : 'approval.refused', workspace, subject: id, by: user, at, facts }),
    ]
    if (lasting === undefined) await this.#storage.write(writes)
    else {
      const condition = lasting.lasting === 'while' ? conditionFrom(lasting.pointers, approval.arguments) : null
      const yes = {
        id: newId('apr', at),
        workspace_id: workspace,
        user_id: user,
        connector_id: approval.connector,
        release_id: approval.release,
        tool: approval.tool,
        condition: condition === null ? null : canonicalJson(condition),
        created_at: at,
        expires_at: lasting.lasting === 'hour' ? at + HOUR : null,
        ended_at: null,
      }
      await this.#enforcement.change([...writes, write(db.insertInto('standing_approvals').values(yes))], [`user:${user}`])
    }
    this.#storage.notify(CHANNEL, id)
  }

  /**
   * Spends an approval on a call. Two calls with one approval: exactly one succeeds.
   * @throws ApprovalGoneError for the other one
   */
  async use(approval: Approval, call: CallId): Promise<void> {
    const { db } = this.#storage
    const at = this.#clock.now()
    await this.#storage.write([
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
    ])
  }

  /**
   * Waits until the person decided, for at most `ms` of real time.
   * @returns the approval as it stands then
   */
  async wait(approval: Approval, ms: number, signal: AbortSignal): Promise<Approval> {
    const read = async (): Promise<Approval> => {
      const row = await this.#rows(approval.user, approval.workspace).where('id', '=', approval.id).executeTakeFirst()
      return row === undefined ? approval : toApproval(row)
    }
    const told = Promise.withResolvers<void>()
    const stop = this.#storage.listen(CHANNEL, (id) => {
      if (id === approval.id) told.resolve()
    })
    const timer = setTimeout(() => told.resolve(), ms)
    const giveUp = (): void => told.resolve()
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      // Listening came first: a decision between the reading and the waiting is heard.
      const now = await read()
      if (now.state !== 'waiting' || signal.aborted) return now
      await told.promise
      return await read()
    } finally {
      stop()
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
    }
  }

  /** Hears the id of each approval that is asked for or decided. Returns the function that stops it. */
  onChange(hear: (id: string) => void): () => void {
    return this.#storage.listen(CHANNEL, hear)
  }
}

function conditionFrom(pointers: readonly string[], args: JsonObject): Exclude<Condition, null> {
  if (pointers.length === 0) throw new ConditionInvalidError('')
  return Object.fromEntries(
    pointers.map((at) => {
      const value = valueAt(args, at)
      if (value === undefined || (typeof value === 'object' && value !== null)) throw new ConditionInvalidError(at)
      return [at, value]
    }),
  )
}

type Row = {
  id: string
  workspace_id: string
  user_id: string
  assistant_id: string
  connector_id: string
  release_id: string
  tool: string
  arguments_sha256: string
  state: Approval['state']
  created_at: number
  expires_at: number
  decided_at: number | null
}

function toApproval(row: Row): Approval {
  return {
    id: row.id as ApprovalId,
    user: row.user_id as UserId,
    workspace: row.workspace_id as WorkspaceId,
    assistant: row.assistant_id as AssistantId,
    connector: row.connector_id as ConnectorId,
    release: row.release_id as ReleaseId,
    tool: row.tool,
    argumentsSha256: row.arguments_sha256,
    state: row.state,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    decidedAt: row.decided_at,
  }
}
