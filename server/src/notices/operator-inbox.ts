import { record } from '../ledger/index.ts'
import { type Clock, HOUR, MINUTE, newId, SECOND, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Storage, Write } from '../storage/index.ts'
import { type LetterAnswer, type LetterPage, type LetterSender, type LetterState, LetterStore, type OperatorLetter } from './letter-store.ts'
import { LetterClosedError, LetterNotFoundError, PostDateError, TooManyLettersError } from './notice-errors.ts'
import type { NewNotice, Outbox, Recipient } from './outbox.ts'

export type NewLetter = {
  readonly workspace: WorkspaceId
  readonly channel: OperatorLetter['channel']
  readonly from: LetterSender
  readonly subject: string
  readonly body: string
  /** When it arrived, where somebody writes down what came by post or e-mail; now otherwise. */
  readonly receivedAt?: number
  readonly by: UserId | 'outsider'
}

/** So many from one place in an hour. Whoever has more to say writes them by post. */
const MOST_AN_HOUR = 5
/** And so many from all strangers together. */
const MOST_FROM_STRANGERS = 100

/** Notices to the operator: when each was received, who looks after it, what was answered (clause 7b-notices). */
export class OperatorInbox {
  readonly #needs: { readonly storage: Storage; readonly clock: Clock; readonly outbox: Outbox }
  readonly #store: LetterStore
  /** Times of letters by network address, on this node. Strangers only; a restart forgets them. */
  readonly #lately = new Map<string, number[]>()

  constructor(needs: { readonly storage: Storage; readonly clock: Clock; readonly outbox: Outbox }) {
    this.#needs = needs
    this.#store = new LetterStore(needs.storage.db)
  }

  /** Counts a letter of a stranger before it is taken. @throws TooManyLettersError */
  allowStranger(address: string): void {
    const now = this.#needs.clock.now()
    for (const [place, times] of this.#lately) {
      const kept = times.filter((at) => at > now - HOUR)
      if (kept.length === 0) this.#lately.delete(place)
      else this.#lately.set(place, kept)
    }
    const all = [...this.#lately.values()].reduce((sum, times) => sum + times.length, 0)
    const mine = this.#lately.get(address) ?? []
    const full = mine.length >= MOST_AN_HOUR || all >= MOST_FROM_STRANGERS
    if (full) throw new TooManyLettersError(Math.ceil(((mine[0] ?? now) + HOUR - now) / SECOND))
    this.#lately.set(address, [...mine, now])
  }

  /**
   * Takes a notice to the operator; what comes by the form is received, and so served, at that moment. The operator is told of it, and its sender gets a
   * confirmation with the date where they have an inbox here.
   * @throws PostDateError
   */
  async receive({ workspace, channel, from, subject, body, receivedAt, by }: NewLetter): Promise<OperatorLetter> {
    const { storage, clock, outbox } = this.#needs
    const now = clock.now()
    const at = receivedAt ?? now
    if (at > now + MINUTE) throw new PostDateError('/receivedAt', 'This time has not come yet.')
    const letter: OperatorLetter = {
      id: newId('ltr', now),
      workspace,
      channel,
      from,
      subject,
      body,
      sha256: sha256(`${subject}\n\n${body}`),
      receivedAt: at,
      recordedAt: now,
      recordedBy: by,
      state: 'open',
      assignedTo: null,
      changedAt: now,
    }
    const facts = { channel, from: from.kind, sha256: letter.sha256, receivedAt: at }
    const recordedBy = by === 'outsider' ? 'system' : by
    await storage.write([
      this.#store.adding(letter),
      record(storage.db, { event: 'letter.received', workspace, subject: letter.id, by: recordedBy, at: now, facts }),
      ...outbox.sending(aboutLetter(letter), now),
      ...this.#confirming(letter, now),
    ])
    return letter
  }

  #confirming(letter: OperatorLetter, now: number): readonly Write[] {
    const to = backTo(letter.from)
    // A stranger's address is nobody's until they prove it: nothing is sent there by itself.
    if (to.kind === 'outsider') return []
    const when = new Date(letter.receivedAt).toISOString()
    const words = {
      title: 'Your notice was received',
      body: `Your notice to the operator was received at ${when}. Its number is ${letter.id}, its SHA-256 ${letter.sha256}.`,
    }
    return this.#needs.outbox.sending({ ...aboutLetter(letter), kind: 'notices.received', workspace: placeOf(letter), to, ...words }, now)
  }

