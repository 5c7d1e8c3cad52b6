import { agreement, agreementOf, endAgreement, giveNotice, lookAgain, pageOf, pageQuery, removal, withdrawNotice, withheld } from '@handfast/contract'
import { z } from 'zod'
import type { ConnectorStanding } from '../../../directory/index.ts'
import type { Clock, DecisionId } from '../../../lib/index.ts'
import { rfc3339 } from '../../../lib/index.ts'
import { isWithheld, type PlacedDecision } from '../../../lifecycle/index.ts'
import type { Caller } from '../caller.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { operator, session } from '../policy.ts'
import { RequestInvalidError } from '../request-errors.ts'
import { openAgreement, openToSteer, seesAll } from './connector-access.ts'
import { agreementView, decisionView, removalView } from './lifecycle-views.ts'
import type { PublishingRooms } from './publishing-rooms.ts'
import { saidIn } from './steering.ts'

/** The agreement about a connector: reading it, ending it, and what is left of it (clauses 5a, 5b-survival). */
export function agreementEndpoints(rooms: PublishingRooms, { clock }: { readonly clock: Clock }): readonly AnyEndpoint[] {
  const { lifecycle } = rooms

  async function view({ workspace, connector }: ConnectorStanding, caller: Caller) {
    const whole = await lifecycle.wholeOf(workspace, connector)
    const { status, endsAt } = whole.standing
    const deletions = status === 'removed' && endsAt !== null ? await lifecycle.deletions(workspace, connector, endsAt) : []
    return agreementView(whole, deletions, seesAll(caller))
  }

  async function open(slug: string, caller: Caller) {
    const { standing, decidedAs } = await openToSteer(rooms, slug, caller)
    const { workspace, connector } = standing
    return { standing, said: { workspace, connector, by: caller.user, decidedAs } }
  }

  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/connectors/{slug}/agreement',
      summary: 'Where the agreement about a connector stands, what ends it, and what lives on',
      policy: session(),
      ledger: { none: 'reading' },
      input: agreementOf,
      output: agreement,
      handle: async ({ slug }, caller) => view(await openAgreement(rooms, slug, caller), caller),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/connectors/{slug}/notice',
      summary: 'End the agreement with at least 30 times 24 hours of notice; calls work until then',
      policy: session(),
      ledger: 'agreement.notice_given',
      fresh: true,
      input: giveNotice,
      output: agreement,
      handle: async (input, caller) => {
        const { standing, said } = await open(input.slug, caller)
        await lifecycle.giveNotice({ ...said, ...saidIn(input), ...(input.endsAt === undefined ? {} : { endsAt: Date.parse(input.endsAt) }) })
        return view(standing, caller)
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/connectors/{slug}/notice/withdraw',
      summary: 'Ask to take a notice back that you gave; the other side has to agree before it runs out',
      policy: session(),
      ledger: 'agreement.withdrawal_asked',
      input: withdrawNotice,
      output: agreement,
      handle: async (input, caller) => {
        const { standing, said } = await open(input.slug, caller)
        await lifecycle.askWithdrawal({ ...said, ...saidIn(input) })
        return view(standing, caller)
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/connectors/{slug}/notice/agree',
      summary: 'Agree that the other side takes its notice back',
      policy: session(),
      ledger: 'agreement.notice_withdrawn',
      input: withdrawNotice,
      output: agreement,
      handle: async (input, caller) => {
        const { standing, said } = await open(input.slug, caller)
        await lifecycle.agreeWithdrawal({ ...said, ...saidIn(input) })
        return view(standing, caller)
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/connectors/{slug}/end',
      summary: 'End the agreement at once, with a ground that allows it',
      policy: session(),
      ledger: 'agreement.ended',
      fresh: true,
      input: endAgreement,
      output: agreement,
      handle: async (input, caller) => {
        const { standing, said } = await open(input.slug, caller)
        await lifecycle.endAtOnce({ ...said, ...saidIn(input) })
        return view(standing, caller)
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/removals',
      summary: 'Connectors that are gone: since when, and why in public words, newest first',
      policy: session(),
      ledger: { none: 'reading' },
      input: pageQuery,
      output: pageOf(removal),
      handle: async (query, caller, exchange) => {
        const workspace = rooms.directory.publisher(caller.workspace)
        const page = await paged(query, exchange, (before, limit) => lifecycle.allDecisions(workspace, before, limit, ['remove']), last)
        const wholes = await Promise.all(page.items.map(({ connector }) => lifecycle.wholeOf(workspace, connector)))
        // What was never published is its developer's business, also when it is gone.
        return { ...page, items: wholes.filter(({ standing }) => standing.lastRelease !== null).map(removalView) }
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/withheld-reasons',
      summary: 'Decisions whose reason a law forbade to tell, to be looked at again',
      policy: operator,
      ledger: { none: 'reading' },
      input: pageQuery,
      output: pageOf(withheld),
      handle: async (query, caller, exchange) => {
        const { workspace } = caller
        const page = await paged(query, exchange, (before, limit) => lifecycle.withheldDecisions(workspace, before, limit), last)
        const items = await Promise.all(
          page.items.map(async (one) => {
            const whole = await lifecycle.wholeOf(workspace, one.connector)
            if (!isWithheld(one, whole.decisions)) return []
            const looked = whole.decisions.findLast(({ kind, about }) => kind === 'look-again' && about === one.id)
            const lookedAtAgain = rfc3339(looked?.withheldUntil ?? one.withheldUntil ?? clock.now())
            return [{ decision: decisionView(one, whole.decisions, true), connector: one.connector, slug: whole.place.slug, lookedAtAgain }]
          }),
        )
        return { ...page, items: items.flat() }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/decisions/{id}/look-again',
      summary: 'Say whether the reason of a decision, which a law forbade to tell, may be told now',
      policy: operator,
      ledger: 'reasons.looked_at',
      input: lookAgain,
      output: z.void(),
      handle: async ({ id, reason, tell, withheldUntil }, { workspace, user }) => {
        if (!tell && withheldUntil === undefined) throw new RequestInvalidError('/withheldUntil', 'say when that is looked at again')
        const until = tell || withheldUntil === undefined ? null : Date.parse(withheldUntil)
        await lifecycle.lookAgain({ workspace, decision: id as DecisionId, by: user, reason, withheldUntil: until })
      },
    }),
  ]
}

const last = ({ id }: PlacedDecision): string => id
