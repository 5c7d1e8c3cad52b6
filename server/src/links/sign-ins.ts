import type { OAuthDeclaration } from '@handfast/contract'
import { type Clock, type ConnectorId, MINUTE, sha256, type UserId } from '../lib/index.ts'
import { type Begun, type Challenge, NO_CHALLENGE, type OAuthClient, type Returned, type Tokens } from '../oauth-client/index.ts'
import type { Sealing } from '../sealing/index.ts'
import { type Storage, write, writeOne } from '../storage/index.ts'
import type { LinkId } from '../vault/index.ts'
import type { Linkable, Person } from './account.ts'
import type { SignInTerms } from './account-store.ts'
import type { Clients } from './clients.ts'
import { NoSignInError, SignInStateError } from './links-errors.ts'
import type { SignInPlace, SignInPlaces } from './sign-in-place.ts'

/** A person in a browser: the return counts in the session that went away, and in no other. */
export type Browser = Person & { readonly session: string }

export type SignInWish = {
  readonly page: string | null
  /** The account to renew; null: a new one. */
  readonly link: LinkId | null
  readonly label: string | null
  readonly chooseAccount: boolean
  readonly challenge?: Challenge
  readonly earlier?: readonly string[]
}

/** What a person reads before they go. */
export type Leaving = { readonly url: string; readonly issuer: string; readonly host: string; readonly scopes: readonly string[] }

/** What was set out for, read again on return. */
export type Errand = SignInTerms & {
  readonly connector: ConnectorId
  readonly page: string | null
  readonly link: LinkId | null
  readonly label: string | null
  readonly begun: Begun
  /** The provider was asked to let the person choose an account. */
  readonly chose: boolean
}

const MAY_TAKE = 10 * MINUTE

/** People on their way to a provider and back. */
export class SignIns {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #sealing: Sealing
  readonly #oauth: OAuthClient
  readonly #clients: Clients
  readonly #places: SignInPlaces
  /** Issuers that do not know how to let people choose; asked to sign them in afresh instead, which also asks who they are. */
  readonly #knowNoChoice = new Set<string>()

  constructor(needs: { storage: Storage; clock: Clock; sealing: Sealing; oauth: OAuthClient; clients: Clients; places: SignInPlaces }) {
    this.#storage = needs.storage
    this.#clock = needs.clock
    this.#sealing = needs.sealing
    this.#oauth = needs.oauth
    this.#clients = needs.clients
    this.#places = needs.places
  }

  place(about: Linkable, challenge: Challenge = NO_CHALLENGE, earlier: readonly string[] = []): Promise<SignInPlace> {
    return this.#places.find({ declaration: declarationOf(about), target: about.target, challenge, earlier })
  }

