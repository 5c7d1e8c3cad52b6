export type { NewDecision } from './decision-store.ts'
export { createLifecycle, type Lifecycle, type Steering } from './lifecycle.ts'
export { ConnectorRemovedError, LifecycleNoChangeError } from './lifecycle-errors.ts'
export { type ConnectorStatus, type DecidedAs, type Decision, type DecisionKind, type Side, type StandingStatus, statusOf } from './status.ts'
