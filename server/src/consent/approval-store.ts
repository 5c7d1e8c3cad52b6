import { type Kysely, sql } from 'kysely'
import type { ReleaseId, UserId, WorkspaceId } from '../lib/index.ts'
import type { Schema } from '../storage/index.ts'
import type { ApprovalFor, ApprovalRow } from './approval.ts'
import type { Chooser } from './choices.ts'
import { needsDigest } from './needs.ts'

/** The only SQL that reads approvals, and the one insert that has conditions. */
export class ApprovalStore {
  readonly #db: Kysely<Schema>
  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  of({ user, workspace }: Chooser) {
    return this.#db.selectFrom('approvals').selectAll().where('user_id', '=', user).where('workspace_id', '=', workspace)
  }

  /** With the name of the assistant that asks. */
  notes({ user, workspace }: Chooser) {
    return this.#db
      .selectFrom('approvals')
      .leftJoin('assistants', 'assistants.id', 'approvals.assistant_id')
      .selectAll('approvals')
      .select('assistants.name as assistant_name')
      .where('approvals.user_id', '=', user)
      .where('approvals.workspace_id', '=', workspace)
  }

  /** Questions about calls of a workspace that still wait for somebody else than the person whose call it is. */
  delegated(workspace: WorkspaceId, now: number) {
    return this.#inWorkspace(workspace)
      .where('approvals.needs_sha256', 'is not', null)
      .where('approvals.state', '=', 'waiting')
      .where('approvals.expires_at', '>', now)
  }

  /** One such question, decided or not. */
  delegatedOne(workspace: WorkspaceId, id: string) {
    return this.#inWorkspace(workspace).where('approvals.needs_sha256', 'is not', null).where('approvals.id', '=', id)
  }

  #inWorkspace(workspace: WorkspaceId) {
    return this.#db
      .selectFrom('approvals')
      .leftJoin('assistants', 'assistants.id', 'approvals.assistant_id')
      .selectAll('approvals')
      .select('assistants.name as assistant_name')
      .where('approvals.workspace_id', '=', workspace)
  }

  /** Which needs somebody said yes to already, and who. */
  async votes(workspace: WorkspaceId, id: string): Promise<ReadonlyMap<string, UserId>> {
    const rows = await this.#db
      .selectFrom('approval_votes')
      .select(['need', 'user_id'])
      .where('workspace_id', '=', workspace)
      .where('approval_id', '=', id)
      .execute()
    return new Map(rows.map((row) => [row.need, row.user_id as UserId]))
  }

  /** Open approvals of exactly this call: same person, assistant, release, tool and arguments, and asked of the same people. */
  sameCall(call: Omit<ApprovalFor, 'arguments'>, digest: string, now: number) {
    const needs = needsDigest(call.needs ?? [])
    return this.of(call)
      .where('needs_sha256', needs === null ? 'is' : '=', needs)
      .where('connector_id', '=', call.connector)
      .where('release_id', '=', call.release)
      .where('tool', '=', call.tool)
      .where('assistant_id', '=', call.assistant)
      .where('arguments_sha256', '=', digest)
      .where('state', '!=', 'used')
      .where('expires_at', '>', now)
      .orderBy('id', 'desc')
  }

  /** Inserts nothing when the same call has an open approval already, or `most` questions about its connector wait. */
  insertUnless(row: ApprovalRow & { readonly sealed_arguments: string }, call: { readonly release: ReleaseId } & ApprovalFor, most: number) {
    const time = (ms: number) => sql<number>`cast(${ms} as bigint)`
    const text = (value: string | null) => sql<string | null>`cast(${value} as text)`
    const waiting = this.of(call)
      .clearSelect()
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('connector_id', '=', call.connector)
      .where('state', '=', 'waiting')
      .where('expires_at', '>', row.created_at)
    const same = this.sameCall(call, row.arguments_sha256, row.created_at).clearSelect().clearOrderBy().select('id')
    return this.#db
      .insertInto('approvals')
      .columns([
        'id',
        'workspace_id',
        'user_id',
        'assistant_id',
        'connector_id',
        'release_id',
        'tool',
        'arguments_sha256',
        'sealed_arguments',
        'state',
        'created_at',
        'expires_at',
        'needs',
        'needs_sha256',
      ])
      .expression(
        this.#db
          .selectNoFrom((eb) => [
            eb.val(row.id).as('id'),
            eb.val(row.workspace_id).as('workspace_id'),
            eb.val(row.user_id).as('user_id'),
            eb.val(row.assistant_id).as('assistant_id'),
            eb.val(row.connector_id).as('connector_id'),
            eb.val(row.release_id).as('release_id'),
            eb.val(row.tool).as('tool'),
            eb.val(row.arguments_sha256).as('arguments_sha256'),
            eb.val(row.sealed_arguments).as('sealed_arguments'),
            eb.val(row.state).as('state'),
            time(row.created_at).as('created_at'),
            time(row.expires_at).as('expires_at'),
            text(row.needs).as('needs'),
            text(row.needs_sha256).as('needs_sha256'),
          ])
          .where((eb) => eb.not(eb.exists(same)))
          .where(waiting, '<', most),
      )
  }
}
