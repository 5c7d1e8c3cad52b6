import { credentialPlacement } from './credential-placement.ts'
import { descriptionLength } from './description-length.ts'
import { effectLowered } from './effect-lowered.ts'
import { hiddenCharacters } from './hidden-characters.ts'
import { namesAlike } from './names-alike.ts'
import { privacyNotice } from './privacy-notice.ts'
import type { Finding, Rule, UnderReview } from './rule.ts'
import { targetAddress } from './target-address.ts'
import { uncheckedPatterns } from './unchecked-patterns.ts'

/** Every rule, in the order in which a reviewer reads the findings. */
const rules: readonly Rule[] = [
  hiddenCharacters,
  privacyNotice,
  targetAddress,
  credentialPlacement,
  effectLowered,
  namesAlike,
  descriptionLength,
  uncheckedPatterns,
]

/** Of one rule; more of the same tell a reviewer nothing new. */
const MOST_OF_A_RULE = 50

const order = { blocks: 0, warns: 1, notes: 2 } as const

/** What the machine has to say about a release before a person decides. What blocks comes first. */
export function findingsOf(under: UnderReview): readonly Finding[] {
  return rules.flatMap((rule) => mostImportant(rule(under))).toSorted((a, b) => order[a.severity] - order[b.severity])
}

function mostImportant(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => order[a.severity] - order[b.severity]).slice(0, MOST_OF_A_RULE)
}
