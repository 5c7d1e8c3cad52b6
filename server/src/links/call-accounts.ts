import { type CredentialDeclaration, placementOf } from '@handfast/contract'
import type { Permit } from '../consent/index.ts'
import type { Clock, ConnectorId, UserId, WorkspaceId } from '../lib/index.ts'
import { type Challenge, readChallenge } from '../oauth-client/index.ts'
import { type Enforcement, Memory } from '../storage/index.ts'
import { type AccountSecret, type AccountSecrets, type LinkId, NoCredentialError, type OpenCredential, type Vault } from '../vault/index.ts'
import { type Account, type AccountRule, breaks, chosenAccount, type Linkable, suits } from './account.ts'
import type { AccountStore } from './account-store.ts'
import type { ConnectPages } from './connect-pages.ts'
import type { LinkedAccounts } from './linked-accounts.ts'
import { AccountNotAllowedError, LinkDeclinedError, LinkNeededError, NotGrantedError, RenewingFailedError, type Why } from './links-errors.ts'
import type { MachineAccounts } from './machine-accounts.ts'
import type { Renewals } from './renewals.ts'
import { canRenew, freshUntil, readTokenSet, renewFrom, type TokenSet } from './token-set.ts'

/** How the person is asked, where they have to be. */
export type Asking = {
  /** The assistant says that the person did not want to open our page. */
  readonly declined: boolean
  /** How long a repeated call waits for its person. */
  readonly waitMs: number
  readonly signal: AbortSignal
  /** The account that the assistant names, by the person's own label for it. */
  readonly label: string | null
  /** Absent: every account may be used. */
  readonly rule?: AccountRule | null
}

type Needs = {
  readonly clock: Clock
  readonly enforcement: Enforcement
  readonly secrets: AccountSecrets
  readonly vault: Vault
  readonly accounts: AccountStore
  readonly pages: ConnectPages
  readonly renewals: Renewals
  readonly linked: LinkedAccounts
  readonly machines: MachineAccounts
  /** Address of a connect page. */
  readonly pageLink: (id: string) => string
  readonly onFault: (error: unknown) => void
  readonly random?: () => number
}

type Fresh = { readonly set: TokenSet; readonly until: number; readonly ahead: number; used: boolean }

const NONE: readonly Account[] = []
const MOST_USED = 50_000

/** The accounts as calls see them: from memory while they are fresh, renewed in line when they are not, and a page for the person where only they can help. */
export class CallAccounts {
  readonly #needs: Needs
  readonly #mine = new Memory<ReadonlyMap<ConnectorId, readonly Account[]>>(20_000)
  /** By connector, and there by workspace: an account that one workspace shares is nobody else's. */
  readonly #shared = new Memory<Map<WorkspaceId, Account | 'none'>>(10_000)
  /** Token sets, read once. Keyed by the secret: a new version is a new one. */
  readonly #fresh = new WeakMap<AccountSecret, Fresh>()
  /** What calls of this process took since it was last renewed. */
  readonly #used = new Map<LinkId, AccountSecret>()

