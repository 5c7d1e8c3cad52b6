import type { DocumentFacts, Rule, Seen } from './rule.ts'
import { listed } from './tool-rule.ts'

type Operation = DocumentFacts['operations'][number]

type OperationRule = Omit<Rule, 'look' | 'read' | 'needs'> & {
  readonly counts: (operation: Operation) => boolean
  readonly say: (names: string, count: number, all: number) => string
}

/** A rule that says once what holds for many operations of a document. Only those that become tools count. */
export function operationRule({ counts, say, ...rule }: OperationRule): Rule {
  return {
    ...rule,
    needs: 'document',
    *look({ document }): Generator<Seen> {
      const usable = (document?.operations ?? []).filter((operation) => operation.usable)
      const found = usable.filter(counts)
      const [first] = found
      if (first === undefined) return
      const names = found.map(({ tool }) => tool)
      yield { pointer: `/document${first.pointer}`, message: say(listed(names), found.length, usable.length), about: names.toSorted().join('\n') }
    },
  }
}
