import type { Selectable } from 'kysely'
import { type CallId, type ConnectorId, type DeveloperId, isObject, parseJson, type WorkspaceId } from '../lib/index.ts'
import type { Sealing } from '../sealing/index.ts'
import { type Schema, type Storage, type Write, write } from '../storage/index.ts'
import type { ComplaintId, ComplaintKind, ComplaintRecord } from './complaint.ts'

export type ComplaintPage = { readonly connectors?: readonly string[]; readonly before: string | null; readonly limit: number }

/** The only SQL about complaints and blocked answers. Who complained, and about what, is sealed. */
export class ComplaintStore {
  readonly #storage: Storage
  readonly #sealing: Sealing

  constructor(needs: { readonly storage: Storage; readonly sealing: Sealing }) {
    this.#storage = needs.storage
    this.#sealing = needs.sealing
  }

  adding(complaint: ComplaintRecord): Write {
    const { id, workspace, kind, connector, developer, call, explanation, complainant, evidence, evidenceSha256, decideBy, createdAt } = complaint
    const row = {
      id,
      workspace_id: workspace,
      kind,
      connector_id: connector,
      developer_id: developer,
      call_id: call,
      sealed: this.#sealing.seal(placeOf(id), JSON.stringify({ explanation, complainant })),
      evidence,
      evidence_sha256: evidenceSha256,
      decide_by: decideBy,
      created_at: createdAt,
    }
    return write(this.#storage.db.insertInto('complaints').values(row))
  }

  async find(workspace: WorkspaceId, id: string): Promise<ComplaintRecord | undefined> {
    const row = await this.#rows(workspace).where('id', '=', id).executeTakeFirst()
    return row === undefined ? undefined : this.#record(row)
  }

  /** Newest first. */
  async list(workspace: WorkspaceId, { connectors, before, limit }: ComplaintPage): Promise<readonly ComplaintRecord[]> {
    let query = this.#rows(workspace).orderBy('id', 'desc').limit(limit)
    if (connectors !== undefined) {
      if (connectors.length === 0) return []
      query = query.where('connector_id', 'in', [...connectors])
    }
    if (before !== null) query = query.where('id', '<', before)
    return (await query.execute()).map((row) => this.#record(row))
  }

  blocking(workspace: WorkspaceId, call: CallId, complaint: ComplaintId, at: number): Write {
    const row = { call_id: call, workspace_id: workspace, complaint_id: complaint, at, lifted_at: null, lifted_by: null }
    const insert = this.#storage.db.insertInto('answer_blocks').values(row)
    return write(insert.onConflict((conflict) => conflict.column('call_id').doUpdateSet(row)))
  }

  lifting(workspace: WorkspaceId, call: CallId, by: string, at: number) {
    const open = this.#storage.db.updateTable('answer_blocks').set({ lifted_at: at, lifted_by: by }).where('workspace_id', '=', workspace)
    return open.where('call_id', '=', call).where('lifted_at', 'is', null)
  }

  /** Ids and digests of what a call was, without contents, and whose it was. */
  async callFacts(call: CallId) {
    const query = this.#storage.db
      .selectFrom('calls')
      .leftJoin('call_outcomes', 'call_outcomes.call_id', 'calls.id')
      .select(['calls.connector_id', 'calls.release_id', 'calls.tool', 'calls.at', 'calls.user_id', 'calls.workspace_id', 'call_outcomes.state'])
    return await query.where('calls.id', '=', call).executeTakeFirst()
  }

  /** The ledger's lines about a subject: they commit to what was sent and what came back. */
  async entriesAbout(subject: string): Promise<readonly string[]> {
    const rows = await this.#storage.db
      .selectFrom('ledger_entries')
      .select('body')
      .where('subject', '=', subject)
      .orderBy('position')
      .limit(20)
      .execute()
    return rows.map(({ body }) => body)
  }

  #rows(workspace: WorkspaceId) {
    return this.#storage.db.selectFrom('complaints').selectAll().where('workspace_id', '=', workspace)
  }

  #record(row: Selectable<Schema['complaints']>): ComplaintRecord {
    const opened = parseJson(this.#sealing.open(placeOf(row.id), row.sealed))
    const { explanation, complainant } = (isObject(opened) ? opened : {}) as unknown as Pick<ComplaintRecord, 'explanation' | 'complainant'>
    return {
      id: row.id as ComplaintId,
      workspace: row.workspace_id as WorkspaceId,
      kind: row.kind as ComplaintKind,
      connector: row.connector_id as ConnectorId | null,
      developer: row.developer_id as DeveloperId | null,
      call: row.call_id as CallId | null,
      explanation,
      complainant,
      evidence: row.evidence,
      evidenceSha256: row.evidence_sha256,
      decideBy: row.decide_by,
      createdAt: row.created_at,
    }
  }
}

const placeOf = (id: string): string => `complaint:${id}`