  constructor(needs: Needs) {
    this.#needs = needs
    needs.enforcement.add(this.#mine)
    needs.enforcement.add(this.#shared)
  }

  /** The credential for this permit while it is warm and fresh; undefined when somebody has to be asked. No waiting: for the hot path. */
  peek(permit: Permit, declared: CredentialDeclaration, label: string | null = null, rule: AccountRule | null = null): OpenCredential | undefined {
    const mine = this.#mine.peek(`user:${permit.user}`)
    if (mine === undefined) return undefined
    const own = chosenAccount(mine.get(permit.connector) ?? NONE, label)
    if (own !== undefined) return breaks(own, rule) === null ? this.#ready(permit, own, declared) : undefined
    if (label !== null) return undefined
    if (declared.type !== 'oauth2') return this.#needs.vault.peek(permit, declared)
    const shared = this.#shared.peek(`connector:${permit.connector}`)?.get(permit.workspace)
    return shared === undefined || shared === 'none' ? undefined : this.#ready(permit, shared, declared)
  }

  #ready(permit: Permit, account: Account, declared: CredentialDeclaration): OpenCredential | undefined {
    if (account.state === 'ended' || !suits(account, declared)) return undefined
    const secret = this.#needs.secrets.peek(permit, account.link)
    return secret === undefined ? undefined : this.#credential(account, secret, declared)
  }

  /** Undefined where it is not fresh. */
  #credential(account: Account, secret: AccountSecret, declared: CredentialDeclaration): OpenCredential | undefined {
    const base = { id: account.link, placement: placementOf(declared), origins: secret.origins }
    if (account.kind === 'key') return { ...base, secret: secret.secret }
    const fresh = this.#freshOf(secret)
    if (this.#needs.clock.now() >= fresh.until) return undefined
    if (!fresh.used && canRenew(fresh.set) && this.#used.size < MOST_USED) {
      fresh.used = true
      this.#used.set(account.link, secret)
    }
    return { ...base, secret: fresh.set.access }
  }

  #freshOf(secret: AccountSecret): Fresh {
    const known = this.#fresh.get(secret)
    if (known !== undefined) return known
    const set = readTokenSet(secret.secret)
    const fresh = { set, until: freshUntil(set), ahead: renewFrom(set, (this.#needs.random ?? Math.random)()), used: false }
    this.#fresh.set(secret, fresh)
    return fresh
  }

  /**
   * The credential for this permit, renewed where it has to be, once.
   * @throws LinkNeededError with a page for the person; LinkDeclinedError, RenewingFailedError
   */
  async credentialFor(permit: Permit, about: Linkable, asking: Asking): Promise<OpenCredential> {
    for (let round = 0; ; round++) {
      const found = await this.#find(permit, about, asking)
      if ('secret' in found) return found
      // Whoever waited and saw the page done looks once more. The wait is over then: a further need is a new page.
      await this.#ask(permit, about, { ...found, challenge: undefined }, round === 0 ? asking : { ...asking, waitMs: 0 })
    }
  }

  /**
   * Whether what a call took is still there for it, as of the changes that were taken in since. Nobody is asked and nothing is renewed. Tokens of the
   * same account may have been renewed meanwhile; another key in its place means that the person took the first one back.
   */
  async isStillThere(permit: Permit, about: Linkable, taken: Pick<OpenCredential, 'id' | 'secret'>, rule: AccountRule | null): Promise<boolean> {
    const mine = (await this.#accountsOf(permit)).get(permit.connector) ?? NONE
    const shared = about.credential.type === 'oauth2' ? await this.#needs.accounts.shared(permit.workspace, permit.connector) : undefined
    const account = [...mine, ...(shared === undefined ? [] : [shared])].find(({ link }) => link === taken.id)
    if (account === undefined) return (await this.#sharedKey(permit, about))?.id === taken.id
    if (account.state === 'ended' || !suits(account, about.credential) || breaks(account, rule) !== null) return false
    const secret = await this.#needs.secrets.open(permit, account.link)
    return secret !== undefined && (account.kind === 'oauth' || secret.secret === taken.secret)
  }

  async #find(
    permit: Permit,
    about: Linkable,
    { label, rule = null }: Asking,
  ): Promise<OpenCredential | { readonly why: Why; readonly link: LinkId | null }> {
    const account = await this.#account(permit, about, label)
    if (account === undefined) {
      const shared = about.credential.type === 'oauth2' || label !== null ? undefined : await this.#sharedKey(permit, about)
      return shared ?? { why: 'missing', link: null }
    }
    const { link } = account
    const denial = breaks(account, rule)
    if (denial !== null) throw new AccountNotAllowedError(denial, 'sent')
    if (!suits(account, about.credential)) return { why: 'missing', link: null }
    if (account.state === 'ended') return { why: 'ended', link }
    const secret = await this.#needs.secrets.open(permit, link)
    if (secret === undefined) return { why: 'missing', link: null }
    // What was linked for the addresses of then is not taken elsewhere, whatever was reviewed since.
    if (!about.origins.every((origin) => secret.origins.includes(origin))) return { why: 'moved', link }
    return this.#credential(account, secret, about.credential) ?? this.#renewed(permit, about, account, secret)
  }

  async #renewed(
    permit: Permit,
    about: Linkable,
    account: Account,
    old: AccountSecret,
  ): Promise<OpenCredential | { readonly why: Why; readonly link: LinkId }> {
    const renewed = await this.#needs.renewals.renew(permit.workspace, account.link, old.version)
    switch (renewed.kind) {
      case 'fresh': {
        const access = readTokenSet(renewed.secret.secret).access
        return { id: account.link, placement: placementOf(about.credential), secret: access, origins: renewed.secret.origins }
      }
      case 'failed': {
        // Its last moments are better than nothing.
        const set = readTokenSet(old.secret)
        if (this.#needs.clock.now() < set.expiresAt)
          return { id: account.link, placement: placementOf(about.credential), secret: set.access, origins: old.origins }
        throw new RenewingFailedError(about.name, renewed.reason, renewed.who)
      }
      case 'ended':
      case 'gone':
        return { why: 'ended', link: account.link }
    }
  }

  async #account(permit: Permit, about: Linkable, label: string | null): Promise<Account | undefined> {
    const mine = await this.#accountsOf(permit)
    const own = chosenAccount(mine.get(permit.connector) ?? NONE, label)
    if (own !== undefined || label !== null || about.credential.type !== 'oauth2') return own
    const load = async () => (await this.#needs.accounts.shared(permit.workspace, permit.connector)) ?? ('none' as const)
    // A change drops the whole map, so that what is put into an old one is seen by nobody.
    const known = await this.#shared.get(`connector:${permit.connector}`, async () => new Map())
    const shared = known.get(permit.workspace) ?? (await load())
    known.set(permit.workspace, shared)
    if (shared !== 'none') return shared
    return about.credential.grant === 'client-credentials' ? this.#needs.machines.link(permit.workspace, about) : undefined
  }

  #accountsOf({
    user,
    workspace,
  }: {
    readonly user: UserId
    readonly workspace: WorkspaceId
  }): Promise<ReadonlyMap<ConnectorId, readonly Account[]>> {
    return this.#mine.get(`user:${user}`, async () => Map.groupBy(await this.#needs.accounts.of({ user, workspace }), ({ connector }) => connector))
  }

  /** Keys that stand by themselves: the workspace's. */
  async #sharedKey(permit: Permit, about: Linkable): Promise<OpenCredential | undefined> {
    if (about.credential.type === 'oauth2') return undefined
    try {
      const found = await this.#needs.vault.credentialFor(permit, about.credential, { connectorName: about.name, link: '' })
      return about.origins.every((origin) => found.origins.includes(origin)) ? found : undefined
    } catch (error) {
      if (error instanceof NoCredentialError) return undefined
      throw error
    }
  }

  /** Returns when the person has done what they were asked. @throws LinkNeededError, LinkDeclinedError */
  async #ask(
    permit: Permit,
    about: Linkable,
    need: { readonly why: Why; readonly link: LinkId | null; readonly challenge: Challenge | undefined },
    asking: Asking,
  ): Promise<void> {
    const { pages, pageLink } = this.#needs
    const { why, link, challenge } = need
    const wanted = {
      user: permit.user,
      workspace: permit.workspace,
      connector: permit.connector,
      link,
      why,
      ...(challenge === undefined ? {} : { challenge }),
    }
    if (asking.declined) throw new LinkDeclinedError(about.name)
    const known = await pages.find(wanted)
    const page = known === undefined ? await pages.open(wanted) : await pages.wait(known, asking.waitMs, asking.signal)
    if (page.state === 'declined') throw new LinkDeclinedError(about.name)
    if (page.state !== 'done') throw new LinkNeededError(why, about.name, page.id, pageLink(page.id))
  }

