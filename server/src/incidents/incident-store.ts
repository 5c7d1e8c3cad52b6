import type { Selectable } from 'kysely'
import { type ConnectorId, type DeveloperId, isObject, type JsonObject, parseJson, type WorkspaceId } from '../lib/index.ts'
import type { Sealing } from '../sealing/index.ts'
import { type Schema, type Storage, type Write, write } from '../storage/index.ts'
import type { IncidentId, IncidentKind, IncidentSource } from './incident.ts'

/** What was reported. Facts are what the report says; their shape is that of the contract. */
export type IncidentRecord = {
  readonly id: IncidentId
  readonly workspace: WorkspaceId
  readonly kind: IncidentKind
  readonly source: IncidentSource
  readonly connector: ConnectorId | null
  readonly developer: DeveloperId | null
  /** Empty: nobody with an account. */
  readonly reporter: string
  readonly facts: JsonObject
  readonly awareAt: number
  readonly from: number | null
  readonly to: number | null
  readonly createdAt: number
}

export type IncidentPage = {
  readonly connectors?: readonly string[]
  /** The id of the last one seen. */
  readonly before: string | null
  readonly limit: number
}

/** The only SQL about incidents. Reports are sealed: who reads the database learns of no weakness. */
export class IncidentStore {
  readonly #storage: Storage
  readonly #sealing: Sealing

  constructor(needs: { readonly storage: Storage; readonly sealing: Sealing }) {
    this.#storage = needs.storage
    this.#sealing = needs.sealing
  }

  adding(incident: IncidentRecord): Write {
    const { id, workspace, kind, source, connector, developer, reporter, facts, awareAt, from, to, createdAt } = incident
    const row = {
      id,
      workspace_id: workspace,
      kind,
      source,
      connector_id: connector,
      developer_id: developer,
      reporter_id: reporter,
      sealed: this.#sealing.seal(placeOf(id), JSON.stringify(facts)),
      aware_at: awareAt,
      from_at: from,
      to_at: to,
      created_at: createdAt,
    }
    return write(this.#storage.db.insertInto('incidents').values(row))
  }

  amending({ id, workspace }: IncidentRecord, facts: JsonObject, from: number | null, to: number | null): Write {
    const set = { sealed: this.#sealing.seal(placeOf(id), JSON.stringify(facts)), from_at: from, to_at: to }
    return write(this.#storage.db.updateTable('incidents').set(set).where('workspace_id', '=', workspace).where('id', '=', id))
  }

  async find(workspace: WorkspaceId, id: string): Promise<IncidentRecord | undefined> {
    const row = await this.#rows(workspace).where('id', '=', id).executeTakeFirst()
    return row === undefined ? undefined : this.#record(row)
  }

  /** Newest first. */
  async list(workspace: WorkspaceId, { connectors, before, limit }: IncidentPage): Promise<readonly IncidentRecord[]> {
    let query = this.#rows(workspace).orderBy('id', 'desc').limit(limit)
    if (connectors !== undefined) {
      if (connectors.length === 0) return []
      query = query.where('connector_id', 'in', [...connectors])
    }
    if (before !== null) query = query.where('id', '<', before)
    return (await query.execute()).map((row) => this.#record(row))
  }

  #rows(workspace: WorkspaceId) {
    return this.#storage.db.selectFrom('incidents').selectAll().where('workspace_id', '=', workspace)
  }

  #record(row: Selectable<Schema['incidents']>): IncidentRecord {
    const facts = parseJson(this.#sealing.open(placeOf(row.id), row.sealed))
    return {
      id: row.id as IncidentId,
      workspace: row.workspace_id as WorkspaceId,
      kind: row.kind as IncidentKind,
      source: row.source as IncidentSource,
      connector: row.connector_id as ConnectorId | null,
      developer: row.developer_id as DeveloperId | null,
      reporter: row.reporter_id,
      facts: isObject(facts) ? facts : {},
      awareAt: row.aware_at,
      from: row.from_at,
      to: row.to_at,
      createdAt: row.created_at,
    }
  }
}

const placeOf = (id: string): string => `incident:${id}`
