import {
  deliveryInPath,
  developerNoticesQuery,
  inboxNotice,
  inboxQuery,
  notice,
  noticeAddresses,
  noticeCounts,
  noticeDetail,
  noticeInPath,
  noticePreferences,
  pageOf,
  setNoticePreferences,
} from '@handfast/contract'
import { z } from 'zod'
import type { DeveloperId } from '../../../lib/index.ts'
import { NoticeNotFoundError } from '../../../notices/index.ts'
import type { Caller } from '../caller.ts'
import { type AnyEndpoint, Download, download, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { everybody, session } from '../policy.ts'
import { deliveryView, inboxView, type NoticeRooms, noticeView, openNotice } from './notice-views.ts'

/** What people are told, and what they do with it (clause 7b-notices). */
export function noticeInboxEndpoints(rooms: NoticeRooms): readonly AnyEndpoint[] {
  const { notifying, developers } = rooms
  const { reading, inbox } = notifying
  const read = (how: 'seen' | 'acknowledged') => async (input: { readonly id: string }, caller: Caller) => {
    const { notice: found, as } = await openNotice(rooms, caller, input.id)
    const entitled = as === 'member' || (found.to.kind === 'operator' && caller.roles.includes('operator'))
    await inbox.read(caller, input.id, how, entitled)
  }
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/notices',
      summary: 'Your notices, newest first',
      policy: session(),
      ledger: { none: 'reading' },
      input: inboxQuery,
      output: pageOf(inboxNotice),
      handle: async (input, { user, workspace }, exchange) => {
        const { unseen, kind, subject } = input
        const page = await paged(
          input,
          exchange,
          (after, limit) => reading.inbox(workspace, user, { after, limit, unseen, kind, subject }),
          (item) => item.id,
        )
        return { ...page, items: page.items.map(inboxView) }
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/notices/counts',
      summary: 'How many notices you have not seen, and how many legal ones you did not acknowledge',
      policy: session(),
      ledger: { none: 'reading' },
      input: z.strictObject({}),
      output: noticeCounts,
      handle: async (_, { user, workspace }) => reading.counts(workspace, user),
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/notices/addresses',
      summary: 'Where notices to the operator go',
      policy: everybody('whoever wants to write to the operator has to know where, and the terms say it too'),
      ledger: { none: 'reading' },
      input: z.strictObject({}),
      output: noticeAddresses,
      handle: async () => notifying.addresses(),
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/notices/preferences',
      summary: 'About which kinds of notices you want no e-mail',
      policy: session(),
      ledger: { none: 'reading' },
      input: z.strictObject({}),
      output: noticePreferences,
      handle: async (_, caller) => ({ muted: await inbox.muted(caller) }),
    }),
    endpoint({
      method: 'PUT',
      path: '/api/v1/notices/preferences',
      summary: 'Say about which kinds of notices you want no e-mail; legal ones go out regardless',
      policy: session(),
      ledger: 'notices.muted',
      input: setNoticePreferences,
      output: noticePreferences,
      handle: async ({ muted }, caller) => {
        await inbox.mute(caller, muted)
        return { muted: await inbox.muted(caller) }
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/notices/{id}',
      summary: 'A notice, and what became of it on each channel',
      policy: session(),
      ledger: { none: 'reading' },
      input: noticeInPath,
      output: noticeDetail,
      handle: async ({ id }, caller) => {
        const { notice: found, deliveries, as } = await openNotice(rooms, caller, id)
        return { ...noticeView(found), deliveries: deliveries.map((one) => deliveryView(one, as, caller)) }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/notices/{id}/seen',
      summary: 'Say that you opened a notice',
      policy: session(),
      ledger: 'delivery.changed',
      input: noticeInPath,
      output: z.void(),
      handle: read('seen'),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/notices/{id}/acknowledge',
      summary: 'Say that you received a notice; that is no agreement with what it says',
      policy: session(),
      ledger: 'delivery.changed',
      input: noticeInPath,
      output: z.void(),
      handle: read('acknowledged'),
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/notices/{id}/deliveries/{delivery}/copy',
      summary: 'Exactly what was sent: the whole e-mail, the body of the webhook, or the words',
      policy: session(),
      ledger: { none: 'reading' },
      input: deliveryInPath,
      output: download,
      handle: async ({ id, delivery }, caller) => {
        const { notice: found, deliveries, as } = await openNotice(rooms, caller, id)
        const one = deliveries.find((each) => each.id === delivery)
        if (one === undefined || deliveryView(one, as, caller).place === null) throw new NoticeNotFoundError()
        const copy = await reading.copy(caller.workspace, delivery)
        if (copy === undefined) return new Download(`${id}.txt`, once(`${found.title}\n\n${found.body}`), 'text/plain; charset=utf-8')
        const mail = copy.mediaType === 'message/rfc822'
        return new Download(`${delivery}.${mail ? 'eml' : 'json'}`, once(copy.content), mail ? 'message/rfc822' : undefined)
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/developers/{id}/notices',
      summary: 'Every notice to your organisation, newest first',
      policy: session(),
      ledger: { none: 'reading' },
      input: developerNoticesQuery,
      output: pageOf(notice),
      handle: async (input, { user, workspace }, exchange) => {
        await developers.requireMember(workspace, input.id as DeveloperId, user)
        const { kind, subject } = input
        const page = await paged(
          input,
          exchange,
          (after, limit) => reading.ofDeveloper(workspace, input.id as DeveloperId, { after, limit, kind, subject }),
          (item) => item.id,
        )
        return { ...page, items: page.items.map(noticeView) }
      },
    }),
  ]
}

async function* once(text: string): AsyncGenerator<string> {
  yield text
}
