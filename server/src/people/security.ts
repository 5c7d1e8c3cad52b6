import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { record } from '../ledger/index.ts'
import type { UserId } from '../lib/index.ts'
import type { Write } from '../storage/index.ts'
import type { UserAccount } from './account.ts'
import { type Identity, identitiesOf, removingIdentity } from './identity-store.ts'
import type { PeopleParts } from './parts.ts'
import { forgettingPasskeys, type Passkey, passkeysOf, removingPasskey, renamingPasskey } from './passkey-store.ts'
import {
  addingNewPasskey,
  beginPasskey,
  beginPasskeyProof,
  beginPasskeySignIn,
  type PasskeyAnswer,
  type PasskeyCreation,
  type PasskeyRequest,
  proveByPasskey,
  signInByPasskey,
} from './passkeys.ts'
import { ProofNeededError } from './people-errors.ts'
import { forgettingRecoveryCodes, makeRecoveryCodes, recoveryCodesLeft } from './recovery-codes.ts'
import { beginTotp, confirmingTotp, forgettingTotp, type NewTotp, removingTotp, totpSince } from './totp.ts'
import { anotherWayIn } from './ways-in.ts'
import type { SessionOf, Source, StartedSession } from './web-sessions.ts'

type Owner = Pick<UserAccount, 'id' | 'workspace'>
/** The session in which something is changed. */
export type Acting = Pick<SessionOf, 'hash' | 'strong'>

/** A passkey without its key. */
function shown({ id, name, createdAt, lastUsedAt, synced }: Passkey): Passkey {
  return { id, name, createdAt, lastUsedAt, synced }
}

/** All that opens an account, as its person sees it. */
export type WaysIn = {
  readonly hasPassword: boolean
  readonly totpSince: number | null
  readonly passkeys: readonly Passkey[]
  readonly recoveryCodesLeft: number
  readonly identities: readonly Identity[]
}
/** `recoveryCodes` are there when the person had none: shown once, here. */
export type Added<What> = { readonly added: What; readonly recoveryCodes: readonly string[] | null }

/** What opens an account beside its password: passkeys, an authenticator app, recovery codes, providers. */
export class Security {
  readonly #parts: PeopleParts
  readonly #account: (user: UserId) => Promise<UserAccount>

  constructor(parts: PeopleParts, account: (user: UserId) => Promise<UserAccount>) {
    this.#parts = parts
    this.#account = account
  }

