import { accessRules } from './access/index.ts'
import { lookAt, type Report } from './engine/look.ts'
import type { Finding, Rule, UnderReview } from './engine/rule.ts'
import { growthRules } from './growth/index.ts'
import { listingRules } from './listing/index.ts'
import { openapiRules } from './openapi/index.ts'
import { probeRules } from './probes/index.ts'
import { textRules } from './text/index.ts'
import { toolRules } from './tools/index.ts'

/** Every rule, in the order in which a reviewer reads the findings. */
export const rules: readonly Rule[] = [...textRules, ...listingRules, ...accessRules, ...toolRules, ...openapiRules, ...growthRules, ...probeRules]

/** What the machine has to say about a release, with what it could not look at. */
export async function reviewOf(under: UnderReview): Promise<Report> {
  return lookAt(rules, under)
}

/** What the machine has to say about a release before a person decides. What blocks comes first. */
export async function findingsOf(under: UnderReview): Promise<readonly Finding[]> {
  return (await reviewOf(under)).findings
}
