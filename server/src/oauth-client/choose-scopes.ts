import type { Challenge } from './challenge.ts'
import type { Resource } from './discover.ts'
import type { AuthorizationServer } from './server-metadata.ts'

/**
 * What to ask for: what the developer declared, else what the challenge names, else all that the resource offers, else nothing, which leaves it
 * to the server. `offline_access` is added only where the server lists it: with it comes the token that keeps a link alive.
 */
export function chooseScopes(given: {
  readonly declared: readonly string[]
  readonly challenge: Challenge
  readonly resource: Resource | null
  readonly server: AuthorizationServer
  /** What an earlier sign-in was granted; asking for less would take it away (step-up is a union). */
  readonly earlier: readonly string[]
}): readonly string[] {
  const { declared, challenge, resource, server, earlier } = given
  const base = declared.length > 0 ? declared : challenge.scope.length > 0 ? challenge.scope : (resource?.scopes ?? [])
  const wanted = [...new Set([...earlier, ...base, ...(declared.length > 0 ? challenge.scope : [])])]
  if (!server.scopes.includes('offline_access') || wanted.includes('offline_access')) return wanted
  return [...wanted, 'offline_access']
}
