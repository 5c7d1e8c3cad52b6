/** Tables of breach reports, complaints, feedback, holds. */
export type IncidentTables = Record<never, never>
