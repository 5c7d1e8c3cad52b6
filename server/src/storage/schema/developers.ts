/** Tables of organisations that publish, what they say about themselves, and how it was checked. */
export type DeveloperTables = Record<never, never>
