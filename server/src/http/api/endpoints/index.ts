import type { AnyEndpoint } from '../endpoint.ts'
import { instanceEndpoints } from './instance.ts'
import { peopleEndpoints } from './people.ts'
import type { PeopleRooms, SiteFacts } from './rooms.ts'
import { sessionEndpoints } from './session.ts'
import { tokenEndpoints } from './tokens.ts'

/** The rooms that the control API opens into. */
export type ApiRooms = PeopleRooms

/** Every endpoint of the control API, one list per subject. */
export function allEndpoints(rooms: ApiRooms, site: SiteFacts): readonly AnyEndpoint[] {
  return [...instanceEndpoints(rooms, site), ...sessionEndpoints(rooms), ...peopleEndpoints(rooms, site), ...tokenEndpoints(rooms)]
}
