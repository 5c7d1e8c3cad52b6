import type { Authorization } from '../../../authorization/index.ts'
import type { Approvals, Choices, Policies } from '../../../consent/index.ts'
import type { Directory } from '../../../directory/index.ts'
import type { Erasure, History } from '../../../history/index.ts'
import type { LedgerReading } from '../../../ledger/index.ts'
import type { Clock } from '../../../lib/index.ts'
import type { Lifecycle } from '../../../lifecycle/index.ts'
import type { Links } from '../../../links/index.ts'
import type { Notices, Notifying } from '../../../notices/index.ts'
import type { People } from '../../../people/index.ts'
import type { Schedule } from '../../../schedule/index.ts'
import type { Terms } from '../../../terms/index.ts'
import type { Vault } from '../../../vault/index.ts'

export type PeopleRooms = { readonly people: People; readonly authorization: Authorization }

/** What people see, choose, approve and look back on. */
export type UserRooms = PeopleRooms & {
  readonly directory: Directory
  readonly terms: Pick<Terms, 'bundle'>
  readonly choices: Choices
  readonly policies: Policies
  readonly approvals: Approvals
  readonly vault: Vault
  readonly links: Links
  readonly history: History
  readonly erasure: Erasure
  readonly ledger: Pick<LedgerReading, 'inclusionOf' | 'page' | 'verifierKey'>
  readonly lifecycle: Pick<Lifecycle, 'decisions'>
  readonly notices: Notices
  readonly notifying: Notifying
  readonly schedule: Schedule
}

/** What endpoints say about the installation. */
export type SiteFacts = { readonly publicUrl: URL; readonly name: string; readonly version: string; readonly clock: Clock }
