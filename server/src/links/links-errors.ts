import { PageNeededError } from '../consent/index.ts'
import { Refusal, type RefusalStatus, type Who } from '../lib/index.ts'

/** Why a person is asked to come to the connect page. */
export type Why = 'missing' | 'ended' | 'more' | 'moved'

const words: Readonly<Record<Why, (name: string) => string>> = {
  missing: (name) => `${name} needs an account of the user.`,
  ended: (name) => `The user's sign-in at ${name} has ended.`,
  more: (name) => `This call needs more than the user's account at ${name} has granted.`,
  moved: (name) => `${name} moved to another address since the user linked their account.`,
}

/** The person has to act on our own page; the assistant cannot do it for them. */
export class LinkNeededError extends PageNeededError {
  override readonly name = 'LinkNeededError'
  readonly code: 'links/needed' | 'links/expired' | 'links/more-needed'
  override readonly link: string
  readonly page: string
  readonly question: string
  constructor(why: Why, connectorName: string, page: string, link: string) {
    super(`${words[why](connectorName)} Ask the user to open ${link}, then make the same call again with the same arguments.`)
    this.code = why === 'more' ? 'links/more-needed' : why === 'ended' ? 'links/expired' : 'links/needed'
    this.page = page
    this.link = link
    this.question = `${words[why](connectorName)} They link it on a page of Handfast.`
  }
}

export class LinkDeclinedError extends Refusal {
  override readonly name = 'LinkDeclinedError'
  readonly code = 'links/declined'
  readonly status = 403
  readonly who = 'user'
  constructor(connectorName: string) {
    super(`The user did not want to link an account at ${connectorName}. Nothing was sent.`)
  }
}

export class NotGrantedError extends Refusal {
  override readonly name = 'NotGrantedError'
  readonly code = 'links/not-granted'
  readonly status = 403
  readonly who = 'user'
  constructor(connectorName: string) {
    super(`${connectorName} did not grant what this call needs when the user was asked for it. Their account there may not be allowed to do it.`)
  }
}

/** Shown to whoever opened a page that was made for somebody else: it may be an attempt to get at their account. */
export class OtherPersonError extends Refusal {
  override readonly name = 'OtherPersonError'
  readonly code = 'links/other-person'
  readonly status = 403
  readonly who = 'assistant'
  constructor() {
    super("This page was made for somebody else's assistant. Do not continue: whoever sent it to you would get to use your account.")
  }
}

export class PageOverError extends Refusal {
  override readonly name = 'PageOverError'
  readonly code = 'links/over'
  readonly status = 410
  readonly who = 'user'
  constructor() {
    super('This page is out of time or was used already. Make the call again to get a fresh one, or link the account on the page of the connector.')
  }
}

export class SignInStateError extends Refusal {
  override readonly name = 'SignInStateError'
  readonly code = 'links/state'
  readonly status = 400
  readonly who = 'user'
  override readonly detail: Readonly<Record<string, unknown>>
  constructor(reason: string) {
    super('This sign-in was not begun in this browser, was finished already, or took more than ten minutes. No account was linked. Begin again.')
    this.detail = { reason }
  }
}

export class NotAcceptedError extends Refusal {
  override readonly name = 'NotAcceptedError'
  readonly code = 'links/not-accepted'
  readonly status = 422
  readonly who = 'user'
  constructor(connectorName: string, kind: 'key' | 'oauth') {
    const what =
      kind === 'key'
        ? 'this key. Check that it was copied whole and that it is still valid'
        : 'the account that signed in. It may not be allowed to use the API'
    super(`${connectorName} was asked and does not accept ${what}. Nothing was linked.`)
  }
}

export class AccountNotAllowedError extends Refusal {
  override readonly name = 'AccountNotAllowedError'
  readonly code = 'links/account-not-allowed'
  readonly status = 403
  readonly who: Who = 'operator'
  override readonly detail: Readonly<Record<string, unknown>>
  constructor(
    { rule, version, because }: { readonly rule: string; readonly version: number; readonly because: string },
    what: 'linked' | 'sent' = 'linked',
  ) {
    const why = because === '' ? '' : ` ${because}`
    super(`A rule of your workspace does not allow this account ("${rule}", version ${version}).${why} Nothing was ${what}.`)
    this.detail = { rule, version }
  }
}

export class OtherAccountError extends Refusal {
  override readonly name = 'OtherAccountError'
  readonly code = 'links/other-account'
  readonly status = 409
  readonly who = 'user'
  constructor(wanted: string, got: string) {
    super(`You signed in as ${got}, and the account to renew is ${wanted}. Sign in as ${wanted}, or add ${got} as a further account.`)
  }
}

export class TooManyAccountsError extends Refusal {
  override readonly name = 'TooManyAccountsError'
  readonly code = 'links/too-many'
  readonly status = 409
  readonly who = 'user'
  constructor(most: number) {
    super(`You have ${most} accounts at this connector already. Remove one first.`)
  }
}

export class LabelTakenError extends Refusal {
  override readonly name = 'LabelTakenError'
  readonly code = 'links/label-taken'
  readonly status = 409
  readonly who = 'user'
  override readonly pointer = '/label'
  constructor() {
    super('Another account of yours at this connector has that name.')
  }
}

export class NoSignInError extends Refusal {
  override readonly name = 'NoSignInError'
  readonly code = 'links/no-sign-in'
  readonly status = 409
  readonly who = 'user'
  constructor(connectorName: string) {
    super(`Nobody signs in at ${connectorName}: it takes a key, or knows the workspace as a whole.`)
  }
}

export class SignInNeededError extends Refusal {
  override readonly name = 'SignInNeededError'
  readonly code = 'links/sign-in-needed'
  readonly status = 409
  readonly who = 'user'
  constructor(connectorName: string) {
    super(`${connectorName} takes a sign-in at the provider, not a key.`)
  }
}

/** It could not be renewed now, and the access it had is over. Never the end of the sign-in. */
export class RenewingFailedError extends Refusal {
  override readonly name = 'RenewingFailedError'
  readonly code = 'links/renewing'
  readonly status: RefusalStatus = 503
  readonly who: Who
  override readonly retryAfter = 10
  constructor(connectorName: string, reason: string, who: Who) {
    super(
      `The access to the user's account at ${connectorName} could not be renewed just now: ${reason} Nothing was sent, and the account stays linked.`,
    )
    this.who = who
  }
}

export class AccountNotFoundError extends Refusal {
  override readonly name = 'AccountNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'user'
  constructor() {
    super('There is no such account among yours.')
  }
}
