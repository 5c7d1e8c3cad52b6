import { type ConnectorId, type JsonObject, rfc3339, type WorkspaceId } from '../lib/index.ts'
import { agreementOf, isWithheld, type Lifecycle, statusOf } from '../lifecycle/index.ts'

type Releases = (workspace: WorkspaceId, connector: ConnectorId) => Promise<Parameters<typeof statusOf>[1]>

/** How a connector stood at a time, for the terms: told from its log, so that a time that has passed is told as it was. */
export function stoodAt(lifecycle: Lifecycle, releasesOf: Releases) {
  return async (workspace: WorkspaceId, connector: ConnectorId, at: number) => {
    const [decisions, releases] = await Promise.all([lifecycle.decisions(workspace, connector), releasesOf(workspace, connector)])
    const then = decisions.filter((decision) => decision.at <= at)
    const { status } = statusOf(then, releases, at)
    const { state } = agreementOf(then, at)
    return { available: status === 'live' || status === 'paused' || status === 'ending', leaving: state !== 'in-force', ended: state === 'ended' }
  }
}

/** The log of a connector in plain values, for the agreement. Both sides read it, so what a law forbids to tell is left out. */
export function decisionsAsJson(lifecycle: Lifecycle) {
  return async (workspace: WorkspaceId, connector: ConnectorId): Promise<readonly JsonObject[]> => {
    const decisions = await lifecycle.decisions(workspace, connector)
    return decisions.map((decision) => {
      const told = isWithheld(decision, decisions) ? { ...decision, reason: '', ground: null, clause: null, redress: null } : decision
      return { ...(JSON.parse(JSON.stringify(told)) as JsonObject), at: rfc3339(decision.at) }
    })
  }
}
