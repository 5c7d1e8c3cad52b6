import { randomBytes } from 'node:crypto'
import { record } from '../ledger/index.ts'
import { type DeveloperId, type Json, newId, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type Storage, type Write, write } from '../storage/index.ts'
import type { ChangeId } from './change.ts'
import { type ContractingEntity, entityFor, type OperatorDetails } from './contracting-entity.ts'
import type { Edition } from './edition.ts'
import { receiptText } from './receipt.ts'
import { AuthorityMissingError } from './terms-errors.ts'
import type { Acceptance } from './terms-store.ts'

/** What a person says when accepting. */
export type Accepting = {
  readonly workspace: WorkspaceId
  readonly developer: { readonly id: DeveloperId; readonly name: string; readonly country: string }
  readonly by: UserId
  /** Digests of the documents that were on the screen, by name. */
  readonly documents: Readonly<Record<string, string>>
  /** Name of the principal, where the person accepts for somebody else than the organisation. */
  readonly onBehalfOf: string | null
  readonly authorityAttested: boolean
  /** Network address of the person. */
  readonly address: string
}

/** The statements of an acceptance, with its receipt. @throws AuthorityMissingError */
export function accepting(
  { storage: { db }, operator }: { readonly storage: Storage; readonly operator: OperatorDetails },
  given: Omit<Accepting, 'documents'>,
  editions: readonly Edition[],
  change: ChangeId | null,
  at: number,
): { readonly acceptance: Acceptance; readonly writes: readonly Write[] } {
  const { workspace, developer, by, onBehalfOf, authorityAttested, address } = given
  // Whoever accepts binds an organisation, so the attestation is asked for in every case (clause 1-behalf).
  if (!authorityAttested) throw new AuthorityMissingError()
  const id = newId('acc', at)
  const documents = editions.map((edition) => ({ document: edition.document, edition: edition.id, sha256: edition.sha256 }))
  const entity: ContractingEntity = entityFor(operator, developer.country)
  const shown = editions.map(({ document, label, title, language, sha256: digest }) => ({ document, label, title, language, sha256: digest }))
  const salt = randomBytes(16).toString('hex')
  const receipt = receiptText({
    acceptance: id,
    workspace,
    developer,
    by,
    onBehalfOf,
    authorityAttested,
    entity,
    documents: shown,
    change,
    address,
    at,
    salt,
  })
  const row = {
    id,
    workspace_id: workspace,
    developer_id: developer.id,
    user_id: by,
    bundle: JSON.stringify(documents),
    entity: entity.name,
    on_behalf_of: onBehalfOf,
    authority_attested: 1 as const,
    at,
    address,
    receipt,
  }
  const facts: Record<string, Json> = {
    developer: developer.id,
    documents,
    entity: entity.name,
    onBehalf: onBehalfOf !== null,
    authorityAttested,
    change,
    receipt: sha256(receipt),
  }
  return {
    acceptance: { id, developer: developer.id, by, documents, entity: entity.name, onBehalfOf, authorityAttested, at, address, receipt },
    writes: [write(db.insertInto('acceptances').values(row)), record(db, { event: 'terms.accepted', workspace, subject: id, by, at, facts })],
  }
}
