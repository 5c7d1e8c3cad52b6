import type { Disbelief } from './check-assertion.ts'

/** Why the token endpoint gives nothing for an assertion. Who asks has proven who it is, so it is told what is wrong. */
export class AssertionRefusal extends Error {
  override readonly name = 'AssertionRefusal'
  readonly what: 'assertion' | 'client' | 'scope' | 'target' | 'request'
  constructor(what: AssertionRefusal['what'], message: string) {
    super(message)
    this.what = what
  }
}

const reasons: Readonly<Record<Disbelief | 'used', string>> = {
  'too-long': 'the assertion is longer than 8192 characters',
  malformed: 'the assertion is no signed JWT that can be used',
  issuer: 'nobody trusts this issuer for this client',
  type: 'typ is not what this issuer makes: oauth-id-jag+jwt from an identity provider, JWT from the product itself',
  algorithm: 'alg is not one that is allowed for this issuer',
  keys: 'the keys of the issuer cannot be read',
  key: 'no key of the issuer fits',
  signature: 'the signature is not right',
  audience: 'aud has to be this issuer, and nothing else',
  expired: 'the assertion is out of time',
  'too-early': 'iat or nbf lies in the future',
  lifetime: 'exp may lie at most 300 seconds behind iat',
  jti: 'jti has to be there: one to 255 characters',
  subject: 'sub has to be there: one to 255 characters',
  client: 'client_id has to name the client that sends it',
  claims: 'a claim is missing, or is not what it should be: iss, sub, aud, exp, iat and jti are needed',
  used: 'the assertion was used before',
}

export function reasonFor(why: Disbelief | 'used'): string {
  return reasons[why]
}
