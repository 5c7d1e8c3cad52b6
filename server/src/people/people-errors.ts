import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from '@handfast/contract'
import { Refusal } from '../lib/index.ts'

/** One answer for a wrong password, an unknown address, an unopened invitation and a disabled account: the difference would be a list of who is here. */
export class SignInFailedError extends Refusal {
  override readonly name = 'SignInFailedError'
  readonly code = 'people/sign-in-failed'
  readonly status = 401
  readonly who = 'user'
  override readonly detail: Readonly<Record<string, unknown>>
  constructor(reason: 'unknown' | 'no-password' | 'wrong-password' | 'disabled') {
    super('E-mail address and password do not match an account that can sign in. Check both, or ask an operator for a new link.')
    this.detail = { reason }
  }
}

export class TooManyAttemptsError extends Refusal {
  override readonly name = 'TooManyAttemptsError'
  readonly code = 'people/too-many-attempts'
  readonly status = 429
  readonly who = 'wait'
  override readonly retryAfter: number
  /** @param seconds after which another attempt is looked at */
  constructor(seconds: number) {
    super(`There were too many attempts. Try again in ${seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`}.`)
    this.retryAfter = seconds
  }
}

/** Unknown, used and expired are one answer; which it was stands in `detail`. */
export class LinkInvalidError extends Refusal {
  override readonly name = 'LinkInvalidError'
  readonly code = 'people/link-invalid'
  readonly status = 410
  readonly who = 'operator'
  override readonly detail: Readonly<Record<string, unknown>>
  constructor(reason: 'unknown' | 'used' | 'expired' | 'disabled') {
    super('This link does not work any more: it was used, or its time is over. Ask an operator for a new one.')
    this.detail = { reason }
  }
}

export class AlreadySetUpError extends Refusal {
  override readonly name = 'AlreadySetUpError'
  readonly code = 'people/already-set-up'
  readonly status = 409
  readonly who = 'user'
  constructor() {
    super('This installation has its first operator already. Sign in instead.')
  }
}

export class EmailTakenError extends Refusal {
  override readonly name = 'EmailTakenError'
  readonly code = 'people/email-taken'
  readonly status = 409
  readonly who = 'operator'
  override readonly pointer = '/email'
  constructor() {
    super('An account with this e-mail address exists already.')
  }
}

export class PasswordLengthError extends Refusal {
  override readonly name = 'PasswordLengthError'
  readonly code = 'people/password-length'
  readonly status = 422
  readonly who = 'user'
  override readonly pointer = '/password'
  constructor() {
    super(`A password has ${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD} characters.`)
  }
}

export class LastOperatorError extends Refusal {
  override readonly name = 'LastOperatorError'
  readonly code = 'people/last-operator'
  readonly status = 409
  readonly who = 'operator'
  constructor() {
    super('This is the last operator who can sign in. Make somebody else an operator first.')
  }
}

export class OwnAccountError extends Refusal {
  override readonly name = 'OwnAccountError'
  readonly code = 'people/own-account'
  readonly status = 409
  readonly who = 'operator'
  constructor(what: string) {
    super(`You cannot ${what} your own account. Another operator can.`)
  }
}

export class UserNotFoundError extends Refusal {
  override readonly name = 'UserNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'user'
  constructor() {
    super('There is no such account here.')
  }
}

export class SessionNotFoundError extends Refusal {
  override readonly name = 'SessionNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'user'
  constructor() {
    super('You have no such session.')
  }
}

/** Two changes to one thing at the same time; the second one looks again. */
export class AccountChangedError extends Refusal {
  override readonly name = 'AccountChangedError'
  readonly code = 'request/conflict'
  readonly status = 409
  readonly who = 'user'
  constructor() {
    super('The account changed meanwhile. Load it again and repeat the change.')
  }
}

/** The password was right. What is asked for next says so, as every sign-in with two steps does. */
export class CodeNeededError extends Refusal {
  override readonly name = 'CodeNeededError'
  readonly code = 'people/code-needed'
  readonly status = 401
  readonly who = 'user'
  override readonly pointer = '/code'
  constructor() {
    super('This account also asks for a code: from your authenticator app, or one of your recovery codes.')
  }
}

/** Wrong, too old, and used before are one answer. */
export class CodeWrongError extends Refusal {
  override readonly name = 'CodeWrongError'
  readonly code = 'people/code-wrong'
  readonly status = 401
  readonly who = 'user'
  override readonly pointer = '/code'
  override readonly detail: Readonly<Record<string, unknown>>
  constructor(reason: 'wrong' | 'used') {
    super('That code is not right, or was used before. Wait for the next one in your app, and check that the clock of your phone is right.')
    this.detail = { reason }
  }
}

export class ProofNeededError extends Refusal {
  override readonly name = 'ProofNeededError'
  readonly code = 'people/proof-needed'
  readonly status = 403
  readonly who = 'user'
  /** @param strong whether a password alone is not enough */
  constructor(strong = false) {
    super(
      strong
        ? 'Prove with a passkey, or with your password and a code, that it is you. A password alone does not change how you sign in.'
        : 'Prove once more that it is you: the last time is more than ten minutes ago.',
    )
  }
}

export class SecondFactorNeededError extends Refusal {
  override readonly name = 'SecondFactorNeededError'
  readonly code = 'people/second-factor-needed'
  readonly status = 403
  readonly who = 'user'
  constructor() {
    super('Your roles need more than a password here. Add a passkey or an authenticator app, or use the one that you have.')
  }
}

/** Unknown, forged, replayed and of a disabled account are one answer; which it was stands in `detail`. */
export class PasskeyFailedError extends Refusal {
  override readonly name = 'PasskeyFailedError'
  readonly code = 'people/passkey-failed'
  readonly status = 401
  readonly who = 'user'
  override readonly detail: Readonly<Record<string, unknown>>
  constructor(reason: string) {
    super('This passkey does not open an account here. Try another one, or sign in another way.')
    this.detail = { reason }
  }
}

export class StepOverError extends Refusal {
  override readonly name = 'StepOverError'
  readonly code = 'people/step-over'
  readonly status = 409
  readonly who = 'user'
  override readonly detail: Readonly<Record<string, unknown>>
  constructor(reason: 'unknown' | 'expired' | 'used' | 'other-session') {
    super('This took too long, was done already, or was begun elsewhere. Begin again.')
    this.detail = { reason }
  }
}

export class FactorExistsError extends Refusal {
  override readonly name = 'FactorExistsError'
  readonly code = 'people/factor-exists'
  readonly status = 409
  readonly who = 'user'
  constructor(what: string) {
    super(what)
  }
}

export class FactorNotFoundError extends Refusal {
  override readonly name = 'FactorNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'user'
  constructor() {
    super('You have no such way to sign in.')
  }
}

export class LastWayInError extends Refusal {
  override readonly name = 'LastWayInError'
  readonly code = 'people/last-way-in'
  readonly status = 409
  readonly who = 'user'
  constructor() {
    super('This is your only way in. Add another one first.')
  }
}

export class NotByPasswordError extends Refusal {
  override readonly name = 'NotByPasswordError'
  readonly code = 'people/last-way-in'
  readonly status = 409
  readonly who = 'user'
  constructor() {
    super('This account has no password. Use your passkey or your provider.')
  }
}

/** Whom an assistant vouches for has that way in and no other, and acts for nobody but themselves. */
export class AssertedUserError extends Refusal {
  override readonly name = 'AssertedUserError'
  readonly code = 'people/asserted-user'
  readonly status = 409
  readonly who = 'operator'
  constructor() {
    super('An assistant vouches for this person: they sign in there, and hold no roles here.')
  }
}

/** Somebody else is signed in to this browser, and would not notice whom they act for from then on. */
export class AnotherSessionError extends Refusal {
  override readonly name = 'AnotherSessionError'
  readonly code = 'people/another-session'
  readonly status = 409
  readonly who = 'user'
  constructor() {
    super('Somebody is signed in to this browser already. Sign out first, then open a new link from the assistant.')
  }
}
