import { type AttestationId, attestations, attestationsFor } from '@handfast/contract'
import { sha256 } from '../../lib/index.ts'
import { AttestationMissingError } from '../review-errors.ts'

/** What a developer attested to, with the digest of the words that were on the screen. */
export type Attested = {
  readonly id: AttestationId
  readonly clause: string
  readonly sha256: string
  /** The words themselves. Absent: it was made before they were kept, and `wordsOf` knows them where they did not change since. */
  readonly says?: string
}

/** What somebody gave their word on; null: the words were not kept, and are others today. */
export function wordsOf({ id, sha256: digest, says = attestations[id]?.says }: Attested): string | null {
  return says !== undefined && sha256(says) === digest ? says : null
}

export type Attestations = {
  /** `ticked`: each by itself. `by-handing-in`: the terms say that handing in attests to them, and in a house that is enough. */
  readonly how: 'ticked' | 'by-handing-in'
  readonly made: readonly Attested[]
  /** Which self-assessment `security-assessment` means, as the developer named it. */
  readonly assessment: string | null
}

/**
 * What comes to stand beside a release (clauses 2c-rights, 1-sponsor, 2e-vi, 3a, 7c).
 * @param ticked what the developer attested to by itself; null: nothing was said about it
 * @throws AttestationMissingError
 */
export function attest(given: {
  readonly ownsApi: boolean
  readonly ticked: readonly AttestationId[] | null
  readonly assessment: string | null
  readonly profile: 'house' | 'public'
}): Attestations {
  const { ownsApi, ticked, assessment, profile } = given
  const needed = attestationsFor(ownsApi)
  if (ticked === null && profile === 'public') throw new AttestationMissingError(needed[0] ?? 'response-rights')
  const missing = ticked === null ? undefined : needed.find((id) => !ticked.includes(id))
  if (missing !== undefined) throw new AttestationMissingError(missing)
  const made = needed.map((id) => ({ id, clause: attestations[id].clause, sha256: sha256(attestations[id].says), says: attestations[id].says }))
  return { how: ticked === null ? 'by-handing-in' : 'ticked', made, assessment }
}
