import {
  closeNoticeTask,
  deliveryInPath,
  mailReport,
  notice,
  noticeDelivery,
  noticeDigest,
  noticeDigestQuery,
  noticeTask,
  noticeTasksQuery,
  pageOf,
  postedNotice,
  sentNoticesQuery,
  takenReport,
} from '@handfast/contract'
import { z } from 'zod'
import { rfc3339 } from '../../../lib/index.ts'
import { LONGEST_REPORT, type NoticeTask, ReportDoorError } from '../../../notices/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { everybody, operator, session } from '../policy.ts'
import { deliveryView, type NoticeRooms, noticeView } from './notice-views.ts'

/** What an operator sees of all notices, and does about those that do not arrive by themselves (clause 7b-notices). */
export function sentNoticeEndpoints({ notifying }: NoticeRooms): readonly AnyEndpoint[] {
  const { reading, seeingTo, reports } = notifying
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/notices/sent',
      summary: 'Every notice that was sent, newest first',
      policy: session('operator', 'auditor'),
      ledger: { none: 'reading' },
      input: sentNoticesQuery,
      output: pageOf(notice),
      handle: async (input, { workspace }, exchange) => {
        const { kind, subject, to } = input
        const page = await paged(
          input,
          exchange,
          (after, limit) => reading.sent(workspace, { after, limit, kind, subject, to }),
          (item) => item.id,
        )
        return { ...page, items: page.items.map(noticeView) }
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/notices/digest',
      summary: 'How far all notices about one thing got, in figures',
      policy: session('operator', 'auditor'),
      ledger: { none: 'reading' },
      input: noticeDigestQuery,
      output: noticeDigest,
      handle: async ({ subject }, { workspace }) => reading.digest(workspace, subject),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/notices/{id}/deliveries/{delivery}/retry',
      summary: 'Send an e-mail or a webhook once more, in the same words',
      policy: operator,
      ledger: 'delivery.changed',
      input: deliveryInPath,
      output: z.void(),
      handle: async ({ id, delivery }, { workspace, user }) => seeingTo.again(workspace, id, delivery, user),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/notices/{id}/posted',
      summary: 'Write down that a notice was posted; it is served on the date on which the courier got it',
      policy: operator,
      ledger: 'delivery.changed',
      input: postedNotice,
      output: noticeDelivery,
      status: 201,
      handle: async ({ id, address, courier, handedAt, tracking }, caller) => {
        const { workspace, user } = caller
        const posted = await seeingTo.posted(workspace, id, { address, courier, handedAt: Date.parse(handedAt), tracking }, user)
        const found = (await reading.deliveries(workspace, id)).find((one) => one.id === posted.id)
        return deliveryView(found ?? { ...posted, steps: [] }, 'overseer', caller)
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/notices/tasks',
      summary: 'Legal notices that no address took',
      policy: session('operator', 'auditor'),
      ledger: { none: 'reading' },
      input: noticeTasksQuery,
      output: pageOf(noticeTask),
      handle: async (input, { workspace }, exchange) => {
        const page = await paged(
          input,
          exchange,
          (after, limit) => reading.tasks(workspace, { open: input.open, after, limit }),
          (item) => item.id,
        )
        return { ...page, items: page.items.map(taskView) }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/notices/tasks/{id}/close',
      summary: 'Say how you saw to a legal notice that no address took',
      policy: operator,
      ledger: 'notice.settled',
      input: closeNoticeTask,
      output: z.void(),
      handle: async ({ id, reason }, { workspace, user }) => seeingTo.close(workspace, id, reason, user),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/notices/reports',
      summary: 'Hand in what a mail server reported about an e-mail',
      policy: operator,
      ledger: 'delivery.changed',
      input: mailReport,
      output: takenReport,
      mostBytes: 2 * LONGEST_REPORT,
      handle: async ({ message }) => reports.take(message) as Promise<z.infer<typeof takenReport>>,
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/mail-reports',
      summary: 'The same for your mail system, which sends the secret from the settings as a bearer token; also as message/rfc822',
      policy: everybody('the secret from the settings opens it, and what is handed in has to name a mail by an id that nobody guesses'),
      ledger: 'delivery.changed',
      input: mailReport,
      output: takenReport,
      mostBytes: 2 * LONGEST_REPORT,
      keepsAnswer: false,
      handle: async ({ message }, _, { bearer }) => {
        if (!notifying.opensReports(bearer)) throw new ReportDoorError()
        return (await reports.take(message)) as z.infer<typeof takenReport>
      },
    }),
  ]
}

function taskView({ id, notice: about, at, closedAt, closedBy, reason }: NoticeTask): z.infer<typeof noticeTask> {
  const closed = closedAt === null ? null : rfc3339(closedAt)
  return { id: id as z.infer<typeof noticeTask>['id'], notice: noticeView(about), at: rfc3339(at), closedAt: closed, closedBy, reason }
}
