import type { TermsPack } from '@handfast/contract'
import { record } from '../ledger/index.ts'
import {
  type Clock,
  type ConnectorId,
  type Control,
  type DeveloperId,
  type EditionId,
  type JsonObject,
  newId,
  type WorkspaceId,
} from '../lib/index.ts'
import type { Outbox } from '../notices/index.ts'
import type { Handlers, Schedule } from '../schedule/index.ts'
import { type Storage, write, writeOne } from '../storage/index.ts'
import { type Accepting, accepting } from './accepting.ts'
import { type AgreementExport, exportAgreement } from './agreement.ts'
import { Amendments } from './amendments.ts'
import { mayPublish } from './binding.ts'
import { bringDocuments } from './bring-documents.ts'
import { Changes } from './changes.ts'
import type { OperatorDetails } from './contracting-entity.ts'
import { type Coverage, coverageOf } from './coverage.ts'
import { type Bundle, bundleInForce, covers, type Edition, type EditionRow, type EditionText } from './edition.ts'
import { EditionsInForce, type PendingChange, type Surroundings } from './in-force.ts'
import { readProofs } from './proofs.ts'
import { recipientsOf } from './recipients.ts'
import { effectHandlers } from './taking-effect.ts'
import { AcceptanceNotFoundError, TermsChoiceNeededError, TermsNotAcceptedError, TermsNotCurrentError } from './terms-errors.ts'
import {
  type Acceptance,
  pageOfAcceptances,
  readAcceptance,
  readAcceptances,
  readEdition,
  readEditionRows,
  readEditionsById,
  readTexts,
} from './terms-store.ts'

/** What a developer says about a change that is to come. `wait`: publishing goes on, and the right to leave before its time with it. */
export type Choosing = Omit<Accepting, 'documents'> & {
  readonly connector: ConnectorId
  readonly change: string
  readonly choice: 'accept' | 'wait'
}

export type TermsNeeds = Surroundings & {
  readonly storage: Storage
  readonly clock: Clock
  readonly schedule: Schedule
  readonly outbox: Outbox
  readonly operator: OperatorDetails
  readonly pack: TermsPack
  /** Of all rooms of the running code. */
  readonly controls: readonly Control[]
  /** Decisions about a connector, oldest first, in plain values. */
  readonly decisionsOf: (workspace: WorkspaceId, connector: ConnectorId) => Promise<readonly JsonObject[]>
  /** Address of a public page, by its path. */
  readonly page: (path: string) => string
  readonly nameOf: (workspace: WorkspaceId, developer: DeveloperId) => Promise<string>
}

export type Terms = ReturnType<typeof createTerms>

