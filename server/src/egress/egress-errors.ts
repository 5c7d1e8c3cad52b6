import { Refusal } from '../lib/index.ts'

export class AddressNotPublicError extends Refusal {
  override readonly name = 'AddressNotPublicError'
  readonly code = 'egress/address-not-public'
  readonly status = 403
  readonly who = 'operator'
  override readonly detail: Readonly<Record<string, unknown>>
  constructor(host: string, rule: string, addresses: readonly string[]) {
    super(`${host} is not on the public internet. An operator can open it with an allow rule.`)
    this.detail = { host, rule, addresses }
  }
}

export class SchemeRefusedError extends Refusal {
  override readonly name = 'SchemeRefusedError'
  readonly code = 'egress/scheme'
  readonly status = 403
  readonly who = 'developer'
  constructor(protocol: string) {
    super(`Only https addresses are called, not ${protocol.replace(/:$/, '')}.`)
  }
}

/** A request that carries something for one place was about to go to another. */
export class OriginRefusedError extends Refusal {
  override readonly name = 'OriginRefusedError'
  readonly code = 'egress/origin'
  readonly status = 403
  readonly who = 'developer'
  override readonly detail: Readonly<Record<string, unknown>>
  constructor(origin: string) {
    super('This address belongs to another place than the ones that were agreed on.')
    this.detail = { origin }
  }
}

export class PortRefusedError extends Refusal {
  override readonly name = 'PortRefusedError'
  readonly code = 'egress/port'
  readonly status = 403
  readonly who = 'developer'
  constructor(port: number) {
    super(`Port ${port} belongs to another protocol and is not called.`)
  }
}

/** An address or a header that cannot be sent as it is. */
export class RequestMalformedError extends Refusal {
  override readonly name = 'RequestMalformedError'
  readonly code = 'egress/malformed'
  readonly status = 422
  readonly who = 'developer'
}

export class NameNotFoundError extends Refusal {
  override readonly name = 'NameNotFoundError'
  readonly code = 'egress/name-not-found'
  readonly status = 502
  readonly who = 'developer'
  constructor(host: string) {
    super(`The name ${host} has no address.`)
  }
}

/** A refusal after the decision to call. `sent` tells whether the other side may have seen the request. */
export abstract class ExchangeRefusal extends Refusal {
  abstract readonly sent: boolean
}

export class RedirectRefusedError extends ExchangeRefusal {
  override readonly name = 'RedirectRefusedError'
  readonly code = 'egress/redirect'
  readonly status = 502
  readonly who = 'developer'
  readonly sent = true
  override readonly detail: Readonly<Record<string, unknown>>
  constructor(because: string, to: string) {
    super(`The server answered with a redirect that is not followed: ${because}.`)
    this.detail = { because, to: to.slice(0, 2_048) }
  }
}

export type UnreachableReason = 'connect' | 'certificate' | 'closed' | 'not-http' | 'name'

const unreachable: Readonly<Record<UnreachableReason, string>> = {
  connect: 'does not take connections',
  certificate: 'does not show a certificate that is valid for its name',
  closed: 'closed the connection before the answer was complete',
  'not-http': 'does not answer in HTTP',
  name: 'could not be looked up just now',
}

export class UnreachableError extends ExchangeRefusal {
  override readonly name = 'UnreachableError'
  readonly code = 'egress/unreachable'
  readonly status = 502
  readonly who: 'developer' | 'wait'
  readonly reason: UnreachableReason
  readonly sent: boolean
  constructor(host: string, reason: UnreachableReason, sent: boolean, cause?: unknown) {
    super(`${host} ${unreachable[reason]}.`)
    this.who = reason === 'certificate' || reason === 'not-http' ? 'developer' : 'wait'
    this.reason = reason
    this.sent = sent
    this.cause = cause
  }
}

export type TimedOutPhase = 'connect' | 'headers' | 'idle' | 'total'

export class TimedOutError extends ExchangeRefusal {
  override readonly name = 'TimedOutError'
  readonly code = 'egress/timed-out'
  readonly status = 504
  readonly who = 'wait'
  readonly phase: TimedOutPhase
  readonly sent: boolean
  constructor(host: string, phase: TimedOutPhase, sent: boolean) {
    super(`${host} took too long to ${phase === 'connect' ? 'connect' : 'answer'}.`)
    this.phase = phase
    this.sent = sent
  }
}

export class ResponseTooLargeError extends ExchangeRefusal {
  override readonly name = 'ResponseTooLargeError'
  readonly code = 'egress/too-large'
  readonly status = 502
  readonly who = 'developer'
  readonly sent = true
  constructor(what: 'body' | 'header', limit: number) {
    super(what === 'body' ? `The answer is larger than ${limit} bytes.` : `The header of the answer is larger than ${limit} bytes or fields.`)
  }
}

export class EncodingRefusedError extends ExchangeRefusal {
  override readonly name = 'EncodingRefusedError'
  readonly code = 'egress/encoding'
  readonly status = 502
  readonly who = 'developer'
  readonly sent = true
  /** The answer grows beyond all proportion when it is decoded: it is too large, whichever limit is met first. */
  readonly expands: boolean
  constructor(because: string, given: { readonly cause?: unknown; readonly expands?: boolean } = {}) {
    super(`The compression of the answer is not accepted: ${because}.`)
    this.cause = given.cause
    this.expands = given.expands === true
  }
}

export class RequestCancelledError extends ExchangeRefusal {
  override readonly name = 'RequestCancelledError'
  readonly code = 'egress/cancelled'
  readonly status = 503
  readonly who = 'wait'
  readonly sent: boolean
  constructor(sent: boolean, cause?: unknown) {
    super('The request was cancelled.')
    this.sent = sent
    this.cause = cause
  }
}
