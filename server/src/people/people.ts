import type { Role } from '@handfast/contract'
import type { Egress } from '../egress/index.ts'
import type { Clock, UserId, WorkspaceId } from '../lib/index.ts'
import type { Sealing } from '../sealing/index.ts'
import type { Enforcement, Storage, Write } from '../storage/index.ts'
import type { Profile, UserAccount, UserStanding } from './account.ts'
import { AccountStore } from './account-store.ts'
import { AssertedUsers } from './asserted-users.ts'
import { Attempts } from './attempts.ts'
import { type AccountChange, type ChangedAccount, changeAccount } from './change-account.ts'
import { changeSelf } from './change-self.ts'
import { erasing } from './erase-account.ts'
import { isSetUp, makeWelcome, welcomeOperator, workspaceOf } from './first-start.ts'
import { acceptInvitation, type IssuedToken, invite, issueLink } from './invitations.ts'
import { KeptAnswers } from './kept-answers.ts'
import { OneTimeLinks } from './one-time-links.ts'
import type { PeopleParts } from './parts.ts'
import { type HashCost, Passwords } from './passwords.ts'
import { UserNotFoundError } from './people-errors.ts'
import type { SignInProvider } from './provider.ts'
import { ProviderClient } from './provider-client.ts'
import { ProviderSignIn } from './provider-sign-in.ts'
import { Security } from './security.ts'
import { changePassword, confirmPassword, proveByPassword, signIn } from './sign-in.ts'
import { Steps } from './steps.ts'
import {
  defaultSessionRules,
  type SessionOf,
  type SessionRow,
  type SessionRules,
  type Source,
  type StartedSession,
  WebSessions,
} from './web-sessions.ts'
import { HouseRolesError } from './workspace-errors.ts'
import { Workspaces } from './workspaces.ts'

export type PeopleOptions = {
  readonly storage: Storage
  readonly clock: Clock
  readonly enforcement: Enforcement
  readonly profile: Profile
  readonly sealing: Sealing
  /** The one way out, to providers. Without it nobody signs in through one. */
  readonly egress?: Egress
  readonly sessionRules?: SessionRules
  readonly providers?: readonly SignInProvider[]
  /** For development: providers on this machine may speak plain http. */
  readonly providersByHttpLoopback?: boolean
  /** The one origin that people use, and what this installation is called; asked each time, since the port may not be open yet. */
  readonly publicUrl?: () => string
  readonly siteName?: () => string
  /** What hashing a password costs; what OWASP recommends where absent. */
  readonly passwordCost?: HashCost
}

/** Accounts, sign-in, roles. `start` makes the first workspace. */
export class People {
  readonly profile: Profile
  readonly workspaces: Workspaces
  /** What opens an account beside its password. */
  readonly security: Security
  /** The ways in through OpenID providers. */
  readonly providers: ProviderSignIn
  /** People whom assistants vouch for. */
  readonly asserted: AssertedUsers
  /** Answers to requests that people send under a key of their own. */
  readonly answers: KeptAnswers
  readonly #parts: PeopleParts
  #workspace: WorkspaceId | null = null