/** The agreement with developers: its documents, who accepted them, how they change, and what binds whom when. */
export function createTerms(needs: TermsNeeds) {
  const { storage, clock, operator, pack, outbox, stoodAt, servedAt, handedOver, page, nameOf } = needs
  const { db } = storage
  const changes = new Changes(needs)
  const amendments = new Amendments(needs)
  const around = { stoodAt, servedAt, handedOver }
  const inForce = new EditionsInForce(storage, around)
  const bundleRows = async (workspace: WorkspaceId) => bundleInForce(await readEditionRows(storage, workspace), clock.now())
  const bundle = async (workspace: WorkspaceId): Promise<Bundle> => {
    const rows = await bundleRows(workspace)
    const whole = await readEditionsById(
      storage,
      workspace,
      rows.map(({ id }) => id),
    )
    return rows.flatMap(({ id }) => whole.find((one) => one.id === id) ?? [])
  }

  return {
    changes,
    amendments,
    handlers: effectHandlers({ storage, outbox, around, page, nameOf }) as Handlers,

    /** Brings the documents of the pack, in force at once or as drafts. Safe to call at every start. */
    publishShipped: (workspace: WorkspaceId): Promise<void> => bringDocuments({ storage, clock, outbox, changes, operator, pack }, workspace),

    bundle,

    /** Every edition that was posted, those to come and withdrawn ones included, in the order in which they were made; without their words. */
    editions: (workspace: WorkspaceId): Promise<readonly EditionRow[]> => readEditionRows(storage, workspace),

    edition: (workspace: WorkspaceId, id: string): Promise<Edition | undefined> => readEdition(storage, workspace, id),

    /** The latest edition of a document with these words. */
    async editionOf(workspace: WorkspaceId, document: string, digest: string): Promise<Edition | undefined> {
      const rows = await readEditionRows(storage, workspace)
      const found = rows.findLast((edition) => edition.document === document && edition.sha256 === digest)
      return found === undefined ? undefined : readEdition(storage, workspace, found.id)
    },

    texts: (workspace: WorkspaceId, edition: EditionId): Promise<readonly EditionText[]> => readTexts(storage, workspace, edition),

    /** @throws TermsNotCurrentError, AuthorityMissingError */
    async accept(given: Accepting): Promise<Acceptance> {
      const current = await bundle(given.workspace)
      const named = current.every(
        (edition) => Object.hasOwn(given.documents, edition.document) && given.documents[edition.document] === edition.sha256,
      )
      if (!named || current.length === 0 || Object.keys(given.documents).length !== current.length) throw new TermsNotCurrentError()
      const { acceptance, writes } = accepting(needs, given, current, null, clock.now())
      await storage.write(writes)
      return acceptance
    },

    acceptances: (workspace: WorkspaceId, developer: DeveloperId): Promise<readonly Acceptance[]> => readAcceptances(storage, workspace, developer),

    acceptancesPage: (workspace: WorkspaceId, developer: DeveloperId, before: string | null, limit: number): Promise<readonly Acceptance[]> =>
      pageOfAcceptances(storage, workspace, developer, before, limit),

    /** @throws AcceptanceNotFoundError */
    async acceptance(workspace: WorkspaceId, id: string): Promise<Acceptance> {
      const found = await readAcceptance(storage, workspace, id)
      if (found === undefined) throw new AcceptanceNotFoundError()
      return found
    },

    /** The receipt of an acceptance, as the person can keep it. @throws AcceptanceNotFoundError where it is from before there were receipts */
    async receiptOf({ receipt }: Acceptance): Promise<string> {
      if (receipt === null) throw new AcceptanceNotFoundError()
      return receipt
    },

    /** For whoever makes something new: exactly the words in force must be accepted. @throws TermsNotAcceptedError */
    async requireAcceptance(workspace: WorkspaceId, developer: DeveloperId): Promise<void> {
      const [current, accepted] = await Promise.all([bundleRows(workspace), readAcceptances(storage, workspace, developer)])
      if (
        !covers(
          accepted.flatMap(({ documents }) => documents),
          current,
        )
      )
        throw new TermsNotAcceptedError()
    },

    /**
     * For whoever makes a connector available again: what is in force has to bind it, or go on not binding it for a reason that its developer may rely
     * on. Having been away when a change took effect is none.
     * @throws TermsNotAcceptedError
     */
    async requireBound(workspace: WorkspaceId, connector: ConnectorId): Promise<void> {
      const now = clock.now()
      const { editions, bindings } = await inForce.now(workspace, connector, now)
      if (!mayPublish(bundleInForce(editions, now), bindings)) throw new TermsNotAcceptedError()
    },

    /**
     * For whoever publishes a release of a connector: what is in force has to bind it, or go on not binding it for a reason that its developer may rely
     * on; and what is to come has to have been decided about (clause 7a-changes).
     * @throws TermsNotAcceptedError, TermsChoiceNeededError
     */
    async requireForRelease(workspace: WorkspaceId, connector: ConnectorId): Promise<void> {
      const now = clock.now()
      await this.requireBound(workspace, connector)
      const pending = await inForce.pending(workspace, connector, now)
      const open = pending.filter(({ chosen }) => chosen === null)
      if (open.length > 0) throw new TermsChoiceNeededError(open)
    },

    /** For what runs already: an agreement was made. */
    async hasAccepted(workspace: WorkspaceId, developer: DeveloperId): Promise<boolean> {
      return (await readAcceptances(storage, workspace, developer)).length > 0
    },

    /** Which documents bound a connector at a time, and how they came to (clause 7d-entire). @throws AgreementNotFoundError */
    async inForceFor(workspace: WorkspaceId, connector: ConnectorId, at: number) {
      const found = await inForce.at(workspace, connector, at)
      return { ...found, amendments: await amendments.inForce(workspace, found.developer, connector, at) }
    },

    /** What keeps each clause of the pack in use. */
    coverage: (): Coverage => coverageOf(pack, needs.controls, readProofs()),

    now: (): number => clock.now(),

    /** Who is told of a change that is posted now, with the connectors about which their agreement is in force. */
    recipients: (workspace: WorkspaceId) => recipientsOf({ storage, stoodAt, nameOf }, workspace, clock.now()),

    /** The whole agreement about a connector (clause 7d-entire). @throws AgreementNotFoundError */
    async agreement(about: Omit<Parameters<typeof exportAgreement>[1], 'decisions'>): Promise<AgreementExport> {
      const decisions = await needs.decisionsOf(about.workspace, about.connector.id)
      return exportAgreement({ storage, inForce, amendments }, { ...about, decisions }, clock.now())
    },

    /** Changes that are to come for a connector, with what its developer said about them. @throws AgreementNotFoundError */
    pending: (workspace: WorkspaceId, connector: ConnectorId): Promise<readonly PendingChange[]> =>
      inForce.pending(workspace, connector, clock.now()),

    /** Keeps what a developer says about a change that is to come. @throws AgreementNotFoundError, TermsNotCurrentError where there is none, AuthorityMissingError */
    async choose({ connector, change: named, choice, ...given }: Choosing): Promise<Acceptance | null> {
      const { workspace, by, developer } = given
      const at = clock.now()
      const pending = (await inForce.pending(workspace, connector, at)).find(({ change }) => change.id === named)
      if (pending === undefined) throw new TermsNotCurrentError()
      const { change } = pending
      const id = newId('cho', at)
      const row = { id, workspace_id: workspace, connector_id: connector, developer_id: developer.id, change_id: change.id, choice, user_id: by, at }
      const posted = db.updateTable('terms_changes').set({ posted_at: change.postedAt }).where('workspace_id', '=', workspace)
      const said = [
        // Nothing is said about a change that was withdrawn in the same moment.
        writeOne(posted.where('id', '=', change.id).where('withdrawn_at', 'is', null), () => new TermsNotCurrentError()),
        write(db.insertInto('terms_choices').values(row)),
        record(db, {
          event: 'terms.chosen',
          workspace,
          subject: id,
          by,
          at,
          facts: { connector, developer: developer.id, change: change.id, choice },
        }),
      ]
      if (choice === 'wait') {
        await storage.write(said)
        return null
      }
      const { acceptance, writes } = accepting(needs, given, await readEditionsById(storage, workspace, [change.edition]), change.id, at)
      await storage.write([...said, ...writes])
      return acceptance
    },
  }
}
