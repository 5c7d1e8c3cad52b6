import { record } from '../ledger/index.ts'
import type { UserId, WorkspaceId } from '../lib/index.ts'
import { type Write, write, writeOne } from '../storage/index.ts'
import type { UserAccount } from './account.ts'
import { anotherOperator, runs } from './change-account.ts'
import type { PeopleParts } from './parts.ts'
import { AccountChangedError, UserNotFoundError } from './people-errors.ts'
import { forgettingWaysIn } from './ways-in.ts'
import { LastOwnerError } from './workspace-errors.ts'

/** Somebody of a workspace. */
export type Member = UserAccount & { readonly owner: boolean; readonly groups: readonly string[] }

export async function ownersOf({ storage: { db } }: PeopleParts, workspace: WorkspaceId): Promise<ReadonlySet<UserId>> {
  const rows = await db.selectFrom('workspace_owners').select('user_id').where('workspace_id', '=', workspace).execute()
  return new Set(rows.map((row) => row.user_id as UserId))
}

export function addingOwner({ storage: { db } }: PeopleParts, workspace: WorkspaceId, user: UserId, at: number): Write {
  return write(
    db
      .insertInto('workspace_owners')
      .values({ workspace_id: workspace, user_id: user, at })
      .onConflict((conflict) => conflict.columns(['workspace_id', 'user_id']).doNothing()),
  )
}

/**
 * Makes somebody an owner, or no owner any more. An operator may leave a workspace without one.
 * @throws UserNotFoundError, LastOwnerError
 */
export async function setOwner(
  parts: PeopleParts,
  workspace: WorkspaceId,
  by: string,
  { user, owner, mayBeLast }: { readonly user: UserId; readonly owner: boolean; readonly mayBeLast: boolean },
): Promise<void> {
  const { storage, clock, enforcement, accounts } = parts
  if ((await accounts.byId(workspace, user)) === null) throw new UserNotFoundError()
  const at = clock.now()
  const entry = record(storage.db, { event: 'workspace.changed', workspace, subject: workspace, by, at, facts: { user, owner } })
  const writes = owner
    ? [addingOwner(parts, workspace, user, at)]
    : [...(mayBeLast ? [] : anotherOwner(parts, workspace, user)), removingOwner(parts, workspace, user)]
  await enforcement.change([...writes, entry], [`user:${user}`])
}

function removingOwner({ storage: { db } }: PeopleParts, workspace: WorkspaceId, user: UserId): Write {
  return write(db.deleteFrom('workspace_owners').where('workspace_id', '=', workspace).where('user_id', '=', user))
}

/** Somebody else who can sign in must be an owner. The workspace's row is taken first, so that two owners who drop each other come one after the other. */
function anotherOwner({ storage: { db } }: PeopleParts, workspace: WorkspaceId, user: UserId): readonly Write[] {
  const touch = () =>
    db
      .updateTable('workspaces')
      .set((eb) => ({ name: eb.ref('name') }))
      .where('id', '=', workspace)
  const other = db
    .selectFrom('workspace_owners')
    .innerJoin('users', 'users.id', 'workspace_owners.user_id')
    .select('workspace_owners.user_id')
    .where('workspace_owners.workspace_id', '=', workspace)
    .where('workspace_owners.user_id', '<>', user)
    .where('users.disabled_at', 'is', null)
  return [
    write(touch()),
    writeOne(
      touch().where((eb) => eb.exists(other)),
      () => new LastOwnerError(),
    ),
  ]
}

/**
 * The statements with which somebody leaves a workspace: the account there ends and gives its address free, sessions and links end. What other rooms
 * keep for the person ends in the same transaction. Contents stay sealed under the account's own key, which nobody else opens.
 * @throws UserNotFoundError; LastOwnerError, LastOperatorError, AccountChangedError from the transaction
 */
export async function leaving(
  parts: PeopleParts,
  workspace: WorkspaceId,
  by: string,
  id: UserId,
  { mayBeLast, at }: { readonly mayBeLast: boolean; readonly at: number },
): Promise<{ readonly account: UserAccount; readonly writes: readonly Write[] }> {
  const { storage, accounts, sessions, links } = parts
  const { db } = storage
  const account = await accounts.byId(workspace, id)
  if (account === null || account.email.endsWith('@left.invalid')) throw new UserNotFoundError()
  const owners = await ownersOf(parts, workspace)
  return {
    account,
    writes: [
      ...(runs(account) ? anotherOperator(parts, workspace, id) : []),
      ...(owners.has(id) && !mayBeLast ? anotherOwner(parts, workspace, id) : []),
      writeOne(
        db
          .updateTable('users')
          .set({ email: `${id}@left.invalid`, roles: '["user"]', password_hash: null, disabled_at: account.disabledAt ?? at })
          .where('workspace_id', '=', workspace)
          .where('id', '=', id)
          .where('email', '=', account.email),
        () => new AccountChangedError(),
      ),
      removingOwner(parts, workspace, id),
      write(db.deleteFrom('group_members').where('workspace_id', '=', workspace).where('user_id', '=', id)),
      sessions.endAll(workspace, id, at),
      links.endAll(workspace, id, at),
      ...forgettingWaysIn(parts, account),
      record(db, { event: 'workspace.left', workspace, subject: id, by, at }),
    ],
  }
}
