import type { ReleaseTool } from '@handfast/contract'
import type { UnderReview } from '../engine/rule.ts'
import { toolRule } from '../engine/tool-rule.ts'

const STEERS = /\b(?:before|after|when(?:ever)?|instead of|rather than|if|once|prior to|always|never|do not|don't)\b/i
const COMMON = new Set([
  'search',
  'fetch',
  'list',
  'get',
  'read',
  'write',
  'create',
  'update',
  'delete',
  'query',
  'send',
  'help',
  'status',
  'info',
  'find',
  'execute',
  'run',
])

export const shadowing = toolRule({
  id: 'shadowing',
  severity: 'warns',
  clause: '2e-v',
  title: 'Descriptions that speak of the tools of other connectors',
  remedy: { who: 'developer', what: 'Describe this tool alone. What other connectors do is described by them.' },
  source: 'Tool shadowing (Invariant Labs, 2025); Anthropic directory policy 2; OpenAI app guidelines',
  *each(tool, at, under) {
    const foreign = foreignTools(under)
    if (foreign.size === 0) return
    for (const [sentence] of tool.description.slice(0, 16_000).matchAll(/[^.!?\n]{1,1000}/g)) {
      if (!STEERS.test(sentence)) continue
      for (const [word] of sentence.matchAll(/[A-Za-z][A-Za-z0-9_-]{3,63}/g)) {
        const owner = foreign.get(word)
        if (owner !== undefined)
          return void (yield {
            pointer: `${at}/description`,
            message: `"${tool.name}" tells the assistant something about "${word}", which is a tool of the connector "${owner}".`,
          })
      }
    }
  },
})

const known = new WeakMap<UnderReview, ReadonlyMap<string, string>>()

/** Names of others' tools that could not be meant by chance: of several words, and none of our own. */
function foreignTools(under: UnderReview): ReadonlyMap<string, string> {
  const before = known.get(under)
  if (before !== undefined) return before
  const own = new Set(under.content.tools.map(({ name }: ReleaseTool) => name))
  const all = under.others.flatMap(({ slug, tools }) => tools.flatMap((name) => [[name, slug] as const, [`${slug}_${name}`, slug] as const]))
  const foreign = new Map(all.filter(([name]) => /[_-]|[a-z][A-Z]/.test(name) && !own.has(name) && !COMMON.has(name)))
  known.set(under, foreign)
  return foreign
}