  /**
   * Sends a person away. Called when they have read where to and said yes: only then is anything kept (MCP security best practices, confused deputy).
   * @throws NoSignInError, NoClientError, refusals of the oauth-client room
   */
  async begin(who: Browser, about: Linkable, wish: SignInWish): Promise<Leaving> {
    const declaration = declarationOf(about)
    // The workspace is there as itself: no person's account belongs there.
    if (declaration.grant === 'client-credentials') throw new NoSignInError(about.name)
    const place = await this.place(about, wish.challenge, wish.earlier)
    const { server, scopes, resource } = place
    const { identity, ref } = await this.#clients.at(who.workspace, about.connector, server)
    const { url, begun } = await this.#oauth.begin(server, identity, {
      scopes,
      resource,
      redirectUri: this.#oauth.redirectUri(server),
      chooseAccount: !wish.chooseAccount ? false : this.#knowNoChoice.has(server.issuer) ? 'login' : 'select_account',
    })
    const errand: Errand = {
      connector: about.connector,
      page: wish.page,
      link: wish.link,
      label: wish.label,
      begun,
      chose: wish.chooseAccount,
      server,
      client: ref,
      resource,
      exchange: declaration.exchange ?? null,
    }
    const at = this.#clock.now()
    const stateHash = sha256(begun.state)
    const row = {
      state_hash: stateHash,
      workspace_id: who.workspace,
      user_id: who.user,
      session_hash: who.session,
      connector_id: about.connector,
      page_id: wish.page,
      sealed: this.#sealing.seal(placeOf(stateHash, who.user), JSON.stringify(errand)),
      created_at: at,
      expires_at: at + MAY_TAKE,
      used_at: null,
    }
    const { db } = this.#storage
    await this.#storage.write([
      write(db.deleteFrom('sign_in_attempts').where('workspace_id', '=', who.workspace).where('user_id', '=', who.user).where('expires_at', '<', at)),
      write(db.insertInto('sign_in_attempts').values(row)),
    ])
    return { url, issuer: server.issuer, host: new URL(url).host, scopes }
  }

  /**
   * Takes back what a person set out for, once. Of two returns with one state, one gets it.
   * @param path the address they came back to, which is one of an issuer's own where that issuer does not name itself
   * @throws SignInStateError in another browser, for another person, twice, or too late
   */
  async take(who: Browser, state: string, path: string): Promise<Errand> {
    const stateHash = sha256(state)
    const { db } = this.#storage
    const at = this.#clock.now()
    const row = await db
      .selectFrom('sign_in_attempts')
      .selectAll()
      .where('state_hash', '=', stateHash)
      .where('workspace_id', '=', who.workspace)
      .executeTakeFirst()
    if (row === undefined) throw new SignInStateError('unknown')
    if (row.user_id !== who.user) throw new SignInStateError('another person')
    if (row.session_hash !== who.session) throw new SignInStateError('another browser session')
    if (row.expires_at <= at) throw new SignInStateError('too late')
    const mine = db.updateTable('sign_in_attempts').set({ used_at: at, sealed: '' }).where('state_hash', '=', stateHash).where('used_at', 'is', null)
    if (row.used_at !== null) throw new SignInStateError('used')
    await this.#storage.write([writeOne(mine.where('workspace_id', '=', who.workspace), () => new SignInStateError('used'))])
    const errand = JSON.parse(this.#sealing.open(placeOf(stateHash, who.user), row.sealed)) as Errand
    if (new URL(errand.begun.redirectUri).pathname !== path) throw new SignInStateError('came back to the address of another issuer')
    return errand
  }

  /** Judges the answer and redeems it for tokens. @throws refusals of the oauth-client room */
  async redeem(who: Person, errand: Errand, returned: Returned): Promise<Tokens & { readonly subject: string | null }> {
    const { server, client, resource, exchange } = errand
    const identity = await this.#clients.again(who.workspace, server.issuer, client)
    if (identity === undefined) throw new SignInStateError('the client is gone')
    if (returned.error === 'invalid_request' && errand.chose) this.#knowNoChoice.add(server.issuer)
    const tokens = await this.#oauth.finish(server, identity, errand.begun, returned)
    if (exchange === null) return { ...tokens, subject: null }
    const asked = { server, client: identity, resource }
    const exchanged = await this.#oauth.exchange(asked, tokens.accessToken, exchange).catch(async (error: unknown) => {
      // Of a sign-in that comes to nothing nothing is left lying about at the provider.
      if (server.revocationEndpoint !== null && tokens.refreshToken !== null) await this.#oauth.revoke(asked, 'refresh_token', tokens.refreshToken)
      if (server.revocationEndpoint !== null) await this.#oauth.revoke(asked, 'access_token', tokens.accessToken)
      throw error
    })
    return { ...exchanged, refreshToken: tokens.refreshToken, claims: tokens.claims, subject: tokens.accessToken }
  }
}

function declarationOf(about: Linkable): OAuthDeclaration {
  if (about.credential.type !== 'oauth2') throw new NoSignInError(about.name)
  return about.credential
}

function placeOf(stateHash: string, user: UserId): string {
  return `sign-in-attempt:${stateHash}:${user}`
}
