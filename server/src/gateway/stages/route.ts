import type { ReleaseTool } from '@handfast/contract'
import { ConnectorNotFoundError, type ConnectorStanding, type Directory } from '../../directory/index.ts'
import { gain, type Identified, type Routed } from '../call.ts'
import { ConnectorUnavailableError, UnknownToolError } from '../gateway-errors.ts'
import { routeOther } from './route-other.ts'

/** Tools of a release by name; built at the first call after a release went live. */
const byName = new WeakMap<readonly ReleaseTool[], ReadonlyMap<string, ReleaseTool>>()

function toolNamed(tools: readonly ReleaseTool[], name: string): ReleaseTool | undefined {
  let map = byName.get(tools)
  if (map === undefined) {
    map = new Map(tools.map((tool) => [tool.name, tool]))
    byName.set(tools, map)
  }
  return map.get(name)
}

async function standingOf(call: Identified, slug: string, directory: Directory): Promise<ConnectorStanding> {
  const { workspace } = call.principal
  const warm = directory.peekBySlug(workspace, slug)
  if (warm !== undefined) return warm
  try {
    return await directory.bySlug(workspace, slug)
  } catch (error) {
    if (error instanceof ConnectorNotFoundError) throw new UnknownToolError(call.name)
    throw error
  }
}

/**
 * Which connector, which reviewed release, which tool. In the merged list a name is the slug, `_`, and the connector's own name; slugs have no `_`.
 * @throws UnknownToolError | ConnectorUnavailableError
 */
export async function route(call: Identified, directory: Directory): Promise<Routed> {
  if (call.operation !== undefined) return await routeOther(call, call.operation, (slug) => standingOf(call, slug, directory))
  const cut = call.name.indexOf('_')
  const slug = call.scope ?? (cut > 0 ? call.name.slice(0, cut) : '')
  if (slug === '') throw new UnknownToolError(call.name)
  const standing = await standingOf(call, slug, directory)
  const { release } = standing
  if (release === null) throw new ConnectorUnavailableError(standing.name, standing.status, standing.statusReason)
  const tool = toolNamed(release.content.tools, call.scope === null ? call.name.slice(cut + 1) : call.name)
  if (tool === undefined) throw new UnknownToolError(call.name)
  return gain(call, { standing, release, tool })
}
