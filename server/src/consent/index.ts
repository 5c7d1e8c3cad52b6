export { type Answer, type Approval, type ApprovalFor, Approvals, argumentsDigest } from './approvals.ts'
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
  ApprovalRefusedError,
  NotEnabledError,
  NoticeChangedError,
} from './consent-errors.ts'
export { type Permit, requireConsent, type Wanted } from './require-consent.ts'
