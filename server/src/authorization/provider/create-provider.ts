import { grantScopes } from '@handfast/contract'
import Provider, { type Configuration, interactionPolicy, type JWKS, type KoaContextWithOIDC } from 'oidc-provider'
import { equalSecrets, MINUTE, SECOND, sha256 } from '../../lib/index.ts'
import { clientAuthMethods } from '../client-metadata.ts'
import { isRegistered } from '../redirect-uris.ts'
import { newTokenText } from '../token-text.ts'
import { type AdapterNeeds, adapterFor } from './adapter.ts'
import { addAssertionGrants } from './assertion-grants.ts'
import { checkClientRules } from './client-rules.ts'
import { type DocumentRules, documentPolicy } from './documents.ts'
import { resourcePolicy } from './resource-policy.ts'

export type FetchLike = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

export type ProviderNeeds = AdapterNeeds & {
  readonly origin: string
  readonly keys: JWKS
  readonly documents: DocumentRules
  readonly fetch: FetchLike
  readonly accessTokenMs: number
  readonly staysMs: number
  readonly registrationEndpoint: string | undefined
  /** Whether this person may still be acted for. */
  readonly mayAct: (user: string) => Promise<boolean>
  /** Called when a request of an assistant waits for its person; answers at which path of ours that is. */
  readonly onRequest: (ctx: KoaContextWithOIDC, id: string) => Promise<string>
  readonly renderError: (ctx: KoaContextWithOIDC, error: string) => void
}

export const REQUEST_MS = 15 * MINUTE
export const DEVICE_CODE_MS = 10 * MINUTE
/** RFC 6749 section 4.1.2 allows ten minutes; nobody needs more than one. */
const CODE_MS = MINUTE

/** The addresses below our origin. `/device` is a page of the console; the provider's own pages are never reached. */
export const routes = {
  authorization: '/oauth/authorize',
  token: '/oauth/token',
  jwks: '/oauth/jwks',
  revocation: '/oauth/revoke',
  introspection: '/oauth/introspect',
  device_authorization: '/oauth/device-authorization',
  code_verification: '/device',
  end_session: '/oauth/end-session',
  registration: '/oauth/register',
} as const

/** The provider with our answers to all that it leaves open. */
export function createProvider(needs: ProviderNeeds): Provider {
  const provider = new Provider(needs.origin, configurationOf(needs))
  // Behind it stands our own door, which says where it was reached.
  provider.proxy = true
  withOurTokens(provider)
  withOurClients(provider)
  addAssertionGrants(provider, needs.assertions, needs.origin)
  return provider
}

