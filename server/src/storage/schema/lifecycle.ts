import type { Text } from './columns.ts'

/** Tables of decisions, agreements and their clocks. */
export type LifecycleTables = {
  /** The one appeal against a decision, and the one answer to an appeal, by the decision that each is about. */
  decision_replies: { about: Text; workspace_id: Text; decision_id: Text }
}
