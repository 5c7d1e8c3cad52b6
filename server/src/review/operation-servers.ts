import type { ReleaseContent } from '@handfast/contract'
import type { Egress } from '../egress/index.ts'
import { pointer } from '../lib/index.ts'
import type { Finding } from './rules/rule.ts'

/** Every origin that calls of a release go to: the target's, and those of operations that live elsewhere. */
export function originsOf(content: ReleaseContent): readonly string[] {
  const others = content.tools.flatMap(({ operation }) => (operation?.server === undefined ? [] : [new URL(operation.server).origin]))
  return [...new Set([new URL(content.target.url).origin, ...others])]
}

/** Clauses 2e-v and 3a, for operations that the document places at servers of their own: the reviewer sees each, and fixes it by approving. */
export async function serverFindings(content: ReleaseContent, egress: Egress): Promise<readonly Finding[]> {
  const [own, ...others] = originsOf(content)
  const findings: Finding[] = []
  for (const origin of others.filter((other) => other !== own)) {
    const index = content.tools.findIndex(({ operation }) => operation?.server !== undefined && new URL(operation.server).origin === origin)
    const about = { rule: 'operation-server', clause: '2e-v', pointer: pointer('tools', index, 'operation', 'server') } as const
    const { allowed, rule } = await egress.explain(origin)
    if (!allowed)
      findings.push({ ...about, severity: 'blocks', message: `The document places tools at ${origin}, and calls could not be sent there (${rule}).` })
    else if (!origin.startsWith('https:'))
      findings.push({ ...about, severity: 'warns', message: `Calls and keys travel unencrypted to ${origin}, where the document places tools.` })
    else findings.push({ ...about, severity: 'notes', message: `The document places tools at ${origin}: calls go there too, with the same key.` })
  }
  return findings
}
