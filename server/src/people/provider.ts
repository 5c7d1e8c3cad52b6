import type { Role } from '@handfast/contract'

/** An OpenID provider through which people sign in, as the operator configured it. */
export type SignInProvider = {
  /** Part of the address that the provider sends people back to, so each has its own. */
  readonly id: string
  readonly name: string
  readonly issuer: string
  readonly clientId: string
  /** Null: a public client. */
  readonly clientSecret: string | null
  readonly scopes: readonly string[]
  /** Only people with a confirmed address in one of these; empty: whoever the provider vouches for. */
  readonly emailDomains: readonly string[]
  /** Whether who has no account here gets one, and with which roles. */
  readonly create: boolean
  readonly roles: readonly Role[]
  /** Whether a confirmed address opens an account that was made here under it. */
  readonly linkByEmail: boolean
  readonly groupsClaim: string | null
  /** Whether the operator trusts it to ask for a second factor. */
  readonly provesSecondFactor: boolean
}

/** Who arrived, as the provider says. */
export type Arrival = {
  readonly issuer: string
  readonly subject: string
  /** Null unless the provider says that it has confirmed the address. */
  readonly email: string | null
  readonly name: string | null
  /** Null where no claim is configured. */
  readonly groups: readonly string[] | null
  /** Whether the provider says that it asked for more than one factor (RFC 8176). */
  readonly severalFactors: boolean
  readonly idToken: string
}

/** Every claim is somebody else's text: of the wrong type it is not there, and too long it is cut. */
export function readArrival(provider: SignInProvider, claims: Readonly<Record<string, unknown>>, idToken: string): Arrival {
  const text = (name: string, most: number): string | null => {
    const value = claims[name]
    return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, most) : null
  }
  const groups = provider.groupsClaim === null ? null : claims[provider.groupsClaim]
  const methods = claims['amr']
  return {
    issuer: String(claims['iss']),
    subject: String(claims['sub']),
    email: claims['email_verified'] === true ? text('email', 254) : null,
    name: text('name', 100) ?? text('preferred_username', 100),
    groups:
      groups === null
        ? null
        : Array.isArray(groups)
          ? groups.filter((one): one is string => typeof one === 'string' && one.length <= 256).slice(0, 500)
          : [],
    severalFactors: provider.provesSecondFactor || (Array.isArray(methods) && methods.includes('mfa')),
    idToken,
  }
}

/** Whether somebody with this confirmed address may come in through the provider. Domains are compared whole. */
export function isWelcome({ emailDomains }: Pick<SignInProvider, 'emailDomains'>, email: string | null): boolean {
  if (emailDomains.length === 0) return true
  const domain = email?.split('@').at(-1)?.toLowerCase()
  return domain !== undefined && email?.includes('@') === true && emailDomains.some((one) => one.toLowerCase() === domain)
}
