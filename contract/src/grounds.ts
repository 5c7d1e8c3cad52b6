import type { ClauseId } from './clauses.ts'

type Side = 'operator' | 'developer'
type GroundAbout = {
  /** What it means, to be read after "because". */
  readonly says: string
  /** Who can give it. */
  readonly by: readonly Side[]
  /** The clause that it rests on where the decision names no other. */
  readonly clause: ClauseId
  /** Whether an agreement can be ended at once with it (clause 5a-immediate). */
  readonly endsAtOnce: boolean
}

const ground = (says: string, by: readonly Side[], clause: ClauseId, endsAtOnce = false): GroundAbout => ({ says, by, clause, endsAtOnce })
const operator = ['operator'] as const
const developer = ['developer'] as const
const both = ['operator', 'developer'] as const

/**
 * Every ground that a decision about a connector can have, once. The code is public and stable: programs branch on it, and the ledger keeps it where
 * the words of a reason stay outside.
 */
export const grounds = {
  'material-breach': ground('the terms were broken in a way that matters', operator, '5a-immediate', true),
  risk: ground('it puts users, the operator or others at risk', operator, '5a-immediate', true),
  law: ground('a law or an authority asks for it', operator, '5a-immediate', true),
  'exposure-to-risk': ground('going on would expose the developer to a risk', developer, '5a-immediate', true),
  security: ground('there is a breach or a weakness, or one is suspected', both, '3a-developer-security'),
  'security-of-users': ground('what it says or answers attacks users, assistants or the platform', operator, '2e-i'),
  deception: ground('it says something else than what it does, or seems to be somebody else', operator, '2e-ii'),
  'harmful-content': ground('it answers with harmful content', operator, '2e-iii'),
  malware: ground('it spreads malware or watches people', operator, '2e-iv'),
  interference: ground('it interferes with the platform or with others', operator, '2e-v'),
  training: ground('requests may have been used to train competing models', operator, '2e-vi'),
  children: ground('personal data of children is at stake', operator, '2e-vii'),
  privacy: ground('personal data is handled otherwise than its notice says', operator, '3c-privacy'),
  rights: ground('somebody says that it infringes their rights', operator, '6a-indemnity'),
  marks: ground('marks are used otherwise than the guidelines allow', both, '4a-platform-marks'),
  'export-control': ground('export control or sanctions may forbid it', operator, '7c-export'),
  drift: ground('it is not what was reviewed any more', operator, '2d-review'),
  'review-finding': ground('the review found something that has to change', operator, '2d-review'),
  inaccurate: ground('what the developer says about itself could not be verified', operator, '2d-accurate'),
  unreliable: ground('it does not work, or not well enough', both, '2d-review'),
  'not-for-this-place': ground('it does not fit what this place offers', operator, '2d-remove'),
  'changed-terms': ground('the developer does not agree to changed terms', developer, '7a-changes'),
  maintenance: ground('the developer works on it', developer, '2d-remove'),
  discontinued: ground('the developer does not offer it any longer', developer, '5a-notice'),
  transferred: ground('it goes to another developer', both, '7d-assignment'),
  remedied: ground('what stood against it was put right', both, '2d-remove'),
  'appeal-granted': ground('an appeal was right', operator, '2d-review'),
  mistake: ground('the earlier decision was a mistake', both, '2d-remove'),
  'notice-ran-out': ground('the time of the notice is over', operator, '5a-notice'),
  other: ground('of another reason, which the facts state', both, '2d-remove'),
} as const satisfies Readonly<Record<string, GroundAbout>>

export type Ground = keyof typeof grounds

export function isGround(text: string): text is Ground {
  return Object.hasOwn(grounds, text)
}

/** What is known of a ground, in one type for all of them. */
export function groundOf(code: Ground): GroundAbout {
  return grounds[code]
}
