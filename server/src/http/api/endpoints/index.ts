import type { AnyEndpoint } from '../endpoint.ts'
import { approvalEndpoints } from './approvals.ts'
import { callEndpoints } from './calls.ts'
import { credentialEndpoints } from './credentials.ts'
import { directoryEndpoints } from './directory.ts'
import { instanceEndpoints } from './instance.ts'
import { levelEndpoints } from './levels.ts'
import { myDataEndpoints } from './my-data.ts'
import { peopleEndpoints } from './people.ts'
import { type PlatformRooms, platformEndpoints } from './platform.ts'
import { publishingEndpoints } from './publishing.ts'
import type { PublishingRooms } from './publishing-rooms.ts'
import type { PeopleRooms, SiteFacts, UserRooms } from './rooms.ts'
import { sessionEndpoints } from './session.ts'
import { tokenEndpoints } from './tokens.ts'

/** The rooms that the control API opens into. */
export type ApiRooms = PeopleRooms & UserRooms & PublishingRooms & PlatformRooms

/** Every endpoint of the control API, one list per subject. */
export function allEndpoints(rooms: ApiRooms, site: SiteFacts): readonly AnyEndpoint[] {
  return [
    ...instanceEndpoints(rooms, site),
    ...sessionEndpoints(rooms),
    ...peopleEndpoints(rooms, site),
    ...tokenEndpoints(rooms),
    ...directoryEndpoints(rooms, site),
    ...credentialEndpoints(rooms),
    ...levelEndpoints(rooms),
    ...approvalEndpoints(rooms, site),
    ...callEndpoints(rooms),
    ...myDataEndpoints(rooms, site),
    ...publishingEndpoints(rooms),
    ...platformEndpoints(rooms),
  ]
}
