import type { ConnectPage, LinkedAccount, OAuthClientState, UnlinkedAccount } from '@handfast/contract'
import type { ConnectorStanding } from '../../../directory/index.ts'
import { rfc3339 } from '../../../lib/index.ts'
import type { Account, ClientNote, ConnectPage as OpenPage, RevocationProof } from '../../../links/index.ts'

export function accountView(account: Account, { slug, name }: ConnectorStanding): LinkedAccount {
  const { identity } = account
  return {
    id: account.link,
    connector: { slug, name },
    kind: account.kind,
    label: account.label,
    identity: identity.name ?? identity.id,
    isDefault: account.isDefault,
    issuer: account.issuer,
    scopes: account.scopes,
    health: { state: account.state, reason: account.reason, who: account.who, since: rfc3339(account.stateAt) },
    linkedAt: rfc3339(account.createdAt),
    testedAt: account.testedAt === null ? null : rfc3339(account.testedAt),
  }
}

export function pageView(page: OpenPage, standing: ConnectorStanding): ConnectPage {
  return {
    id: page.id,
    connector: { slug: standing.slug, name: standing.name },
    why: page.why,
    state: page.state,
    account: page.link,
    kind: standing.release?.content.credential.type ?? 'none',
    scopes: page.challenge.scope,
    expiresAt: rfc3339(page.expiresAt),
  }
}

export function unlinkedView({ revocation }: { readonly revocation: RevocationProof }): UnlinkedAccount {
  return {
    revocation: {
      how: revocation.kind,
      endpoint: 'endpoint' in revocation ? revocation.endpoint : null,
      status: revocation.kind === 'waiting' || revocation.kind === 'refused' ? revocation.status : revocation.kind === 'done' ? 200 : null,
      at: revocation.kind === 'done' ? rfc3339(revocation.at) : null,
    },
  }
}

export function clientView({ issuer, clientId, method, hasSecret, redirectUri, setAt }: ClientNote): OAuthClientState {
  return { issuer, clientId, method, hasSecret, redirectUri, setAt: rfc3339(setAt) }
}
