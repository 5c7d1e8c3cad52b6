export { controls } from './controls.ts'
export {
  type Channel,
  canBecome,
  channels,
  type Delivery,
  type DeliveryId,
  type DeliveryState,
  deliveryStates,
  type Step,
  servedAt,
} from './delivery.ts'
export type { Notice } from './delivery-store.ts'
export { NoticeErasure } from './erase-notices.ts'
export { type LetterAnswer, type LetterState, letterStates, type OperatorLetter } from './letter-store.ts'
export { isMailAddress } from './mail-text.ts'
export { createMailer, type HandedOver, type Mailer, type MailServer } from './mailer.ts'
export {
  NoticeNotFoundError,
  NoticeUnusableError,
  ReportDoorError,
  ReportUnreadableError,
  SightingNotFoundError,
  WebhookNotFoundError,
} from './notice-errors.ts'
export { type Binding, type FoundNotice, type NoticeInForce, noticeInForce, textFor } from './notice-in-force.ts'
export { normalNotice } from './notice-text.ts'
export { Notices, type SightingNote } from './notices.ts'
export { createNotifying, type Notifying, type NotifyingNeeds } from './notifying.ts'
export { type Audience, type NewNotice, type NoticeId, Outbox, type Recipient } from './outbox.ts'
export { LONGEST_REPORT } from './read-report.ts'
export type { Followed, InboxNotice, NoticePage, NoticeTask } from './reading.ts'
export type { Lookups, Purpose, Somebody } from './recipients.ts'
export { furtherNotices, resolveNotice } from './resolve-notice.ts'
export type { Webhook, WebhookId } from './webhook-store.ts'
