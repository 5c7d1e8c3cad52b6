import { record } from '../ledger/index.ts'
import { type ConnectorId, canonicalJson, type Id, type Json, newId, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import { write, writeOne } from '../storage/index.ts'
import { NoChangeError, SubprocessorNotFoundError, TooManyError } from './developers-errors.ts'
import type { DeveloperParts } from './parts.ts'

/** Somebody who handles data for the developer of a connector (clause 7d-subcontractors). */
export type Subprocessor = {
  readonly id: Id<'sub'>
  readonly name: string
  readonly country: string
  readonly purpose: string
  /** What of the user's data they get, in words. */
  readonly receives: string
  readonly url: string | null
  readonly addedAt: number
  readonly removedAt: number | null
}
export type NewSubprocessor = Omit<Subprocessor, 'id' | 'addedAt' | 'removedAt'>

/** How the developer of a connector says that it handles data, as it was said at a time. */
export type HandlingDeclaration = { readonly body: Json; readonly sha256: string; readonly by: UserId; readonly at: number }

const MOST_SUBPROCESSORS = 100

/** Whom a connector's developer lets handle data, and how it handles data itself. Both have a history that users can read. */
export class Subprocessors {
  readonly #parts: DeveloperParts
  constructor(parts: DeveloperParts) {
    this.#parts = parts
  }

  /** In the order in which they were added; those that are gone too, for the history. */
  async history(workspace: WorkspaceId, connector: ConnectorId): Promise<readonly Subprocessor[]> {
    const query = this.#parts.storage.db.selectFrom('subprocessors').selectAll().where('workspace_id', '=', workspace)
    const rows = await query.where('connector_id', '=', connector).orderBy('id').execute()
    return rows.map((row) => ({
      id: row.id as Subprocessor['id'],
      name: row.name,
      country: row.country,
      purpose: row.purpose,
      receives: row.receives,
      url: row.url,
      addedAt: row.added_at,
      removedAt: row.removed_at,
    }))
  }

  /** Adds one, and tells everybody who has the connector enabled, in the same transaction. @throws TooManyError */
  async add(place: Place, given: NewSubprocessor, by: UserId): Promise<Subprocessor> {
    const { storage, clock, outbox } = this.#parts
    const { workspace, connector, name } = place
    const known = (await this.history(workspace, connector)).filter(({ removedAt }) => removedAt === null)
    if (known.length >= MOST_SUBPROCESSORS) throw new TooManyError('subprocessors', MOST_SUBPROCESSORS)
    const at = clock.now()
    const { db } = storage
    const added: Subprocessor = { id: newId('sub', at), ...given, addedAt: at, removedAt: null }
    const row = {
      id: added.id,
      workspace_id: workspace,
      connector_id: connector,
      ...given,
      added_by: by,
      added_at: at,
      removed_by: null,
      removed_at: null,
    }
    const body = [
      `${name} names somebody new who handles data for it: ${given.name} (${given.country}).`,
      `What for: ${given.purpose}\n\nWhat they receive: ${given.receives}`,
      'If you do not want that, disable the connector; from then on it receives nothing of yours.',
    ]
    await storage.write([
      write(db.insertInto('subprocessors').values(row)),
      record(db, { event: 'subprocessor.added', workspace, subject: connector, by, at, facts: { subprocessor: added.id, country: given.country } }),
      ...outbox.sendingToAll(
        {
          workspace,
          kind: 'developers.subprocessor',
          clause: '7d-subcontractors',
          legal: true,
          connector,
          subject: added.id,
          title: `${name}: somebody new handles data for it`,
          body: body.join('\n\n'),
        },
        { kind: 'enabled', connector },
        at,
      ),
    ])
    return added
  }

  /** @throws SubprocessorNotFoundError */
  async remove({ workspace, connector }: Place, id: string, by: UserId): Promise<void> {
    const { storage, clock } = this.#parts
    const at = clock.now()
    const { db } = storage
    const query = db.updateTable('subprocessors').set({ removed_at: at, removed_by: by }).where('workspace_id', '=', workspace)
    await storage.write([
      writeOne(
        query.where('connector_id', '=', connector).where('id', '=', id).where('removed_at', 'is', null),
        () => new SubprocessorNotFoundError(),
      ),
      record(db, { event: 'subprocessor.removed', workspace, subject: connector, by, at, facts: { subprocessor: id } }),
    ])
  }

  /** Every declaration, newest first. */
  async declarations(workspace: WorkspaceId, connector: ConnectorId): Promise<readonly HandlingDeclaration[]> {
    const query = this.#parts.storage.db.selectFrom('data_declarations').selectAll().where('workspace_id', '=', workspace)
    const rows = await query.where('connector_id', '=', connector).orderBy('id', 'desc').limit(100).execute()
    return rows.map((row) => ({ body: JSON.parse(row.body) as Json, sha256: row.sha256, by: row.declared_by as UserId, at: row.at }))
  }

  /** @throws NoChangeError where it says what was said already */
  async declare({ workspace, connector }: Place, declaration: Json, by: UserId): Promise<HandlingDeclaration> {
    const { storage, clock } = this.#parts
    const at = clock.now()
    const { db } = storage
    const body = canonicalJson(declaration)
    const digest = sha256(body)
    const [last] = await this.declarations(workspace, connector)
    if (last?.sha256 === digest) throw new NoChangeError('That is what was declared already.', 'developer')
    const row = { id: newId('hnd', at), workspace_id: workspace, connector_id: connector, body, sha256: digest, declared_by: by, at }
    await storage.write([
      write(db.insertInto('data_declarations').values(row)),
      record(db, { event: 'handling.declared', workspace, subject: connector, by, at, facts: { sha256: digest } }),
    ])
    return { body: declaration, sha256: digest, by, at }
  }
}

/** The connector that it is about, and its name as people know it. */
export type Place = { readonly workspace: WorkspaceId; readonly connector: ConnectorId; readonly name: string }