  async waysIn(user: UserId): Promise<WaysIn> {
    const account = await this.#account(user)
    const [since, passkeys, left, identities] = await Promise.all([
      totpSince(this.#parts, account),
      passkeysOf(this.#parts.storage, account),
      recoveryCodesLeft(this.#parts, account),
      identitiesOf(this.#parts.storage, account),
    ])
    return { hasPassword: account.hasPassword, totpSince: since, passkeys: passkeys.map(shown), recoveryCodesLeft: left, identities }
  }

  /**
   * Who holds something stronger than a password changes how they sign in with that only. Otherwise a stolen password would take it off.
   * @throws ProofNeededError
   */
  async requireStrong(user: UserId, session: Pick<SessionOf, 'strong'>): Promise<void> {
    if (session.strong) return
    const { totpSince: since, passkeys } = await this.waysIn(user)
    if (since !== null || passkeys.length > 0) throw new ProofNeededError(true)
  }

  /** See beginPasskeySignIn. */
  beginPasskeySignIn(): Promise<PasskeyRequest> {
    return beginPasskeySignIn(this.#parts)
  }

  /** See signInByPasskey. */
  signInByPasskey(given: PasskeyAnswer<AuthenticationResponseJSON>, source: Source, previous: string | null = null): Promise<StartedSession> {
    return signInByPasskey(this.#parts, given, source, previous)
  }

  async beginPasskeyProof(user: UserId, session: Pick<SessionOf, 'hash'>): Promise<PasskeyRequest> {
    return beginPasskeyProof(this.#parts, await this.#account(user), session)
  }

  /** @throws PasskeyFailedError, StepOverError */
  async proveByPasskey(user: UserId, session: Pick<SessionOf, 'hash'>, given: PasskeyAnswer<AuthenticationResponseJSON>): Promise<void> {
    return proveByPasskey(this.#parts, await this.#account(user), session, given)
  }

  /** @throws ProofNeededError, FactorExistsError */
  async beginPasskey(user: UserId, session: Acting): Promise<PasskeyCreation> {
    await this.requireStrong(user, session)
    return beginPasskey(this.#parts, await this.#account(user), session)
  }

  /** @throws ProofNeededError, StepOverError, PasskeyFailedError, FactorExistsError */
  async addPasskey(
    user: UserId,
    session: Acting,
    given: PasskeyAnswer<RegistrationResponseJSON> & { readonly name: string },
  ): Promise<Added<Passkey>> {
    await this.requireStrong(user, session)
    const account = await this.#account(user)
    const { passkey, writes } = await addingNewPasskey(this.#parts, account, session, given)
    return { added: passkey, recoveryCodes: await this.#strengthen(account, session, writes) }
  }

  /** @throws FactorNotFoundError */
  async renamePasskey(user: UserId, id: string, name: string): Promise<void> {
    const account = await this.#account(user)
    await this.#parts.storage.write([
      renamingPasskey(this.#parts.storage, account, id, name),
      this.#trace(account, 'factor.changed', { kind: 'passkey', passkey: id }),
    ])
  }

  /** @throws ProofNeededError, FactorNotFoundError, LastWayInError */
  async removePasskey(user: UserId, session: Acting, id: string): Promise<void> {
    await this.requireStrong(user, session)
    const account = await this.#account(user)
    await this.#parts.storage.write([
      ...anotherWayIn(this.#parts, account, id),
      removingPasskey(this.#parts.storage, account, id),
      this.#trace(account, 'factor.removed', { kind: 'passkey', passkey: id }),
    ])
  }

  /** @throws ProofNeededError, FactorExistsError */
  async beginTotp(user: UserId, session: Acting): Promise<NewTotp> {
    await this.requireStrong(user, session)
    return beginTotp(this.#parts, await this.#account(user))
  }

  /** @throws ProofNeededError, CodeWrongError, FactorNotFoundError, TooManyAttemptsError */
  async confirmTotp(user: UserId, session: Acting, code: string): Promise<readonly string[] | null> {
    await this.requireStrong(user, session)
    const account = await this.#account(user)
    const counted = await this.#parts.attempts.takeCode(user)
    const writes = await confirmingTotp(this.#parts, account, code.replaceAll(/\s/g, ''))
    return this.#strengthen(account, session, [...writes, ...counted.settled])
  }

  /** @throws ProofNeededError, FactorNotFoundError */
  async removeTotp(user: UserId, session: Acting): Promise<void> {
    await this.requireStrong(user, session)
    const account = await this.#account(user)
    await this.#parts.storage.write([removingTotp(this.#parts, account), this.#trace(account, 'factor.removed', { kind: 'totp' })])
  }

  /** New recovery codes; those from before stop working. @throws ProofNeededError */
  async makeRecoveryCodes(user: UserId, session: Acting): Promise<readonly string[]> {
    await this.requireStrong(user, session)
    const { codes, writes } = makeRecoveryCodes(this.#parts, await this.#account(user))
    await this.#parts.storage.write(writes)
    return codes
  }

  /** @throws ProofNeededError, FactorNotFoundError, LastWayInError */
  async removeIdentity(user: UserId, session: Acting, id: string): Promise<void> {
    await this.requireStrong(user, session)
    const account = await this.#account(user)
    await this.#parts.storage.write([
      ...anotherWayIn(this.#parts, account, id),
      removingIdentity(this.#parts.storage, account, id),
      this.#trace(account, 'identity.unlinked', { identity: id }),
    ])
  }

  /**
   * An operator takes off everything but password and providers, for somebody who lost phone and keys. All sessions end: whoever was let in with
   * what was lost is let in no more.
   */
  async reset(by: UserId, user: UserId): Promise<void> {
    const account = await this.#account(user)
    const { storage, clock, sessions } = this.#parts
    const now = clock.now()
    await storage.write([
      forgettingPasskeys(storage, account),
      forgettingTotp(this.#parts, account),
      forgettingRecoveryCodes(this.#parts, account),
      sessions.endAll(account.workspace, user, now),
      record(storage.db, { event: 'factor.removed', workspace: account.workspace, subject: user, by, at: now, facts: { kind: 'all' } }),
    ])
  }

  /** A first factor brings recovery codes along, and makes the session as good as one that was begun with it. */
  async #strengthen(account: UserAccount, session: Acting, writes: readonly Write[]): Promise<readonly string[] | null> {
    const { storage, sessions, clock } = this.#parts
    const made = (await recoveryCodesLeft(this.#parts, account)) > 0 ? null : makeRecoveryCodes(this.#parts, account)
    await storage.write([
      ...writes,
      sessions.proving(account.workspace, account.id, session.hash, true, clock.now()),
      ...(made === null ? [] : made.writes),
    ])
    return made === null ? null : made.codes
  }

  #trace(owner: Owner, event: 'factor.changed' | 'factor.removed' | 'identity.unlinked', facts: Readonly<Record<string, string>>): Write {
    const { storage, clock } = this.#parts
    return record(storage.db, { event, workspace: owner.workspace, subject: owner.id, by: owner.id, at: clock.now(), facts })
  }
}
