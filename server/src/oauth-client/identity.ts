import type { FetchLike } from '../egress/index.ts'
import type { AuthorizationServer } from './server-metadata.ts'

/** Whose account it is, in the provider's words. */
export type AccountIdentity = {
  /** What identifies it for good at that provider; null where nothing does. */
  readonly id: string | null
  /** What people recognise: an address, a name. */
  readonly name: string | null
  /** Only where the provider says that it was verified: rules about domains trust nothing less. */
  readonly email: string | null
}

export const NOBODY: AccountIdentity = { id: null, name: null, email: null }

const MOST = 320

/** From the claims of an ID token or of userinfo (OpenID Connect Core section 5.1). */
export function identityOf(claims: Readonly<Record<string, unknown>>): AccountIdentity {
  const text = (name: string): string | null => {
    const value = claims[name]
    return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, MOST) : null
  }
  const email = text('email')
  return {
    id: text('sub'),
    name: email ?? text('preferred_username') ?? text('name') ?? text('sub'),
    email: claims['email_verified'] === true ? email : null,
  }
}

/**
 * Asks the provider whose token this is. The answer counts only for the subject that the ID token named (OpenID Connect Core section 5.3.2).
 * An answer that cannot be had is no reason to refuse a link.
 */
export async function askUserinfo(
  send: FetchLike,
  server: AuthorizationServer,
  accessToken: string,
  subject: string | null,
): Promise<AccountIdentity | null> {
  if (server.userinfoEndpoint === null) return null
  try {
    const response = await send(server.userinfoEndpoint, { headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json' } })
    if (response.status !== 200) return null
    const claims = (await response.json()) as Record<string, unknown>
    if (typeof claims !== 'object' || claims === null || (subject !== null && claims['sub'] !== subject)) return null
    return identityOf(claims)
  } catch {
    return null
  }
}
