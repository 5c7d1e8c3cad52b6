import { makeFirstOperator } from '../first-operator.ts'
import type { House } from '../house.ts'

/** Until the person signs in and gives their own. It is a name for signing in; nothing is ever sent there. */
const EMAIL = 'operator@handfast.localhost'

/** In whose name all of it is done. `link`: the one-time link with which a person who was just made sets a password. */
export type Operator = { readonly id: string; readonly email: string | null; readonly link: string | null }

/** Whoever runs this Handfast, or a first operator where nobody does yet. @throws ApiRefusedError */
export async function operatorOf(house: House): Promise<Operator> {
  const { operator } = await house.about()
  if (operator !== null) return { id: operator, email: null, link: null }
  return { ...(await makeFirstOperator(house, { name: 'Operator', email: EMAIL })), email: EMAIL }
}

/** The country that this machine is set to, for the terms. */
export function countryOf(given: string | undefined): string {
  return given ?? new Intl.Locale(Intl.DateTimeFormat().resolvedOptions().locale).maximize().region ?? 'US'
}
