import { type ConnectorSummary, connectorSummary, pauseConnector, steerConnector } from '@handfast/contract'
import type { Steering, ToolSteering } from '../../../lifecycle/index.ts'
import { ToolUnknownError } from '../../../lifecycle/index.ts'
import type { Caller } from '../caller.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { session } from '../policy.ts'
import { openToSteer, type SteeringRole } from './connector-access.ts'
import type { PublishingRooms } from './publishing-rooms.ts'
import { summaryView } from './publishing-views.ts'

/** What lets calls or people through again waits while an organisation is held for a person to look at. */
const STARTING: ReadonlySet<string> = new Set(['reinstate', 'resume', 'allow-listing'])

/** Stopping and starting connectors, their tools and their listing (clause 2d-remove). */
export function steeringEndpoints(rooms: PublishingRooms): readonly AnyEndpoint[] {
  const { lifecycle, directory, developers } = rooms

  const steering = (
    verb: string,
    ledger: 'connector.suspended' | 'connector.reinstated' | 'connector.removed' | 'listing.refused' | 'listing.allowed',
    summary: string,
    steer: (steering: Steering) => Promise<void>,
    who: readonly SteeringRole[] = ['operator', 'developer'],
  ) =>
    endpoint({
      method: 'POST',
      path: `/api/v1/connectors/{slug}/${verb}`,
      summary,
      policy: session(),
      ledger,
      input: steerConnector,
      output: connectorSummary,
      handle: async (input, caller) => {
        const { standing, decidedAs } = await openToSteer(rooms, input.slug, caller, who)
        const { workspace, connector, developer } = standing
        if (STARTING.has(verb)) await developers.requireUnheld(workspace, developer)
        await steer({ workspace, connector, by: caller.user, decidedAs, ...saidIn(input) })
        return summaryView(await directory.standing(connector))
      },
    })

  const pausing = (verb: 'pause' | 'resume', summary: string, steer: (steering: ToolSteering) => Promise<void>) =>
    endpoint({
      method: 'POST',
      path: `/api/v1/connectors/{slug}/${verb}`,
      summary,
      policy: session(),
      ledger: verb === 'pause' ? 'connector.paused' : 'connector.resumed',
      input: pauseConnector,
      output: connectorSummary,
      handle: async (input, caller): Promise<ConnectorSummary> => {
        const { standing, decidedAs } = await openToSteer(rooms, input.slug, caller, ['operator', 'reviewer', 'developer'])
        const { workspace, connector, release, developer } = standing
        if (STARTING.has(verb)) await developers.requireUnheld(workspace, developer)
        const { tool = null } = input
        const known = tool === null || release?.content.tools.some(({ name }) => name === tool) === true || standing.pausedTools?.has(tool) === true
        if (!known) throw new ToolUnknownError(whoAsks(caller))
        await steer({ workspace, connector, by: caller.user, decidedAs, tool, ...saidIn(input) })
        return summaryView(await directory.standing(connector))
      },
    })

  return [
    steering('suspend', 'connector.suspended', 'Stop all calls to a connector, at once', lifecycle.suspend),
    steering('reinstate', 'connector.reinstated', 'Allow calls to a suspended connector again', lifecycle.reinstate),
    pausing('pause', 'Pause a connector, or one of its tools: neither listed nor called', lifecycle.pause),
    pausing('resume', 'Lift a pause', lifecycle.resume),
    steering('refuse-listing', 'listing.refused', 'Refuse to list a connector', lifecycle.refuseListing, ['operator', 'reviewer']),
    steering('allow-listing', 'listing.allowed', 'Allow a connector to be listed again', lifecycle.allowListing, ['operator', 'reviewer']),
    steering('remove', 'connector.removed', 'Remove a connector for good; the agreement about it goes on until it is ended', lifecycle.remove),
  ]
}

type Said = {
  readonly reason: string
  readonly ground?: Steering['ground'] | undefined
  readonly until?: string | undefined
  readonly withheldUntil?: string | undefined
}

/** What a request says about a decision, with its times as numbers. */
export function saidIn({ reason, ground, until, withheldUntil }: Said): Pick<Steering, 'reason' | 'ground' | 'until' | 'withheldUntil'> {
  return {
    reason,
    ...(ground === undefined ? {} : { ground }),
    ...(until === undefined ? {} : { until: Date.parse(until) }),
    ...(withheldUntil === undefined ? {} : { withheldUntil: Date.parse(withheldUntil) }),
  }
}

export function whoAsks({ roles }: Caller): 'operator' | 'developer' {
  return roles.includes('operator') || roles.includes('reviewer') ? 'operator' : 'developer'
}
