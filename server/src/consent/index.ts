export { ageUnsaid, oldEnough, type PersonAge } from './age.ts'
export { type Answer, type Approval, type ApprovalFor, type ApprovalNote, argumentsDigest, conditionFrom } from './approval.ts'
export { Approvals, offersLasting } from './approvals.ts'
export { type Approver, ApproverInbox, type DelegatedNote } from './approver-inbox.ts'
export { Choices, type Chooser, type Offer, type Receipt } from './choices.ts'
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
  PageNeededError,
  ToolNotAgreedError,
  TooManyWaitingError,
  TooYoungError,
} from './consent-errors.ts'
export { controls } from './controls.ts'
export { type ExplainedLevel, type ExplainedRule, type Explanation, explain } from './explain.ts'
export { type Judgement, judge, ownLevel, type ToJudge } from './judge.ts'
export { covers, type Level, mayMeet, type Need, needsDigest, PERSON } from './needs.ts'
export { EMPTY_POLICY, mayEdit, type PersonPolicy, Policies, type PolicyVersion, type ToolAges } from './policies.ts'
export { accountDenial, CompiledPolicy, type Denial, type LinkedIdentity, type PolicyDecision, PolicyView } from './policy.ts'
export type { Audience } from './policy-checks.ts'
export { type Holds, NO, PERHAPS, YES } from './policy-condition.ts'
export {
  NotApproverError,
  NoticeUnreadError,
  PolicyChangedError,
  PolicyDeniedError,
  PolicyInvalidError,
  PolicyLocksOutError,
  PolicyVersionNotFoundError,
} from './policy-errors.ts'
export { concerns, type Evaluated, evaluate, type Plan, type PolicyPerson } from './policy-rules.ts'
export type { Shown } from './receipt.ts'
export { type Permit, requireConsent, type Wanted } from './require-consent.ts'
