import { Refusal } from '../lib/index.ts'

/** Whatever went wrong between here and the provider is one answer; which it was stands in `detail`, for the operator. */
export class ProviderFailedError extends Refusal {
  override readonly name = 'ProviderFailedError'
  readonly code = 'people/provider-failed'
  readonly status = 502
  readonly who: 'user' | 'operator'
  override readonly detail: Readonly<Record<string, unknown>>
  /** @param declined whether the person, or the provider on their behalf, said no */
  constructor(provider: string, reason: string, declined = false) {
    super(
      declined
        ? `${provider} did not let you in, or you went back. Nothing was changed here.`
        : `Signing in through ${provider} did not work. Try again; if it stays so, an operator can look into the log.`,
    )
    this.who = declined ? 'user' : 'operator'
    this.detail = { reason }
  }
}

export class ProviderNotFoundError extends Refusal {
  override readonly name = 'ProviderNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'user'
  constructor() {
    super('People do not sign in here through that.')
  }
}

/** The provider vouches for somebody, and nobody here is known to be them. */
export class NoAccountError extends Refusal {
  override readonly name = 'NoAccountError'
  readonly code = 'people/provider-no-account'
  readonly status = 403
  readonly who: 'user' | 'operator'
  override readonly detail: Readonly<Record<string, unknown>>
  constructor(provider: string, reason: 'unknown' | 'not-confirmed' | 'domain' | 'address-taken' | 'disabled') {
    super(
      reason === 'address-taken'
        ? `There is an account with your address here that is not linked to ${provider}. Sign in to it another way and link ${provider} in its settings, or ask an operator.`
        : `${provider} knows you, but no account here is open to you through it. Ask an operator to invite you.`,
    )
    this.who = reason === 'address-taken' ? 'user' : 'operator'
    this.detail = { reason }
  }
}

export class IdentityTakenError extends Refusal {
  override readonly name = 'IdentityTakenError'
  readonly code = 'people/identity-taken'
  readonly status = 409
  readonly who = 'user'
  constructor() {
    super('That account at the provider opens another account here already. Remove it there first.')
  }
}

export class OtherIdentityError extends Refusal {
  override readonly name = 'OtherIdentityError'
  readonly code = 'people/provider-no-account'
  readonly status = 403
  readonly who = 'user'
  constructor() {
    super('You came back as somebody else than the account that is signed in here. Nothing was proven.')
  }
}
