import type { ClauseId } from '@handfast/contract'
import { record } from '../ledger/index.ts'
import { type Clock, type EditionId, newId, rfc3339, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Outbox } from '../notices/index.ts'
import type { Schedule } from '../schedule/index.ts'
import { type Storage, type Write, write, writeOne, writeUnique } from '../storage/index.ts'
import { type ChangeClass, type ChangeId, changeState, earliestEffect } from './change.ts'
import {
  ChangeAlreadyPendingError,
  ChangeNotFoundError,
  ChangeOtherWordsError,
  ChangeSettledError,
  ChangeTooEarlyError,
  ChangeUnjustifiedError,
  ChangeWithoutDifferenceError,
  TranslationLanguageError,
} from './change-errors.ts'
import { changeNotice, withdrawalNotice } from './change-notice.ts'
import { type Change, type ChangeRow, pageOfChanges, readChange, readChangeRows } from './change-store.ts'
import { type EditionRow, type EditionText, editionInForce } from './edition.ts'
import { addingTexts, readEditionRows } from './terms-store.ts'

/** The deadline at which a change takes effect; its subject is the change. */
export const EFFECTIVE = 'terms.effective'

export type ChangesNeeds = {
  readonly storage: Storage
  readonly clock: Clock
  readonly schedule: Schedule
  readonly outbox: Outbox
  /** Address of a public page of the terms, by its path. */
  readonly page: (path: string) => string
}

/** What an operator writes. */
export type Drafting = {
  readonly workspace: WorkspaceId
  readonly document: string
  readonly title: string
  readonly body: string
  readonly language: string
  readonly translations?: readonly Omit<EditionText, 'sha256'>[]
  readonly class?: ChangeClass | null
  readonly justification?: string | null
  readonly by: UserId | 'system'
}

export type Revising = Partial<Pick<Drafting, 'title' | 'body' | 'class' | 'justification' | 'translations'>>

/** What whoever posts a draft says. */
export type Posting = {
  /** Digest of the words that they looked at. */
  readonly sha256: string
  /** When the draft that they looked at was last changed: then nothing else of it, such as its class, is another now either. */
  readonly draftedAt?: number | undefined
  /** When it is to take effect; without it as early as it can. */
  readonly effectiveAt?: number | undefined
}

/** What a change would do if it were posted now. */
export type ChangePreview = { readonly postedAt: number; readonly earliest: number; readonly effectiveAt: number }

/** The composer of changes (clause 7a-changes): draft, look at the difference, say what it is and why, post, and withdraw before its time. */
export class Changes {
  readonly #needs: ChangesNeeds

  constructor(needs: ChangesNeeds) {
    this.#needs = needs
  }

