import type { Manifest, ReleaseContent, ReleaseTool } from '@handfast/contract'

const strength = { read: 0, change: 1, destructive: 2 } as const

/**
 * A softer hint never lowers a guard (clause 2e-ii): what the connector says about itself may change overnight, and people gave their yes to what it
 * was. A tool keeps the effect, and the asking, of the release before, unless the manifest names something softer for it; then the rules say so and a
 * person decides.
 */
export function keepGuards(content: ReleaseContent, previous: ReleaseContent | null, { tools: named }: Pick<Manifest, 'tools'>): ReleaseContent {
  if (previous === null) return content
  const before = new Map(previous.tools.map((tool) => [tool.name, tool]))
  return {
    ...content,
    tools: content.tools.map((tool) => guarded(tool, before.get(tool.name), Object.hasOwn(named, tool.name) ? named[tool.name] : undefined)),
  }
}

function guarded(tool: ReleaseTool, before: ReleaseTool | undefined, named: Manifest['tools'][string] | undefined): ReleaseTool {
  if (before === undefined) return tool
  const effect = named?.effect === undefined && strength[tool.effect] < strength[before.effect] ? before.effect : tool.effect
  // Naming an effect says something about asking too, as it does where there is no release before.
  const says = named?.consequential !== undefined || named?.effect !== undefined
  const consequential = says ? tool.consequential : tool.consequential || before.consequential
  return { ...tool, effect, consequential }
}
