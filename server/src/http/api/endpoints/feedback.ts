import { answerFeedback, feedbackQuery, feedbackView as feedbackShape, giveFeedback, pageOf, sortFeedback } from '@handfast/contract'
import type { Feedback } from '../../../incidents/index.ts'
import type { DeveloperId } from '../../../lib/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { operator, session } from '../policy.ts'
import { openPublished } from './connector-access.ts'
import { type IncidentRooms, slugs } from './incident-rooms.ts'
import { feedbackView } from './incident-views.ts'

/** What people think of it: given by anybody with an account, read and answered by the operator (clause 2f-feedback). */
export function feedbackEndpoints(rooms: IncidentRooms): readonly AnyEndpoint[] {
  const { feedback, developers } = rooms
  const slugOf = slugs(rooms)
  const shown = async (one: Feedback) => feedbackView(one, await slugOf(one.connector))
  return [
    endpoint({
      method: 'POST',
      path: '/api/v1/feedback',
      summary: 'Tell the operator what you think',
      policy: session(),
      ledger: 'feedback.given',
      input: giveFeedback,
      output: feedbackShape,
      status: 201,
      handle: async ({ text, connector, developer, freelyUsable }, caller) => {
        const { workspace, user } = caller
        if (developer !== undefined) await developers.requireMember(workspace, developer as DeveloperId, user)
        const standing = connector === undefined ? null : await openPublished(rooms, connector, caller)
        const given = { workspace, by: user, developer: (developer ?? null) as DeveloperId | null, connector: standing?.connector ?? null }
        return await shown(await feedback.give({ ...given, text, freelyUsable }))
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/feedback',
      summary: 'Feedback, newest first: all of it for operators, your own otherwise',
      policy: session(),
      ledger: { none: 'reading' },
      input: feedbackQuery,
      output: pageOf(feedbackShape),
      handle: async ({ state, ...query }, { workspace, user, roles }, exchange) => {
        const only = { ...(state === undefined ? {} : { state }), ...(roles.includes('operator') ? {} : { author: user }) }
        const page = await paged(
          query,
          exchange,
          (before, limit) => feedback.list(workspace, { ...only, before, limit }),
          ({ id }) => id,
        )
        return { ...page, items: await Promise.all(page.items.map(shown)) }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/feedback/{id}/answer',
      summary: 'Answer it',
      policy: operator,
      ledger: 'feedback.answered',
      input: answerFeedback,
      output: feedbackShape,
      handle: async ({ id, answer }, { workspace, user }) => shown(await feedback.answer(workspace, id, answer, user)),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/feedback/{id}/state',
      summary: 'Say that it was seen, or that nothing more comes of it',
      policy: operator,
      ledger: 'feedback.answered',
      input: sortFeedback,
      output: feedbackShape,
      handle: async ({ id, state }, { workspace, user }) => shown(await feedback.sort(workspace, id, state, user)),
    }),
  ]
}
