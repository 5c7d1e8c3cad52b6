import { type ExportStatement, exportStatements, exportStatementWords } from '@handfast/contract'
import { record } from '../ledger/index.ts'
import { canonicalJson, type DeveloperId, newId, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import { write } from '../storage/index.ts'
import { StatementsOutdatedError } from './developers-errors.ts'
import type { DeveloperFindings } from './findings.ts'
import type { DeveloperParts } from './parts.ts'

/** What an organisation answered: true means that what the sentence says is so. */
export type StatementAnswers = Readonly<Record<ExportStatement, boolean>>
export type Stated = {
  /** Digest of the exact sentences. */
  readonly edition: string
  readonly answers: StatementAnswers
  /** Digest of the facts that it was said about. */
  readonly facts: string
  readonly by: UserId
  readonly at: number
}

/** The sentences that are asked now. Other words are another edition, and are asked anew. */
export const statementEdition: string = sha256(canonicalJson({ ...exportStatementWords }))

/** The four statements of clause 7c-export: location, control, nationality, residence. */
export class Statements {
  readonly #parts: DeveloperParts
  readonly #findings: DeveloperFindings

  constructor(parts: DeveloperParts, findings: DeveloperFindings) {
    this.#parts = parts
    this.#findings = findings
  }

  async last(workspace: WorkspaceId, developer: DeveloperId): Promise<Stated | null> {
    const query = this.#parts.storage.db.selectFrom('developer_statements').selectAll().where('workspace_id', '=', workspace)
    const row = await query.where('developer_id', '=', developer).orderBy('id', 'desc').limit(1).executeTakeFirst()
    if (row === undefined) return null
    const { answers, facts } = JSON.parse(row.answers) as Pick<Stated, 'answers' | 'facts'>
    return { edition: row.edition_sha256, answers, facts, by: row.by_user as UserId, at: row.at }
  }

  /** Whether they have to be asked: never said, said in other words, or said about other facts. */
  async areDue(workspace: WorkspaceId, developer: DeveloperId, facts: string): Promise<boolean> {
    const last = await this.last(workspace, developer)
    return last === null || last.edition !== statementEdition || last.facts !== facts
  }

  /** @throws StatementsOutdatedError where the sentences on the screen are not those of today */
  async state(workspace: WorkspaceId, developer: DeveloperId, edition: string, answers: StatementAnswers, facts: string, by: UserId): Promise<void> {
    if (edition !== statementEdition) throw new StatementsOutdatedError()
    const { storage, clock } = this.#parts
    const { db } = storage
    const at = clock.now()
    const id = newId('dst', at)
    const row = {
      id,
      workspace_id: workspace,
      developer_id: developer,
      edition_sha256: edition,
      answers: canonicalJson({ answers, facts }),
      by_user: by,
      at,
    }
    const refused = exportStatements.filter((name) => !answers[name])
    const detail = `The organisation did not make these statements: ${refused.join(', ')}. Nothing is held because of it. A person of the operator looks at it.`
    await storage.write([
      write(db.insertInto('developer_statements').values(row)),
      record(db, { event: 'developer.stated', workspace, subject: developer, by, at, facts: { edition, answers: { ...answers } } }),
      ...(refused.length === 0
        ? [this.#findings.closing(workspace, developer, 'statement', 'export', at)]
        : await this.#findings.finding(workspace, developer, 'statement', 'export', detail, at)),
    ])
  }
}
