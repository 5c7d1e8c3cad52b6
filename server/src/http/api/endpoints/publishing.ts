import type { AnyEndpoint } from '../endpoint.ts'
import { connectorEndpoints } from './connectors.ts'
import { developerEndpoints } from './developers.ts'
import type { PublishingRooms } from './publishing-rooms.ts'
import { releaseEndpoints } from './releases.ts'
import { termsEndpoints } from './terms.ts'

/** Everything between an organisation that wants to publish and a connector that is live. */
export function publishingEndpoints(rooms: PublishingRooms): readonly AnyEndpoint[] {
  return [...developerEndpoints(rooms), ...termsEndpoints(rooms), ...connectorEndpoints(rooms), ...releaseEndpoints(rooms)]
}
