import { record } from '../ledger/index.ts'
import type { WorkspaceId } from '../lib/index.ts'
import { writeOne } from '../storage/index.ts'
import { normalEmail, type UserAccount } from './account.ts'
import type { PeopleParts } from './parts.ts'
import { AccountChangedError, SignInFailedError } from './people-errors.ts'
import type { Source, StartedSession } from './web-sessions.ts'

/**
 * A person signs in with a password. Unknown and known accounts cost the same work and get the same answer.
 * @param previous the session that the browser already held; it ends here
 * @throws SignInFailedError, TooManyAttemptsError
 */
export async function signIn(
  { storage, clock, accounts, passwords, attempts, sessions }: PeopleParts,
  given: { readonly email: string; readonly password: string },
  source: Source,
  previous: string | null,
): Promise<StartedSession> {
  const email = normalEmail(given.email)
  attempts.take(email, source.address)
  const found = await accounts.byEmail(email)
  const right = await passwords.verify(found?.passwordHash ?? null, given.password)
  if (found === null) throw new SignInFailedError('unknown')
  if (found.passwordHash === null) throw new SignInFailedError('no-password')
  if (!right) throw new SignInFailedError('wrong-password')
  if (found.account.disabledAt !== null) throw new SignInFailedError('disabled')
  attempts.succeeded(email, source.address)
  const now = clock.now()
  const { writes, ...session } = sessions.begin(found.account.id, found.account.workspace, source.agent, now)
  await storage.write([...sessions.replace(previous, now), ...writes])
  return session
}

/**
 * A signed-in person sets a new password. All sessions end and a new one begins: whoever else was signed in is not any more.
 * @throws SignInFailedError when the current password is wrong, TooManyAttemptsError, PasswordLengthError
 */
export async function changePassword(
  { storage, clock, accounts, passwords, attempts, sessions }: PeopleParts,
  account: UserAccount,
  given: { readonly current: string; readonly password: string },
  source: Source,
): Promise<StartedSession> {
  attempts.take(account.email, source.address)
  const old = await accounts.passwordHash(account.workspace, account.id)
  if (!(await passwords.verify(old, given.current))) throw new SignInFailedError('wrong-password')
  attempts.succeeded(account.email, source.address)
  const hash = await passwords.hash(given.password)
  const now = clock.now()
  const { writes, ...session } = sessions.begin(account.id, account.workspace, source.agent, now)
  await storage.write([
    writeOne(
      storage.db
        .updateTable('users')
        .set({ password_hash: hash })
        .where('workspace_id', '=', account.workspace)
        .where('id', '=', account.id)
        .where('password_hash', '=', old)
        .where('disabled_at', 'is', null),
      () => new AccountChangedError(),
    ),
    record(storage.db, {
      event: 'user.changed',
      workspace: account.workspace,
      subject: account.id,
      by: account.id,
      at: now,
      facts: { fields: ['password'] },
    }),
    sessions.endAll(account.workspace, account.id, now),
    ...writes,
  ])
  return session
}

/**
 * A signed-in person proves once more that it is them, before something that cannot be undone.
 * @throws SignInFailedError, TooManyAttemptsError
 */
export async function confirmPassword(
  { accounts, passwords, attempts }: PeopleParts,
  account: UserAccount,
  password: string,
  source: Source,
): Promise<void> {
  attempts.take(account.email, source.address)
  if (!(await passwords.verify(await accounts.passwordHash(account.workspace, account.id), password))) throw new SignInFailedError('wrong-password')
  attempts.succeeded(account.email, source.address)
}
