import type { Role } from '@handfast/contract'

/** Anybody, with the reason why that is safe. */
export type PublicPolicy = { readonly kind: 'public'; readonly because: string }
/** Somebody known. Holding one of the roles is enough; no roles: every account that is not disabled. */
export type MemberPolicy = { readonly kind: 'session' | 'token' | 'session-or-token'; readonly roles: readonly Role[] }
/** Who may call an endpoint. There is no default. */
export type Policy = PublicPolicy | MemberPolicy

export function everybody(because: string): PublicPolicy {
  return { kind: 'public', because }
}

/** A person who signed in. An assistant's token is refused: what a person decides, an assistant cannot. */
export function session(...roles: readonly Role[]): MemberPolicy {
  return { kind: 'session', roles }
}

/** An access token only. */
export function token(...roles: readonly Role[]): MemberPolicy {
  return { kind: 'token', roles }
}

export function sessionOrToken(...roles: readonly Role[]): MemberPolicy {
  return { kind: 'session-or-token', roles }
}

/** A signed-in operator. */
export const operator: MemberPolicy = session('operator')
