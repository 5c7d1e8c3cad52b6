import { z } from 'zod'
import { ageBand } from '../manifest.ts'
import { idOf } from './page.ts'

/** Who says how old somebody is. `operator-attests-adults`: whoever runs the house says that only adults use it. */
export const ageSource = z.enum(['operator-attests-adults', 'operator', 'identity-provider', 'nobody'])

/** A band, never a date of birth. */
export const personAge = z.object({ band: ageBand, source: ageSource })
export type PersonAgeView = z.infer<typeof personAge>

export const userAgeInPath = z.strictObject({ id: idOf('usr') })
export const setAge = userAgeInPath.extend({ band: ageBand.describe('`unknown`: nothing is said any more, not even by the setting of the house') })
