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
} from './change-errors.ts'
import { changeNotice, withdrawalNotice } from './change-notice.ts'
import { type Change, readChange, readChanges } from './change-store.ts'
import { type Edition, type EditionText, editionInForce } from './edition.ts'
import { addingTexts, readEditions } from './terms-store.ts'

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

/** What a change would do if it were posted now. */
export type ChangePreview = { readonly postedAt: number; readonly earliest: number; readonly effectiveAt: number }

/** The composer of changes (clause 7a-changes): draft, look at the difference, say what it is and why, post, and withdraw before its time. */
export class Changes {
  readonly #needs: ChangesNeeds

  constructor(needs: ChangesNeeds) {
    this.#needs = needs
  }

  list(workspace: WorkspaceId): Promise<readonly Change[]> {
    return readChanges(this.#needs.storage, workspace)
  }

  /** @throws ChangeNotFoundError */
  async get(workspace: WorkspaceId, id: string): Promise<Change> {
    const found = await readChange(this.#needs.storage, workspace, id)
    if (found === undefined) throw new ChangeNotFoundError()
    return found
  }

  /** The edition that a draft is compared with; undefined where the document is new. */
  async base(workspace: WorkspaceId, document: string): Promise<Edition | undefined> {
    const { storage, clock } = this.#needs
    const editions = (await readEditions(storage, workspace)).filter((edition) => edition.document === document)
    return editionInForce(editions, clock.now())
  }

  /**
   * Keeps a draft. Nobody is bound by it and nobody is told. @param id given where the same draft must exist once, whoever makes it
   * @throws ChangeWithoutDifferenceError; ChangeSettledError where that id is taken
   */
  async draft(drafting: Drafting, id?: ChangeId): Promise<ChangeId> {
    const { storage, clock } = this.#needs
    const { workspace, document, title, language, body, by } = drafting
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
      translations: JSON.stringify(digested(drafting.translations ?? [])),
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

  /** Changes a draft; what it is compared with is what is in force now. @throws ChangeNotFoundError, ChangeSettledError, ChangeWithoutDifferenceError */
  async revise(workspace: WorkspaceId, id: string, by: UserId, revising: Revising): Promise<void> {
    const { storage, clock } = this.#needs
    const change = await this.#draftOf(workspace, id)
    const at = clock.now()
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
      writeOne(this.#openRow(workspace, id, set), () => new ChangeSettledError(settled)),
      record(storage.db, {
        event: 'change.drafted',
        workspace,
        subject: id,
        by,
        at,
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
   * @param digest of the words that whoever posts it has seen
   * @throws ChangeNotFoundError, ChangeSettledError, ChangeOtherWordsError, ChangeAlreadyPendingError, and what `preview` throws
   */
  async post(workspace: WorkspaceId, id: string, by: UserId, digest: string, wanted?: number): Promise<Change> {
    const { storage, schedule, outbox, page } = this.#needs
    const { db } = storage
    const change = await this.#draftOf(workspace, id)
    const [base, all, editions] = await Promise.all([this.base(workspace, change.document), this.list(workspace), readEditions(storage, workspace)])
    if (change.text.sha256 !== digest || (base?.sha256 ?? null) !== change.base) throw new ChangeOtherWordsError()
    const { postedAt: at, effectiveAt } = this.preview(change, wanted)
    if (all.some((one) => one.document === change.document && changeState(one, at) === 'posted')) throw new ChangeAlreadyPendingError()
    const edition = newId('edn', at) as EditionId
    const label = nextLabel(editions, change.document, at)
    const { title, language, body, sha256: words } = change.text
    const postedChange: Change = { ...change, postedBy: by, postedAt: at, edition, label, effectiveAt }
    const own = { id: edition, workspace_id: workspace, document: change.document, label, title, language, body, sha256: words }
    const taken = () => new ChangeAlreadyPendingError()
    await storage.write([
      writeOne(
        this.#openRow(workspace, id, { posted_by: by, posted_at: at, edition_id: edition, label, effective_at: effectiveAt }, digest),
        () => new ChangeSettledError(settled),
      ),
      writeUnique(db.insertInto('editions').values({ ...own, effective_at: effectiveAt, created_at: at }), taken),
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

  /** The row of a draft, unless somebody posted, withdrew or rewrote it meanwhile. */
  #openRow(workspace: WorkspaceId, id: string, set: object, digest?: string) {
    const { db } = this.#needs.storage
    const row = db.updateTable('terms_changes').set(set).where('workspace_id', '=', workspace).where('id', '=', id)
    const open = row.where('posted_at', 'is', null).where('withdrawn_at', 'is', null)
    return digest === undefined ? open : open.where('sha256', '=', digest)
  }
}

const settled = 'This change was posted or withdrawn, so it cannot be changed any more.'

/** The clause under which everything about changes is told. */
export const CHANGES: ClauseId = '7a-changes'

function digested(texts: readonly Omit<EditionText, 'sha256'>[]): readonly EditionText[] {
  return texts.map(({ title, language, body }) => ({ title, language, body, sha256: sha256(body) }))
}

/** A label that no edition of the document has: the month of the posting, and a number. */
function nextLabel(editions: readonly Edition[], document: string, at: number): string {
  const taken = editions.filter((edition) => edition.document === document)
  return `${rfc3339(at).slice(0, 7)}.${taken.length + 1}`
}

/** All that is needed to tell from the ledger alone what became of a change. */
export function factsOf(change: Change) {
  const { document, text, edition, label, class: changeClass, effectiveAt, base, justification, postedAt } = change
  const reasonSha256 = justification === null ? null : sha256(justification)
  return { document, sha256: text.sha256, base, edition, label, class: changeClass, postedAt, effectiveAt, reasonSha256 }
}
