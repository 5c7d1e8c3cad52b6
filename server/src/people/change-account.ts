import { type Role, roles } from '@handfast/contract'
import { sql } from 'kysely'
import { record } from '../ledger/index.ts'
import type { UserId, WorkspaceId } from '../lib/index.ts'
import { type Write, write, writeOne } from '../storage/index.ts'
import { normalRoles, type UserAccount } from './account.ts'
import type { PeopleParts } from './parts.ts'
import { AccountChangedError, AssertedUserError, LastOperatorError, OwnAccountError, UserNotFoundError } from './people-errors.ts'
import type { Source, StartedSession } from './web-sessions.ts'

export type AccountChange = {
  readonly name?: string | undefined
  readonly roles?: readonly Role[] | undefined
  readonly disabled?: boolean | undefined
}

/** `session` is there when whoever made the change changed their own rights: the sessions from before have ended. */
export type ChangedAccount = { readonly account: UserAccount; readonly session: StartedSession | null }

/**
 * An operator changes an account. Another set of roles, or disabling, ends its sessions and drops its tokens from every memory, in the same transaction.
 * @throws UserNotFoundError, OwnAccountError, LastOperatorError, AccountChangedError
 */
export async function changeAccount(
  parts: PeopleParts,
  workspace: WorkspaceId,
  by: UserId,
  id: UserId,
  change: AccountChange,
  source: Source,
): Promise<ChangedAccount> {
  const { storage, clock, enforcement, accounts, sessions, links } = parts
  const before = await accounts.byId(workspace, id)
  if (before === null) throw new UserNotFoundError()
  if (before.assertedBy !== null && change.roles?.some((role) => role !== 'user') === true) throw new AssertedUserError()
  const now = clock.now()
  const after: UserAccount = {
    ...before,
    name: change.name ?? before.name,
    roles: change.roles === undefined ? before.roles : normalRoles(change.roles, roles),
    disabledAt: change.disabled === undefined ? before.disabledAt : change.disabled ? (before.disabledAt ?? now) : null,
  }
  const fields = changedFields(before, after)
  if (fields.length === 0) return { account: before, session: null }
  if (by === id && fields.includes('disabled')) throw new OwnAccountError('disable')
  if (by === id && fields.includes('roles') && parts.profile === 'public') throw new OwnAccountError('change the roles of')

  const writes: Write[] = []
  if (runs(before) && !runs(after)) writes.push(...anotherOperator(parts, workspace, id))
  writes.push(
    writeOne(
      storage.db
        .updateTable('users')
        .set({ name: after.name, roles: JSON.stringify(after.roles), disabled_at: after.disabledAt })
        .where('workspace_id', '=', workspace)
        .where('id', '=', id)
        .where('name', '=', before.name)
        .where('roles', '=', JSON.stringify(before.roles))
        .where('disabled_at', before.disabledAt === null ? 'is' : '=', before.disabledAt),
      () => new AccountChangedError(),
    ),
    record(storage.db, {
      event: 'user.changed',
      workspace,
      subject: id,
      by,
      at: now,
      facts: {
        fields,
        ...(fields.includes('roles') ? { roles: after.roles, rolesBefore: before.roles } : {}),
        ...(fields.includes('disabled') ? { disabled: after.disabledAt !== null } : {}),
      },
    }),
  )
  if (fields.length === 1 && fields[0] === 'name') {
    await storage.write(writes)
    return { account: after, session: null }
  }
  writes.push(sessions.endAll(workspace, id, now))
  if (after.disabledAt !== null) writes.push(links.endAll(workspace, id, now))
  const { writes: begin, ...session } = sessions.begin(id, workspace, source, await sessions.wayOf(workspace, by, source.session), now)
  if (by === id) writes.push(...begin)
  await enforcement.change(writes, [`user:${id}`])
  return { account: after, session: by === id ? session : null }
}

function changedFields(before: UserAccount, after: UserAccount): readonly ('name' | 'roles' | 'disabled')[] {
  return [
    ...(before.name === after.name ? [] : (['name'] as const)),
    ...(before.roles.join() === after.roles.join() ? [] : (['roles'] as const)),
    ...(before.disabledAt === after.disabledAt ? [] : (['disabled'] as const)),
  ]
}

export function runs(account: UserAccount): boolean {
  return account.disabledAt === null && account.roles.includes('operator')
}

/**
 * Somebody else must be able to run the workspace. The workspace's row is taken first, so that two operators who demote each other at the
 * same moment come one after the other, and the second one is refused.
 */
export function anotherOperator({ storage }: PeopleParts, workspace: WorkspaceId, id: UserId): readonly Write[] {
  const { db } = storage
  return [
    write(
      db
        .updateTable('workspaces')
        .set((eb) => ({ name: eb.ref('name') }))
        .where('id', '=', workspace),
    ),
    writeOne(
      db
        .updateTable('workspaces')
        .set((eb) => ({ name: eb.ref('name') }))
        .where('id', '=', workspace)
        .where((eb) =>
          eb.exists(
            eb
              .selectFrom('users')
              .select(sql<number>`1`.as('one'))
              .where('workspace_id', '=', workspace)
              .where('id', '<>', id)
              .where('disabled_at', 'is', null)
              .where((or) => or.or([or('password_hash', 'is not', null), or('opened_at', 'is not', null)]))
              .where('roles', 'like', '%"operator"%'),
          ),
        ),
      () => new LastOperatorError(),
    ),
  ]
}
