import type { ClauseId } from '@handfast/contract'
import { record } from '../ledger/index.ts'
import { type ConnectorId, type DeveloperId, type Id, newId, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Schedule } from '../schedule/index.ts'
import { type Storage, type Write, write } from '../storage/index.ts'
import { DeliveryStore } from './delivery-store.ts'

export type NoticeId = Id<'ntc'>

/** Who is told. Which address that means is found out when the notice is delivered, and kept with the delivery. */
export type Recipient =
  | { readonly kind: 'user'; readonly user: UserId }
  | { readonly kind: 'developer'; readonly developer: DeveloperId; readonly purpose: 'legal' | 'security' | 'support' }
  | { readonly kind: 'operator' }
  | { readonly kind: 'outsider'; readonly email: string }

/** Who is told, where that is everybody of a kind. They are looked up, page by page, when the notices are written. */
export type Audience =
  /** Users who have the connector enabled. */
  | { readonly kind: 'enabled'; readonly connector: ConnectorId }
  /** The legal contact of every developer whose agreement is in force. */
  | { readonly kind: 'developers' }

/** A notice as a room writes it. */
export type NewNotice = {
  readonly workspace: WorkspaceId
  readonly to: Recipient
  /** What it says, as `room.what`, such as `lifecycle.suspended`. Programs that receive it branch on this. */
  readonly kind: `${string}.${string}`
  readonly clause: ClauseId
  /** Legal notices cannot be muted, and go on to another contact when they bounce. */
  readonly legal: boolean
  readonly connector: ConnectorId | null
  /** The id that it is about, such as a decision or an edition. */
  readonly subject: string
  /** One line. */
  readonly title: string
  /** Plain text, paragraphs separated by an empty line. It is archived exactly like this. */
  readonly body: string
}

/** What is kept between the pages of an audience. */
export type Spread = {
  readonly notice: Omit<NewNotice, 'to' | 'workspace'>
  readonly audience: Audience
  /** Who was written to last. */
  readonly after: string | null
}

/** Notices on their way out. Rooms get statements, so that a notice is written in the transaction of what it tells. */
export class Outbox {
  readonly #storage: Storage
  readonly #schedule: Schedule

  constructor({ storage, schedule }: { readonly storage: Storage; readonly schedule: Schedule }) {
    this.#storage = storage
    this.#schedule = schedule
  }

  /** The statements that write a notice down and have it delivered. */
  sending(notice: NewNotice, at: number): readonly Write[] {
    const { db } = this.#storage
    const { workspace, to, kind, clause, legal, connector, subject, title, body } = notice
    const id: NoticeId = newId('ntc', at)
    const digest = sha256(`${title}\n\n${body}`)
    const row = {
      id,
      workspace_id: workspace,
      recipient_kind: to.kind,
      recipient: recipientOf(to, workspace),
      purpose: to.kind === 'developer' ? to.purpose : null,
      kind,
      clause,
      legal: legal ? (1 as const) : (0 as const),
      connector_id: connector,
      subject,
      title,
      body,
      sha256: digest,
      at,
    }
    return [
      write(db.insertInto('notices').values(row)),
      // Whom it goes to stands in the table, where it can be erased; the ledger says that, about what, and in which words.
      record(db, {
        event: 'notice.queued',
        workspace,
        subject: id,
        by: 'system',
        at,
        facts: { kind, clause, about: subject, to: to.kind, sha256: digest },
      }),
      this.#schedule.putting({ workspace, kind: 'notices.deliver', subject: id, dueAt: at }),
    ]
  }

  /**
   * The date on which a notice about a subject, such as an edition, was served on somebody: the earliest of all that were sent about it, whatever their
   * kind or purpose. Null: on none so far, so no period that begins with service runs (clause 7b-notices).
   */
  servedAt(workspace: WorkspaceId, subject: string, recipient: Recipient): Promise<number | null> {
    return new DeliveryStore(this.#storage.db).servedAt(workspace, subject, recipient.kind, recipientOf(recipient, workspace))
  }

  /** The statements that have the same notice written to everybody of an audience, as soon as somebody gets to it. */
  sendingToAll(notice: Omit<NewNotice, 'to'>, audience: Audience, at: number): readonly Write[] {
    const { workspace: _, ...words } = notice
    const spread: Spread = { notice: words, audience, after: null }
    return [this.#schedule.putting({ ...spreadingOf(notice, audience), dueAt: at, payload: { ...spread } })]
  }

  /** Whether a notice is still being written to some of an audience. */
  async isSpreading(notice: Omit<NewNotice, 'to'>, audience: Audience): Promise<boolean> {
    return (await this.#schedule.find(spreadingOf(notice, audience))) !== undefined
  }
}

function spreadingOf({ workspace, subject, kind }: Omit<NewNotice, 'to'>, audience: Audience) {
  return { workspace, kind: 'notices.spread', subject: `${subject}/${kind}/${audience.kind}` }
}

/** What stands in the table for a recipient: an id, or the address of an outsider. */
export function recipientOf(to: Recipient, workspace: WorkspaceId): string {
  switch (to.kind) {
    case 'user':
      return to.user
    case 'developer':
      return to.developer
    case 'operator':
      return workspace
    case 'outsider':
      return to.email
  }
}
