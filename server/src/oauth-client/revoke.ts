import * as oauth from 'oauth4webapi'
import { libraryAuth, libraryClient } from './client.ts'
import { libraryServer } from './exchange.ts'
import type { Asked, AskNeeds } from './tokens.ts'

/** What a provider answered when it was asked to take a token back (RFC 7009 section 2.2). */
export type Revocation = {
  readonly token: 'refresh_token' | 'access_token'
  readonly endpoint: string
  /** HTTP status; null: no answer. */
  readonly status: number | null
  readonly done: boolean
  /** Asking again may help. */
  readonly again: boolean
}

/**
 * Asks the provider to take a token back. Never throws: whatever it says, the token is destroyed here.
 * 200 is yes, also for a token it does not know; 503 asks to come again.
 */
export async function revokeToken(needs: AskNeeds, { server, client }: Asked, kind: Revocation['token'], token: string): Promise<Revocation> {
  const endpoint = server.revocationEndpoint ?? ''
  const about = { token: kind, endpoint } as const
  try {
    const response = await oauth.revocationRequest(libraryServer(server), libraryClient(client), libraryAuth(client, needs.signing), token, {
      [oauth.customFetch]: needs.fetch('oauth-revocation'),
      [oauth.allowInsecureRequests]: true,
      additionalParameters: { token_type_hint: kind },
    })
    const { status } = response
    return { ...about, status, done: status === 200 || status === 204, again: status >= 500 || status === 429 }
  } catch {
    return { ...about, status: null, done: false, again: true }
  }
}
