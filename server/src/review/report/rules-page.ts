import { clauses } from '@handfast/contract'
import type { Rule } from '../rules/engine/rule.ts'

const NEEDS = {
  manifest: 'the manifest',
  previous: 'the release before',
  developer: 'what is known of the publisher',
  listing: 'the listing',
  document: 'the OpenAPI document',
  probes: 'probes',
} as const

/** The page that lists every rule, for developers and reviewers. */
export function rulesMarkdown(rules: readonly Rule[]): string {
  const byClause = Map.groupBy(rules, ({ clause }) => clause)
  const order = Object.keys(clauses)
  const sections = [...byClause]
    .toSorted(([one], [other]) => order.indexOf(one) - order.indexOf(other))
    .map(([clause, list]) => `## ${clause}: ${clauses[clause]}\n\n${list.map(entryOf).join('\n')}`)
  return `# Rules of the review

Every release is looked at by these rules before a person decides about it; \`handfast connector check\` asks the same ones beforehand, without a
server, and \`handfast connector rules\` prints this list. A rule that *blocks* keeps a release from being approved until it is solved, one that *warns*
asks a reviewer to look, one that *notes* says what is good to know. The word beside a rule is the gravest that it gives. Rules find; people decide. A
finding is no verdict about anybody, and a release without findings is not thereby safe.

A finding has a fingerprint made of the rule, the tool and the words in question. It stays the same from release to release until the words change, so
what a reviewer dismissed with a reason stays dismissed exactly as long as it is the same thing.

${rules.length} rules, by the clause of the terms that they are about. Where a published standard or the rules of a store decide, it is named.

${sections.join('\n\n')}
`
}

function entryOf({ id, severity, title, remedy, source, needs }: Rule): string {
  const facts = [source === undefined ? '' : `Source: ${source}.`, needs === undefined ? '' : `Looks at ${NEEDS[needs]}.`].filter(
    (fact) => fact !== '',
  )
  return `- \`${id}\` (${severity}): ${title}.\n  ${remedy.who}: ${remedy.what}${facts.length === 0 ? '' : ` ${facts.join(' ')}`}`
}
