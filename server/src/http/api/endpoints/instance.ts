import { instance } from '@handfast/contract'
import { z } from 'zod'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { everybody } from '../policy.ts'
import type { PeopleRooms, SiteFacts } from './rooms.ts'

/** What anybody may know. */
export function instanceEndpoints({ people }: PeopleRooms, site: SiteFacts): readonly AnyEndpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/instance',
      summary: 'What this installation is called, and whether it is set up',
      policy: everybody('the sign-in page needs it'),
      ledger: { none: 'reading' },
      input: z.object({}),
      output: instance,
      handle: async () => ({ name: site.name, profile: people.profile, version: site.version, setUp: await people.isSetUp() }),
    }),
  ]
}