function configurationOf(needs: ProviderNeeds): Configuration {
  const { origin, accessTokenMs, staysMs } = needs
  return {
    adapter: adapterFor(needs),
    jwks: needs.keys,
    routes,
    scopes: ['openid', 'offline_access', ...grantScopes],
    claims: { openid: ['sub'] },
    responseTypes: ['code'],
    clientAuthMethods: [...clientAuthMethods],
    enabledJWA: {
      clientAuthSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
      idTokenSigningAlgValues: ['RS256', 'ES256'],
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      clientIdMetadataDocument: documentPolicy(needs.documents),
      deviceFlow: { enabled: true, charset: 'base-20', mask: '****-****', deviceInfo },
      // RFC 7662 section 2.1: who asks has proven who it is, and learns about its own tokens only.
      introspection: {
        enabled: true,
        allowedPolicy: async (_, client, token) => client.clientAuthMethod !== 'none' && token.clientId === client.clientId,
      },
      revocation: { enabled: true, allowedPolicy: async (_, client, token) => token.clientId === client.clientId },
      resourceIndicators: resourcePolicy(origin, accessTokenMs),
    },
    // Compared as it is, so it has to be said (OAuth 2.1 section 4.1.1).
    allowOmittingSingleRegisteredRedirectUri: false,
    // OAuth 2.1 section 4.1.1: everybody, also those with a secret. S256 is the only method that the provider knows.
    pkce: { required: () => true },
    ttl: {
      AccessToken: accessTokenMs / SECOND,
      AuthorizationCode: CODE_MS / SECOND,
      DeviceCode: DEVICE_CODE_MS / SECOND,
      Interaction: REQUEST_MS / SECOND,
      RefreshToken: staysMs / SECOND,
      Session: REQUEST_MS / SECOND,
      Grant: staysMs / SECOND,
      IdToken: accessTokenMs / SECOND,
    },
    interactions: { policy: alwaysAsk(), url: (ctx, { uid }) => needs.onRequest(ctx, uid) },
    findAccount: async (_, sub) => ((await needs.mayAct(sub)) ? { accountId: sub, claims: async () => ({ sub }) } : undefined),
    // The person decides whether it stays connected; asking for `offline_access` only sets what the page proposes.
    issueRefreshToken: async (ctx, client) =>
      client.grantTypeAllowed('refresh_token') && (ctx.oidc.entities.Grant?.getOIDCScope().split(' ') ?? []).includes('offline_access'),
    rotateRefreshToken: true,
    expiresWithSession: async () => false,
    revokeGrantPolicy: () => true,
    renderError: async (ctx, out) => needs.renderError(ctx, out.error),
    extraClientMetadata: {
      properties: ['handfast_rules'],
      validator: (_, __, ___, metadata) => checkClientRules(metadata as { [name: string]: unknown }),
    },
    // Nothing that the provider sets reaches a browser: our door keeps one cookie of its own.
    cookies: { long: { signed: false }, short: { signed: false } },
    clientBasedCORS: (_, asking, client) =>
      client.clientAuthMethod === 'none' && (client.redirectUris ?? []).some((uri) => URL.parse(uri)?.origin === asking && asking !== 'null'),
    fetch: ((input: string | URL | Request, init?: RequestInit) => needs.fetch(input, init)) as typeof fetch,
    fetchResponseBodyLimits: { 'client_id metadata document': 10 * 1024, jwks_uri: 64 * 1024, sector_identifier_uri: 1024 },
    discovery: {
      service_documentation: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization',
      ...(needs.registrationEndpoint === undefined ? {} : { registration_endpoint: needs.registrationEndpoint }),
    },
  } as Configuration
}

/** Each request of an assistant is put before its person, whatever was allowed before: nothing is ever given silently, so no other site can use what somebody allowed once.  */
function alwaysAsk(): interactionPolicy.DefaultPolicy {
  const { base, Check, Prompt } = interactionPolicy
  const policy = base()
  policy.clear()
  policy.add(new Prompt({ name: 'login', requestable: true }))
  policy.add(new Prompt({ name: 'select_account', requestable: true }))
  const undecided = new Check('undecided', 'a person has to decide', 'consent_required', (ctx) => ctx.oidc.result?.consent === undefined)
  policy.add(new Prompt({ name: 'consent', requestable: true }, undecided))
  return policy
}

/** What a device says of itself: shown to the person, so that they see where it asks from. */
function deviceInfo(ctx: KoaContextWithOIDC): { readonly address: string; readonly agent: string } {
  return { address: String(ctx.req.headers['x-handfast-address'] ?? ''), agent: ctx.get('user-agent').slice(0, 200) }
}

/** Texts that secret scanners find and that are told from anything else without asking the database. */
function withOurTokens(provider: Provider): void {
  for (const [model, kind] of [
    [provider.AccessToken, 'granted'],
    [provider.RefreshToken, 'refresh'],
  ] as const) {
    const prototype = model.prototype as unknown as { generateTokenId(): string }
    const { generateTokenId } = prototype
    prototype.generateTokenId = function (this: unknown) {
      // It also settles the format of the token.
      generateTokenId.call(this)
      return newTokenText(kind)
    }
  }
}

function withOurClients(provider: Provider): void {
  const prototype = provider.Client.prototype as unknown as {
    redirectUris: readonly string[]
    clientSecret: string
    redirectUriAllowed(uri: unknown): boolean
    compareClientSecret(actual: string): boolean
  }
  prototype.redirectUriAllowed = function (uri) {
    return typeof uri === 'string' && isRegistered(uri, this.redirectUris)
  }
  prototype.compareClientSecret = function (actual) {
    return equalSecrets(this.clientSecret, sha256(actual))
  }
}
