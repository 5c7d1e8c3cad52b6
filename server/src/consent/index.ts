export { type Answer, type Approval, type ApprovalFor, type ApprovalNote, argumentsDigest, conditionFrom } from './approval.ts'
export { Approvals } from './approvals.ts'
export { Choices, type Chooser } from './choices.ts'
export {
  type ApprovalLevel,
  approvalLevels,
  asksFor,
  type Condition,
  defaultLevel,
  type Enablement,
  grownSince,
  levelFor,
  type StandingApproval,
  standingYes,
  type UserConsent,
} from './consent.ts'
export {
  ApprovalGoneError,
  ApprovalNeededError,
  ApprovalNotFoundError,
  ApprovalRefusedError,
  NotEnabledError,
  NoticeChangedError,
  TooManyWaitingError,
} from './consent-errors.ts'
export { type Permit, requireConsent, type Wanted } from './require-consent.ts'
