import { type Ground, groundOf } from '@handfast/contract'
import type { ConnectorStanding } from '../../directory/index.ts'
import { rfc3339 } from '../../lib/index.ts'
import type { NewNotice } from '../../notices/index.ts'

type About = Pick<ConnectorStanding, 'workspace' | 'connector' | 'developer' | 'slug' | 'name'>

/** What a developer is told about one of its releases. */
export function releaseNotice(
  standing: About,
  said: {
    readonly kind: `review.${string}`
    readonly subject: string
    readonly number: number
    readonly title: string
    readonly body: string
    readonly legal?: boolean
  },
): NewNotice {
  return {
    workspace: standing.workspace,
    to: { kind: 'developer', developer: standing.developer, purpose: 'support' },
    kind: said.kind,
    clause: '2d-review',
    legal: said.legal ?? false,
    connector: standing.connector,
    subject: said.subject,
    title: `${standing.name}, release ${said.number}: ${said.title}`,
    body: said.body,
  }
}

/** A statement of reasons in words, as whoever is decided against reads it. */
export function reasonsInWords(given: {
  readonly facts: string
  readonly ground: Ground
  readonly scope: string
  readonly redress: { readonly how: string; readonly until: number } | null
}): string {
  const { facts, ground, scope, redress } = given
  return [
    facts,
    `Ground: ${groundOf(ground).says} (${ground}).`,
    `It touches ${scope}, until another decision.`,
    redress === null ? 'Whoever decided it can take it back.' : `${redress.how} Until ${rfc3339(redress.until)} (UTC).`,
  ].join('\n\n')
}

export function appealWords(slug: string, decision: string): string {
  return `If you think that this is wrong, appeal: somebody else looks at it again. With \`handfast connector appeal ${slug} ${decision} --reason …\`.`
}
