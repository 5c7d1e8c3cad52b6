import { type JsonObject, newId, parseJson, type WorkspaceId } from '../lib/index.ts'
import type { Sealing } from '../sealing/index.ts'
import { type Storage, type Write, write } from '../storage/index.ts'

/** A line of the timeline of an incident or a complaint. */
export type LoggedEvent<Kind extends string> = {
  readonly kind: Kind
  readonly facts: JsonObject
  readonly note: string | null
  readonly by: string
  readonly at: number
}

type About =
  | { readonly table: 'incident_events'; readonly column: 'incident_id' }
  | { readonly table: 'complaint_events'; readonly column: 'complaint_id' }

/** Timelines. What people wrote in them is sealed. */
export class EventLog<Kind extends string> {
  readonly #storage: Storage
  readonly #sealing: Sealing
  readonly #about: About

  constructor(needs: { readonly storage: Storage; readonly sealing: Sealing }, about: About) {
    this.#storage = needs.storage
    this.#sealing = needs.sealing
    this.#about = about
  }

  /** The statement that adds a line. */
  adding(workspace: WorkspaceId, subject: string, { kind, facts, note, by, at }: LoggedEvent<Kind>): Write {
    const id = newId('evt', at)
    const row = {
      id,
      workspace_id: workspace,
      kind,
      facts: JSON.stringify(facts),
      sealed: note === null ? null : this.#sealing.seal(placeOf(id, subject), note),
      by_id: by,
      at,
    }
    const { db } = this.#storage
    if (this.#about.table === 'incident_events') return write(db.insertInto('incident_events').values({ ...row, incident_id: subject }))
    return write(db.insertInto('complaint_events').values({ ...row, complaint_id: subject }))
  }

  /** Oldest first. */
  async of(workspace: WorkspaceId, subject: string): Promise<readonly LoggedEvent<Kind>[]> {
    return (await this.ofAll(workspace, [subject])).get(subject) ?? []
  }

  /** Of several at once, each oldest first. */
  async ofAll(workspace: WorkspaceId, subjects: readonly string[]): Promise<ReadonlyMap<string, readonly LoggedEvent<Kind>[]>> {
    const found = new Map<string, LoggedEvent<Kind>[]>(subjects.map((subject) => [subject, []]))
    if (subjects.length === 0) return found
    for (const row of await this.#rows(workspace, subjects)) {
      const note = row.sealed === null ? null : this.#sealing.open(placeOf(row.id, row.subject), row.sealed)
      found.get(row.subject)?.push({ kind: row.kind as Kind, facts: parseJson(row.facts) as JsonObject, note, by: row.by_id, at: row.at })
    }
    return found
  }

  #rows(workspace: WorkspaceId, subjects: readonly string[]) {
    const { db } = this.#storage
    const columns = ['id', 'kind', 'facts', 'sealed', 'by_id', 'at'] as const
    if (this.#about.table === 'incident_events')
      return db
        .selectFrom('incident_events')
        .select([...columns, 'incident_id as subject'])
        .where('workspace_id', '=', workspace)
        .where('incident_id', 'in', [...subjects])
        .orderBy('id')
        .execute()
    return db
      .selectFrom('complaint_events')
      .select([...columns, 'complaint_id as subject'])
      .where('workspace_id', '=', workspace)
      .where('complaint_id', 'in', [...subjects])
      .orderBy('id')
      .execute()
  }
}

const placeOf = (id: string, subject: string): string => `event:${id}:${subject}`