  constructor(options: PeopleOptions) {
    const { storage, clock, enforcement, profile, sealing, egress = null } = options
    const accounts = new AccountStore(storage.db)
    enforcement.add(accounts.standings)
    this.profile = profile
    this.answers = new KeptAnswers(storage)
    this.#parts = {
      storage,
      clock,
      enforcement,
      profile,
      accounts,
      passwords: new Passwords(options.passwordCost),
      attempts: new Attempts(storage, clock),
      links: new OneTimeLinks(storage.db),
      sessions: new WebSessions(storage, options.sessionRules ?? defaultSessionRules),
      steps: new Steps({ storage, sealing, clock }),
      sealing,
      egress,
      publicUrl: options.publicUrl ?? (() => 'http://localhost'),
      siteName: options.siteName ?? (() => 'Handfast'),
    }
    this.security = new Security(this.#parts, (user) => this.account(user))
    this.providers = new ProviderSignIn(this.#parts, {
      providers: options.providers ?? [],
      client: new ProviderClient(egress, clock, options.providersByHttpLoopback ?? false),
      house: () => this.workspace,
      setGroups: (user, groups) => this.setGroups(user, groups),
    })
    this.asserted = new AssertedUsers(this.#parts)
    this.workspaces = new Workspaces(this.#parts, () => this.workspace)
  }

  /**
   * Makes the workspace at the first start.
   * @returns the token for `/welcome#<token>`, good for 24 hours, or null once the first operator exists
   */
  async start(): Promise<{ readonly workspace: WorkspaceId; readonly welcome: string | null }> {
    this.#workspace = await workspaceOf(this.#parts)
    return { workspace: this.#workspace, welcome: (await this.isSetUp()) ? null : await makeWelcome(this.#parts, this.#workspace) }
  }

  /** The first workspace, whose people run the installation. Known after `start`. */
  get workspace(): WorkspaceId {
    if (this.#workspace === null) throw new Error('people.start() comes first')
    return this.#workspace
  }

  isSetUp(): Promise<boolean> {
    return isSetUp(this.#parts)
  }

  /** See welcomeOperator. */
  welcome(
    given: { readonly token: string; readonly name: string; readonly email: string; readonly password: string },
    source: Source,
  ): Promise<StartedSession> {
    return welcomeOperator(this.#parts, given, source)
  }

  /** See signIn. */
  signIn(given: Parameters<typeof signIn>[1], source: Source, previous: string | null = null): Promise<StartedSession> {
    return signIn(this.#parts, given, source, previous)
  }

  /** Whom a session cookie stands for, or null; also null while a second factor is missing that the person's roles ask for, and for one that an assistant's link began. */
  async session(secret: string): Promise<SessionOf | null> {
    const session = await this.anySession(secret)
    return session?.lacks == null && session?.hostedBy == null ? session : null
  }

  /** The same, with sessions that are good for nothing but completing them: see `lacks`. */
  anySession(secret: string): Promise<SessionOf | null> {
    return this.#parts.sessions.identify(secret, this.#parts.clock.now())
  }

  /** Whether a second factor is asked for of somebody with these roles. */
  needsSecondFactor(roles: readonly Role[]): boolean {
    return roles.some((role) => this.#parts.sessions.rules.secondFactorRoles.includes(role))
  }

  async sessions(user: UserId): Promise<readonly SessionRow[]> {
    return this.#parts.sessions.list(await this.#workspaceOf(user), user, this.#parts.clock.now())
  }

  /** @throws SessionNotFoundError */
  async endSession(user: UserId, hash: string): Promise<void> {
    return this.#parts.sessions.end(await this.#workspaceOf(user), user, hash, this.#parts.clock.now())
  }

  /** Ends every session of a person but one. */
  async endOtherSessions(user: UserId, keep: string): Promise<void> {
    return this.#parts.sessions.endOthers(await this.#workspaceOf(user), user, keep, this.#parts.clock.now())
  }

  /** The workspace that somebody belongs to; of somebody whom there is not, one that nothing is in. */
  async #workspaceOf(user: UserId): Promise<WorkspaceId> {
    return (await this.standing(user)).workspace
  }

  /** See changePassword. */
  async changePassword(user: UserId, given: Parameters<typeof changePassword>[2], source: Source): Promise<StartedSession> {
    return changePassword(this.#parts, await this.account(user), given, source)
  }

  /** See confirmPassword. */
  async confirmPassword(user: UserId, password: string, source: Source): Promise<void> {
    return confirmPassword(this.#parts, await this.account(user), password, source)
  }

  /** See proveByPassword. */
  async proveByPassword(user: UserId, session: Pick<SessionOf, 'hash'>, given: Parameters<typeof proveByPassword>[3], source: Source): Promise<void> {
    return proveByPassword(this.#parts, await this.account(user), session, given, source)
  }

  /** See changeSelf. */
  async changeSelf(user: UserId, change: Parameters<typeof changeSelf>[2]): Promise<UserAccount> {
    return changeSelf(this.#parts, await this.account(user), change)
  }

  /** An operator ends every session of somebody. */
  async endSessionsOf(by: UserId, user: UserId): Promise<void> {
    return this.#parts.sessions.endEvery(await this.#workspaceOf(user), by, user, this.#parts.clock.now())
  }

  /** See erasing. */
  async erasing(user: UserId, at: number): Promise<readonly Write[]> {
    return erasing(this.#parts, await this.#workspaceOf(user), user, at)
  }

  /** @throws EmailTakenError */
  invite(by: UserId | 'system', given: Parameters<typeof invite>[3]): Promise<IssuedToken> {
    return invite(this.#parts, this.workspace, by, given)
  }

  /** @throws UserNotFoundError */
  async issueLink(by: UserId | 'system', user: UserId): Promise<IssuedToken> {
    return issueLink(this.#parts, await this.#workspaceOf(user), by, user)
  }

  /** See acceptInvitation. */
  acceptInvitation(given: Parameters<typeof acceptInvitation>[1], source: Source): Promise<StartedSession> {
    return acceptInvitation(this.#parts, given, source)
  }

  /** See changeAccount. @throws HouseRolesError for roles that people of another workspace cannot hold */
  async change(by: UserId, user: UserId, change: AccountChange, source: Source): Promise<ChangedAccount> {
    const workspace = await this.#workspaceOf(user)
    if (workspace !== this.workspace && change.roles?.some((role) => role !== 'user') === true) throw new HouseRolesError()
    return changeAccount(this.#parts, workspace, by, user, change, source)
  }

  /** An account of any workspace; whoever asks for somebody else's compares it. @throws UserNotFoundError */
  async account(user: UserId): Promise<UserAccount> {
    const account = await this.#parts.accounts.byId(await this.#workspaceOf(user), user)
    if (account === null) throw new UserNotFoundError()
    return account
  }

  /** Takes over what an identity provider says about somebody's groups. See settingGroups. */
  setGroups(user: UserId, claims: readonly string[]): Promise<void> {
    return this.workspaces.setGroups(user, claims)
  }

  /** Accounts of the first workspace in the order in which they were made. */
  list(after: string | null, limit: number): Promise<readonly UserAccount[]> {
    return this.#parts.accounts.list(this.workspace, after, limit)
  }

  /** Name of a workspace; of the first one, where none is named. */
  async workspaceName(of: WorkspaceId = this.workspace): Promise<string> {
    return (await this.workspaces.get(of)).name
  }

  /** Roles and state of an account, from memory where possible. An account that does not exist counts as disabled. */
  standing(user: UserId): Promise<UserStanding> {
    return this.#parts.accounts.standing(user)
  }

  /** The same without waiting: undefined when it is not in memory. */
  peekStanding(user: UserId): UserStanding | undefined {
    return this.#parts.accounts.standings.peek(`user:${user}`)
  }
}

export function createPeople(options: PeopleOptions): People {
  return new People(options)
}
