/** An organisation or a declared owner, as it is compared with lists. Never a user, never an ordinary member. */
export type Party = {
  /** `organisation`, or the id of a declared owner. */
  readonly id: string
  readonly kind: 'organisation' | 'person'
  readonly names: readonly string[]
  /** ISO 3166-1 alpha-2: seat, residence, nationality. */
  readonly countries: readonly string[]
  /** ISO 3166-2, where it was said. */
  readonly region: string | null
  readonly address: string | null
  readonly birthYear: number | null
  readonly numbers: readonly string[]
}

export type ListSource = 'ofac-sdn' | 'us-csl'
/** What a match can come from. */
export type MatchSource = ListSource | 'embargoes'

/** One entry of a list, as far as it is compared. */
export type ListedParty = {
  /** Of the list. The Consolidated Screening List repeats entity numbers across its sources, so its own `id`. */
  readonly entry: string
  readonly kind: 'organisation' | 'person' | 'other'
  readonly names: readonly string[]
  readonly countries: readonly string[]
  /** Cities and lines of addresses, as text. */
  readonly places: readonly string[]
  readonly birthYears: readonly number[]
  readonly numbers: readonly string[]
  readonly programs: readonly string[]
}

/** How one fact of a party stands to an entry. */
export type Agreement = 'agrees' | 'differs' | 'unknown'

/** What can be said, and no more: none of these words says that anybody may do anything. */
export type CheckAnswer = 'no-list-match' | 'review' | 'potential-match'

export type Match = {
  readonly source: MatchSource
  readonly entry: string
  /** Digest of the entry as it was compared: a decision about it is asked for again once the entry changes. */
  readonly entrySha256: string
  readonly answer: CheckAnswer
  /** How alike the names are, 0 to 1. */
  readonly score: number
  readonly listedName: string
  readonly country: Agreement
  readonly address: Agreement
  readonly birthYear: Agreement
  readonly number: Agreement
}
