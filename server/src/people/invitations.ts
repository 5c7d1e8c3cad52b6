import { type Role, roles } from '@handfast/contract'
import { record } from '../ledger/index.ts'
import { newId, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type Write, writeOne, writeUnique } from '../storage/index.ts'
import { normalEmail, normalRoles, type UserAccount } from './account.ts'
import type { PeopleParts } from './parts.ts'
import { AssertedUserError, EmailTakenError, LinkInvalidError, UserNotFoundError } from './people-errors.ts'
import { checkCode } from './second-factor.ts'
import type { Source, StartedSession } from './web-sessions.ts'

/** A link for one person. The token is known here and to whoever is shown it; nowhere else. */
export type IssuedToken = { readonly user: UserAccount; readonly token: string; readonly expiresAt: number }

/**
 * An operator makes an account and a link with which its person sets name and password.
 * @throws EmailTakenError
 */
export async function invite(parts: PeopleParts, workspace: WorkspaceId, by: string, given: Invited): Promise<IssuedToken> {
  const { issued, writes } = inviting(parts, workspace, by, given)
  await parts.storage.write(writes)
  return issued
}

type Invited = { readonly name: string; readonly email: string; readonly roles: readonly Role[] }

/** An account and its link, with the statements that make them exist. EmailTakenError comes from the transaction. */
export function inviting(
  { storage, clock, links }: PeopleParts,
  workspace: WorkspaceId,
  by: string,
  given: Invited,
): { readonly issued: IssuedToken; readonly writes: readonly Write[] } {
  const now = clock.now()
  const user: UserAccount = {
    id: newId('usr', now),
    workspace,
    name: given.name,
    email: normalEmail(given.email),
    roles: normalRoles(given.roles, roles),
    createdAt: now,
    hasPassword: false,
    openedAt: null,
    emailOwn: false,
    assertedBy: null,
    disabledAt: null,
  }
  const link = links.make({ user: user.id, workspace, purpose: 'invitation' }, by, now)
  const writes = [
    writeUnique(
      storage.db.insertInto('users').values({
        id: user.id,
        workspace_id: workspace,
        email: user.email,
        name: user.name,
        password_hash: null,
        roles: JSON.stringify(user.roles),
        created_at: now,
        disabled_at: null,
      }),
      () => new EmailTakenError(),
    ),
    record(storage.db, { event: 'user.created', workspace, subject: user.id, by, at: now, facts: { roles: user.roles, through: 'invitation' } }),
    ...link.writes,
  ]
  return { issued: { user, token: link.token, expiresAt: link.expiresAt }, writes }
}

/**
 * A new link for somebody who lost the first one, or the password. Earlier links of that person stop working.
 * @throws UserNotFoundError also for a disabled account
 */
export async function issueLink(
  { storage, clock, accounts, links }: PeopleParts,
  workspace: WorkspaceId,
  by: string,
  id: UserId,
): Promise<IssuedToken> {
  const user = await accounts.byId(workspace, id)
  if (user === null || user.disabledAt !== null) throw new UserNotFoundError()
  if (user.assertedBy !== null) throw new AssertedUserError()
  const link = links.make({ user: id, workspace, purpose: user.hasPassword || user.openedAt !== null ? 'password' : 'invitation' }, by, clock.now())
  await storage.write(link.writes)
  return { user, token: link.token, expiresAt: link.expiresAt }
}

/**
 * A person opens the link, sets a password, and is signed in; sessions from before end. A link is one factor: an account that asks for a code
 * asks for it here too. Who lost that as well asks an operator to take the second factor off first.
 * @throws LinkInvalidError, PasswordLengthError, CodeNeededError, CodeWrongError, TooManyAttemptsError
 */
export async function acceptInvitation(
  parts: PeopleParts,
  given: { readonly token: string; readonly name?: string | undefined; readonly password: string; readonly code?: string | undefined },
  source: Source,
): Promise<StartedSession> {
  const { storage, clock, accounts, links, passwords, sessions } = parts
  const link = await links.find(given.token, ['invitation', 'password'], clock.now())
  const user = await accounts.byId(link.workspace, link.user)
  if (user === null || user.disabledAt !== null) throw new LinkInvalidError('disabled')
  const { strong, writes: spending } = await checkCode(parts, user, given.code)
  const hash = await passwords.hash(given.password)
  const now = clock.now()
  const name = given.name ?? user.name
  const { writes, ...session } = sessions.begin(user.id, user.workspace, source, { method: 'link', strong }, now)
  await storage.write([
    links.spend(link, now),
    ...spending,
    writeOne(
      storage.db
        .updateTable('users')
        .set({ password_hash: hash, name, opened_at: user.openedAt ?? now })
        .where('workspace_id', '=', user.workspace)
        .where('id', '=', user.id)
        .where('disabled_at', 'is', null),
      () => new LinkInvalidError('disabled'),
    ),
    record(storage.db, {
      event: 'user.changed',
      workspace: user.workspace,
      subject: user.id,
      by: user.id,
      at: now,
      facts: { fields: name === user.name ? ['password'] : ['name', 'password'], through: link.purpose },
    }),
    sessions.endAll(user.workspace, user.id, now),
    ...writes,
  ])
  return session
}
