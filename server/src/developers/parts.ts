import type { Clock } from '../lib/index.ts'
import type { Outbox } from '../notices/index.ts'
import type { Schedule } from '../schedule/index.ts'
import type { Enforcement, Storage } from '../storage/index.ts'

/** What the halves of this room stand on. */
export type DeveloperParts = {
  readonly storage: Storage
  readonly clock: Clock
  readonly enforcement: Enforcement
  readonly schedule: Schedule
  readonly outbox: Outbox
  /** The profile says who has to be somebody else. */
  readonly profile: () => 'house' | 'public'
  /** The one origin that links in mail begin with. */
  readonly publicUrl: () => string
}
