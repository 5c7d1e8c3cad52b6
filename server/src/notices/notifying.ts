import type { Egress } from '../egress/index.ts'
import { type Clock, equalSecrets } from '../lib/index.ts'
import type { Handlers, Schedule } from '../schedule/index.ts'
import type { Sealing } from '../sealing/index.ts'
import type { Storage } from '../storage/index.ts'
import { Deliveries, HAND_OVER } from './deliveries.ts'
import { NoticeErasure } from './erase-notices.ts'
import { handingOver } from './hand-over.ts'
import { Inbox } from './inbox.ts'
import { KeptMails } from './kept-mail.ts'
import type { Mailer } from './mailer.ts'
import { OperatorInbox } from './operator-inbox.ts'
import type { Outbox } from './outbox.ts'
import { NoticeReading } from './reading.ts'
import type { Lookups } from './recipients.ts'
import type { Sender } from './render-mail.ts'
import { Reports } from './reports.ts'
import { SeeingTo } from './seeing-to.ts'
import { tellWebhook } from './tell-webhook.ts'
import { Webhooks } from './webhooks.ts'

export type NotifyingNeeds = {
  readonly storage: Storage
  readonly clock: Clock
  readonly schedule: Schedule
  readonly outbox: Outbox
  readonly sealing: Sealing
  readonly egress: Egress
  readonly lookups: Lookups
  /** Null: mails are kept and not sent. */
  readonly mailer: Mailer | null
  /** Where mails are kept as files then; null: in the database only. */
  readonly mailFolder: string | null
  readonly sender: () => Sender
  readonly receipt: 'report' | 'hand-over'
  /** What opens the door for reports of mail servers; null: it is shut. */
  readonly reportSecret: string | null
  readonly addresses: () => OperatorAddresses
}

/** Where notices to the operator go. */
export type OperatorAddresses = {
  readonly operator: string
  readonly postal: string
  readonly to: string
  readonly copyTo: string | null
  readonly form: string
}

/** What becomes of notices, and everything that people do with them. */
export type Notifying = {
  readonly deliveries: Deliveries
  readonly reading: NoticeReading
  readonly inbox: Inbox
  readonly seeingTo: SeeingTo
  readonly reports: Reports
  readonly webhooks: Webhooks
  readonly operatorInbox: OperatorInbox
  addresses(): OperatorAddresses
  /** Whether a secret opens the door for reports of mail servers. */
  opensReports(secret: string | null): boolean
  handlers(): Handlers
}

export function createNotifying(needs: NotifyingNeeds): Notifying {
  const webhooks = new Webhooks(needs)
  const deliveries = new Deliveries({ ...needs, endpointsFor: (notice) => webhooks.toldOf(notice) })
  const parts = { ...needs, deliveries }
  const kept = needs.mailFolder === null ? null : new KeptMails(needs.mailFolder)
  const erasure = new NoticeErasure({ ...needs, kept })
  const handOver = handingOver({
    ...parts,
    kept,
    tell: (notice, delivery, tries, due) => tellWebhook({ ...parts, webhooks }, notice, delivery, tries, due),
  })
  return {
    deliveries,
    reading: new NoticeReading(needs.storage.db),
    inbox: new Inbox(parts),
    seeingTo: new SeeingTo(parts),
    reports: new Reports(parts),
    webhooks,
    operatorInbox: new OperatorInbox(needs),
    addresses: needs.addresses,
    opensReports: (secret) => needs.reportSecret !== null && secret !== null && equalSecrets(secret, needs.reportSecret),
    handlers: () => ({ ...deliveries.handlers(), ...erasure.handlers(), [HAND_OVER]: handOver }),
  }
}
