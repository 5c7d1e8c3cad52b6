import { personAge, setAge, userAgeInPath } from '@handfast/contract'
import type { UserId } from '../../../lib/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { operator } from '../policy.ts'
import type { UserRooms } from './rooms.ts'

/** How old people are, as a band (clause 2e-vii). No date of birth is asked for, kept or answered anywhere. */
export function ageEndpoints({ people, choices }: UserRooms): readonly AnyEndpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/users/{id}/age',
      summary: 'How old somebody is, as a band, and who says so',
      policy: operator,
      ledger: { none: 'reading' },
      input: userAgeInPath,
      output: personAge,
      handle: async ({ id }, { workspace }) => {
        const { id: user } = await people.account(id as UserId)
        return (await choices.of({ user, workspace })).age
      },
    }),
    endpoint({
      method: 'PUT',
      path: '/api/v1/users/{id}/age',
      summary: 'Say how old somebody is, as a band; what is for older people stops for them at the next call',
      policy: operator,
      ledger: 'age.changed',
      input: setAge,
      output: personAge,
      handle: async ({ id, band }, { workspace, user: by }) => {
        const { id: user } = await people.account(id as UserId)
        await choices.setAge({ user, workspace }, { band, source: 'operator' }, by)
        return { band, source: 'operator' as const }
      },
    }),
  ]
}
