import type { ConnectorStanding, Directory } from '../directory/index.ts'
import type { Egress } from '../egress/index.ts'
import type { Clock, DeveloperId, UserId, WorkspaceId } from '../lib/index.ts'
import type { Lifecycle } from '../lifecycle/index.ts'
import type { Notices, Outbox } from '../notices/index.ts'
import type { Schedule } from '../schedule/index.ts'
import type { Sealing } from '../sealing/index.ts'
import type { Enforcement, Storage, Write } from '../storage/index.ts'
import type { HandedOverOf, Terms } from '../terms/index.ts'
import type { Upstream } from '../upstream/index.ts'
import type { ProbeKeys } from '../vault/index.ts'
import type { ReleasePlace } from './drift/drift.ts'
import type { ReviewPolicy } from './release/policy.ts'

/** What the review is given from outside. */
export type ReviewGround = {
  readonly storage: Storage
  readonly clock: Clock
  readonly enforcement: Enforcement
  readonly schedule: Schedule
  readonly outbox: Outbox
  readonly sealing: Sealing
  readonly directory: Directory
  readonly lifecycle: Lifecycle
  readonly terms: Terms
  readonly egress: Egress
  readonly upstream: Upstream
  readonly notices: Notices
  readonly policy: ReviewPolicy
  /** Names and marks of whoever runs this Handfast (clause 4a-platform-marks). */
  readonly marks: readonly string[]
  /** From the room of the developers: who belongs to an organisation now. */
  readonly membersOf: (workspace: WorkspaceId, developer: DeveloperId) => Promise<readonly { readonly user: UserId }[]>
  /** From the room of the developers: when the connector changed hands. */
  readonly handedOver: HandedOverOf
  /** From the room of the developers: throws where a person has to look at the account first. Absent: nobody is held. */
  readonly requireUnheld?: (workspace: WorkspaceId, developer: DeveloperId) => Promise<void>
  /** From the room of the developers: proven addresses for a purpose. Absent: nobody has to show who they are. */
  readonly contactsOf?: (workspace: WorkspaceId, developer: DeveloperId, purpose: 'legal' | 'security' | 'support') => Promise<readonly string[]>
  /** From the room of the developers: whether an organisation has proven that a host is its own. Absent: it has not. */
  readonly hasProven?: (workspace: WorkspaceId, developer: DeveloperId, host: string) => Promise<boolean>
}

/** What its parts share. */
export type ReviewNeeds = ReviewGround & {
  readonly probeKeys: ProbeKeys
  /** The way to have drift ended with the release that says what the connector is now. */
  readonly drift: { released(place: ReleasePlace, by: UserId, at: number): Promise<readonly Write[]> }
  /** Throws where nothing of this connector may go live: it is removed, not listed, held, or without accepted terms. */
  readonly requireMayPublish: (standing: ConnectorStanding) => Promise<void>
}
