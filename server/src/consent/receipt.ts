import type { AgeRating, ReleaseTool, ToolEffect } from '@handfast/contract'
import { canonicalJson, type Json, rfc3339, sha256 } from '../lib/index.ts'
import type { PersonAge } from './age.ts'

/** What was on the screen besides the notice, for the receipt. */
export type Shown = {
  readonly slug: string
  readonly releaseSha256: string
  readonly publisher: { readonly name: string; readonly ownsApi: boolean }
  readonly tools: readonly Pick<ReleaseTool, 'name' | 'effect'>[]
  /** The text of the notice that the person read, of those that are one notice in several languages. */
  readonly notice: { readonly language: string; readonly sha256: string; readonly url: string | null }
  readonly terms: readonly { readonly document: string; readonly label: string; readonly sha256: string }[]
  readonly ageRating: AgeRating
}

export type ReceiptOf = {
  readonly enablement: string
  readonly previous: string | null
  readonly workspace: string
  readonly user: string
  readonly connector: { readonly id: string; readonly name: string }
  readonly release: string
  readonly noticeSha256: string
  readonly receives: readonly string[]
  readonly age: PersonAge
  readonly at: number
}

/** Names of more tools than this are left to the release, whose digest covers them. */
const MOST_NAMES = 500

/** What a person agreed to, as canonical JSON: the ledger holds its digest, so that it can be checked later by whoever is shown it. */
export function receiptText(of: ReceiptOf, shown: Shown): string {
  const named = shown.tools.length <= MOST_NAMES
  const having = (effect: ToolEffect): Json => {
    const mine = shown.tools.filter((tool) => tool.effect === effect)
    return named ? mine.map(({ name }) => name).toSorted() : mine.length
  }
  return canonicalJson({
    v: 1,
    kind: 'handfast.enablement',
    enablement: of.enablement,
    replaces: of.previous,
    workspace: of.workspace,
    user: of.user,
    connector: { ...of.connector, slug: shown.slug, publishedBy: { ...shown.publisher } },
    release: { id: of.release, sha256: shown.releaseSha256 },
    privacyNotice: { sha256: of.noticeSha256, read: { ...shown.notice } },
    receives: [...of.receives],
    mayDo: { read: having('read'), change: having('change'), destroy: having('destructive') },
    terms: shown.terms.map((term) => ({ ...term })),
    age: { rating: shown.ageRating, band: of.age.band, source: of.age.source },
    at: rfc3339(of.at),
  })
}

/** What the ledger holds of a receipt. */
export function receiptDigest(text: string): string {
  return sha256(text)
}
