/** Tables of editions of documents, their changes, who accepted them. */
export type TermsTables = Record<never, never>
