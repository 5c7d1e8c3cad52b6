import type { ReleaseTool } from '@handfast/contract'
import { ConnectorNotGrantedError, covers, type Principal, ScopeMissingError } from '../authorization/index.ts'
import type { ConnectorStanding } from '../directory/index.ts'
import type { ConnectorId } from '../lib/index.ts'

type Asking = Pick<Principal, 'granted'>

/** Whether the person let this assistant use the connector at all. A token that they made themselves reaches everything they enabled. */
export function reaches({ granted }: Asking, connector: ConnectorId): boolean {
  return granted === null || granted.connectors === null || granted.connectors.has(connector)
}

/**
 * The person let this assistant do that. What a tool does is what the review decided; whatever is no tool is read.
 * @throws ConnectorNotGrantedError | ScopeMissingError
 */
export function requireGranted(asking: Asking, standing: ConnectorStanding, tool: Pick<ReleaseTool, 'effect'> | undefined): void {
  const { granted } = asking
  if (granted === null) return
  if (!reaches(asking, standing.connector)) throw new ConnectorNotGrantedError(standing.name)
  const needed = tool === undefined || tool.effect === 'read' ? 'connectors:read' : 'connectors:write'
  if (!covers(granted.scopes, needed)) throw new ScopeMissingError(needed)
}

const changing = new WeakMap<readonly ReleaseTool[], ReadonlySet<string>>()

/** Names of tools that an assistant which may only read does not see; null: it sees all. */
export function beyondGrant({ granted }: Asking, { release }: ConnectorStanding): ReadonlySet<string> | null {
  if (granted === null || covers(granted.scopes, 'connectors:write')) return null
  const tools = release?.content.tools ?? []
  const known = changing.get(tools) ?? new Set(tools.filter((tool) => tool.effect !== 'read').map((tool) => tool.name))
  changing.set(tools, known)
  return known
}
