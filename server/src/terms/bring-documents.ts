import type { TermsPack } from '@handfast/contract'
import { record } from '../ledger/index.ts'
import { type Clock, type EditionId, newId, sha256, type WorkspaceId } from '../lib/index.ts'
import type { Outbox } from '../notices/index.ts'
import { type Storage, writeUnique } from '../storage/index.ts'
import { type ChangeId, changeState } from './change.ts'
import { ChangeSettledError } from './change-errors.ts'
import { draftedNotice } from './change-notice.ts'
import type { Changes } from './changes.ts'
import type { OperatorDetails } from './contracting-entity.ts'
import { bundleInForce } from './edition.ts'
import { type PackedDocument, renderDocuments } from './pack/render-documents.ts'
import { addingTexts, isAnythingAccepted, readEditions } from './terms-store.ts'

export type BringingNeeds = {
  readonly storage: Storage
  readonly clock: Clock
  readonly outbox: Outbox
  readonly changes: Changes
  readonly operator: OperatorDetails
  readonly pack: TermsPack
}

class EditionThereError extends Error {}

/**
 * Brings the documents of the pack, filled with the details of the operator, into the workspace. While nobody has agreed to anything they are in force
 * at once. Once somebody has, other words are a change like any other (clause 7a-changes): they become drafts, and the operator is told to look at them.
 */
export async function bringDocuments(needs: BringingNeeds, workspace: WorkspaceId): Promise<void> {
  const { storage, clock, pack, operator } = needs
  const editions = await readEditions(storage, workspace)
  const current = bundleInForce(editions, clock.now())
  const others = renderDocuments(pack, operator).filter(
    ({ document, text }) => !current.some((edition) => edition.document === document && edition.sha256 === text.sha256),
  )
  if (others.length === 0) return
  if (await isAnythingAccepted(storage, workspace)) return draftAll(needs, workspace, others)
  for (const one of others) {
    const made = editions.filter((edition) => edition.document === one.document).length
    await publish(needs, workspace, one, `${one.label}.${made + 1}`)
  }
}

async function publish({ storage, clock }: BringingNeeds, workspace: WorkspaceId, { document, text, translations }: PackedDocument, label: string) {
  const { db } = storage
  const at = clock.now()
  const id: EditionId = newId('edn', at)
  const { title, language, body, sha256: digest } = text
  const row = { id, workspace_id: workspace, document, label, title, language, body, sha256: digest, effective_at: at, created_at: at }
  // Another process that starts at the same moment publishes the same words; one of the two is enough.
  await storage
    .write([
      writeUnique(db.insertInto('editions').values(row), () => new EditionThereError()),
      ...addingTexts(storage, workspace, id, translations),
      record(db, { event: 'edition.published', workspace, subject: id, by: 'system', at, facts: { document, label, sha256: digest } }),
    ])
    .catch((error) => {
      if (!(error instanceof EditionThereError)) throw error
    })
}

async function draftAll(
  { storage, clock, outbox, changes }: BringingNeeds,
  workspace: WorkspaceId,
  documents: readonly PackedDocument[],
): Promise<void> {
  const now = clock.now()
  const known = await changes.list(workspace)
  const drafted: { id: string; document: string }[] = []
  for (const { document, text, translations } of documents) {
    const base = await changes.base(workspace, document)
    const own = known.filter((change) => change.document === document)
    // What was posted already needs no second draft, and what a person took back stays so.
    if (own.some((change) => change.text.sha256 === text.sha256 && change.base === (base?.sha256 ?? null))) continue
    for (const old of own) {
      if (old.draftedBy === 'system' && changeState(old, now) === 'draft')
        await changes.withdraw(workspace, old.id, 'system', 'Other words took its place.')
    }
    // The same words make the same id, so that of several processes one makes the draft.
    const id: ChangeId = `chg_${sha256(`${workspace} ${document} ${base?.sha256 ?? ''} ${text.sha256}`).slice(0, 32)}`
    const { title, language, body } = text
    const made = await changes.draft({ workspace, document, title, language, body, translations, by: 'system' }, id).catch((error) => {
      if (error instanceof ChangeSettledError) return null
      throw error
    })
    if (made !== null) drafted.push({ id: made, document })
  }
  if (drafted.length > 0) await storage.write(outbox.sending(draftedNotice(workspace, drafted), now))
}
