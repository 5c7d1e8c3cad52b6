export { type AssertionIssuer, type AssertionRule, assertionAlgorithms } from './assertion-rules.ts'
export type { Assertions } from './assertions.ts'
export type { AssistantOverview, AssistantRow } from './assistant-store.ts'
export { Assistants, type Registered } from './assistants.ts'
export { Authorization, type AuthorizationOptions, createAuthorization, type Granted, type Principal } from './authorization.ts'
export {
  AssistantNotFoundError,
  AssistantTakenError,
  AuthorizationInvalidError,
  ClientInvalidError,
  CodeUnknownError,
  ConnectorNotGrantedError,
  GrantNotFoundError,
  GrantWiderError,
  type InvalidReason,
  OwnUsersOnlyError,
  RequestOverError,
  ScopeMissingError,
  TokenExpiryError,
  TokenNotFoundError,
  TooManyRequestsError,
} from './authorization-errors.ts'
export { AuthorizationServer, type AuthorizationServerNeeds, type AuthorizationServerOptions, type Visit } from './authorization-server.ts'
export { DEVICE_GRANT, grantTypes } from './client-metadata.ts'
export { controls } from './controls.ts'
export type { Grant } from './grant-store.ts'
export type { Grants } from './grants.ts'
export { type MakeKey, makeSigningKey } from './provider/signing-keys.ts'
export { RateWindow } from './rate-window.ts'
export type { AccessRequest, Answer as AccessAnswer } from './requests.ts'
export { type Resource, resourceOf } from './resources.ts'
export { covers, scopesFor } from './scopes.ts'
export { shownName } from './shown-name.ts'
export type { AssistantSummary, TokenSummary } from './token-store.ts'
export { hasTokenShape } from './token-text.ts'
