import type { ConnectorId, ReleaseId, UserId, WorkspaceId } from '../lib/index.ts'
import { type Enablement, grownSince, type UserConsent } from './consent.ts'
import { NotEnabledError, NoticeChangedError } from './consent-errors.ts'

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
  /** Where the person can enable the connector. */
  readonly link: string
}

/**
 * The gateway asks: may this connector act for this person?
 * @throws NotEnabledError when they never said so, or took it back (clause 1-choice)
 * @throws NoticeChangedError when what they agreed to has grown (clause 3c-privacy)
 */
export function requireConsent(consent: UserConsent, wanted: Wanted): Permit {
  const enablement = consent.enabled.get(wanted.connector)
  if (enablement === undefined) throw new NotEnabledError(wanted.connectorName, wanted.link)
  if (enablement.release !== wanted.release) {
    const grown = grownSince(enablement, wanted)
    if (grown.length > 0) throw new NoticeChangedError(wanted.connectorName, grown, wanted.link)
  }
  const { user, workspace, connector, release } = wanted
  return { user, workspace, connector, release, enablement } as Permit
}
