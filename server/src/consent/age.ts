import type { AgeBand, AgeRating } from '@handfast/contract'

/**
 * How old a person is, roughly, and who says so; never a date of birth (clause 2e-vii).
 * `operator-attests-adults`: whoever runs the house says that only adults use it, and nothing else was said about this person.
 */
export type PersonAge = { readonly band: AgeBand; readonly source: 'operator-attests-adults' | 'operator' | 'identity-provider' | 'nobody' }

const youngest: Readonly<Record<AgeBand, number>> = { 'under-13': 0, '13-15': 13, '16-17': 16, adult: 18, unknown: 0 }
const needed: Readonly<Record<AgeRating, number>> = { everyone: 0, '13+': 13, '16+': 16, '18+': 18 }

/** Of whom nothing was said. */
export function ageUnsaid(attestsAdults: boolean): PersonAge {
  return attestsAdults ? { band: 'adult', source: 'operator-attests-adults' } : { band: 'unknown', source: 'nobody' }
}

/** Whether everybody in the band is old enough. */
export function oldEnough(rating: AgeRating, { band }: Pick<PersonAge, 'band'>): boolean {
  return youngest[band] >= needed[rating]
}
