import { record } from '../ledger/index.ts'
import { type Clock, type ConnectorId, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { OAuthClient } from '../oauth-client/index.ts'
import type { Enforcement, Storage } from '../storage/index.ts'
import type { AccountSecrets, LinkId } from '../vault/index.ts'
import type { Account, Linkable } from './account.ts'
import type { AccountRow, AccountStore } from './account-store.ts'
import type { Clients } from './clients.ts'
import type { SignIns } from './sign-ins.ts'
import { tokenSet, writeTokenSet } from './token-set.ts'

type Needs = {
  readonly storage: Storage
  readonly clock: Clock
  readonly enforcement: Enforcement
  readonly secrets: AccountSecrets
  readonly accounts: AccountStore
  readonly clients: Clients
  readonly signIns: SignIns
  readonly oauth: OAuthClient
}

/** Scopes that say something about somebody who signed in. */
const OF_PERSONS = ['offline_access', 'openid']

/** Another process linked it first. */
class LinkedMeanwhileError extends Error {}

/** Accounts of a whole workspace at connectors where nobody signs in: the workspace is a client there (RFC 6749 section 4.4). */
export class MachineAccounts {
  readonly #needs: Needs
  readonly #underWay = new Map<string, Promise<Account>>()

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * The one account of this workspace, made by the first call that needs it. Of many calls on many nodes one makes it.
   * @throws NoClientError where the operator has given no client; refusals of the oauth-client room
   */
  link(workspace: WorkspaceId, about: Linkable): Promise<Account> {
    const key = `${workspace} ${about.connector}`
    const known = this.#underWay.get(key)
    if (known !== undefined) return known
    const work = this.#link(workspace, about).finally(() => this.#underWay.delete(key))
    this.#underWay.set(key, work)
    return work
  }

  async #link(workspace: WorkspaceId, about: Linkable): Promise<Account> {
    const { storage, clock, enforcement, secrets, accounts, clients, signIns, oauth } = this.#needs
    const { connector } = about
    // Before looking for one: whoever makes one after that meets this id.
    const link = await this.#nextId(workspace, connector)
    const there = await accounts.shared(workspace, connector)
    if (there !== undefined) return there
    const { server, scopes, resource } = await signIns.place(about)
    const { identity, ref } = await clients.forMachine(workspace, connector, server)
    const wanted = scopes.filter((scope) => !OF_PERSONS.includes(scope))
    const asked = { server, client: identity, resource }
    const tokens = await oauth.clientCredentials(asked, wanted)
    const at = clock.now()
    const set = { ...tokenSet({ ...tokens, refreshToken: null }, null, at), byItself: true }
    const row: AccountRow = {
      id: link,
      workspace_id: workspace,
      user_id: null,
      connector_id: connector,
      kind: 'oauth',
      label: null,
      sealed_identity: null,
      is_default: 1,
      server: JSON.stringify(server),
      client: JSON.stringify(ref),
      scopes: JSON.stringify(tokens.scopes ?? wanted),
      asked_scopes: JSON.stringify(wanted),
      resource,
      exchange: null,
      state: 'good',
      reason: null,
      who: null,
      state_at: at,
      renew_at: null,
      lease: null,
      leased_until: null,
      renewing_since: null,
      failures: 0,
      not_granted: null,
      created_at: at,
      tested_at: null,
      ended_at: null,
    }
    const owner = { workspace, user: null, connector, link }
    const facts = { connector, kind: 'oauth', issuer: server.issuer, scopes: JSON.parse(row.scopes) as string[], shared: true }
    try {
      await enforcement.change(
        [
          accounts.insertingOnce(row, () => new LinkedMeanwhileError()),
          ...secrets.storing(owner, writeTokenSet(set), about.origins, 'system' as UserId, at),
          record(storage.db, { event: 'account.linked', workspace, subject: link, by: 'system', at, facts }),
        ],
        [`connector:${connector}`, `link:${link}`],
      )
      return await accounts.account(row)
    } catch (error) {
      const theirs = error instanceof LinkedMeanwhileError ? await accounts.shared(workspace, connector) : undefined
      // What we do not keep is not left lying about at the provider.
      if (server.revocationEndpoint !== null) await oauth.revoke(asked, 'access_token', tokens.accessToken)
      if (theirs === undefined) throw error
      return theirs
    }
  }

  /** The same on every node that looks at the same time, so that the database takes it from one of them. */
  async #nextId(workspace: WorkspaceId, connector: ConnectorId): Promise<LinkId> {
    const before = await this.#needs.accounts.countShared(workspace, connector)
    return `lnk_${sha256(`machine account ${workspace} ${connector} ${before}`).slice(0, 32)}` as LinkId
  }
}