  /**
   * The connector did not take the credential, so nothing was done there. Another one to try once, or null where there is nothing to be had.
   * @throws LinkNeededError, NotGrantedError, RenewingFailedError
   */
  async rejected(
    permit: Permit,
    about: Linkable,
    refused: { readonly credential: string; readonly secret: string; readonly status: number; readonly challenge: string | undefined },
    asking: Asking,
  ): Promise<OpenCredential | null> {
    const mine = (await this.#accountsOf(permit)).get(permit.connector) ?? NONE
    const shared = this.#shared.peek(`connector:${permit.connector}`)?.get(permit.workspace)
    const account = [...mine, ...(shared === undefined || shared === 'none' ? [] : [shared])].find(({ link }) => link === refused.credential)
    if (account === undefined) return null
    const challenge = readChallenge(refused.challenge)
    if (challenge.error === 'insufficient_scope') return this.#stepUp(permit, about, account, challenge, asking)
    if (refused.status !== 401) return null
    if (account.kind === 'key') {
      await this.#needs.linked.end(account, `${about.name} no longer accepts the key. Give a valid one.`)
      await this.#ask(permit, about, { why: 'ended', link: account.link, challenge: undefined }, asking)
      return null
    }
    const now = await this.#needs.secrets.openForUpkeep(permit.workspace, account.link)
    if (now === undefined) return null
    // Another process has renewed it since this call took its token.
    const [secret, older] = readTokenSet(now.secret).access === refused.secret ? [now, now.version] : [now, now.version - 1]
    const renewed = await this.#renewed(permit, about, account, { ...secret, version: older })
    if ('secret' in renewed) return renewed.secret === refused.secret ? null : renewed
    await this.#ask(permit, about, { ...renewed, challenge: undefined }, asking)
    return null
  }

  /** More scopes than were granted. What the provider did not grant when the person was asked is not asked for again. */
  async #stepUp(permit: Permit, about: Linkable, account: Account, challenge: Challenge, asking: Asking): Promise<null> {
    if (account.kind !== 'oauth' || account.user === null) return null
    const more = challenge.scope.filter((scope) => !account.scopes.includes(scope))
    if (more.length === 0) return null
    if (await this.#needs.linked.wasNotGranted(account, more)) throw new NotGrantedError(about.name)
    const only: Challenge = { resourceMetadata: challenge.resourceMetadata, scope: challenge.scope, error: challenge.error }
    await this.#ask(permit, about, { why: 'more', link: account.link, challenge: only }, asking)
    return null
  }

  /** Renews what calls of this process used and what comes to its end soon. */
  async keepFresh(): Promise<void> {
    const now = this.#needs.clock.now()
    const due = [...this.#used].filter(([, secret]) => this.#freshOf(secret).ahead <= now)
    for (const [link] of due) this.#used.delete(link)
    for (let from = 0; from < due.length; from += 8) {
      const some = due.slice(from, from + 8)
      await Promise.all(some.map(([link, secret]) => this.#needs.renewals.renew(secret.workspace, link, secret.version).catch(this.#needs.onFault)))
    }
  }
}