  /** @throws LetterNotFoundError */
  async get(workspace: WorkspaceId, id: string): Promise<OperatorLetter & { readonly answers: readonly LetterAnswer[] }> {
    const letter = await this.#store.find(workspace, id)
    if (letter === undefined) throw new LetterNotFoundError()
    return { ...letter, answers: await this.#store.answers(workspace, id) }
  }

  /** What a person wrote, newest first. */
  from(workspace: WorkspaceId, user: UserId, page: LetterPage): Promise<readonly OperatorLetter[]> {
    return this.#store.from(workspace, user, page)
  }

  /** What became of something that a person wrote. @throws LetterNotFoundError where it was somebody else */
  async own(workspace: WorkspaceId, user: UserId, id: string) {
    const found = await this.#store.fromOne(workspace, user, id)
    if (found === undefined) throw new LetterNotFoundError()
    return { ...found, answers: await this.#store.answers(found.workspace, id) }
  }

  list(workspace: WorkspaceId, page: LetterPage): Promise<readonly OperatorLetter[]> {
    return this.#store.list(workspace, page)
  }

  /** Takes it in hand, gives it to somebody, or closes it. @throws LetterNotFoundError */
  async change(
    workspace: WorkspaceId,
    id: string,
    change: { readonly state?: LetterState | undefined; readonly assignedTo?: UserId | null | undefined },
    by: UserId,
  ): Promise<void> {
    const { storage, clock } = this.#needs
    const letter = await this.get(workspace, id)
    const assignedTo = change.assignedTo === undefined ? letter.assignedTo : change.assignedTo
    const state = change.state ?? (letter.state === 'open' && assignedTo !== null ? 'in hand' : letter.state)
    const at = clock.now()
    await storage.write([
      this.#store.changing(letter, state, assignedTo, at),
      record(storage.db, { event: 'letter.changed', workspace, subject: id, by, at, facts: { state, assignedTo } }),
    ])
  }

  /** Answers whoever wrote, by a notice to them. @throws LetterNotFoundError, LetterClosedError */
  async answer(workspace: WorkspaceId, id: string, text: string, by: UserId): Promise<void> {
    const { storage, clock, outbox } = this.#needs
    const letter = await this.get(workspace, id)
    if (letter.state === 'closed') throw new LetterClosedError()
    const at = clock.now()
    const to = backTo(letter.from)
    const reachable = to.kind !== 'outsider' || to.email !== ''
    const notice = {
      ...aboutLetter(letter),
      kind: 'notices.answered',
      workspace: placeOf(letter),
      to,
      title: 'An answer to your notice',
      body: text,
    } as const
    const sent = reachable ? outbox.sending(notice, at) : []
    await storage.write([
      ...sent,
      this.#store.answering(letter, { by, body: text, notice: null, at }),
      this.#store.changing(letter, 'answered', letter.assignedTo ?? by, at),
      record(storage.db, {
        event: 'letter.changed',
        workspace,
        subject: id,
        by,
        at,
        facts: { state: 'answered', told: reachable, sha256: sha256(text) },
      }),
    ])
  }

  /** Everything that a person wrote to the operator, for the copy of their data. */
  async *everything({ workspace, user }: { readonly workspace: WorkspaceId; readonly user: UserId }) {
    for (let after: string | null = null; ; ) {
      const page: readonly OperatorLetter[] = await this.#store.from(workspace, user, { after, limit: 100 })
      for (const { id, workspace: home, channel, subject, body, receivedAt, state } of page)
        yield {
          id,
          channel,
          subject,
          body,
          receivedAt,
          state,
          answers: (await this.#store.answers(home, id)).map(({ body: text, at }) => ({ text, at })),
        }
      if (page.length < 100) return
      after = page.at(-1)?.id ?? null
    }
  }
}

/** That something arrived; what it says stands in the inbox, for the operator's eyes. */
function aboutLetter({ workspace, id, from }: OperatorLetter): NewNotice {
  return {
    workspace,
    to: { kind: 'operator' },
    kind: 'notices.letter',
    clause: '7b-notices',
    legal: false,
    connector: null,
    subject: id,
    title: 'A notice to the operator arrived',
    body: `A notice came from ${from.kind === 'outsider' ? 'somebody outside' : `a ${from.kind}`}. It stands in the operator's inbox under ${id}.`,
  }
}

/** Where its sender lives. */
function placeOf({ workspace, from }: OperatorLetter): WorkspaceId {
  return from.kind === 'outsider' ? workspace : from.workspace
}

function backTo(from: LetterSender): Recipient {
  switch (from.kind) {
    case 'user':
      return { kind: 'user', user: from.user }
    case 'developer':
      return { kind: 'developer', developer: from.developer, purpose: 'legal' }
    case 'outsider':
      return { kind: 'outsider', email: from.address }
  }
}
