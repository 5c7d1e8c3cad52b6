/** Tables of submissions, probes, drift, appeals. */
export type ReviewTables = Record<never, never>
