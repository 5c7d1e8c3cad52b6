export type { AllowRule } from './allow-rule.ts'
export { createEgress, type Egress, type EgressOptions } from './egress.ts'
export {
  AddressNotPublicError,
  EncodingRefusedError,
  ExchangeRefusal,
  NameNotFoundError,
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
export type { EgressBody, EgressLimits, EgressReason, EgressRequest, EgressResponse, Explanation } from './egress-request.ts'
export type { Resolver } from './resolve.ts'
