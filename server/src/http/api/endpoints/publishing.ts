import type { AnyEndpoint } from '../endpoint.ts'
import { agreementEndpoints } from './agreements.ts'
import { appealEndpoints } from './appeals.ts'
import { brandEndpoints } from './brand.ts'
import { connectorTermsEndpoints } from './connector-terms.ts'
import { connectorEndpoints } from './connectors.ts'
import { developerHoldEndpoints } from './developer-holds.ts'
import { developerProfileEndpoints } from './developer-profiles.ts'
import { developerProofEndpoints } from './developer-proofs.ts'
import { developerEndpoints } from './developers.ts'
import { draftEndpoints } from './drafts.ts'
import { partyCheckEndpoints } from './party-checks.ts'
import type { PublishingRooms } from './publishing-rooms.ts'
import { releaseEndpoints } from './releases.ts'
import { reviewEndpoints } from './reviews.ts'
import type { SiteFacts } from './rooms.ts'
import { steeringEndpoints } from './steering.ts'
import { subprocessorEndpoints } from './subprocessors.ts'
import { termsEndpoints } from './terms.ts'
import { changeEndpoints } from './terms-changes.ts'
import { transferEndpoints } from './transfers.ts'

/** Everything between an organisation that wants to publish and a connector that is live. */
export function publishingEndpoints(rooms: PublishingRooms, site: SiteFacts): readonly AnyEndpoint[] {
  return [
    ...developerEndpoints(rooms),
    ...developerProfileEndpoints(rooms, site),
    ...developerProofEndpoints(rooms, site),
    ...developerHoldEndpoints(rooms, site),
    ...partyCheckEndpoints(rooms, site),
    ...brandEndpoints(rooms),
    ...subprocessorEndpoints(rooms),
    ...transferEndpoints(rooms, site),
    ...termsEndpoints(rooms),
    ...connectorEndpoints(rooms),
    ...steeringEndpoints(rooms),
    ...agreementEndpoints(rooms, site),
    ...changeEndpoints(rooms, site),
    ...connectorTermsEndpoints(rooms),
    ...releaseEndpoints(rooms),
    ...draftEndpoints(rooms),
    ...reviewEndpoints(rooms),
    ...appealEndpoints(rooms),
  ]
}
