import { record } from '../ledger/index.ts'
import { DAY, type DeveloperId, type Json, newId, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { NewNotice } from '../notices/index.ts'
import type { Done, Due, Handlers } from '../schedule/index.ts'
import type { Write } from '../storage/index.ts'
import { DeveloperHeldError, HoldNotFoundError, SomebodyElseError } from './developers-errors.ts'
import { type Hold, type HoldCause, isOverdue, LOOK_WITHIN, mayDecide, stateOfHold } from './hold.ts'
import { HoldStore } from './hold-store.ts'
import type { DeveloperParts } from './parts.ts'

const LOOK = 'developers.look-at-hold'
/** After a missed look, the next reminder. */
const REMIND_AFTER = 5 * DAY

export type NewHold = {
  readonly workspace: WorkspaceId
  readonly developer: DeveloperId
  readonly cause: HoldCause
  readonly check?: string
  /** What was found, in words for the organisation. */
  readonly facts: string
  /** A person, or `system`. */
  readonly by: UserId | 'system'
}

/** What a hold asks of the rest of this room. */
export type HoldHelp = {
  readonly isMember: (workspace: WorkspaceId, developer: DeveloperId, user: UserId) => Promise<boolean>
  /** Whether somebody decides about what party checks found. @throws NotDeciderError, ReasonsMissingError */
  readonly requireDecider: (workspace: WorkspaceId, by: UserId, reason: string) => Promise<unknown>
  /** The statements that undo a transaction while somebody still has to say something about what a hold came from. */
  readonly settled: (workspace: WorkspaceId, hold: Hold) => readonly Write[]
  /** The statements that follow where a hold that came from a party check is over. */
  readonly over: (workspace: WorkspaceId, hold: Hold, at: number) => Promise<readonly Write[]>
}

/**
 * Organisations that publish nothing until a person has looked. A hold stops handing in and reinstating; it ends nothing that runs. It always has
 * a statement, a time by which a person looks, and an appeal.
 */
export class Holds {
  readonly #parts: DeveloperParts
  readonly #store: HoldStore
  readonly #help: HoldHelp

  constructor(parts: DeveloperParts, help: HoldHelp) {
    this.#parts = parts
    this.#help = help
    this.#store = new HoldStore(parts.storage.db)
  }

  list(workspace: WorkspaceId, which: { readonly developer?: DeveloperId; readonly open?: boolean } = {}): Promise<readonly Hold[]> {
    return this.#store.list(workspace, which)
  }

  /** @throws HoldNotFoundError */
  async get(workspace: WorkspaceId, id: string): Promise<Hold> {
    const hold = await this.#store.get(workspace, id)
    if (hold === undefined) throw new HoldNotFoundError()
    return hold
  }

  /** @throws DeveloperHeldError */
  async require(workspace: WorkspaceId, developer: DeveloperId): Promise<void> {
    const [hold] = await this.#store.list(workspace, { developer, open: true })
    if (hold !== undefined) throw new DeveloperHeldError(hold.lookBy)
  }

  /** The statements that hold an organisation and tell it so, for the transaction of what found it. */
  placing({ workspace, developer, cause, check, facts, by }: NewHold, at: number): { readonly hold: Hold; readonly writes: readonly Write[] } {
    const { storage, schedule, outbox } = this.#parts
    const redress =
      'Answer in the console, under your organisation, or by the command line: handfast developer appeal. ' +
      'Somebody looks at it and at your answer; where the rules of this installation say so, somebody else than whoever placed the hold.'
    const hold: Hold = {
      id: newId('hld', at),
      developer,
      cause,
      check: check ?? null,
      facts,
      redress,
      placedBy: by,
      at,
      lookBy: at + LOOK_WITHIN,
      appeal: null,
      answer: null,
      released: null,
    }
    const clause = clauseOf(cause)
    const entry: Record<string, Json> = { hold: hold.id, cause, check: hold.check, clause, lookBy: hold.lookBy, factsSha256: sha256(facts) }
    const writes: readonly Write[] = [
      ...this.#store.adding(workspace, hold),
      record(storage.db, { event: 'developer.held', workspace, subject: developer, by, at, facts: entry }),
      schedule.putting({ workspace, kind: LOOK, subject: hold.id, dueAt: hold.lookBy }),
      ...outbox.sending(placed(workspace, hold), at),
      ...(by === 'system' ? outbox.sending(toOperator(workspace, hold), at) : []),
    ]
    return { hold, writes }
  }

  /**
   * The statements that undo the transaction of a comparison unless the organisation is held as it was when that was read.
   * @param read the hold for a party check that stood then @throws NoChangeError from the transaction
   */
  staying(workspace: WorkspaceId, developer: DeveloperId, read: Hold | undefined): readonly Write[] {
    return this.#store.staying(workspace, developer, read?.id)
  }

  async place(given: NewHold): Promise<Hold> {
    const { hold, writes } = this.placing(given, this.#parts.clock.now())
    await this.#parts.storage.write(writes)
    return hold
  }

  /** What the organisation says against it, once. The caller has checked that `by` is a member. @throws HoldNotFoundError, NoChangeError */
  async appeal(workspace: WorkspaceId, id: string, text: string, by: UserId): Promise<void> {
    const { storage, clock, outbox } = this.#parts
    const at = clock.now()
    const hold = await this.get(workspace, id)
    const told = {
      ...toOperator(workspace, hold),
      kind: 'developers.appealed' as const,
      title: 'An organisation appeals against its hold',
      body: text,
    }
    const facts = { hold: id, appealSha256: sha256(text) }
    await storage.write([
      this.#store.appealing(workspace, id, text, by, at),
      record(storage.db, { event: 'developer.appealed', workspace, subject: hold.developer, by, at, facts }),
      ...outbox.sending(told, at),
    ])
  }

  /** The appeal was looked at and the hold stays. @throws HoldNotFoundError, NotDeciderError, SomebodyElseError, NoChangeError */
  async keep(workspace: WorkspaceId, id: string, text: string, by: UserId): Promise<void> {
    const { storage, clock, outbox, schedule, profile } = this.#parts
    const at = clock.now()
    const hold = await this.get(workspace, id)
    await this.#requireRight(workspace, hold, by, text)
    if (!mayDecide(hold, by, profile())) throw new SomebodyElseError('decided')
    const facts = { hold: id, cause: hold.cause, clause: clauseOf(hold.cause), answerSha256: sha256(text) }
    const notice = told(workspace, hold, 'developers.hold-kept', 'Your organisation stays on hold', `${text}\n\nYou can still write to the operator.`)
    await storage.write([
      this.#store.answering(workspace, id, text, by, at),
      record(storage.db, { event: 'developer.answered', workspace, subject: hold.developer, by, at, facts }),
      schedule.cancelling({ workspace, kind: LOOK, subject: id }),
      ...outbox.sending(notice, at),
    ])
  }

  /**
   * The statements that let an organisation go on, as far as this hold goes.
   * @throws NotDeciderError, SomebodyElseError; NoChangeError from the transaction
   */
  async releasing(workspace: WorkspaceId, hold: Hold, reason: string, by: UserId, at: number): Promise<readonly Write[]> {
    const { storage, outbox, schedule, profile } = this.#parts
    await this.#requireRight(workspace, hold, by, reason)
    if (stateOfHold(hold) === 'appealed' && !mayDecide(hold, by, profile())) throw new SomebodyElseError('decided')
    const facts = { hold: hold.id, cause: hold.cause, reasonSha256: sha256(reason) }
    const notice = told(workspace, hold, 'developers.released', 'Your organisation is no longer on hold', reason)
    return [
      this.#store.releasing(workspace, hold.id, reason, by, at),
      record(storage.db, { event: 'developer.released', workspace, subject: hold.developer, by, at, facts }),
      schedule.cancelling({ workspace, kind: LOOK, subject: hold.id }),
      ...outbox.sending(notice, at),
      ...(hold.cause === 'party-check' ? await this.#help.over(workspace, hold, at) : []),
    ]
  }

  /** @throws HoldNotFoundError, NotDeciderError, SomebodyElseError; MatchesWaitError, NoChangeError from the transaction */
  async release(workspace: WorkspaceId, id: string, reason: string, by: UserId): Promise<void> {
    const hold = await this.get(workspace, id)
    const writes = await this.releasing(workspace, hold, reason, by, this.#parts.clock.now())
    // What nobody decided about is found by the next comparison, and would hold the organisation again.
    await this.#parts.storage.write([...(hold.cause === 'party-check' ? this.#help.settled(workspace, hold) : []), ...writes])
  }

  /** In the public profile nobody decides about an organisation of their own. @throws SomebodyElseError */
  async requireNotTheirs(workspace: WorkspaceId, developer: DeveloperId, by: UserId): Promise<void> {
    if (this.#parts.profile() === 'public' && (await this.#help.isMember(workspace, developer, by))) throw new SomebodyElseError('theirs')
  }

  /** What a party check found is for those whom its rules name. @throws NotDeciderError, ReasonsMissingError, SomebodyElseError */
  async #requireRight(workspace: WorkspaceId, { cause, developer }: Hold, by: UserId, reason: string): Promise<void> {
    if (cause === 'party-check') await this.#help.requireDecider(workspace, by, reason)
    await this.requireNotTheirs(workspace, developer, by)
  }

  handlers(): Handlers {
    return { [LOOK]: { work: (due) => this.#remind(due) } }
  }

  /** Nobody looked in time: both sides are told, and it is asked for again. A hold never ends by being forgotten. */
  async #remind({ workspace, subject, now }: Due): Promise<Done> {
    const place = workspace as WorkspaceId
    const hold = await this.#store.get(place, subject)
    if (hold === undefined || !isOverdue(hold, now)) return {}
    const { outbox } = this.#parts
    const body = `Nobody looked by ${new Date(hold.lookBy).toISOString()}, as it should have been. The operator was reminded.`
    const late = told(place, hold, 'developers.hold-overdue', 'Nobody has looked at your hold yet', body)
    const next = now + REMIND_AFTER
    return {
      writes: [
        this.#store.lookingBy(place, hold.id, next),
        ...outbox.sending(late, now),
        ...outbox.sending({ ...toOperator(place, hold), kind: 'developers.hold-overdue', title: 'A hold waits for you, and its time is over' }, now),
      ],
      next,
    }
  }
}

function clauseOf(cause: HoldCause): NewNotice['clause'] {
  return cause === 'party-check' ? '7c-export' : '2d-remove'
}

function told(workspace: WorkspaceId, hold: Hold, kind: NewNotice['kind'], title: string, body: string): NewNotice {
  const to = { kind: 'developer', developer: hold.developer, purpose: 'legal' } as const
  return { workspace, to, kind, clause: clauseOf(hold.cause), legal: true, connector: null, subject: hold.id, title, body }
}

function placed(workspace: WorkspaceId, hold: Hold): NewNotice {
  const body = [
    hold.facts,
    'What it means: your organisation can hand in nothing and have nothing reinstated until a person has looked. What runs goes on running.',
    `A person looks by ${new Date(hold.lookBy).toISOString()}.`,
    hold.redress,
  ]
  return told(workspace, hold, 'developers.held', 'Your organisation is on hold until a person has looked', body.join('\n\n'))
}

function toOperator(workspace: WorkspaceId, hold: Hold): NewNotice {
  const body = `${hold.facts}\n\nOrganisation ${hold.developer}. Look by ${new Date(hold.lookBy).toISOString()}.`
  return {
    workspace,
    to: { kind: 'operator' },
    kind: 'developers.look-needed',
    clause: clauseOf(hold.cause),
    legal: false,
    connector: null,
    subject: hold.id,
    title: 'An organisation is on hold and waits for a person',
    body,
  }
}
