import type { ConnectorId } from '../lib/index.ts'
import type { OAuthClient, Returned } from '../oauth-client/index.ts'
import type { Upstream } from '../upstream/index.ts'
import { checkSecret, type LinkId } from '../vault/index.ts'
import type { Account, Linkable, Person } from './account.ts'
import type { Clients } from './clients.ts'
import type { ConnectPage } from './connect-pages.ts'
import { type Fresh, type LinkNeeds, linkAccount } from './link-account.ts'
import type { LinkedAccounts } from './linked-accounts.ts'
import { AccountNotFoundError, NotAcceptedError, SignInNeededError } from './links-errors.ts'
import { probe } from './probe.ts'
import type { Browser, Errand, Leaving, SignIns, SignInWish } from './sign-ins.ts'
import { keepAliveAt, tokenSet, writeTokenSet } from './token-set.ts'

export type LinkingNeeds = LinkNeeds & {
  readonly linked: LinkedAccounts
  readonly clients: Clients
  readonly signIns: SignIns
  readonly oauth: OAuthClient
  readonly upstream: Upstream
}

/** How a person's account comes to be linked: by a key, or by signing in at the provider. The connector is asked before it counts. */
export class Linking {
  readonly #needs: LinkingNeeds

  constructor(needs: LinkingNeeds) {
    this.#needs = needs
  }

  /**
   * Links an account by a key, which is tried first.
   * @throws SignInNeededError, NotAcceptedError, refusals of the vault about the key, of upstream where the connector cannot be asked, what the rule says
   */
  async giveKey(
    person: Person,
    about: Linkable,
    secret: string,
    place: { readonly page?: string; readonly link?: string; readonly label?: string | undefined } = {},
  ): Promise<Account> {
    const { credential } = about
    if (credential.type === 'oauth2') throw new SignInNeededError(about.name)
    checkSecret(credential, secret)
    const probed = await probe(this.#needs.upstream, about, secret, AbortSignal.timeout(30_000))
    if (probed.verdict === 'refused') throw new NotAcceptedError(about.name, 'key')
    const page = place.page === undefined ? null : await this.#page(person, place.page, about)
    const fresh: Fresh = {
      kind: 'key',
      secret,
      identity: probed.identity,
      probed: probed.verdict,
      cause: probed.cause?.message ?? null,
      terms: null,
      scopes: [],
      askedScopes: [],
      renewAt: null,
    }
    return linkAccount(this.#needs, person, about, fresh, {
      page,
      link: (place.link as LinkId | undefined) ?? page?.link ?? null,
      label: place.label ?? null,
    })
  }

  /** For whoever has one key and no names: it replaces the account that calls use, or becomes it. */
  async giveOnlyKey(person: Person, about: Linkable, secret: string): Promise<Account> {
    const mine = (await this.#needs.linked.of(person)).filter(({ connector, kind }) => connector === about.connector && kind === 'key')
    const used = mine.find(({ isDefault }) => isDefault) ?? mine[0]
    return this.giveKey(person, about, secret, used === undefined ? {} : { link: used.link })
  }

  async #page(person: Person, id: string, about: Linkable): Promise<ConnectPage> {
    const page = this.#needs.pages.requireOpen(await this.#needs.pages.get(person, id))
    if (page.connector !== about.connector) throw new AccountNotFoundError()
    return page
  }

  /** Sends the person to the provider. @throws what `SignIns.begin` throws, PageOverError, OtherPersonError */
  async beginSignIn(
    who: Browser,
    about: Linkable,
    wish: {
      readonly page?: string | undefined
      readonly link?: string | undefined
      readonly label?: string | undefined
      readonly chooseAccount: boolean
    },
  ): Promise<Leaving> {
    const page = wish.page === undefined ? null : await this.#page(who, wish.page, about)
    const link = (wish.link as LinkId | undefined) ?? (wish.chooseAccount ? null : (page?.link ?? null))
    const account = link === null ? null : await this.#needs.linked.one(who, link)
    const full: SignInWish = {
      page: page?.id ?? null,
      link,
      label: wish.label ?? null,
      chooseAccount: wish.chooseAccount,
      // Step-up asks for what was granted and more: the answer replaces the grant.
      ...(page === null ? {} : { challenge: page.challenge }),
      ...(account === null ? {} : { earlier: earlierScopes(account) }),
    }
    return this.#needs.signIns.begin(who, about, full)
  }

