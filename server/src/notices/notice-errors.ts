import { Refusal } from '../lib/index.ts'

/** The address of a privacy notice gives no text that people could read. */
export class NoticeUnusableError extends Refusal {
  override readonly name = 'NoticeUnusableError'
  readonly code = 'notices/unusable'
  readonly status = 422
  readonly who = 'developer'
  override readonly pointer: string
  constructor(pointer: string, why: string) {
    super(`The privacy notice cannot be used: ${why}`)
    this.pointer = pointer
  }
}

export class SightingNotFoundError extends Refusal {
  override readonly name = 'SightingNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'operator'
  constructor() {
    super('There is no such finding that waits for a decision.')
  }
}

export class ReportUnreadableError extends Refusal {
  override readonly name = 'ReportUnreadableError'
  readonly code = 'notices/report-unreadable'
  readonly status = 422
  readonly who = 'operator'
  constructor() {
    super('This is no report about an e-mail of ours. Hand in the whole message as the mail server sent it, header and all.')
  }
}

/** Unknown, or somebody else's: from outside all the same. */
export class NoticeNotFoundError extends Refusal {
  override readonly name = 'NoticeNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'user'
  constructor() {
    super('There is no such notice here, or it is not addressed to you.')
  }
}

export class DeliveryStateError extends Refusal {
  override readonly name = 'DeliveryStateError'
  readonly code = 'notices/delivery-state'
  readonly status = 409
  readonly who = 'operator'
  constructor(what: string) {
    super(what)
  }
}

export class NoticeNotMutableError extends Refusal {
  override readonly name = 'NoticeNotMutableError'
  readonly code = 'notices/legal'
  readonly status = 422
  readonly who = 'user'
  override readonly pointer = '/muted'
  constructor(kind: string) {
    super(`Notices of the kind ${kind} tell you about your agreement or your rights, so they cannot be switched off.`)
  }
}

export class PostDateError extends Refusal {
  override readonly name = 'PostDateError'
  readonly code = 'notices/date'
  readonly status = 422
  readonly who = 'operator'
  override readonly pointer: string
  constructor(pointer: string, what: string) {
    super(what)
    this.pointer = pointer
  }
}

export class WebhookNotFoundError extends Refusal {
  override readonly name = 'WebhookNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'user'
  constructor() {
    super('There is no such webhook here, or it is not yours.')
  }
}

export class WebhookAddressError extends Refusal {
  override readonly name = 'WebhookAddressError'
  readonly code = 'notices/webhook-address'
  readonly status = 422
  readonly who = 'developer'
  override readonly pointer = '/url'
  constructor(why: string) {
    super(`Notices cannot be sent to this address: ${why}`)
  }
}

export class TooManyWebhooksError extends Refusal {
  override readonly name = 'TooManyWebhooksError'
  readonly code = 'notices/too-many-webhooks'
  readonly status = 409
  readonly who = 'developer'
  constructor(most: number) {
    super(`There are ${most} webhooks already, which is as many as there can be. Take one away first.`)
  }
}

export class TooManyLettersError extends Refusal {
  override readonly name = 'TooManyLettersError'
  readonly code = 'notices/too-many-letters'
  readonly status = 429
  readonly who = 'wait'
  override readonly retryAfter: number
  constructor(seconds: number) {
    super('Many notices came from here lately. Wait a little, or write to the postal or e-mail address that the terms name.')
    this.retryAfter = seconds
  }
}

export class LetterNotFoundError extends Refusal {
  override readonly name = 'LetterNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'user'
  constructor() {
    super('There is no such notice to the operator, or it is not yours.')
  }
}

export class LetterClosedError extends Refusal {
  override readonly name = 'LetterClosedError'
  readonly code = 'notices/letter-closed'
  readonly status = 409
  readonly who = 'operator'
  constructor() {
    super('This notice was closed already. Take it in hand again first.')
  }
}

/** One flat sentence for a shut door and a wrong secret: from outside all the same. */
export class ReportDoorError extends Refusal {
  override readonly name = 'ReportDoorError'
  readonly code = 'notices/report-door'
  readonly status = 403
  readonly who = 'operator'
  constructor() {
    super('This door opens with the secret from the setting mailReportToken, as a bearer token.')
  }
}
