export type { AllowRule } from './allow-rule.ts'
export { asFetch, type FetchLike, type FetchOptions, refusalBehind } from './as-fetch.ts'
export { controls } from './controls.ts'
export { createEgress, type Egress, type EgressOptions } from './egress.ts'
export {
  AddressNotPublicError,
  EncodingRefusedError,
  ExchangeRefusal,
  NameNotFoundError,
  OriginRefusedError,
  PortRefusedError,
  RedirectRefusedError,
  RequestCancelledError,
  RequestMalformedError,
  ResponseTooLargeError,
  SchemeRefusedError,
  TimedOutError,
  type TimedOutPhase,
  UnreachableError,
  type UnreachableReason,
} from './egress-errors.ts'
export type { EgressBody, EgressLimits, EgressReason, EgressRequest, EgressResponse, ExplainOptions, Explanation } from './egress-request.ts'
export { type FetchPurpose, fetchPurposes, type PurposeRule } from './fetch-purposes.ts'
export type { Resolver } from './resolve.ts'
export type { ShownTls } from './show-tls.ts'
