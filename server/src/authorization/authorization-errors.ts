import { Refusal } from '../lib/index.ts'

export type InvalidReason = 'malformed' | 'unknown' | 'revoked' | 'expired' | 'user-disabled'

/** Outside there is one answer for every reason: telling which would help whoever tries tokens that are not theirs. */
export class AuthorizationInvalidError extends Refusal {
  override readonly name = 'AuthorizationInvalidError'
  readonly code = 'authorization/invalid'
  readonly status = 401
  readonly who = 'user'
  override readonly detail: Readonly<Record<string, unknown>>
  constructor(reason: InvalidReason) {
    super('This access token is not valid here. Create one on the tokens page and give it to your assistant.')
    this.detail = { reason }
  }
}

export class TokenNotFoundError extends Refusal {
  override readonly name = 'TokenNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'user'
  constructor() {
    super('You have no such access token.')
  }
}

export class TokenExpiryError extends Refusal {
  override readonly name = 'TokenExpiryError'
  readonly code = 'request/invalid'
  readonly status = 422
  readonly who = 'user'
  override readonly pointer = '/expiresAt'
  constructor() {
    super('The token would be over before it begins. Choose a time in the future, or none.')
  }
}
