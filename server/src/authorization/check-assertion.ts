import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose'
import { MINUTE, SECOND } from '../lib/index.ts'
import type { AssertionIssuer } from './assertion-rules.ts'
import type { KeySet } from './key-sets.ts'
import { shownName } from './shown-name.ts'

/** What an assertion says once it is believed. */
export type Believed = {
  readonly issuer: string
  readonly subject: string
  readonly jti: string
  readonly name: string | null
  /** What the assertion itself limits access to; absent: nothing. */
  readonly scope: string | undefined
  readonly resource: string | undefined
  /** Until when the same one could come again, in milliseconds. */
  readonly until: number
}

export type Disbelief =
  | 'too-long'
  | 'malformed'
  | 'issuer'
  | 'type'
  | 'algorithm'
  | 'keys'
  | 'key'
  | 'signature'
  | 'audience'
  | 'expired'
  | 'too-early'
  | 'lifetime'
  | 'jti'
  | 'subject'
  | 'client'
  | 'claims'

/** Clocks of two honest machines differ by less (RFC 7523 section 3, point 4). */
export const LEEWAY = MINUTE
/** What is made for one request needs no longer life. */
export const LONGEST_LIFE = 5 * MINUTE
const MOST_CHARACTERS = 8 * 1024
const ID_JAG = 'oauth-id-jag+jwt'

export type AssertionFor = {
  readonly issuers: readonly AssertionIssuer[]
  /** Our issuer: the only audience (RFC 7523 section 3, point 3). */
  readonly audience: string
  /** The assistant that sent it, as it proved itself. */
  readonly clientId: string
  readonly now: number
  readonly keysOf: (issuer: AssertionIssuer, kid: string | undefined) => Promise<KeySet | null>
}

/** Whether to believe a JWT about somebody (RFC 7521, RFC 7523 section 3; RFC 8725; ID-JAG section 4.4), and what it says. */
export async function checkAssertion(text: string, context: AssertionFor): Promise<Believed | Disbelief> {
  if (text.length > MOST_CHARACTERS) return 'too-long'
  const { issuers, audience, clientId, now, keysOf } = context
  let header: ReturnType<typeof decodeProtectedHeader>
  let named: unknown
  try {
    header = decodeProtectedHeader(text)
    named = decodeJwt(text).iss
  } catch {
    return 'malformed'
  }
  const issuer = issuers.find((one) => one.issuer === named)
  if (issuer === undefined) return 'issuer'
  // An ID token of the same provider is not an ID-JAG (RFC 8725 section 3.11), and a product does not make ID-JAGs.
  const isJag = typeof header.typ === 'string' && header.typ.toLowerCase().replace(/^application\//, '') === ID_JAG
  if (isJag !== (issuer.kind === 'identity-provider')) return 'type'
  if (!isJag && header.typ !== undefined && !/^(application\/)?jwt$/i.test(String(header.typ))) return 'type'
  // RFC 8725 section 3.1: what is allowed here decides, not what the header says.
  if (!issuer.algorithms.some((one) => one === header.alg)) return 'algorithm'
  if (header.kid !== undefined && (typeof header.kid !== 'string' || header.kid.length > 255)) return 'key'
  const keys = await keysOf(issuer, header.kid)
  if (keys === null) return 'keys'
  try {
    const { payload } = await jwtVerify(text, createLocalJWKSet({ keys: [...keys.keys] }), {
      algorithms: [...issuer.algorithms],
      issuer: issuer.issuer,
      currentDate: new Date(now),
      clockTolerance: LEEWAY / SECOND,
      requiredClaims: ['exp', 'iat', 'jti', 'sub', 'aud'],
    })
    return believe(payload, { audience, clientId, now, isJag })
  } catch (error) {
    return reasonOf(error)
  }
}

function believe(
  payload: JWTPayload,
  about: Pick<AssertionFor, 'audience' | 'clientId' | 'now'> & { readonly isJag: boolean },
): Believed | Disbelief {
  const { iss, sub, aud, exp, iat, jti } = payload
  if (aud !== about.audience && !(Array.isArray(aud) && aud.length === 1 && aud[0] === about.audience)) return 'audience'
  if (exp === undefined || iat === undefined || ![exp, iat].every(Number.isFinite)) return 'claims'
  if (iat * SECOND > about.now + LEEWAY) return 'too-early'
  if (exp <= iat || (exp - iat) * SECOND > LONGEST_LIFE) return 'lifetime'
  if (!isPlain(jti)) return 'jti'
  if (!isPlain(sub)) return 'subject'
  // Two assistants may trust one issuer; what was made for one is nothing in the hands of the other.
  const claimed = about.isJag ? payload['client_id'] : (payload['client_id'] ?? payload['azp'])
  if (claimed !== about.clientId) return 'client'
  const { scope, resource, name } = payload as Readonly<Record<string, unknown>>
  if (scope !== undefined && (typeof scope !== 'string' || scope.length > 1_000)) return 'claims'
  const one: unknown = Array.isArray(resource) && resource.length === 1 ? resource[0] : resource
  if (one !== undefined && typeof one !== 'string') return 'claims'
  const shown = shownName(name)
  const until = exp * SECOND + LEEWAY
  return { issuer: String(iss), subject: sub, jti, name: shown === '' ? null : shown, scope, resource: one, until }
}

/** An identifier of somebody else's: one to 255 characters, none of them invisible. */
function isPlain(text: unknown): text is string {
  return typeof text === 'string' && text.length > 0 && text.length <= 255 && !/[\p{Cc}\p{Cs}]/u.test(text)
}

function reasonOf(error: unknown): Disbelief {
  if (error instanceof errors.JWTExpired) return 'expired'
  if (error instanceof errors.JWTClaimValidationFailed) return error.claim === 'nbf' ? 'too-early' : error.claim === 'aud' ? 'audience' : 'claims'
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) return 'key'
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature'
  if (error instanceof errors.JOSEAlgNotAllowed) return 'algorithm'
  // A header or a key that cannot be used, whatever is wrong with it.
  return 'malformed'
}
