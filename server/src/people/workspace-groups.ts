import { record } from '../ledger/index.ts'
import type { UserId, WorkspaceId } from '../lib/index.ts'
import { type Write, write, writeOne, writeUnique } from '../storage/index.ts'
import type { PeopleParts } from './parts.ts'
import { UserNotFoundError } from './people-errors.ts'
import { GroupInUseError, GroupNotFoundError, GroupTakenError } from './workspace-errors.ts'

/** People of a workspace under one name. `claim`: what an identity provider calls it; whoever signs in with that value is in it. */
export type Group = { readonly name: string; readonly title: string; readonly claim: string | null; readonly members: number }

export async function groupsOf({ storage: { db } }: PeopleParts, workspace: WorkspaceId): Promise<readonly Group[]> {
  const rows = await db
    .selectFrom('workspace_groups')
    .leftJoin('group_members', (join) =>
      join.onRef('group_members.workspace_id', '=', 'workspace_groups.workspace_id').onRef('group_members.group_name', '=', 'workspace_groups.name'),
    )
    .select((eb) => [
      'workspace_groups.name as name',
      'workspace_groups.title as title',
      'workspace_groups.claim as claim',
      eb.fn.count<number>('group_members.user_id').distinct().as('members'),
    ])
    .where('workspace_groups.workspace_id', '=', workspace)
    .groupBy(['workspace_groups.name', 'workspace_groups.title', 'workspace_groups.claim'])
    .orderBy('workspace_groups.name')
    .execute()
  return rows.map((row) => ({ ...row, members: Number(row.members) }))
}

/** Names of the groups that people of a workspace are in; of one person where one is given. */
export async function membershipsOf(
  { storage: { db } }: PeopleParts,
  workspace: WorkspaceId,
  user?: UserId,
): Promise<ReadonlyMap<UserId, ReadonlySet<string>>> {
  let query = db.selectFrom('group_members').select(['user_id', 'group_name']).distinct().where('workspace_id', '=', workspace)
  if (user !== undefined) query = query.where('user_id', '=', user)
  const found = new Map<UserId, Set<string>>()
  for (const { user_id, group_name } of await query.orderBy('group_name').execute()) {
    const id = user_id as UserId
    const groups = found.get(id)
    if (groups === undefined) found.set(id, new Set([group_name]))
    else groups.add(group_name)
  }
  return found
}

/** @throws GroupTakenError */
export async function createGroup(
  { storage, clock }: PeopleParts,
  workspace: WorkspaceId,
  by: string,
  { name, title, claim }: Omit<Group, 'members'>,
): Promise<void> {
  const { db } = storage
  const at = clock.now()
  await storage.write([
    writeUnique(
      db.insertInto('workspace_groups').values({ workspace_id: workspace, name, title, claim, created_at: at }),
      () => new GroupTakenError(),
    ),
    record(db, { event: 'group.changed', workspace, subject: workspace, by, at, facts: { group: name, change: 'made' } }),
  ])
}

/** Another title, or another claim: whom the old one brought in leaves, until they sign in again. @throws GroupNotFoundError */
export async function changeGroup(
  parts: PeopleParts,
  workspace: WorkspaceId,
  by: string,
  name: string,
  change: { readonly title?: string | undefined; readonly claim?: string | null | undefined },
): Promise<void> {
  const { storage, clock, enforcement } = parts
  const { db } = storage
  const at = clock.now()
  const set = { ...(change.title === undefined ? {} : { title: change.title }), ...(change.claim === undefined ? {} : { claim: change.claim }) }
  const before = await db.selectFrom('workspace_groups').selectAll().where('workspace_id', '=', workspace).where('name', '=', name).executeTakeFirst()
  if (before === undefined) throw new GroupNotFoundError()
  if (Object.keys(set).length === 0) return
  const another = change.claim !== undefined && change.claim !== before.claim
  const brought = another ? await membersOf(parts, workspace, name, 'claim') : []
  await enforcement.change(
    [
      writeOne(
        db.updateTable('workspace_groups').set(set).where('workspace_id', '=', workspace).where('name', '=', name),
        () => new GroupNotFoundError(),
      ),
      ...(another
        ? [write(db.deleteFrom('group_members').where('workspace_id', '=', workspace).where('group_name', '=', name).where('source', '=', 'claim'))]
        : []),
      record(db, {
        event: 'group.changed',
        workspace,
        subject: workspace,
        by,
        at,
        facts: { group: name, change: 'changed', fields: Object.keys(set) },
      }),
    ],
    [`workspace:${workspace}`, ...brought.map((user) => `user:${user}`)],
  )
}

