import type { ReleaseContent, ReleaseTool } from '@handfast/contract'
import { pointer } from '../../../lib/index.ts'
import type { Breath, Rule, Seen, UnderReview } from './rule.ts'

type GrowthRule = Omit<Rule, 'look' | 'read' | 'needs'> & {
  readonly compare: (content: ReleaseContent, previous: ReleaseContent, under: UnderReview) => Iterable<Seen | Breath>
}

/** A rule that compares a release with the one before. */
export function growthRule({ compare, ...rule }: GrowthRule): Rule {
  return {
    ...rule,
    needs: 'previous',
    *look(under) {
      if (under.previous !== null) yield* compare(under.content, under.previous, under)
    },
  }
}

type Pair = { readonly tool: ReleaseTool; readonly before: ReleaseTool; readonly at: string }

/** Tools that both releases have, by name. */
export function* pairs(content: ReleaseContent, previous: ReleaseContent): Generator<Pair> {
  const known = new Map(previous.tools.map((tool) => [tool.name, tool]))
  for (const [index, tool] of content.tools.entries()) {
    const before = known.get(tool.name)
    if (before !== undefined) yield { tool, before, at: pointer('tools', index) }
  }
}

export const strength = { read: 0, change: 1, destructive: 2 } as const
