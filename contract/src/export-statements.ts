/** The four things that a developer states about export control, in the order in which they are asked. */
export const exportStatements = ['location', 'control', 'nationality', 'residence'] as const
export type ExportStatement = (typeof exportStatements)[number]

/** The sentences themselves. Other words are another edition, and everybody is asked anew. */
export const exportStatementWords: Readonly<Record<ExportStatement, string>> = {
  location: 'Neither our organisation nor what runs the connector is located in a country or region under a comprehensive embargo.',
  control: 'Nobody who owns or controls our organisation is in such a country or region, and none of them stands on a list of denied parties.',
  nationality:
    'Nobody who owns or controls our organisation is a national of such a country, as far as the law that binds the operator asks for that.',
  residence: 'Nobody who owns or controls our organisation is resident in such a country or region.',
}
