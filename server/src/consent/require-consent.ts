import type { AgeRating } from '@handfast/contract'
import type { ConnectorId, ReleaseId, UserId, WorkspaceId } from '../lib/index.ts'
import { oldEnough } from './age.ts'
import { type Enablement, grownSince, type UserConsent } from './consent.ts'
import { NotEnabledError, NoticeChangedError, TooYoungError } from './consent-errors.ts'

declare const proof: unique symbol

/** Proof that this person lets this connector act for them as of an epoch. Made in this file only; the vault asks for one. */
export type Permit = {
  readonly [proof]: true
  readonly user: UserId
  readonly workspace: WorkspaceId
  readonly connector: ConnectorId
  readonly release: ReleaseId
  readonly enablement: Enablement
}

export type Wanted = {
  readonly user: UserId
  readonly workspace: WorkspaceId
  readonly connector: ConnectorId
  readonly connectorName: string
  readonly release: ReleaseId
  readonly noticeSha256: string
  readonly receives: readonly string[]
  /** Absent: everyone. */
  readonly ageRating?: AgeRating
  /** Where the person can enable the connector. */
  readonly link: string
}

/**
 * The gateway asks: may this connector act for this person?
 * @throws NotEnabledError when they never said so, or took it back (clause 1-choice)
 * @throws NoticeChangedError when what they agreed to has grown (clause 3c-privacy)
 * @throws TooYoungError when it is for older people (clause 2e-vii)
 */
export function requireConsent(consent: UserConsent, wanted: Wanted): Permit {
  const enablement = consent.enabled.get(wanted.connector)
  if (enablement === undefined) throw new NotEnabledError(wanted.connectorName, wanted.link)
  // A notice can change without a release, when a person found that it did.
  if (enablement.release !== wanted.release || enablement.noticeSha256 !== wanted.noticeSha256) {
    const grown = grownSince(enablement, wanted)
    if (grown.length > 0) throw new NoticeChangedError(wanted.connectorName, grown, wanted.link)
  }
  const { user, workspace, connector, release, ageRating } = wanted
  if (ageRating !== undefined && !oldEnough(ageRating, consent.age))
    throw new TooYoungError(wanted.connectorName, ageRating, consent.age.band === 'unknown')
  return { user, workspace, connector, release, enablement } as Permit
}
