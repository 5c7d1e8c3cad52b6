import { localPath } from '@handfast/contract'
import { record } from '../ledger/index.ts'
import { equalSecrets, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { UserAccount } from './account.ts'
import { accountOfArrival } from './arrive.ts'
import { addingIdentity, identitiesOf, ownerOf, usingIdentity } from './identity-store.ts'
import type { PeopleParts } from './parts.ts'
import { StepOverError } from './people-errors.ts'
import { isWelcome, type SignInProvider } from './provider.ts'
import type { Begun, ProviderClient } from './provider-client.ts'
import { NoAccountError, OtherIdentityError, ProviderNotFoundError } from './provider-errors.ts'
import { proven } from './sign-in.ts'
import type { SessionOf, Source, StartedSession } from './web-sessions.ts'

/** What a person goes to a provider for: to come in, to link it to their account, or to prove that it is them. */
export type ProviderPurpose = 'sign-in' | 'link' | 'proof'
type Away = Begun & {
  readonly provider: string
  readonly purpose: ProviderPurpose
  readonly next: string | null
  readonly user?: UserId
  readonly session?: string
}
/** `away` is kept by the browser, in a cookie that pages cannot read. */
export type SentAway = { readonly url: string; readonly away: string }
/** `session` is there where one was begun. */
export type CameBack = { readonly purpose: ProviderPurpose; readonly next: string | null; readonly session: StartedSession | null }

/** What it takes beside the parts of the room. */
export type ProviderNeeds = {
  readonly providers: readonly SignInProvider[]
  readonly client: ProviderClient
  readonly house: () => WorkspaceId
  /** Takes over what the provider says about groups. */
  readonly setGroups: (user: UserId, groups: readonly string[]) => Promise<void>
}

const HINT = 'provider sign-out'

/** The ways in through OpenID providers. */
export class ProviderSignIn {
  readonly #parts: PeopleParts
  readonly #needs: ProviderNeeds

  constructor(parts: PeopleParts, needs: ProviderNeeds) {
    this.#parts = parts
    this.#needs = needs
  }

  get providers(): readonly SignInProvider[] {
    return this.#needs.providers
  }

  /**
   * Sends somebody to a provider. Everything that has to fit when they come back is sealed into what their browser keeps.
   * @param of the signed-in person and session, where it is to link or to prove
   * @throws ProviderNotFoundError, ProviderFailedError, TooManyAttemptsError
   */
  async begin(
    id: string,
    wish: { readonly purpose: ProviderPurpose; readonly next?: string | undefined },
    source: Source,
    of?: { readonly account: UserAccount; readonly session: Pick<SessionOf, 'hash'> },
  ): Promise<SentAway> {
    const provider = this.#provider(id)
    if (of === undefined) await this.#parts.storage.write((await this.#parts.attempts.takeUnnamed(source.address)).settled)
    const { url, begun } = await this.#needs.client.begin(provider, this.#redirectUri(id), wish.purpose === 'proof')
    const bound = of === undefined ? {} : { user: of.account.id, session: of.session.hash }
    const away: Away = { ...begun, provider: id, purpose: wish.purpose, next: localPath(wish.next), ...bound }
    return { url, away: this.#parts.steps.make('provider', away) }
  }

  /**
   * Somebody comes back. The browser has to hold what it was sent away with, for this provider and this answer; of two who come with the same,
   * one is let in.
   * @param parameters the query of the address that they came back to
   * @param current the session that the browser holds now
   * @throws StepOverError, ProviderNotFoundError, ProviderFailedError, NoAccountError, IdentityTakenError, OtherIdentityError, TooManyAttemptsError
   */
  async finish(
    id: string,
    away: string | null,
    parameters: string,
    source: Source,
    current: { readonly session: SessionOf | null; readonly presented: string | null },
  ): Promise<CameBack> {
    const { steps, storage, clock, attempts } = this.#parts
    const provider = this.#provider(id)
    if (away === null) throw new StepOverError('unknown')
    const { content: begun, spend } = steps.open<Away>('provider', away)
    const returned = new URL(`${this.#redirectUri(id)}?${parameters.replace(/^\?/, '')}`)
    if (begun.provider !== id || !equalSecrets(returned.searchParams.get('state') ?? '', begun.state)) throw new StepOverError('other-session')
    if (begun.session !== undefined && current.session?.hash !== begun.session) throw new StepOverError('other-session')
    const counted = await attempts.takeUnnamed(source.address)
    // Before the code is exchanged: an answer that comes twice at once goes to the provider once.
    await storage.write([spend])
    const arrival = await this.#needs.client.finish(provider, begun, returned, begun.purpose === 'proof')
    const now = clock.now()
    const back = { purpose: begun.purpose, next: begun.next }
    const strong = arrival.severalFactors

    if (begun.purpose === 'sign-in') {
      const account = await accountOfArrival(this.#parts, this.#needs.house(), provider, arrival)
      if (arrival.groups !== null) await this.#needs.setGroups(account.id, arrival.groups)
      const sealedHint = this.#parts.sealing.seal(`${HINT}:${account.id}`, arrival.idToken)
      const way = { method: 'provider', provider: id, strong, sealedHint } as const
      const { writes, ...session } = this.#parts.sessions.begin(account.id, account.workspace, source, way, now)
      const replaced = this.#parts.sessions.replace(current.presented, now)
      await storage.write([usingIdentity(storage, account, arrival, now), ...counted.settled, ...replaced, ...writes])
      return { ...back, session }
    }

    const holder = current.session
    if (holder === null || begun.user !== holder.user) throw new StepOverError('other-session')
    const owner = { id: holder.user, workspace: holder.workspace }
    if (begun.purpose === 'link') {
      if (!isWelcome(provider, arrival.email)) throw new NoAccountError(provider.name, 'domain')
      const linked = {
        event: 'identity.linked',
        workspace: owner.workspace,
        subject: owner.id,
        by: owner.id,
        at: now,
        facts: { provider: id },
      } as const
      await storage.write([addingIdentity(storage, owner, provider, arrival, now), record(storage.db, linked), ...counted.settled])
      return { ...back, session: null }
    }
    if ((await ownerOf(storage, arrival))?.id !== owner.id) throw new OtherIdentityError()
    const proof = proven(this.#parts, owner, holder.hash, strong, `provider ${id}`)
    await storage.write([usingIdentity(storage, owner, arrival, now), ...counted.settled, ...proof])
    return { ...back, session: null }
  }

  /** Where somebody who came through a provider ends their session there too; null where it has no such place. */
  async endAddress(session: SessionOf): Promise<string | null> {
    const { sessions, sealing, publicUrl } = this.#parts
    const { provider: id, sealedHint } = await sessions.wayOf(session.workspace, session.user, session.hash)
    const provider = this.#needs.providers.find((one) => one.id === id)
    if (provider === undefined || sealedHint === undefined) return null
    return this.#needs.client.endAddress(provider, sealing.open(`${HINT}:${session.user}`, sealedHint), `${publicUrl()}/sign-in`)
  }

  /** Providers that open this account. */
  async of(account: Pick<UserAccount, 'id' | 'workspace'>) {
    return identitiesOf(this.#parts.storage, account)
  }

  #provider(id: string): SignInProvider {
    const provider = this.#needs.providers.find((one) => one.id === id)
    if (provider === undefined) throw new ProviderNotFoundError()
    return provider
  }

  /** One for each provider: an answer that was meant for one cannot be taken for another's (RFC 9700 section 4.4.2.2). */
  #redirectUri(id: string): string {
    return `${this.#parts.publicUrl()}/sign-in/back/${id}`
  }
}
