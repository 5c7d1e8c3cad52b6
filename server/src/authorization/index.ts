export { Authorization, type AuthorizationOptions, createAuthorization, type Principal } from './authorization.ts'
export { AuthorizationInvalidError, type InvalidReason, TokenExpiryError, TokenNotFoundError } from './authorization-errors.ts'
export type { AssistantSummary, TokenSummary } from './token-store.ts'
export { hasTokenShape } from './token-text.ts'
