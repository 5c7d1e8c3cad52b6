import type { ProbeResults } from '../../probes/types.ts'
import type { Rule, Seen, UnderReview } from './rule.ts'

type ProbeRule = Omit<Rule, 'look' | 'read' | 'needs'> & { readonly judge: (probes: ProbeResults, under: UnderReview) => Iterable<Seen> }

/** A rule that judges what probes met. */
export function probeRule({ judge, ...rule }: ProbeRule): Rule {
  return {
    ...rule,
    needs: 'probes',
    *look(under) {
      if (under.probes !== null) yield* judge(under.probes, under)
    },
  }
}
