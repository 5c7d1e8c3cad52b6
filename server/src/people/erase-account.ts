import type { UserId, WorkspaceId } from '../lib/index.ts'
import { type Write, write, writeOne } from '../storage/index.ts'
import { anotherOperator, runs } from './change-account.ts'
import type { PeopleParts } from './parts.ts'
import { AccountChangedError, UserNotFoundError } from './people-errors.ts'
import { forgettingWaysIn } from './ways-in.ts'

/**
 * The statements that leave nothing of a person's account but its id: name and address are replaced, sessions, links and kept answers are
 * gone, and nobody signs in to it again. For the transaction that erases the rest.
 * @throws UserNotFoundError; LastOperatorError from the transaction when nobody else could run the workspace
 */
export async function erasing(parts: PeopleParts, workspace: WorkspaceId, id: UserId, at: number): Promise<readonly Write[]> {
  const { storage, accounts } = parts
  const { db } = storage
  const account = await accounts.byId(workspace, id)
  if (account === null) throw new UserNotFoundError()
  const gone = { name: 'Erased', email: `${id}@erased.invalid`, password_hash: null, roles: '["user"]', disabled_at: account.disabledAt ?? at }
  return [
    ...(runs(account) ? anotherOperator(parts, workspace, id) : []),
    writeOne(
      db.updateTable('users').set(gone).where('workspace_id', '=', workspace).where('id', '=', id).where('email', '=', account.email),
      () => new AccountChangedError(),
    ),
    write(db.deleteFrom('group_members').where('workspace_id', '=', workspace).where('user_id', '=', id)),
    write(db.deleteFrom('workspace_owners').where('workspace_id', '=', workspace).where('user_id', '=', id)),
    ...forgettingWaysIn(parts, account),
    write(db.deleteFrom('web_sessions').where('workspace_id', '=', workspace).where('user_id', '=', id)),
    write(db.deleteFrom('one_time_links').where('workspace_id', '=', workspace).where('user_id', '=', id)),
    write(db.deleteFrom('idempotency_keys').where('workspace_id', '=', workspace).where('user_id', '=', id)),
  ]
}
