import type { AnyEndpoint } from '../endpoint.ts'
import { brandEndpoints } from './brand.ts'
import { connectorEndpoints } from './connectors.ts'
import { developerHoldEndpoints } from './developer-holds.ts'
import { developerProfileEndpoints } from './developer-profiles.ts'
import { developerProofEndpoints } from './developer-proofs.ts'
import { developerEndpoints } from './developers.ts'
import { partyCheckEndpoints } from './party-checks.ts'
import type { PublishingRooms } from './publishing-rooms.ts'
import { releaseEndpoints } from './releases.ts'
import type { SiteFacts } from './rooms.ts'
import { subprocessorEndpoints } from './subprocessors.ts'
import { termsEndpoints } from './terms.ts'
import { transferEndpoints } from './transfers.ts'

/** Everything between an organisation that wants to publish and a connector that is live. */
export function publishingEndpoints(rooms: PublishingRooms, site: Pick<SiteFacts, 'clock'>): readonly AnyEndpoint[] {
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
    ...releaseEndpoints(rooms),
  ]
}
