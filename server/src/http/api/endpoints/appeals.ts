import { answerAppeal, appeal, connectorBySlug, makeAppeal, pageOf, pageQuery } from '@handfast/contract'
import { z } from 'zod'
import type { DecisionId } from '../../../lib/index.ts'
import type { AppealFile } from '../../../review/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { session } from '../policy.ts'
import { isMember, openAsMember, openInside, openToSteer, seesAll } from './connector-access.ts'
import type { PublishingRooms } from './publishing-rooms.ts'
import { appealView } from './review-views.ts'

/** Having somebody else look at a decision again. */
export function appealEndpoints(rooms: PublishingRooms): readonly AnyEndpoint[] {
  const { directory, review } = rooms
  const list = z.object({ items: z.array(appeal).readonly() })
  return [
    endpoint({
      method: 'POST',
      path: '/api/v1/connectors/{slug}/appeals',
      summary: 'Appeal against a decision about your connector, within the time that its statement of reasons names',
      policy: session('developer'),
      ledger: 'appeal.made',
      input: makeAppeal,
      output: appeal,
      status: 201,
      handle: async ({ slug, decision, reason }, caller) =>
        appealView(
          slug,
          await review.appeals.appeal(await openAsMember(rooms, slug, caller), decision as DecisionId, reason, caller.user),
          seesAll(caller),
        ),
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/connectors/{slug}/appeals',
      summary: 'Appeals of a connector, newest first, with what came of them',
      policy: session(),
      ledger: { none: 'reading' },
      input: connectorBySlug,
      output: list,
      handle: async ({ slug }, caller) => ({
        items: (await review.appeals.of(await openInside(rooms, slug, caller))).map((one) => appealView(slug, one, seesAll(caller))),
      }),
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/review/appeals',
      summary: 'Appeals that wait for an answer, the one that is due first first',
      policy: session('reviewer', 'operator', 'auditor'),
      ledger: { none: 'reading' },
      input: pageQuery,
      output: pageOf(appeal),
      handle: async (input, caller, exchange) => {
        const page = await paged(
          input,
          exchange,
          (after, limit) => review.appeals.waiting(caller.workspace, after, limit),
          ({ appeal: { id } }) => id,
        )
        const view = async (one: AppealFile) => appealView((await directory.standing(one.appeal.connector)).slug, one, seesAll(caller))
        return { ...page, items: await Promise.all(page.items.map(view)) }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/connectors/{slug}/appeals/{id}/answer',
      summary: 'Answer an appeal, in the public profile as somebody else than whoever decided; granting takes the decision back',
      policy: session('reviewer', 'operator'),
      ledger: 'appeal.granted',
      input: answerAppeal,
      output: appeal,
      handle: async ({ slug, id, grant, reason }, caller) => {
        const { standing, decidedAs } = await openToSteer(rooms, slug, caller, ['operator', 'reviewer'])
        const roles = decidedAs.filter((role) => role === 'operator' || role === 'reviewer')
        const standsBehind = await isMember(rooms, standing, caller)
        return appealView(
          slug,
          await review.appeals.answer({ standing, appeal: id as DecisionId, grant, reason, by: caller.user, roles, standsBehind }),
          seesAll(caller),
        )
      },
    }),
  ]
}
