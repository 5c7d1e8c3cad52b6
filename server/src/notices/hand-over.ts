import { type Clock, DAY, HOUR, MINUTE, type WorkspaceId } from '../lib/index.ts'
import type { Done, Due, Handler, Schedule } from '../schedule/index.ts'
import type { Storage, Write } from '../storage/index.ts'
import type { Deliveries } from './deliveries.ts'
import type { Delivery } from './delivery.ts'
import type { Notice } from './delivery-store.ts'
import type { KeptMails } from './kept-mail.ts'
import { isMailAddress } from './mail-text.ts'
import type { Mailer } from './mailer.ts'
import { renderMail, type Sender } from './render-mail.ts'

export type HandOverNeeds = {
  readonly storage: Storage
  readonly clock: Clock
  readonly schedule: Schedule
  readonly deliveries: Deliveries
  /** Null: this house has no mail server. */
  readonly mailer: Mailer | null
  /** Where mails lie that are not sent. Null: in the database only, such as where several machines share one. */
  readonly kept: KeptMails | null
  readonly sender: () => Sender
  /** What counts as having arrived. See `mailReceipt` in the settings. */
  readonly receipt: 'report' | 'hand-over'
  /** Tells a webhook; a delivery of that channel is its business. */
  readonly tell: (notice: Notice, delivery: Delivery, tries: number, due: Due) => Promise<Done>
}

/** Pauses between attempts to hand a mail over; the last one repeats. */
const PAUSES = [MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR] as const
/** As long as mail servers commonly try before they send a mail back (RFC 5321 section 4.5.4.1). */
const TRIED_FOR = 4 * DAY

/** Lets one delivery leave, as often as it takes. It leaves at least once; what it says is kept before that, and is the same each time. */
export function handingOver(needs: HandOverNeeds): Handler {
  const { deliveries } = needs
  return {
    async work(due) {
      const delivery = await deliveries.store.find(due.workspace as WorkspaceId, due.subject)
      if (delivery === undefined || (delivery.state !== 'queued' && delivery.state !== 'deferred')) return {}
      const notice = await deliveries.store.notice(delivery.workspace, delivery.notice)
      if (notice === undefined) return {}
      const tries = Number(due.payload['tries'] ?? 0)
      return delivery.channel === 'webhook' ? needs.tell(notice, delivery, tries, due) : mail(needs, notice, delivery, tries, due)
    },
  }
}

async function mail(needs: HandOverNeeds, notice: Notice, delivery: Delivery, tries: number, { now, payload }: Due): Promise<Done> {
  const { deliveries, mailer, kept } = needs
  if (!isMailAddress(delivery.place)) return { writes: await ended(deliveries, delivery, 'failed', 'this is no address that mail can go to', now) }
  const raw = await written(needs, notice, delivery, now)
  if (mailer === null) {
    await kept?.keep(delivery.id, raw)
    return {}
  }
  const answer = await mailer.hand({ raw, to: delivery.place, envelopeId: delivery.id })
  switch (answer.kind) {
    case 'taken': {
      const taken = await deliveries.moving(delivery, 'handed over', { detail: answer.said })
      const received = needs.receipt === 'report' ? [] : await deliveries.moving({ ...delivery, state: 'handed over' }, 'accepted')
      return { writes: [...taken, ...received] }
    }
    case 'refused':
      return { writes: await ended(deliveries, delivery, 'bounced', answer.said, now) }
    case 'later': {
      if (now >= Number(payload['since'] ?? delivery.createdAt) + TRIED_FOR)
        return { writes: await ended(deliveries, delivery, 'failed', answer.said, now) }
      const pause = PAUSES[Math.min(tries, PAUSES.length - 1)] ?? HOUR
      const deferred = await deliveries.moving(delivery, 'deferred', { detail: answer.said })
      return { writes: deferred, next: now + pause, payload: { ...payload, tries: tries + 1 } }
    }
  }
}

/** What leaves: as it was kept by an attempt before, or written and kept now. */
async function written({ storage, deliveries, sender }: HandOverNeeds, notice: Notice, delivery: Delivery, at: number): Promise<string> {
  const { store } = deliveries
  const known = await store.copy(delivery.workspace, delivery.id)
  if (known !== undefined) return known.content
  await storage.write([store.copying(delivery, 'message/rfc822', await renderMail(notice, delivery, sender(), at), at)])
  return (await store.copy(delivery.workspace, delivery.id))?.content ?? ''
}

async function ended(deliveries: Deliveries, delivery: Delivery, how: 'bounced' | 'failed', why: string, at: number): Promise<readonly Write[]> {
  return [...(await deliveries.moving(delivery, how, { detail: why })), ...(await deliveries.further(delivery, at))]
}
