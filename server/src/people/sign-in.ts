import { record } from '../ledger/index.ts'
import { type Write, writeOne } from '../storage/index.ts'
import { normalEmail, type UserAccount } from './account.ts'
import type { Counted } from './attempts.ts'
import type { PeopleParts } from './parts.ts'
import { AccountChangedError, CodeNeededError, NotByPasswordError, SignInFailedError } from './people-errors.ts'
import { type AfterPassword, checkCode } from './second-factor.ts'
import type { SessionOf, Source, StartedSession } from './web-sessions.ts'

/**
 * A person signs in with a password, and a code where the account asks for one. Unknown and known accounts cost the same work and get the same answer.
 * @param previous the session that the browser already held; it ends here
 * @throws SignInFailedError, CodeNeededError, CodeWrongError, TooManyAttemptsError
 */
export async function signIn(
  parts: PeopleParts,
  given: { readonly email: string; readonly password: string; readonly code?: string | undefined },
  source: Source,
  previous: string | null,
): Promise<StartedSession> {
  const { storage, clock, accounts, passwords, attempts, sessions } = parts
  const email = normalEmail(given.email)
  const found = await accounts.byEmail(email)
  const counted = await attempts.take(email, source.address, await sessions.knows(found?.account.id ?? null, source.address))
  const right = await passwords.verify(found?.passwordHash ?? null, given.password)
  if (found === null) throw new SignInFailedError('unknown')
  if (found.passwordHash === null) throw new SignInFailedError('no-password')
  if (!right) throw new SignInFailedError('wrong-password')
  if (found.account.disabledAt !== null) throw new SignInFailedError('disabled')
  const { method, strong, writes: spending } = await afterPassword(parts, found.account, given.code, counted)
  const now = clock.now()
  const { id, workspace } = found.account
  const { writes, ...session } = sessions.begin(id, workspace, source, { method, strong }, now)
  await storage.write([...spending, ...sessions.replace(previous, now), ...writes])
  return session
}

/**
 * A signed-in person proves once more that it is them. With a code, the session counts as begun with one.
 * @throws SignInFailedError, CodeNeededError, CodeWrongError, TooManyAttemptsError, NotByPasswordError
 */
export async function proveByPassword(
  parts: PeopleParts,
  account: UserAccount,
  session: Pick<SessionOf, 'hash'>,
  given: { readonly password: string; readonly code?: string | undefined },
  source: Source,
): Promise<void> {
  if (!account.hasPassword) throw new NotByPasswordError()
  const counted = await checkPassword(parts, account, given.password, source)
  const { method, strong, writes } = await afterPassword(parts, account, given.code, counted)
  await parts.storage.write([...writes, ...proven(parts, account, session.hash, strong, method)])
}

/** The statements with which a session holds a fresh proof. */
export function proven(
  { storage, clock, sessions }: PeopleParts,
  { id, workspace }: Pick<UserAccount, 'id' | 'workspace'>,
  session: string,
  strong: boolean,
  method: string,
): readonly Write[] {
  const at = clock.now()
  return [
    sessions.proving(workspace, id, session, strong, at),
    record(storage.db, { event: 'session.proven', workspace, subject: id, by: id, at, facts: { method } }),
  ]
}

/**
 * A signed-in person sets a password. All sessions end and a new one begins: whoever else was signed in is not any more.
 * @throws SignInFailedError when a current password was given and is wrong, TooManyAttemptsError, PasswordLengthError
 */
export async function changePassword(
  parts: PeopleParts,
  account: UserAccount,
  given: { readonly current?: string | undefined; readonly password: string },
  source: Source,
): Promise<StartedSession> {
  const { storage, clock, accounts, passwords, sessions } = parts
  const settled = given.current === undefined ? [] : (await checkPassword(parts, account, given.current, source)).settled
  const old = await accounts.passwordHash(account.workspace, account.id)
  const hash = await passwords.hash(given.password)
  const now = clock.now()
  const way = await sessions.wayOf(account.workspace, account.id, source.session)
  const { writes, ...session } = sessions.begin(account.id, account.workspace, source, way, now)
  await storage.write([
    writeOne(
      storage.db
        .updateTable('users')
        .set({ password_hash: hash })
        .where('workspace_id', '=', account.workspace)
        .where('id', '=', account.id)
        .where('password_hash', old === null ? 'is' : '=', old)
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
    ...settled,
    ...writes,
  ])
  return session
}

/**
 * A signed-in person names the password once more, before something that cannot be undone.
 * @throws SignInFailedError, TooManyAttemptsError
 */
export async function confirmPassword(parts: PeopleParts, account: UserAccount, password: string, source: Source): Promise<void> {
  await parts.storage.write([...(await checkPassword(parts, account, password, source)).settled])
}

async function checkPassword(parts: PeopleParts, account: UserAccount, password: string, source: Source): Promise<Counted> {
  const { accounts, passwords, attempts } = parts
  // Whoever sits at a session that was left open guesses from a known place.
  const counted = await attempts.take(account.email, source.address, true)
  if (!(await passwords.verify(await accounts.passwordHash(account.workspace, account.id), password))) throw new SignInFailedError('wrong-password')
  return counted
}

/** The right password settles its count, also where a code is still missing. */
async function afterPassword(parts: PeopleParts, account: UserAccount, code: string | undefined, counted: Counted): Promise<AfterPassword> {
  try {
    const after = await checkCode(parts, account, code)
    return { ...after, writes: [...after.writes, ...counted.settled] }
  } catch (error) {
    if (error instanceof CodeNeededError) await parts.storage.write(counted.settled)
    throw error
  }
}
