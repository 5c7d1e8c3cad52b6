import { Refusal } from '../lib/index.ts'

export class NotEnabledError extends Refusal {
  override readonly name = 'NotEnabledError'
  readonly code = 'consent/not-enabled'
  readonly status = 403
  readonly who = 'user'
  override readonly link: string
  constructor(connectorName: string, link: string) {
    super(`You have not enabled ${connectorName}. Open ${link} to read what it receives and enable it.`)
    this.link = link
  }
}

export class NoticeChangedError extends Refusal {
  override readonly name = 'NoticeChangedError'
  readonly code = 'consent/notice-changed'
  readonly status = 403
  readonly who = 'user'
  override readonly link: string
  constructor(connectorName: string, grown: readonly string[], link: string) {
    super(`${connectorName} changed since you enabled it (${grown.join(', ')}). Open ${link} to look and agree again.`)
    this.link = link
  }
}

/** Only what is new waits: everything that the person agreed to goes on working. */
export class ToolNotAgreedError extends Refusal {
  override readonly name = 'ToolNotAgreedError'
  readonly code = 'consent/tool-not-agreed'
  readonly status = 403
  readonly who = 'user'
  override readonly link: string
  constructor(connectorName: string, tool: string, link: string) {
    super(`${connectorName} added ${tool}, or made it reach further, since you enabled it. Open ${link} to look at what is new and agree to it.`)
    this.link = link
  }
}

export class TooYoungError extends Refusal {
  override readonly name = 'TooYoungError'
  readonly code = 'consent/age'
  readonly status = 403
  readonly who = 'operator'
  constructor(connectorName: string, rating: string, isUnknown: boolean) {
    const who = isUnknown
      ? 'nobody has said here how old you are. Whoever runs this Handfast can'
      : 'you are younger than that, by what is known here'
    super(`${connectorName} is for people of ${rating.replace('+', '')} and older, and ${who}.`)
  }
}

/** The person has to come to a page of ours first. An assistant that can open pages shows it; another passes the link on in words. */
export abstract class PageNeededError extends Refusal {
  readonly status = 403
  readonly who = 'user'
  abstract override readonly link: string
  /** Id of what the page is about. */
  abstract readonly page: string
  /** What the assistant's own dialogue says, without the link. */
  abstract readonly question: string
}

/** The person has to say yes on our own page; the assistant cannot do it for them. */
export class ApprovalNeededError extends PageNeededError {
  override readonly name = 'ApprovalNeededError'
  readonly code = 'consent/approval-needed'
  override readonly link: string
  readonly approval: string
  readonly page: string
  readonly question = 'Approve this call before it is sent.'
  constructor(tool: string, approval: string, link: string, fromOthers = false) {
    const whose = fromOthers ? "an approval that the rules of the user's workspace ask for" : "the user's approval"
    super(
      `This call needs ${whose} before ${tool} runs. Ask the user to open ${link}${fromOthers ? ', which says who decides' : ''}, then make the same call again with the same arguments.`,
    )
    this.approval = approval
    this.page = approval
    this.link = link
  }
}

export class ApprovalRefusedError extends Refusal {
  override readonly name = 'ApprovalRefusedError'
  readonly code = 'consent/approval-refused'
  readonly status = 403
  readonly who = 'user'
  /** @param reason what somebody else wrote who said no, where a rule of the workspace put it before them */
  constructor(tool: string, reason: string | null = null) {
    super(
      reason === null
        ? `The user said no to this call of ${tool}. It was not sent.`
        : `Somebody who decides about such calls said no to this call of ${tool}. It was not sent.${reason === '' ? '' : ` Their reason: ${reason}`}`,
    )
  }
}

export class ApprovalGoneError extends Refusal {
  override readonly name = 'ApprovalGoneError'
  readonly code = 'consent/approval-expired'
  readonly status = 409
  readonly who = 'assistant'
  constructor() {
    super('This approval is no longer open: it was decided, used, or nobody said yes within ten minutes. Make the call again to ask anew.')
  }
}

export class LastingYesNotOfferedError extends Refusal {
  override readonly name = 'LastingYesNotOfferedError'
  readonly code = 'consent/lasting-not-offered'
  readonly status = 422
  readonly who = 'user'
  constructor() {
    super('This tool can destroy things, so each call of it is approved by itself.')
  }
}

export class ConditionInvalidError extends Refusal {
  override readonly name = 'ConditionInvalidError'
  readonly code = 'consent/condition-invalid'
  readonly status = 422
  readonly who = 'user'
  override readonly pointer: string
  constructor(pointer: string) {
    super('A condition names an argument of this call that is a plain value (text, number, yes or no), and keeps that value.')
    this.pointer = pointer
  }
}

export class TooManyWaitingError extends Refusal {
  override readonly name = 'TooManyWaitingError'
  readonly code = 'consent/too-many-waiting'
  readonly status = 429
  readonly who = 'assistant'
  constructor() {
    super('Too many calls of this connector wait for the approval of this user. Ask the user to decide some of them first.')
  }
}

export class ApprovalNotFoundError extends Refusal {
  override readonly name = 'ApprovalNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'user'
  constructor() {
    super('There is no such approval among yours.')
  }
}
