import { type Permit, requireConsent, type UserConsent, type Wanted } from '../src/consent/index.ts'
import { type ConnectorId, newId, type ReleaseId } from '../src/lib/index.ts'
import { AccountStore, type SignInTerms } from '../src/links/account-store.ts'
import { ConnectPages } from '../src/links/connect-pages.ts'
import type { Linkable } from '../src/links/index.ts'
import { linkAccount } from '../src/links/link-account.ts'
import { tokenSet, writeTokenSet } from '../src/links/token-set.ts'
import { declaredServer } from '../src/oauth-client/index.ts'
import { AccountSecrets, type LinkId } from '../src/vault/index.ts'
import type { Process, somebody } from './choosing.ts'

export const patience = { declined: false, waitMs: 0, signal: new AbortController().signal, label: null }

/** A connector whose accounts come from a token endpoint; nothing of it is ever called. */
export function connectorAt(origin: string, connector: ConnectorId = newId('con')): Linkable {
  return {
    workspace: 'wsp_home',
    connector,
    slug: 'heron',
    name: 'Heron',
    release: 'rel_1' as ReleaseId,
    origins: ['https://heron.example'],
    target: { kind: 'openapi', url: 'https://heron.example' },
    credential: { type: 'oauth2', issuer: origin, tokenEndpoint: `${origin}/token`, scopes: ['read'], grant: 'authorization-code' },
    account: undefined,
    tools: [],
  }
}

/** What the gateway holds after a person's consent was checked. */
export function permitFor(who: ReturnType<typeof somebody>, about: Linkable): Permit {
  const { connector, release } = about
  const seen = { noticeSha256: 'aa', receives: [] }
  const consent = { enabled: new Map([[connector, { connector, release, at: 0, ...seen }]]), levels: new Map(), standing: [] }
  // Only these members are looked at where nothing has changed since.
  return requireConsent(
    consent as unknown as UserConsent,
    { ...who, connector, release, connectorName: about.name, link: '', ...seen } as unknown as Wanted,
  )
}

/** Links an account as a sign-in would have, with the first tokens of a rotating server. */
export async function linkGrant(
  one: Process,
  who: ReturnType<typeof somebody>,
  about: Linkable,
  origin: string,
  given: { readonly expiresIn?: number | null; readonly refresh?: string | null; readonly exchange?: SignInTerms['exchange'] } = {},
): Promise<LinkId> {
  const { expiresIn = 100, refresh = 'refresh-0' } = given
  const set = tokenSet({ accessToken: 'access-0', refreshToken: refresh, expiresIn, scopes: null, claims: null }, null, one.clock.now())
  const account = await linkAccount(
    { ...one, secrets: new AccountSecrets(one), accounts: new AccountStore(one), pages: new ConnectPages(one), allows: () => {} },
    who,
    about,
    {
      kind: 'oauth',
      secret: writeTokenSet(set),
      identity: { id: 'ana', name: 'ana@example.org', email: 'ana@example.org' },
      probed: 'accepted',
      cause: null,
      terms: {
        server: declaredServer(
          { issuer: origin, tokenEndpoint: `${origin}/token`, revocationEndpoint: `${origin}/revoke` },
          { loopbackByHttp: true },
        ),
        client: { kind: 'document', clientId: 'https://handfast.example/connect/public-client.json', method: 'none' },
        resource: null,
        exchange: given.exchange ?? null,
      },
      scopes: ['read'],
      askedScopes: ['read'],
      renewAt: null,
    },
    { page: null, link: null, label: null },
  )
  return account.link
}
