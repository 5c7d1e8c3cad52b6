export { type Agreement, type AgreementState, agreementOf, NOTICE_PERIOD, type RunningNotice, survivingClauses } from './agreement.ts'
export { controls } from './controls.ts'
export type { DecisionEntry } from './deciding.ts'
export { type DecidedAs, type Decision, type DecisionKind, type Side, sideOf } from './decision.ts'
export type { NewDecision, PlacedDecision } from './decision-store.ts'
export { type Delete, type Deletion, type DeletionState, deletions, type IsHeld } from './deletions.ts'
export type { GivingNotice } from './ending.ts'
export { fromEntries, type Rebuilt } from './from-entries.ts'
export { createLifecycle, type Lifecycle } from './lifecycle.ts'
export {
  AgreementEndedError,
  ConnectorRemovedError,
  DecisionNotFoundError,
  LifecycleNoChangeError,
  ListingRefusedError,
  ToolUnknownError,
} from './lifecycle-errors.ts'
export type { LookingAgain } from './look-again.ts'
export { APPEAL_PERIOD, clauseFor, type Steering, type Whole } from './room.ts'
export { scopeOf, statementOf } from './statement.ts'
export { type ConnectorStatus, isWithheld, type PausedTool, type StandingStatus, statusOf } from './status.ts'
export type { SteeringKind, ToolSteering } from './steer.ts'
