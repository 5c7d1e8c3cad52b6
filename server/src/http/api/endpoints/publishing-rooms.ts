import type { Developers } from '../../../developers/index.ts'
import type { Directory } from '../../../directory/index.ts'
import type { LedgerReading } from '../../../ledger/index.ts'
import type { Lifecycle } from '../../../lifecycle/index.ts'
import type { People } from '../../../people/index.ts'
import type { Review } from '../../../review/index.ts'
import type { Terms } from '../../../terms/index.ts'

/** The rooms through which a connector comes to be live, and stops. */
export type PublishingRooms = {
  readonly people: People
  readonly developers: Developers
  readonly terms: Terms
  readonly directory: Directory
  readonly lifecycle: Lifecycle
  readonly review: Review
  readonly ledger: Pick<LedgerReading, 'inclusionOf' | 'verifierKey'>
}
