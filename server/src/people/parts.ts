import type { Egress } from '../egress/index.ts'
import type { Clock } from '../lib/index.ts'
import type { Sealing } from '../sealing/index.ts'
import type { Enforcement, Storage } from '../storage/index.ts'
import type { Profile } from './account.ts'
import type { AccountStore } from './account-store.ts'
import type { Attempts } from './attempts.ts'
import type { OneTimeLinks } from './one-time-links.ts'
import type { Passwords } from './passwords.ts'
import type { Steps } from './steps.ts'
import type { WebSessions } from './web-sessions.ts'

/** What the questions of this room are answered with. Stays inside the room. */
export type PeopleParts = {
  readonly storage: Storage
  readonly clock: Clock
  readonly enforcement: Enforcement
  readonly profile: Profile
  readonly accounts: AccountStore
  readonly passwords: Passwords
  readonly attempts: Attempts
  readonly links: OneTimeLinks
  readonly sessions: WebSessions
  readonly steps: Steps
  readonly sealing: Sealing
  readonly egress: Egress | null
  /** The one origin that people use; known once the port is open. */
  readonly publicUrl: () => string
  /** What this installation is called where people see it among others. */
  readonly siteName: () => string
}
