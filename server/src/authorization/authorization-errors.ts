import type { GrantScope } from '@handfast/contract'
import { Refusal } from '../lib/index.ts'
import { scopesFor } from './scopes.ts'

export type InvalidReason = 'malformed' | 'unknown' | 'revoked' | 'expired' | 'user-disabled' | 'assistant-off' | 'not-its-user' | 'audience'

/** Outside there is one answer for every reason: telling which would help whoever tries tokens that are not theirs. */
export class AuthorizationInvalidError extends Refusal {
  override readonly name = 'AuthorizationInvalidError'
  readonly code = 'authorization/invalid'
  readonly status = 401
  readonly who = 'user'
  override readonly detail: Readonly<Record<string, unknown>>
  constructor(reason: InvalidReason) {
    super('This access token is not valid here. Connect the assistant again, or create a token on the tokens page.')
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

export class AssistantNotFoundError extends Refusal {
  override readonly name = 'AssistantNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'operator'
  constructor() {
    super('There is no such assistant.')
  }
}

export class AssistantTakenError extends Refusal {
  override readonly name = 'AssistantTakenError'
  readonly code = 'request/conflict'
  readonly status = 409
  readonly who = 'operator'
  override readonly pointer: string
  constructor(pointer: '/name' | '/clientId') {
    super(`Another assistant has that ${pointer === '/name' ? 'name' : 'client id'} already.`)
    this.pointer = pointer
  }
}

/** What somebody wants to register cannot be: by a person with 422, by RFC 7591 with an error code of its own. */
export class ClientInvalidError extends Refusal {
  override readonly name = 'ClientInvalidError'
  readonly code = 'authorization/client-invalid'
  readonly status = 422
  readonly who = 'assistant'
  override readonly pointer: string
  /** RFC 7591 section 3.2.2. */
  readonly error: 'invalid_redirect_uri' | 'invalid_client_metadata'
  constructor(pointer: string, problem: string) {
    super(`${pointer === '' ? 'The registration' : pointer} ${problem}.`)
    this.pointer = pointer
    this.error = pointer.startsWith('/redirect') ? 'invalid_redirect_uri' : 'invalid_client_metadata'
  }
}

export class GrantNotFoundError extends Refusal {
  override readonly name = 'GrantNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'user'
  constructor() {
    super('You gave no such access, or it has ended.')
  }
}

export class GrantWiderError extends Refusal {
  override readonly name = 'GrantWiderError'
  readonly code = 'request/invalid'
  readonly status = 422
  readonly who = 'user'
  override readonly pointer: string
  constructor(pointer: '/scopes' | '/connectors') {
    super('That would be more than you allowed. To allow more, let the assistant ask again.')
    this.pointer = pointer
  }
}

/** Over, decided, unknown or begun in another browser: which of them is not said. */
export class RequestOverError extends Refusal {
  override readonly name = 'RequestOverError'
  readonly code = 'authorization/request-over'
  readonly status = 410
  readonly who = 'user'
  constructor() {
    super('This request is over, or it was begun in another browser. Go back to the assistant and connect again.')
  }
}

export class CodeUnknownError extends Refusal {
  override readonly name = 'CodeUnknownError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'user'
  override readonly pointer = '/userCode'
  constructor() {
    super('No device waits with this code. Compare it with the device; codes are good for ten minutes.')
  }
}

export class TooManyRequestsError extends Refusal {
  override readonly name = 'TooManyRequestsError'
  readonly code = 'authorization/too-many'
  readonly status = 429
  readonly who = 'wait'
  override readonly retryAfter: number
  constructor(seconds: number) {
    super(`That was tried very often. Try again in ${seconds > 90 ? `${Math.ceil(seconds / 60)} minutes` : `${seconds} seconds`}.`)
    this.retryAfter = seconds
  }
}

/** The person did not let this assistant do that (RFC 6750 section 3.1). */
export class ScopeMissingError extends Refusal {
  override readonly name = 'ScopeMissingError'
  readonly code = 'authorization/insufficient-scope'
  readonly status = 403
  readonly who = 'user'
  /** Everything that the operation takes, for the challenge. */
  readonly scope: string
  constructor(needed: GrantScope) {
    super(
      needed === 'connectors:write'
        ? 'The user let this assistant read only. To let it change something, connect it again and allow that.'
        : 'The user did not let this assistant use connectors. Connect it again and allow that.',
    )
    this.scope = scopesFor(needed)
  }
}

export class ConnectorNotGrantedError extends Refusal {
  override readonly name = 'ConnectorNotGrantedError'
  readonly code = 'authorization/connector-not-granted'
  readonly status = 403
  readonly who = 'user'
  constructor(connector: string) {
    super(`The user let this assistant use other connectors, not ${connector}. To allow it, they connect the assistant again.`)
  }
}

export class OwnUsersOnlyError extends Refusal {
  override readonly name = 'OwnUsersOnlyError'
  readonly code = 'authorization/own-users-only'
  readonly status = 403
  readonly who = 'operator'
  constructor() {
    super('This assistant acts for its own users only: it signs them in itself. Whoever runs this Handfast can change that.')
  }
}

/** What an operator wants an assistant to be able to say about its users does not fit together. */
export class AssertionRuleError extends Refusal {
  override readonly name = 'AssertionRuleError'
  readonly code = 'request/invalid'
  readonly status = 422
  readonly who = 'operator'
  override readonly pointer: string
  constructor(pointer: string, problem: string) {
    super(`${pointer} ${problem}.`)
    this.pointer = pointer
  }
}
