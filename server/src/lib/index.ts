export { canonicalJson, isObject, type Json, type JsonObject } from './canonical-json.ts'
export { type Clock, DAY, HOUR, MINUTE, MovableClock, rfc3339, rfc3339OrNull, SECOND, shownTime, systemClock } from './clock.ts'
export type { Control } from './control.ts'
export { definedOnly } from './defined-only.ts'
export { equalSecrets, sha256, sha256Bytes } from './digest.ts'
export {
  type ApprovalId,
  type AssistantId,
  type CallId,
  type ConnectorId,
  type DecisionId,
  type DeveloperId,
  type EditionId,
  type GrantId,
  type Id,
  isId,
  newId,
  type ReleaseId,
  sortAfter,
  type TokenId,
  type UserId,
  type WorkspaceId,
} from './ids.ts'
export { pointer, pointerKey, pointerStep, valueAt } from './json-pointer.ts'
export { JsonMalformedError, JsonTooDeepError, nestsDeeperThan, parseJson } from './parse-json.ts'
export { Pauses } from './pauses.ts'
export { Refusal, type RefusalBody, type RefusalCode, type RefusalStatus, refusalBody, type Who } from './refusal.ts'
