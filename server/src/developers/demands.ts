import type { Contact, ContactPurpose } from './contact.ts'
import { contactPurposes, counts } from './contact.ts'
import { type Domain, stateOfDomain } from './domain.ts'
import type { Profile } from './profile.ts'

/** What an organisation still lacks before it may hand something in. */
export type Lack = 'legal-name' | 'address' | `contact-${ContactPurpose}` | 'domain' | 'statements'

export type Known = {
  readonly profile: Profile
  readonly contacts: readonly Contact[]
  readonly domains: readonly Domain[]
  readonly statementsDue: boolean
}

/** The demands of a profile of the installation. A house asks for nothing: whoever runs it knows who publishes. */
export function lacking(profile: 'house' | 'public', known: Known, now: number): readonly Lack[] {
  if (profile === 'house') return []
  const proven = (purpose: ContactPurpose) => known.contacts.some((one) => one.purpose === purpose && counts(one, now))
  const lacks: Lack[] = []
  if (known.profile.legalName === null) lacks.push('legal-name')
  if (known.profile.address === null) lacks.push('address')
  for (const purpose of contactPurposes) if (!proven(purpose)) lacks.push(`contact-${purpose}`)
  if (!known.domains.some((one) => ['proven', 'doubtful'].includes(stateOfDomain(one)))) lacks.push('domain')
  if (known.statementsDue) lacks.push('statements')
  return lacks
}

/** The same in words for people. */
export const lackWords: Readonly<Record<Lack, string>> = {
  'legal-name': 'your legal name',
  address: 'your address',
  'contact-legal': 'a contact for legal matters that was proven',
  'contact-security': 'a contact for security matters that was proven',
  'contact-support': 'a contact for support that was proven',
  domain: 'a domain that was proven to be yours',
  statements: 'the four statements about export control, in the words of today',
}
