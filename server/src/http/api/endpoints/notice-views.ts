import type { InboxNoticeView, NoticeDeliveryView, NoticeView } from '@handfast/contract'
import type { Developers } from '../../../developers/index.ts'
import { rfc3339 } from '../../../lib/index.ts'
import { type Followed, type InboxNotice, type Notice, NoticeNotFoundError, type Notifying } from '../../../notices/index.ts'
import type { People } from '../../../people/index.ts'
import type { Caller } from '../caller.ts'

export type NoticeRooms = { readonly notifying: Notifying; readonly developers: Developers; readonly people: People }

/** In what part somebody reads a notice: their own, that of an organisation they belong to, or everybody's. */
export type ReadsAs = 'recipient' | 'member' | 'overseer'

export function noticeView({ id, kind, clause, legal, to, connector_id, subject, title, body, sha256, at }: Notice): NoticeView {
  const connector = connector_id as NoticeView['connector']
  const known = clause as NoticeView['clause']
  return { id: id as NoticeView['id'], kind, clause: known, legal, to: to.kind, connector, subject, title, body, sha256, at: rfc3339(at) }
}

export function inboxView(one: InboxNotice): InboxNoticeView {
  const optional = (at: number | null) => (at === null ? null : rfc3339(at))
  return { ...noticeView(one), seenAt: optional(one.seenAt), acknowledgedAt: optional(one.acknowledgedAt) }
}

/**
 * What became of a notice on one channel. Addresses of others are shown to operators and auditors only, and so is what mail servers said: it names them.
 */
export function deliveryView(one: Followed, as: ReadsAs, { user }: Pick<Caller, 'user'>): NoticeDeliveryView {
  const own = one.user === user || (as === 'member' && one.user === null)
  return {
    id: one.id as NoticeDeliveryView['id'],
    channel: one.channel,
    place: as === 'overseer' || own ? one.place : null,
    state: one.state,
    stateAt: rfc3339(one.stateAt),
    servedAt: one.servedAt === null ? null : rfc3339(one.servedAt),
    steps: one.steps.map(({ state, at, recordedAt, detail }) => ({
      state,
      at: rfc3339(at),
      recordedAt: rfc3339(recordedAt),
      detail: as === 'overseer' ? detail : null,
    })),
  }
}

/** A notice that the caller may read, with what became of it. @throws NoticeNotFoundError */
export async function openNotice({ notifying, developers }: NoticeRooms, { user, workspace, roles }: Caller, id: string) {
  const notice = await notifying.reading.notice(workspace, id)
  if (notice === undefined) throw new NoticeNotFoundError()
  const deliveries = await notifying.reading.deliveries(workspace, id)
  if (roles.includes('operator') || roles.includes('auditor')) return { notice, deliveries, as: 'overseer' as const }
  const { to } = notice
  if (to.kind === 'developer' && (await developers.roleOf(workspace, to.developer, user)) !== undefined)
    return { notice, deliveries, as: 'member' as const }
  const own = deliveries.filter((one) => one.user === user)
  // Whoever left the organisation reads its notices no more.
  if (to.kind === 'developer' || own.length === 0) throw new NoticeNotFoundError()
  return { notice, deliveries: own, as: 'recipient' as const }
}
