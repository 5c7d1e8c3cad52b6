import type { UserId } from '../lib/index.ts'
import type { Recipient } from '../notices/index.ts'
import type { IncidentRecord } from './incident-store.ts'

/** Who is told what becomes of a report; null: whoever reported cannot be reached. */
export function reporterOf({ source, developer, reporter, facts }: IncidentRecord): Recipient | null {
  if (source === 'developer' && developer !== null) return { kind: 'developer', developer, purpose: 'security' }
  if (reporter !== '') return { kind: 'user', user: reporter as UserId }
  const { contact } = facts
  return typeof contact === 'string' && contact.includes('@') ? { kind: 'outsider', email: contact } : null
}
