import type { TermsPack } from '@handfast/contract'
import { record } from '../ledger/index.ts'
import { type Clock, type DeveloperId, type Json, newId, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type Storage, write, writeUnique } from '../storage/index.ts'
import { entityFor, type OperatorDetails } from './contracting-entity.ts'
import { type Bundle, bundleInForce, covers } from './edition.ts'
import { renderDocuments } from './pack/render-documents.ts'
import { AuthorityMissingError, TermsNotAcceptedError, TermsNotCurrentError } from './terms-errors.ts'
import { type Acceptance, readAcceptances, readEditions } from './terms-store.ts'

/** What a person says when accepting. */
export type Accepting = {
  readonly workspace: WorkspaceId
  readonly developer: { readonly id: DeveloperId; readonly country: string }
  readonly by: UserId
  /** Digests of the documents that were on the screen, by name. */
  readonly documents: Readonly<Record<string, string>>
  /** Name of the principal, where the person accepts for somebody else than the organisation. */
  readonly onBehalfOf: string | null
  readonly authorityAttested: boolean
  /** Network address of the person. */
  readonly address: string
}

export interface Terms {
  /** Puts the documents that ship in force where they, filled with these details, are not yet. Safe to call at every start. */
  publishShipped(workspace: WorkspaceId): Promise<void>
  bundle(workspace: WorkspaceId): Promise<Bundle>
  /** @throws TermsNotCurrentError, AuthorityMissingError */
  accept(accepting: Accepting): Promise<Acceptance>
  acceptances(workspace: WorkspaceId, developer: DeveloperId): Promise<readonly Acceptance[]>
  /** For whoever wants to add something new: the words in force must be accepted. @throws TermsNotAcceptedError */
  requireAcceptance(workspace: WorkspaceId, developer: DeveloperId): Promise<void>
  /** For what runs already: an agreement was made. */
  hasAccepted(workspace: WorkspaceId, developer: DeveloperId): Promise<boolean>
}

class EditionThereError extends Error {}

export type TermsNeeds = { readonly storage: Storage; readonly clock: Clock; readonly operator: OperatorDetails; readonly pack: TermsPack }

export function createTerms({ storage, clock, operator, pack }: TermsNeeds): Terms {
  const { db } = storage
  const bundle = async (workspace: WorkspaceId): Promise<Bundle> => bundleInForce(await readEditions(storage, workspace), clock.now())

  return {
    bundle,
    acceptances: (workspace, developer) => readAcceptances(storage, workspace, developer),

    async publishShipped(workspace) {
      const at = clock.now()
      const editions = await readEditions(storage, workspace)
      const current = bundleInForce(editions, at)
      for (const { document, label, text } of renderDocuments(pack, operator)) {
        const { body, sha256 } = text
        if (current.some((edition) => edition.document === document && edition.sha256 === sha256)) continue
        const id = newId('edn', at)
        const issue = `${label}.${editions.filter((edition) => edition.document === document).length + 1}`
        const row = { id, workspace_id: workspace, document, label: issue, body, sha256, effective_at: at, created_at: at }
        // Another process that starts at the same moment publishes the same words; one of the two is enough.
        await storage
          .write([
            writeUnique(db.insertInto('editions').values(row), () => new EditionThereError()),
            record(db, { event: 'edition.published', workspace, subject: id, by: 'system', at, facts: { document, label: issue, sha256 } }),
          ])
          .catch((error) => {
            if (!(error instanceof EditionThereError)) throw error
          })
      }
    },

    async accept(accepting) {
      const { workspace, developer, by, onBehalfOf, authorityAttested, address } = accepting
      const inForce = await bundle(workspace)
      const named = inForce.every(
        (edition) => Object.hasOwn(accepting.documents, edition.document) && accepting.documents[edition.document] === edition.sha256,
      )
      if (!named || inForce.length === 0 || Object.keys(accepting.documents).length !== inForce.length) throw new TermsNotCurrentError()
      // Whoever accepts binds an organisation, so the attestation is asked for in every case (clause 1-behalf).
      if (!authorityAttested) throw new AuthorityMissingError()
      const at = clock.now()
      const id = newId('acc', at)
      const documents = inForce.map((edition) => ({ document: edition.document, edition: edition.id, sha256: edition.sha256 }))
      const entity = entityFor(operator, developer.country).name
      const row = {
        id,
        workspace_id: workspace,
        developer_id: developer.id,
        user_id: by,
        bundle: JSON.stringify(documents),
        entity,
        on_behalf_of: onBehalfOf,
        authority_attested: 1 as const,
        at,
        address,
      }
      const facts: Record<string, Json> = { developer: developer.id, documents, entity, onBehalf: onBehalfOf !== null, authorityAttested }
      await storage.write([
        write(db.insertInto('acceptances').values(row)),
        record(db, { event: 'terms.accepted', workspace, subject: id, by, at, facts }),
      ])
      return { id, developer: developer.id, by, documents, entity, onBehalfOf, authorityAttested, at, address }
    },

    async requireAcceptance(workspace, developer) {
      const [inForce, accepted] = await Promise.all([bundle(workspace), readAcceptances(storage, workspace, developer)])
      if (!accepted.some((acceptance) => covers(acceptance.documents, inForce))) throw new TermsNotAcceptedError()
    },

    async hasAccepted(workspace, developer) {
      return (await readAcceptances(storage, workspace, developer)).length > 0
    },
  }
}
