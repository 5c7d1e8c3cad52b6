import type { TermsPack } from '@handfast/contract'
import { record } from '../ledger/index.ts'
import { type Clock, type EditionId, newId, sha256, type WorkspaceId } from '../lib/index.ts'
import type { Outbox } from '../notices/index.ts'
import { type Storage, writeUnique } from '../storage/index.ts'
import { type ChangeId, changeState } from './change.ts'
import { ChangeSettledError } from './change-errors.ts'
import { draftedNotice } from './change-notice.ts'
import type { ChangeRow } from './change-store.ts'
import type { Changes } from './changes.ts'
import type { OperatorDetails } from './contracting-entity.ts'
import { bundleInForce, type EditionRow } from './edition.ts'
import { type PackedDocument, renderDocuments } from './pack/render-documents.ts'
import { addingTexts, isAnythingAccepted, readEditionRows } from './terms-store.ts'

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
 * Words of the pack that an operator replaced by posting others are not brought again.
 */
export async function bringDocuments(needs: BringingNeeds, workspace: WorkspaceId): Promise<void> {
  const { storage, clock, pack, operator, changes } = needs
  const [editions, known] = await Promise.all([readEditionRows(storage, workspace), changes.list(workspace)])
  const current = bundleInForce(editions, clock.now())
  const others = renderDocuments(pack, operator).filter(({ document, text }) => {
    const inForce = current.find((edition) => edition.document === document)
    if (inForce?.sha256 === text.sha256) return false
    const wasInForce = editions.some((edition) => edition.document === document && edition.sha256 === text.sha256)
    const change = known.find(({ edition }) => edition !== null && edition === inForce?.id)
    return !wasInForce || change === undefined || isOfPack(workspace, change, known)
  })
  await withdrawStale(needs, workspace, known, current, others)
  if (others.length === 0) return
  if (await isAnythingAccepted(storage, workspace)) return draftAll(needs, workspace, known, others)
  for (const one of others) {
    const made = editions.filter((edition) => edition.document === one.document).length
    await publish(needs, workspace, one, `${one.label}.${made + 1}`)
  }
}

/** The same words make the same id, so that of several processes one makes the draft. @param turn how often they were drafted and taken back by a start */
function packDraftId(workspace: WorkspaceId, document: string, base: string | null, digest: string, turn: number): ChangeId {
  return `chg_${sha256(`${workspace} ${document} ${base ?? ''} ${digest}${turn === 0 ? '' : ` ${turn}`}`).slice(0, 32)}`
}

/** Whether a change has the words that a start made it with: an operator who posted it followed the pack. */
function isOfPack(workspace: WorkspaceId, { id, document, base, text }: ChangeRow, known: readonly ChangeRow[]): boolean {
  return known.some((_, turn) => id === packDraftId(workspace, document, base, text.sha256, turn))
}

/** Takes back what an earlier start drafted and the pack does not say any more. */
async function withdrawStale(
  { clock, changes }: BringingNeeds,
  workspace: WorkspaceId,
  known: readonly ChangeRow[],
  current: readonly EditionRow[],
  wanted: readonly PackedDocument[],
): Promise<void> {
  const now = clock.now()
  for (const { id, draftedBy, document, text, ...change } of known) {
    if (draftedBy !== 'system' || changeState(change, now) !== 'draft') continue
    const base = current.find((edition) => edition.document === document)?.sha256 ?? null
    if (change.base === base && wanted.some((one) => one.document === document && one.text.sha256 === text.sha256)) continue
    // Another process that starts at the same moment does the same, and an operator may have been quicker.
    await changes.withdraw(workspace, id, 'system', 'The pack and the settings say other words now.').catch(unlessSettled)
  }
}

function unlessSettled(error: unknown): null {
  if (error instanceof ChangeSettledError) return null
  throw error
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
  known: readonly ChangeRow[],
  documents: readonly PackedDocument[],
): Promise<void> {
  const now = clock.now()
  const drafted: { id: string; document: string }[] = []
  for (const { document, text, translations } of documents) {
    const base = (await changes.base(workspace, document))?.sha256 ?? null
    // What was posted already needs no second draft, and what a person took back stays so.
    const same = known.filter((change) => change.document === document && change.text.sha256 === text.sha256 && change.base === base)
    if (same.some(({ withdrawnBy }) => withdrawnBy !== 'system')) continue
    const { title, language, body } = text
    const id = packDraftId(workspace, document, base, text.sha256, same.length)
    const made = await changes.draft({ workspace, document, title, language, body, translations, by: 'system' }, id).catch(unlessSettled)
    if (made !== null) drafted.push({ id: made, document })
  }
  if (drafted.length > 0) await storage.write(outbox.sending(draftedNotice(workspace, drafted), now))
}