async function membersOf(
  { storage: { db } }: PeopleParts,
  workspace: WorkspaceId,
  name: string,
  source?: 'hand' | 'claim',
): Promise<readonly UserId[]> {
  let query = db.selectFrom('group_members').select('user_id').distinct().where('workspace_id', '=', workspace).where('group_name', '=', name)
  if (source !== undefined) query = query.where('source', '=', source)
  return (await query.execute()).map((row) => row.user_id as UserId)
}

/** @throws GroupNotFoundError, GroupInUseError */
export async function removeGroup(parts: PeopleParts, workspace: WorkspaceId, by: string, name: string, inUse: boolean): Promise<void> {
  if (inUse) throw new GroupInUseError()
  const { storage, clock, enforcement } = parts
  const { db } = storage
  const members = await membersOf(parts, workspace, name)
  await enforcement.change(
    [
      writeOne(db.deleteFrom('workspace_groups').where('workspace_id', '=', workspace).where('name', '=', name), () => new GroupNotFoundError()),
      write(db.deleteFrom('group_members').where('workspace_id', '=', workspace).where('group_name', '=', name)),
      record(db, { event: 'group.changed', workspace, subject: workspace, by, at: clock.now(), facts: { group: name, change: 'removed' } }),
    ],
    [`workspace:${workspace}`, ...members.map((user) => `user:${user}`)],
  )
}

/** Puts somebody in a group by hand, or takes them out of what was done by hand. @throws GroupNotFoundError, UserNotFoundError */
export async function setMember(
  { storage, clock, enforcement, accounts }: PeopleParts,
  workspace: WorkspaceId,
  by: string,
  { group, user, member }: { readonly group: string; readonly user: UserId; readonly member: boolean },
): Promise<void> {
  const { db } = storage
  if ((await accounts.byId(workspace, user)) === null) throw new UserNotFoundError()
  const at = clock.now()
  const row = { workspace_id: workspace, group_name: group, user_id: user, source: 'hand' as const, at }
  const change = member
    ? write(
        db
          .insertInto('group_members')
          .values(row)
          .onConflict((conflict) => conflict.columns(['workspace_id', 'group_name', 'user_id', 'source']).doNothing()),
      )
    : write(
        db
          .deleteFrom('group_members')
          .where('workspace_id', '=', workspace)
          .where('group_name', '=', group)
          .where('user_id', '=', user)
          .where('source', '=', 'hand'),
      )
  await enforcement.change(
    [
      // Taken first: a group that is removed at the same moment does not keep a member.
      writeOne(
        db
          .updateTable('workspace_groups')
          .set((eb) => ({ title: eb.ref('title') }))
          .where('workspace_id', '=', workspace)
          .where('name', '=', group),
        () => new GroupNotFoundError(),
      ),
      change,
      record(db, { event: 'group.changed', workspace, subject: user, by, at, facts: { group, change: member ? 'joined' : 'left' } }),
    ],
    [`user:${user}`],
  )
}

/**
 * The statements that make what an identity provider says about somebody's groups true here, and nothing where it is true already. Only groups that
 * name a claim are filled by it; what was done by hand stays. `user:<id>` is the key that makes it hold.
 */
export async function settingGroups(
  { storage: { db } }: PeopleParts,
  { user, workspace }: { readonly user: UserId; readonly workspace: WorkspaceId },
  claims: readonly string[],
  at: number,
): Promise<readonly Write[]> {
  const groups = await db
    .selectFrom('workspace_groups')
    .select(['name', 'claim'])
    .where('workspace_id', '=', workspace)
    .where('claim', 'is not', null)
    .execute()
  const said = new Set(claims)
  const wanted = new Set(groups.filter(({ claim }) => claim !== null && said.has(claim)).map(({ name }) => name))
  const mine = db.selectFrom('group_members').select('group_name').where('workspace_id', '=', workspace).where('user_id', '=', user)
  const there = new Set((await mine.where('source', '=', 'claim').execute()).map((row) => row.group_name))
  const joined = [...wanted].filter((name) => !there.has(name))
  const left = [...there].filter((name) => !wanted.has(name))
  if (joined.length + left.length === 0) return []
  return [
    ...joined.map((name) =>
      write(
        db
          .insertInto('group_members')
          .values({ workspace_id: workspace, group_name: name, user_id: user, source: 'claim', at })
          .onConflict((conflict) => conflict.columns(['workspace_id', 'group_name', 'user_id', 'source']).doNothing()),
      ),
    ),
    ...left.map((name) =>
      write(
        db
          .deleteFrom('group_members')
          .where('workspace_id', '=', workspace)
          .where('group_name', '=', name)
          .where('user_id', '=', user)
          .where('source', '=', 'claim'),
      ),
    ),
    record(db, { event: 'group.changed', workspace, subject: user, by: 'system', at, facts: { change: 'claims', joined, left } }),
  ]
}
