/** Who stands on the operator's side of the agreement, as filled into the documents. */
export type ContractingEntity = {
  /** Legal name. */
  readonly name: string
  readonly address: string
  /** The law that governs the agreement, such as `the law of Ireland`. */
  readonly law: string
  /** Where disputes go, such as `the courts of Dublin`. */
  readonly courts?: string | undefined
}

/** What the operator fills into the documents that ship (settings). */
export type OperatorDetails = {
  /** Where notices to the operator are sent; the postal address where there is none. */
  readonly noticesTo?: string | undefined
  /** For developers in the European Economic Area and Switzerland. */
  readonly europe: ContractingEntity
  /** For everybody else; often the same. */
  readonly elsewhere: ContractingEntity
}

/** ISO 3166-1 codes of the European Economic Area and Switzerland. */
const EUROPE = new Set('AT BE BG CH CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'.split(' '))

/** The contracting entity follows from the developer's country alone (clause 1-entity). */
export function entityFor(operator: OperatorDetails, country: string): ContractingEntity {
  return EUROPE.has(country.toUpperCase()) ? operator.europe : operator.elsewhere
}
