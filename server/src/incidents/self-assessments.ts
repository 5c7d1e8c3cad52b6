import { type SecurityQuestion, securityQuestions } from '@handfast/contract'
import { record } from '../ledger/index.ts'
import {
  type Clock,
  type ConnectorId,
  canonicalJson,
  type DeveloperId,
  type Id,
  newId,
  parseJson,
  sha256,
  type UserId,
  type WorkspaceId,
} from '../lib/index.ts'
import { type Storage, write } from '../storage/index.ts'

export type SecurityAnswer = { readonly question: string; readonly says: 'yes' | 'partly' | 'no' | 'not-applicable'; readonly note: string }

/** What a developer says about the security of what stands behind a connector, in the words of the questions as they were then. */
export type SelfAssessment = {
  readonly id: Id<'ssa'>
  readonly connector: ConnectorId
  readonly developer: DeveloperId
  readonly answers: Readonly<Record<string, SecurityAnswer>>
  readonly sha256: string
  readonly by: UserId
  readonly at: number
}

/** Questions whose answer calls for a closer look. */
export function lookAt(answers: SelfAssessment['answers']): readonly string[] {
  return Object.entries(answers)
    .filter(([, { says, note }]) => says === 'no' || says === 'partly' || (says === 'not-applicable' && note === ''))
    .map(([id]) => id)
}

/** Questions that were not answered. */
export function unanswered(answers: Readonly<Record<string, unknown>>): readonly SecurityQuestion[] {
  return (Object.keys(securityQuestions) as SecurityQuestion[]).filter((id) => !Object.hasOwn(answers, id))
}

type Given = {
  readonly workspace: WorkspaceId
  readonly connector: ConnectorId
  readonly developer: DeveloperId
  readonly by: UserId
  readonly answers: Readonly<Partial<Record<SecurityQuestion, Pick<SecurityAnswer, 'says' | 'note'>>>>
}

/** Self-assessments of developers (clause 3a-developer-security). Each is kept; the newest counts. */
export class SelfAssessments {
  readonly #storage: Storage
  readonly #clock: Clock

  constructor({ storage, clock }: { readonly storage: Storage; readonly clock: Clock }) {
    this.#storage = storage
    this.#clock = clock
  }

  async give({ workspace, connector, developer, by, answers: given }: Given): Promise<SelfAssessment> {
    const at = this.#clock.now()
    const id = newId('ssa', at)
    const answers = Object.fromEntries(
      Object.entries(given).map(([question, answer]) => [question, { question: securityQuestions[question as SecurityQuestion], ...answer }]),
    ) as SelfAssessment['answers']
    const text = canonicalJson(answers)
    const row = { id, workspace_id: workspace, developer_id: developer, connector_id: connector, answers: text, sha256: sha256(text), by_id: by, at }
    const facts = { connector, assessment: id, sha256: row.sha256, lookAt: lookAt(answers) }
    await this.#storage.write([
      write(this.#storage.db.insertInto('self_assessments').values(row)),
      record(this.#storage.db, { event: 'security.assessed', workspace, subject: connector, by, at, facts }),
    ])
    return { id, connector, developer, answers, sha256: row.sha256, by, at }
  }

  /** Newest first. */
  async list(workspace: WorkspaceId, connector: ConnectorId, limit = 50): Promise<readonly SelfAssessment[]> {
    const rows = await this.#storage.db
      .selectFrom('self_assessments')
      .selectAll()
      .where('workspace_id', '=', workspace)
      .where('connector_id', '=', connector)
      .orderBy('id', 'desc')
      .limit(limit)
      .execute()
    return rows.map((row) => ({
      id: row.id as SelfAssessment['id'],
      connector,
      developer: row.developer_id as DeveloperId,
      answers: parseJson(row.answers) as unknown as SelfAssessment['answers'],
      sha256: row.sha256,
      by: row.by_id as UserId,
      at: row.at,
    }))
  }
}
