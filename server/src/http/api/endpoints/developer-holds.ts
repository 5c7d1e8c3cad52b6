import { answerHold, developerFinding, developerHold, developerInPath, holdDeveloper, pageOf, pageQuery, settleFinding } from '@handfast/contract'
import { z } from 'zod'
import { type DeveloperId, rfc3339 } from '../../../lib/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { operator, session } from '../policy.ts'
import { findingView, holdView, openDeveloper } from './developer-views.ts'
import type { PublishingRooms } from './publishing-rooms.ts'
import type { SiteFacts } from './rooms.ts'

const holds = z.object({ items: z.array(developerHold).readonly() })

/** Organisations that a person has to look at, seen from both sides. */
export function developerHoldEndpoints(
  { developers }: Pick<PublishingRooms, 'developers'>,
  { clock }: Pick<SiteFacts, 'clock'>,
): readonly AnyEndpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/all-developers',
      summary: 'Every organisation that publishes here, newest first',
      policy: session('operator', 'reviewer', 'auditor'),
      ledger: { none: 'reading' },
      input: pageQuery,
      output: pageOf(z.object({ id: developerInPath.shape.id, name: z.string(), country: z.string(), createdAt: z.string() })),
      handle: async ({ limit, cursor }, { workspace }, { cursors }) => {
        const found = await developers.list(workspace, cursors.open(cursor), limit + 1)
        const items = found.slice(0, limit).map((one) => ({ ...one, createdAt: rfc3339(one.createdAt) }))
        return { items, nextCursor: found.length > limit ? cursors.seal(items.at(-1)?.id ?? '') : null }
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/developer-findings',
      summary: 'What organisations say about themselves and what is not so any more',
      policy: session('operator', 'reviewer', 'auditor'),
      ledger: { none: 'reading' },
      input: pageQuery.extend({ open: z.stringbool().default(true) }),
      output: pageOf(developerFinding),
      handle: async ({ open, limit, cursor }, { workspace }, { cursors }) => {
        const found = await developers.findings.list(workspace, { open, after: cursors.open(cursor), limit: limit + 1 })
        const items = found.slice(0, limit).map(findingView)
        return { items, nextCursor: found.length > limit ? cursors.seal(items.at(-1)?.id ?? '') : null }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/developer-findings/{finding}/settle',
      summary: 'You looked at what no look of the software can settle, and it is well: say why',
      policy: operator,
      ledger: 'developer.settled',
      input: settleFinding,
      output: developerFinding,
      handle: async ({ finding, reason }, { workspace, user }) => {
        const { developer } = await developers.findings.get(workspace, finding)
        await developers.holds.requireNotTheirs(workspace, developer, user)
        return findingView(await developers.findings.settle(workspace, finding, reason, user))
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/developer-holds',
      summary: 'Organisations that are on hold until a person has looked',
      policy: session('operator', 'reviewer', 'auditor'),
      ledger: { none: 'reading' },
      input: z.strictObject({ open: z.stringbool().default(true) }),
      output: holds,
      handle: async ({ open }, { workspace }) => ({
        items: (await developers.holds.list(workspace, { open })).map((hold) => holdView(hold, clock.now())),
      }),
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/developers/{id}/holds',
      summary: 'Why your organisation is or was on hold, until when, and what you can do',
      policy: session(),
      ledger: { none: 'reading' },
      input: developerInPath,
      output: holds,
      handle: async ({ id }, caller) => {
        const { id: developer } = await openDeveloper(developers, id, caller)
        return { items: (await developers.holds.list(caller.workspace, { developer })).map((hold) => holdView(hold, clock.now())) }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/developers/{id}/hold',
      summary: 'Hold an organisation until a person has looked, and tell it why',
      policy: operator,
      ledger: 'developer.held',
      input: holdDeveloper,
      output: developerHold,
      status: 201,
      handle: async ({ id, facts }, { workspace, user }) => {
        await developers.get(workspace, id as DeveloperId)
        return holdView(await developers.holds.place({ workspace, developer: id as DeveloperId, cause: 'operator', facts, by: user }), clock.now())
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/developer-holds/{hold}/appeal',
      summary: 'Say why your organisation should not be on hold',
      policy: session(),
      ledger: 'developer.appealed',
      input: answerHold,
      output: developerHold,
      handle: async ({ hold, text }, { workspace, user }) => {
        const { developer } = await developers.holds.get(workspace, hold)
        await developers.requireMember(workspace, developer, user, 'owner')
        await developers.holds.appeal(workspace, hold, text, user)
        return holdView(await developers.holds.get(workspace, hold), clock.now())
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/developer-holds/{hold}/answer',
      summary: 'You looked at the appeal and the hold stays: say why',
      policy: operator,
      ledger: 'developer.answered',
      input: answerHold,
      output: developerHold,
      handle: async ({ hold, text }, { workspace, user }) => {
        await developers.holds.keep(workspace, hold, text, user)
        return holdView(await developers.holds.get(workspace, hold), clock.now())
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/developer-holds/{hold}/release',
      summary: 'Let an organisation go on: you looked at it. Say why',
      policy: operator,
      ledger: 'developer.released',
      input: answerHold,
      output: developerHold,
      handle: async ({ hold, text }, { workspace, user }) => {
        await developers.holds.release(workspace, hold, text, user)
        return holdView(await developers.holds.get(workspace, hold), clock.now())
      },
    }),
  ]
}
