import type { EditionId } from '../lib/index.ts'

/** Name of a document of the bundle: `terms`, and what they include by reference (clause 1-incorporated). Which ones there are, the pack says. */
export type DocumentName = string

/** One edition of one document, in the exact words that people accept. */
export type Edition = {
  readonly id: EditionId
  readonly document: DocumentName
  /** What people call it, such as `2026-11.1`. */
  readonly label: string
  readonly title: string
  /** The language whose words bind. */
  readonly language: string
  readonly body: string
  /** Digest of `body` in UTF-8. */
  readonly sha256: string
  /** Milliseconds, UTC. */
  readonly effectiveAt: number
  /** An edition that was withdrawn before its time never came into force. */
  readonly withdrawnAt: number | null
}

/** An edition without its words: what questions about its time need. */
export type EditionRow = Omit<Edition, 'body'>

/** The same words in another language, to help readers. */
export type EditionText = Pick<Edition, 'title' | 'language' | 'body' | 'sha256'>

/** The latest edition that has taken effect, or none before the first one does. Of two at the same moment, the one made later. */
export function editionInForce<One extends EditionRow>(editions: readonly One[], now: number): One | undefined {
  return editions
    .filter((edition) => edition.withdrawnAt === null && edition.effectiveAt <= now)
    .toSorted((a, b) => a.effectiveAt - b.effectiveAt || (a.id < b.id ? -1 : 1))
    .at(-1)
}

/** One edition of each document: what is accepted together. */
export type Bundle = readonly Edition[]

/** Whether one edition of a document comes after another: by when it takes effect, and of two at the same moment by when it was made. */
export function isNewer(one: Pick<EditionRow, 'id' | 'effectiveAt'>, other: Pick<EditionRow, 'id' | 'effectiveAt'>): boolean {
  return one.effectiveAt > other.effectiveAt || (one.effectiveAt === other.effectiveAt && one.id > other.id)
}

/** The bundle at a moment, the terms first. Documents without an edition in force are not part of it. */
export function bundleInForce<One extends EditionRow>(editions: readonly One[], now: number): readonly One[] {
  const names = [...new Set(editions.map(({ document }) => document))]
  return names.toSorted(inBundle).flatMap((name) => {
    const inForce = editionInForce(
      editions.filter((edition) => edition.document === name),
      now,
    )
    return inForce === undefined ? [] : [inForce]
  })
}

/** The terms first, then by name: an order that does not depend on when somebody added a document. */
export function inBundle(a: DocumentName, b: DocumentName): number {
  return Number(b === 'terms') - Number(a === 'terms') || (a < b ? -1 : 1)
}

/** What names a document without its text: what acceptances keep. */
export type AcceptedDocument = { readonly document: string; readonly edition: EditionId; readonly sha256: string }

/** True when exactly these words were accepted, all of them, in one go or one after the other. */
export function covers(accepted: readonly AcceptedDocument[], bundle: readonly EditionRow[]): boolean {
  return bundle.length > 0 && bundle.every((edition) => accepted.some((one) => one.document === edition.document && one.sha256 === edition.sha256))
}
