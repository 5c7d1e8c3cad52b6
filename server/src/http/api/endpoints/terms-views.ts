import { rfc3339, rfc3339OrNull } from '../../../lib/index.ts'
import {
  type Acceptance,
  type Amendment,
  type ChangeRow,
  changeState,
  type Edition,
  type EditionRow,
  type HeldEdition,
} from '../../../terms/index.ts'

export function editionView({ effectiveAt, withdrawnAt: _, ...edition }: Edition) {
  return { ...edition, effectiveAt: rfc3339(effectiveAt) }
}

export function editionRow({ effectiveAt, withdrawnAt, ...edition }: EditionRow) {
  return { ...edition, effectiveAt: rfc3339(effectiveAt), withdrawnAt: rfc3339OrNull(withdrawnAt) }
}

export function acceptanceView({ id, at, ...given }: Acceptance) {
  return { ...given, id: id as `acc_${string}`, at: rfc3339(at) }
}

export function changeView(change: ChangeRow, now: number) {
  const { id, document, text, base, justification, draftedAt, postedAt, label, effectiveAt, withdrawnAt, withdrawnBecause } = change
  return {
    id,
    document,
    title: text.title,
    language: text.language,
    sha256: text.sha256,
    base,
    state: changeState(change, now),
    class: change.class,
    justification,
    draftedAt: rfc3339(draftedAt),
    postedAt: rfc3339OrNull(postedAt),
    label,
    effectiveAt: rfc3339OrNull(effectiveAt),
    withdrawnAt: rfc3339OrNull(withdrawnAt),
    withdrawnBecause,
  }
}

export function amendmentView({ id, proposedBy, proposedAt, signedBy, signedAt, withdrawnAt, ...amendment }: Amendment) {
  return {
    ...amendment,
    id: id as `amd_${string}`,
    proposed: { by: proposedBy, at: rfc3339(proposedAt) },
    signed: signedBy === null || signedAt === null ? null : { by: signedBy, at: rfc3339(signedAt) },
    withdrawnAt: rfc3339OrNull(withdrawnAt),
  }
}

/** A newer edition that does not bind, with the reason. */
export function heldView({ from, ...one }: HeldEdition) {
  return { ...one, from: rfc3339OrNull(from) }
}
