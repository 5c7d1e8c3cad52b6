import { type GrantScope, grantScopes } from '@handfast/contract'

/** Ours among the words of a scope parameter, in our order, without repeats. */
export function scopesIn(text: string | undefined): readonly GrantScope[] {
  const words = new Set((text ?? '').split(' '))
  return grantScopes.filter((scope) => words.has(scope))
}

/** What an assistant asks for. One that names none of ours, or nothing at all, is offered everything, and the person decides (RFC 6749 section 3.3). */
export function requestedScopes(text: string | undefined): readonly GrantScope[] {
  const ours = scopesIn(text)
  return ours.length > 0 ? ours : grantScopes
}

/** Whether these scopes allow what needs that one. Writing includes reading. */
export function covers(scopes: readonly GrantScope[], needed: GrantScope): boolean {
  return scopes.includes(needed) || (needed === 'connectors:read' && scopes.includes('connectors:write'))
}

/** Everything that a call takes, as a challenge names it: all at once, so that one more question to the person is enough. */
export function scopesFor(needed: GrantScope): string {
  return needed === 'connectors:read' ? 'connectors:read' : grantScopes.join(' ')
}

/** What is allowed of what was asked: never more. */
export function allowedOf(asked: readonly GrantScope[], allowed: readonly GrantScope[]): readonly GrantScope[] {
  return grantScopes.filter((scope) => allowed.includes(scope) && covers(asked, scope))
}