  /** All changes without their words, newest first. */
  list(workspace: WorkspaceId): Promise<readonly ChangeRow[]> {
    return readChangeRows(this.#needs.storage, workspace)
  }

  /** A page of them. */
  page(workspace: WorkspaceId, page: Parameters<typeof pageOfChanges>[2]): Promise<readonly ChangeRow[]> {
    return pageOfChanges(this.#needs.storage, workspace, page)
  }

  /** @throws ChangeNotFoundError */
  async get(workspace: WorkspaceId, id: string): Promise<Change> {
    const found = await readChange(this.#needs.storage, workspace, id)
    if (found === undefined) throw new ChangeNotFoundError()
    return found
  }

  /** The edition that a draft is compared with; undefined where the document is new. */
  async base(workspace: WorkspaceId, document: string): Promise<EditionRow | undefined> {
    const { storage, clock } = this.#needs
    return editionInForce(await editionsOf(storage, workspace, document), clock.now())
  }

  /**
   * Keeps a draft. Nobody is bound by it and nobody is told. @param id given where the same draft must exist once, whoever makes it
   * @throws ChangeWithoutDifferenceError, TranslationLanguageError; ChangeSettledError where that id is taken
   */
  async draft(drafting: Drafting, id?: ChangeId): Promise<ChangeId> {
    const { storage, clock } = this.#needs
    const { workspace, document, title, language, body, translations = [], by } = drafting
    requireOtherLanguages(language, translations)
    const at = clock.now()
    const base = await this.base(workspace, document)
    const digest = sha256(body)
    if (base?.sha256 === digest) throw new ChangeWithoutDifferenceError()
    const change = id ?? newId('chg', at)
    const row = {
      id: change,
      workspace_id: workspace,
      document,
      title,
      language,
      body,
      sha256: digest,
      translations: JSON.stringify(digested(translations)),
      base_sha256: base?.sha256 ?? null,
      class: drafting.class ?? null,
      justification: drafting.justification ?? null,
      drafted_by: by,
      drafted_at: at,
    }
    await storage.write([
      writeUnique(storage.db.insertInto('terms_changes').values(row), () => new ChangeSettledError('This draft is there already.')),
      record(storage.db, {
        event: 'change.drafted',
        workspace,
        subject: change,
        by,
        at,
        facts: { document, sha256: digest, base: base?.sha256 ?? null },
      }),
    ])
    return change
  }

  /**
   * Changes a draft; what it is compared with is what is in force now.
   * @throws ChangeNotFoundError, ChangeSettledError, ChangeWithoutDifferenceError, TranslationLanguageError, ChangeOtherWordsError where somebody else changed it meanwhile
   */
  async revise(workspace: WorkspaceId, id: string, by: UserId, revising: Revising): Promise<void> {
    const { storage, clock } = this.#needs
    const change = await this.#draftOf(workspace, id)
    if (revising.translations !== undefined) requireOtherLanguages(change.text.language, revising.translations)
    // Each state of a draft has a time of its own, so that it is told apart from the one before.
    const at = Math.max(clock.now(), change.draftedAt + 1)
    const base = await this.base(workspace, change.document)
    const body = revising.body ?? change.text.body
    const digest = sha256(body)
    if (base?.sha256 === digest) throw new ChangeWithoutDifferenceError()
    const set = {
      title: revising.title ?? change.text.title,
      body,
      sha256: digest,
      base_sha256: base?.sha256 ?? null,
      class: revising.class === undefined ? change.class : revising.class,
      justification: revising.justification === undefined ? change.justification : revising.justification,
      translations: JSON.stringify(revising.translations === undefined ? change.translations : digested(revising.translations)),
      drafted_by: by,
      drafted_at: at,
    }
    await storage.write([
      writeOne(this.#openRow(workspace, change, set), () => new ChangeOtherWordsError()),
      record(storage.db, {
        event: 'change.drafted',
        workspace,
        subject: id,
        by,
        at: clock.now(),
        facts: { document: change.document, sha256: digest, base: base?.sha256 ?? null },
      }),
    ])
  }

  /**
   * What posting now would mean. @param wanted when it is to take effect; without it as early as it can
   * @throws ChangeUnjustifiedError where the class or the reason is missing, ChangeTooEarlyError
   */
  preview(change: Change, wanted?: number): ChangePreview {
    const now = this.#needs.clock.now()
    if (change.class === null || (change.justification ?? '').trim() === '') throw new ChangeUnjustifiedError()
    const earliest = earliestEffect(change.class, now)
    if (wanted !== undefined && wanted < earliest) throw new ChangeTooEarlyError(earliest)
    return { postedAt: now, earliest, effectiveAt: wanted ?? earliest }
  }

  /**
   * Posts a draft: from here it is public, everybody with an agreement in force is told, and the clock brings it into force.
   * @throws ChangeNotFoundError, ChangeSettledError, ChangeOtherWordsError, ChangeAlreadyPendingError, and what `preview` throws
   */
  async post(workspace: WorkspaceId, id: string, by: UserId, { sha256: digest, draftedAt, effectiveAt: wanted }: Posting): Promise<Change> {
    const { storage, schedule, outbox, page } = this.#needs
    const { db } = storage
    const change = await this.#draftOf(workspace, id)
    const editions = await editionsOf(storage, workspace, change.document)
    const { postedAt: at, effectiveAt } = this.preview(change, wanted)
    const base = editionInForce(editions, at)
    const isSeen = change.text.sha256 === digest && (draftedAt === undefined || draftedAt === change.draftedAt)
    if (!isSeen || (base?.sha256 ?? null) !== change.base) throw new ChangeOtherWordsError()
    if (editions.some((edition) => edition.withdrawnAt === null && edition.effectiveAt > at)) throw new ChangeAlreadyPendingError()
    const edition = newId('edn', at) as EditionId
    // A label that no edition of the document has: the month of the posting, and a number.
    const label = `${rfc3339(at).slice(0, 7)}.${editions.length + 1}`
    const { title, language, body, sha256: words } = change.text
    const postedChange: Change = { ...change, postedBy: by, postedAt: at, edition, label, effectiveAt }
    const own = { id: edition, workspace_id: workspace, document: change.document, label, title, language, body, sha256: words }
    await storage.write([
      writeOne(
        this.#openRow(workspace, change, { posted_by: by, posted_at: at, edition_id: edition, label, effective_at: effectiveAt }),
        () => new ChangeOtherWordsError(),
      ),
      writeUnique(db.insertInto('editions').values({ ...own, effective_at: effectiveAt, created_at: at }), () => new ChangeOtherWordsError()),
      ...addingTexts(storage, workspace, edition, change.translations),
      record(db, { event: 'change.posted', workspace, subject: id, by, at, facts: factsOf(postedChange) }),
      ...outbox.sendingToAll(changeNotice(workspace, postedChange, base, page), { kind: 'developers' }, at),
      schedule.putting({ workspace, kind: EFFECTIVE, subject: id, dueAt: effectiveAt }),
    ])
    return postedChange
  }

  /** Takes a draft back, or a posted change before its time; who was told of it is told of that. @throws ChangeNotFoundError, ChangeSettledError */
  async withdraw(workspace: WorkspaceId, id: string, by: UserId | 'system', because: string): Promise<void> {
    const { storage, clock, schedule, outbox, page } = this.#needs
    const { db } = storage
    const change = await this.get(workspace, id)
    const at = clock.now()
    const state = changeState(change, at)
    if (state === 'in-force' || state === 'withdrawn')
      throw new ChangeSettledError(`This change is ${state === 'in-force' ? 'in force' : 'withdrawn'} already.`)
    const set = { withdrawn_by: by, withdrawn_at: at, withdrawn_because: because }
    const row = db.updateTable('terms_changes').set(set).where('workspace_id', '=', workspace).where('id', '=', id).where('withdrawn_at', 'is', null)
    const inTime = state === 'draft' ? row.where('posted_at', 'is', null) : row.where('effective_at', '>', at)
    const tell: readonly Write[] =
      change.edition === null
        ? []
        : [
            write(db.updateTable('editions').set({ withdrawn_at: at }).where('workspace_id', '=', workspace).where('id', '=', change.edition)),
            schedule.cancelling({ workspace, kind: EFFECTIVE, subject: id }),
            ...outbox.sendingToAll(withdrawalNotice(workspace, change, because, page), { kind: 'developers' }, at),
          ]
    const facts = { document: change.document, edition: change.edition, reasonSha256: sha256(because) }
    await storage.write([
      writeOne(inTime, () => new ChangeSettledError(settled)),
      ...tell,
      record(db, { event: 'change.withdrawn', workspace, subject: id, by, at, facts }),
    ])
  }

  async #draftOf(workspace: WorkspaceId, id: string): Promise<Change> {
    const change = await this.get(workspace, id)
    if (changeState(change, this.#needs.clock.now()) !== 'draft') throw new ChangeSettledError(settled)
    return change
  }

  /** The row of a draft, unless somebody posted, withdrew or changed it since it was read. */
  #openRow(workspace: WorkspaceId, { id, text, draftedAt }: Change, set: object) {
    const { db } = this.#needs.storage
    const row = db.updateTable('terms_changes').set(set).where('workspace_id', '=', workspace).where('id', '=', id)
    return row.where('posted_at', 'is', null).where('withdrawn_at', 'is', null).where('drafted_at', '=', draftedAt).where('sha256', '=', text.sha256)
  }
}

async function editionsOf(storage: Storage, workspace: WorkspaceId, document: string): Promise<readonly EditionRow[]> {
  return (await readEditionRows(storage, workspace)).filter((edition) => edition.document === document)
}

const settled = 'This change was posted or withdrawn, so it cannot be changed any more.'

/** The clause under which everything about changes is told. */
export const CHANGES: ClauseId = '7a-changes'

function digested(texts: readonly Omit<EditionText, 'sha256'>[]): readonly EditionText[] {
  return texts.map(({ title, language, body }) => ({ title, language, body, sha256: sha256(body) }))
}

/** A document is there once in each language. @throws TranslationLanguageError */
function requireOtherLanguages(language: string, translations: readonly { readonly language: string }[]): void {
  const seen = new Set([language.toLowerCase()])
  for (const [index, { language: other }] of translations.entries()) {
    if (seen.has(other.toLowerCase())) throw new TranslationLanguageError(index, other)
    seen.add(other.toLowerCase())
  }
}

/** All that is needed to tell from the ledger alone what became of a change. */
export function factsOf(change: Change) {
  const { document, text, edition, label, class: changeClass, effectiveAt, base, justification, postedAt } = change
  const reasonSha256 = justification === null ? null : sha256(justification)
  return { document, sha256: text.sha256, base, edition, label, class: changeClass, postedAt, effectiveAt, reasonSha256 }
}
