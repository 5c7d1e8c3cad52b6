export { createReview, type Deciding, type Review, type ReviewNeeds, type Submission, type Submitted } from './review.ts'
export { OtherDigestError, ReleaseBlockedError, ReleaseDecidedError, SelfReviewError } from './review-errors.ts'
export { findingsOf } from './rules/index.ts'
export type { Finding, Severity } from './rules/rule.ts'