  /** What the person will be asked for, where they go; read before they say yes, so nothing is kept. @throws what `SignIns.place` throws */
  async lookAhead(
    person: Person,
    about: Linkable,
    wish: { readonly page?: string | undefined; readonly link?: string | undefined },
  ): Promise<{ readonly host: string; readonly issuer: string; readonly scopes: readonly string[] }> {
    const page = wish.page === undefined ? null : await this.#page(person, wish.page, about)
    const link = wish.link ?? page?.link ?? null
    const earlier = link === null ? [] : earlierScopes(await this.#needs.linked.one(person, link))
    const { server, scopes } = await this.#needs.signIns.place(about, page?.challenge, earlier)
    return { host: new URL(server.authorizationEndpoint ?? server.issuer).host, issuer: server.issuer, scopes }
  }

  /**
   * Takes a person back who signed in at the provider. The connector is asked whether it takes the account before it counts.
   * @param find what is known about a connector now
   */
  async finishSignIn(
    who: Browser,
    returned: Returned,
    path: string,
    find: (connector: ConnectorId) => Promise<Linkable>,
  ): Promise<{ readonly account: Account; readonly page: string | null; readonly connector: ConnectorId; readonly missing: readonly string[] }> {
    const { signIns, oauth, clock, upstream } = this.#needs
    const errand = await signIns.take(who, returned.state, path)
    const about = await find(errand.connector)
    const tokens = await signIns.redeem(who, errand, returned)
    const set = { ...tokenSet(tokens, null, clock.now()), subject: tokens.subject }
    const probed = await probe(upstream, about, set.access, AbortSignal.timeout(30_000))
    const told = await oauth.identity(errand.server, { ...tokens, accessToken: tokens.subject ?? tokens.accessToken })
    const fresh: Fresh = {
      kind: 'oauth',
      secret: writeTokenSet(set),
      identity: told.id === null ? { ...probed.identity, email: null } : told,
      probed: probed.verdict,
      cause: probed.cause?.message ?? null,
      terms: { server: errand.server, client: errand.client, resource: errand.resource, exchange: errand.exchange },
      scopes: tokens.scopes ?? errand.begun.scopes,
      askedScopes: errand.begun.scopes,
      renewAt: keepAliveAt(set, Math.random()),
    }
    try {
      if (probed.verdict === 'refused') throw new NotAcceptedError(about.name, 'oauth')
      const page = errand.page === null ? null : await this.#needs.pages.get(who, errand.page)
      const account = await linkAccount(this.#needs, who, about, fresh, {
        page: page?.state === 'open' ? page : null,
        link: errand.link,
        label: errand.label,
      })
      const missing = page?.why === 'more' ? page.challenge.scope.filter((scope) => !fresh.scopes.includes(scope)) : []
      if (missing.length > 0) await this.#needs.linked.rememberNotGranted(account, missing)
      return { account, page: page?.id ?? null, connector: about.connector, missing }
    } catch (error) {
      await this.#takeBack(who, errand, set)
      throw error
    }
  }

  /** Tokens that we do not keep are not left lying about at the provider. */
  async #takeBack(who: Person, errand: Errand, set: { readonly access: string; readonly refresh: string | null }): Promise<void> {
    const { clients, oauth } = this.#needs
    if (errand.server.revocationEndpoint === null) return
    const client = await clients.again(who.workspace, errand.server.issuer, errand.client)
    if (client === undefined) return
    const asked = { server: errand.server, client, resource: null }
    if (set.refresh !== null) await oauth.revoke(asked, 'refresh_token', set.refresh)
    await oauth.revoke(asked, 'access_token', set.access)
  }
}

/** All that belongs to the account so far: a new grant replaces the old one, so what is left out would be taken away. */
function earlierScopes({ scopes, askedScopes }: Account): readonly string[] {
  return [...new Set([...askedScopes, ...scopes])]
}
