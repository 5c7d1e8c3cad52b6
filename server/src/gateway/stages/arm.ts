import type { Limits } from '../../limits/index.ts'
import type { Sealing } from '../../sealing/index.ts'
import { NoCredentialError, type Vault } from '../../vault/index.ts'
import { type Approved, type Armed, gain } from '../call.ts'
import type { Links } from './permit.ts'

/**
 * What sending takes: the person's key for the record, the credential, and a place within the limits, taken last so that nothing can fail while holding it.
 * @throws NoCredentialError | RateLimitedError | ConcurrencyLimitedError
 */
export async function arm(call: Approved, limits: Limits, vault: Vault, sealing: Sealing, links: Links): Promise<Armed> {
  const { principal, permit, release, standing } = call
  const placement = release.content.credential
  const sealer = sealing.peek(principal.user) ?? (await sealing.of(principal.user, principal.workspace))
  const credential =
    placement.type === 'none'
      ? null
      : (vault.peek(permit, placement) ??
        (await vault.credentialFor(permit, placement, { connectorName: standing.name, link: links.connector(standing.slug) })))
  // A key was given for the origins that were reviewed then. A release that goes elsewhere gets none until the person gives it one.
  if (credential !== null && !standing.origins.every((origin) => credential.origins.includes(origin))) {
    throw new NoCredentialError(standing.name, links.connector(standing.slug))
  }
  return gain(call, { sealer, credential, budget: limits.take(standing.connector, release.content.limits) })
}
