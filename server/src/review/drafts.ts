import { type Manifest, type ManifestInput, manifest } from '@handfast/contract'
import { record } from '../ledger/index.ts'
import { type ConnectorId, pointer, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type Storage, type Write, write } from '../storage/index.ts'
import type { Finding } from './rules/engine/rule.ts'

/** What a developer works on before handing it in. It may be as unfinished as it likes. */
export type DraftBody = { readonly manifest: Readonly<Record<string, unknown>>; readonly document: string | null; readonly overlay: string | null }
export type Draft = DraftBody & { readonly savedBy: UserId; readonly savedAt: number }

type Place = { readonly workspace: WorkspaceId; readonly connector: ConnectorId }

/** One draft for each connector, for all members of its developer. */
export class Drafts {
  readonly #storage: Storage

  constructor(storage: Storage) {
    this.#storage = storage
  }

  async of({ workspace, connector }: Place): Promise<Draft | null> {
    const query = this.#storage.db.selectFrom('release_drafts').selectAll().where('workspace_id', '=', workspace)
    const row = await query.where('connector_id', '=', connector).executeTakeFirst()
    return row === undefined ? null : { ...(JSON.parse(row.body) as DraftBody), savedBy: row.saved_by as UserId, savedAt: row.saved_at }
  }

  /** Saves over what was there. */
  async save({ workspace, connector }: Place, body: DraftBody, by: UserId, at: number): Promise<void> {
    const { db } = this.#storage
    const saved = { body: JSON.stringify(body), saved_by: by, saved_at: at }
    const row = { connector_id: connector, workspace_id: workspace, ...saved }
    await this.#storage.write([
      write(
        db
          .insertInto('release_drafts')
          .values(row)
          .onConflict((conflict) => conflict.column('connector_id').doUpdateSet(saved)),
      ),
      record(db, { event: 'draft.saved', workspace, subject: connector, by, at }),
    ])
  }

  /** Answers whether there was one. */
  async discard(place: Place, by: UserId, at: number): Promise<boolean> {
    if ((await this.of(place)) === null) return false
    const { workspace, connector } = place
    await this.#storage.write([this.ending(place), record(this.#storage.db, { event: 'draft.discarded', workspace, subject: connector, by, at })])
    return true
  }

  /** The statement for the transaction in which what was worked on is handed in. */
  ending({ workspace, connector }: Place): Write {
    return write(this.#storage.db.deleteFrom('release_drafts').where('workspace_id', '=', workspace).where('connector_id', '=', connector))
  }
}

export type FieldProblem = Pick<Finding, 'rule' | 'severity' | 'clause' | 'message' | 'pointer'>

/** Every field of a manifest that cannot be used, at the field, before anything is asked of the world. */
export function fieldProblems(given: unknown, standing: { readonly slug: string; readonly kind: string }): readonly FieldProblem[] {
  const read = manifest.safeParse(given)
  const problems = read.success ? [] : read.error.issues.map((issue) => problem(issue.path as (string | number)[], `${issue.message}`))
  const told = given as Partial<ManifestInput>
  if (told.slug !== undefined && told.slug !== standing.slug)
    problems.push(problem(['slug'], `This connector is called "${standing.slug}", which is for good.`))
  if (told.kind !== undefined && told.kind !== standing.kind)
    problems.push(problem(['kind'], `This connector is of the kind "${standing.kind}", which is for good.`))
  return problems
}

function problem(path: readonly (string | number)[], message: string): FieldProblem {
  return { rule: 'manifest-field', severity: 'blocks', clause: '2d-review', message, pointer: pointer(...path) }
}

/** @throws never: answers null where the manifest has problems */
export function readIfWhole(given: unknown): Manifest | null {
  const read = manifest.safeParse(given)
  return read.success ? read.data : null
}
