import { type Manifest, type ManifestInput, manifest } from '@handfast/contract'
import { ReleaseInvalidError } from '../directory/index.ts'
import { record } from '../ledger/index.ts'
import { type ConnectorId, canonicalJson, type Json, pointer, type ReleaseId, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type Storage, type Write, write, writeOne } from '../storage/index.ts'
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

  async of(place: Place): Promise<Draft | null> {
    const row = await this.#row(place)
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
    await this.#storage.write([
      write(this.#deleting(place)),
      record(this.#storage.db, { event: 'draft.discarded', workspace, subject: connector, by, at }),
    ])
    return true
  }

  /**
   * The statements that end a draft, for the transaction in which it becomes a release. One that says something else than what was handed in stays:
   * somebody still works on it.
   */
  async handingIn(place: Place, handedIn: DraftBody, release: ReleaseId, by: UserId, at: number): Promise<readonly Write[]> {
    const { db } = this.#storage
    const { workspace, connector } = place
    const kept = await this.#row(place)
    if (kept === undefined || canonicalJson(JSON.parse(kept.body) as Json) !== canonicalJson(handedIn as Json)) return []
    const changed = () => new ReleaseInvalidError('', 'The draft was saved anew at the same moment. Look at it, then hand in again.')
    return [
      writeOne(this.#deleting(place).where('body', '=', kept.body), changed),
      record(db, { event: 'draft.handed-in', workspace, subject: connector, by, at, facts: { release } }),
    ]
  }

  #deleting({ workspace, connector }: Place) {
    return this.#storage.db.deleteFrom('release_drafts').where('workspace_id', '=', workspace).where('connector_id', '=', connector)
  }

  #row({ workspace, connector }: Place) {
    const query = this.#storage.db.selectFrom('release_drafts').selectAll().where('workspace_id', '=', workspace)
    return query.where('connector_id', '=', connector).executeTakeFirst()
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
