import { record } from '../ledger/index.ts'
import { type Write, writeOne } from '../storage/index.ts'
import { normalEmail, type UserAccount } from './account.ts'
import type { PeopleParts } from './parts.ts'
import { AccountChangedError, EmailTakenError } from './people-errors.ts'

/**
 * A person changes how they are called, or the address that they sign in with. Nobody confirms the new address, so it opens nothing that only a
 * confirmed one does. One-time links for the old one end.
 * @throws EmailTakenError, AccountChangedError
 */
export async function changeSelf(
  { storage, clock, links }: PeopleParts,
  account: UserAccount,
  change: { readonly name?: string | undefined; readonly email?: string | undefined },
): Promise<UserAccount> {
  const name = change.name ?? account.name
  const email = change.email === undefined ? account.email : normalEmail(change.email)
  const fields = [...(name === account.name ? [] : ['name']), ...(email === account.email ? [] : ['email'])]
  if (fields.length === 0) return account
  const emailOwn = account.emailOwn || email !== account.email
  const now = clock.now()
  const changed = writeOne(
    storage.db
      .updateTable('users')
      .set({ name, email, email_own: emailOwn ? 1 : 0 })
      .where('workspace_id', '=', account.workspace)
      .where('id', '=', account.id)
      .where('email', '=', account.email)
      .where('disabled_at', 'is', null),
    () => new AccountChangedError(),
  )
  const writes: Write[] = [
    changed,
    record(storage.db, { event: 'user.changed', workspace: account.workspace, subject: account.id, by: account.id, at: now, facts: { fields } }),
  ]
  if (email !== account.email) writes.push(links.endAll(account.workspace, account.id, now))
  // A guard has one answer; who is there already is asked first, and the unique index has the last word.
  if (email !== account.email && (await isTaken(storage, email))) throw new EmailTakenError()
  await storage.write(writes)
  return { ...account, name, email, emailOwn }
}

async function isTaken(storage: PeopleParts['storage'], email: string): Promise<boolean> {
  return (await storage.db.selectFrom('users').select('id').where('email', '=', email).executeTakeFirst()) !== undefined
}
