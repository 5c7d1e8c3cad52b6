/** Tables of agreements and their clocks. */
export type LifecycleTables = Record<never, never>
