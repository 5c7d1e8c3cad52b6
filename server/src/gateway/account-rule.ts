import { accountDenial, type PersonPolicy } from '../consent/index.ts'
import type { AccountRule } from '../links/index.ts'

/** The limits on accounts that hold for this person now; null where there are none. An account may be older than the rule that does not allow it. */
export function accountRule({ view }: PersonPolicy, slug: string): AccountRule | null {
  const limits = view.accountLimits(slug)
  if (limits.length === 0) return null
  return ({ email, id }) => accountDenial(limits, { email: email ?? undefined, identity: id ?? undefined }, view.policy.version)
}
