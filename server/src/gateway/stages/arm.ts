import type { Limits } from '../../limits/index.ts'
import { type CallAccounts, linkable } from '../../links/index.ts'
import type { Sealing } from '../../sealing/index.ts'
import { accountRule } from '../account-rule.ts'
import { type Approved, type Armed, gain } from '../call.ts'

export type ArmNeeds = { readonly limits: Limits; readonly accounts: CallAccounts; readonly sealing: Sealing; readonly approvalWaitMs: number }

/**
 * What sending takes: the person's key for the record, the account, and a place within the limits, taken last so that nothing can fail while holding it.
 * An account was linked for the origins that were reviewed then. A release that goes elsewhere gets none until the person links it anew.
 * @throws AccountNotAllowedError | LinkNeededError | LinkDeclinedError | RenewingFailedError | RateLimitedError | ConcurrencyLimitedError
 */
export async function arm(call: Approved, { limits, accounts, sealing, approvalWaitMs }: ArmNeeds): Promise<Armed> {
  const { principal, permit, release, standing } = call
  const { credential: declared, limits: allowed, publishedBy } = release.content
  const place = () => limits.take(standing.connector, allowed, publishedBy.ownsApi)
  const sealer = sealing.peek(principal.user) ?? (await sealing.of(principal.user, principal.workspace))
  if (declared.type === 'none') return gain(call, { sealer, credential: null, budget: place() })
  const rule = accountRule(call.policy, standing.slug)
  const warm = accounts.peek(permit, declared, null, rule)
  const credential =
    warm !== undefined && standing.origins.every((origin) => warm.origins.includes(origin))
      ? warm
      : await accounts.credentialFor(permit, linkable(standing, release), {
          declined: call.declined,
          waitMs: approvalWaitMs,
          signal: call.signal,
          label: null,
          rule,
        })
  return gain(call, { sealer, credential, budget: place() })
}
