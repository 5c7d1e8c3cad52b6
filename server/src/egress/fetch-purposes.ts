import type { EgressReason } from './egress-request.ts'

/** What one kind of request may take at most. A caller can ask for less, never for more. */
export type PurposeRule = {
  readonly reason: EgressReason
  /** Longest time from start to the last byte, in milliseconds. */
  readonly mostMs: number
  /** Largest body after decoding. */
  readonly mostBytes: number
  /** Redirects that may be followed at most, always within the given origins. */
  readonly mostRedirects: 0 | 1 | 2 | 3
}

const KIB = 1024

/**
 * Why we ask somebody who is not a connector being called. Whatever carries a secret follows no redirect: a token
 * endpoint that moves has to be reviewed again, not followed (RFC 9700 section 4.11).
 */
export const fetchPurposes = {
  /** An assistant's own description (draft-ietf-oauth-client-id-metadata-document section 6): small, quick, at its own address. */
  'client-metadata': { reason: 'sign-in', mostMs: 5_000, mostBytes: 10 * KIB, mostRedirects: 0 },
  /** RFC 8414, RFC 9728 and OpenID Connect discovery. Both compare the address with what is inside, so a redirect proves nothing. */
  'oauth-discovery': { reason: 'account-link', mostMs: 10_000, mostBytes: 256 * KIB, mostRedirects: 0 },
  'oauth-registration': { reason: 'account-link', mostMs: 15_000, mostBytes: 64 * KIB, mostRedirects: 0 },
  'oauth-token': { reason: 'account-link', mostMs: 20_000, mostBytes: 256 * KIB, mostRedirects: 0 },
  'oauth-revocation': { reason: 'account-link', mostMs: 15_000, mostBytes: 64 * KIB, mostRedirects: 0 },
  /** Whose account is this? Asked with the new credential. */
  'account-identity': { reason: 'account-link', mostMs: 15_000, mostBytes: 256 * KIB, mostRedirects: 0 },
  'credential-test': { reason: 'health', mostMs: 15_000, mostBytes: 256 * KIB, mostRedirects: 0 },
  /** JSON Web Key Sets, of whoever signs something for us. */
  'key-set': { reason: 'sign-in', mostMs: 5_000, mostBytes: 256 * KIB, mostRedirects: 0 },
  /** An OpenID provider through which people sign in here. */
  'sign-in': { reason: 'sign-in', mostMs: 15_000, mostBytes: 256 * KIB, mostRedirects: 0 },
  'openapi-import': { reason: 'review', mostMs: 30_000, mostBytes: 20 * KIB * KIB, mostRedirects: 3 },
  /** A privacy notice: text that people read, where its publisher keeps it. */
  'privacy-notice': { reason: 'review', mostMs: 15_000, mostBytes: 1_024 * KIB, mostRedirects: 3 },
  /** Where a developer takes reports of weaknesses (RFC 9116). */
  'security-txt': { reason: 'review', mostMs: 10_000, mostBytes: 32 * KIB, mostRedirects: 1 },
  icon: { reason: 'review', mostMs: 10_000, mostBytes: 512 * KIB, mostRedirects: 3 },
  webhook: { reason: 'notice', mostMs: 10_000, mostBytes: 64 * KIB, mostRedirects: 0 },
  /** The operator's service that wraps keys. */
  'key-service': { reason: 'health', mostMs: 10_000, mostBytes: 256 * KIB, mostRedirects: 0 },
} as const satisfies Readonly<Record<string, PurposeRule>>

export type FetchPurpose = keyof typeof fetchPurposes
