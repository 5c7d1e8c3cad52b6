import type { ReleaseTool } from '@handfast/contract'
import { pointer } from '../../../lib/index.ts'
import type { Rule, Seen, UnderReview } from './rule.ts'

type ToolRule = Omit<Rule, 'look' | 'read'> & {
  /** `at` is the pointer of the tool. */
  readonly each: (tool: ReleaseTool, at: string, under: UnderReview) => Iterable<Seen>
}

/** A rule that judges each tool by itself. */
export function toolRule({ each, ...rule }: ToolRule): Rule {
  return {
    ...rule,
    *look(under) {
      for (const [index, tool] of under.content.tools.entries()) {
        yield* each(tool, pointer('tools', index), under)
        yield undefined
      }
    },
  }
}

type CountingRule = Omit<Rule, 'look' | 'read'> & {
  readonly counts: (tool: ReleaseTool, under: UnderReview) => boolean
  /** What is wrong with all of these; `names` is `"a", "b" and 3 more`. */
  readonly say: (names: string, count: number, all: number) => string
}

/** A rule whose finding would say the same of tool after tool, and therefore says it once. */
export function countingRule({ counts, say, ...rule }: CountingRule): Rule {
  return {
    ...rule,
    *look(under) {
      const { tools } = under.content
      const found: { readonly index: number; readonly name: string }[] = []
      for (const [index, tool] of tools.entries()) {
        if (counts(tool, under)) found.push({ index, name: tool.name })
        yield undefined
      }
      const [first] = found
      if (first === undefined) return
      const names = found.map(({ name }) => name)
      yield { pointer: pointer('tools', first.index), message: say(listed(names), found.length, tools.length), about: names.toSorted().join('\n') }
    },
  }
}

const MOST_NAMED = 5

/** `"a", "b" and 3 more`. */
export function listed(names: readonly string[]): string {
  const quoted = names.slice(0, MOST_NAMED).map((name) => `"${name.slice(0, 64)}"`)
  const more = names.length - quoted.length
  if (more > 0) return `${quoted.join(', ')} and ${more} more`
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`
}
