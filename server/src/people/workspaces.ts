import { record } from '../ledger/index.ts'
import { newId, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type Write, writeOne, writeUnique } from '../storage/index.ts'
import { type IssuedToken, inviting } from './invitations.ts'
import type { PeopleParts } from './parts.ts'
import { WorkspaceNotFoundError } from './workspace-errors.ts'
import { changeGroup, createGroup, type Group, groupsOf, membershipsOf, removeGroup, setMember, settingGroups } from './workspace-groups.ts'
import { addingOwner, leaving, type Member, ownersOf, setOwner } from './workspace-members.ts'

export type Workspace = { readonly id: WorkspaceId; readonly name: string; readonly createdAt: number }

/** What a rule may know about a person. */
export type WorkspacePerson = { readonly user: UserId; readonly groups: ReadonlySet<string>; readonly owner: boolean }
/** Who there is in a workspace, for rules that name people and groups. `people` are those who can sign in. */
export type WorkspaceAudience = {
  readonly groups: ReadonlyMap<string, ReadonlySet<UserId>>
  readonly people: ReadonlySet<UserId>
  readonly owners: ReadonlySet<UserId>
}

/** What other rooms end for somebody who leaves a workspace: their statements, for the same transaction. */
export type EndingStep = (
  person: { readonly user: UserId; readonly workspace: WorkspaceId },
  at: number,
) => readonly Write[] | Promise<readonly Write[]>

/**
 * Workspaces, who is in them, and their groups. A person belongs to exactly one; nothing of one is seen in another but the directory, which the first
 * workspace publishes for all.
 */
export class Workspaces {
  readonly #parts: PeopleParts
  readonly #house: () => WorkspaceId

  constructor(parts: PeopleParts, house: () => WorkspaceId) {
    this.#parts = parts
    this.#house = house
  }

  /** The first one: its operators run the installation, and its developers publish the directory. */
  get house(): WorkspaceId {
    return this.#house()
  }

  /** In the order in which they were made. */
  async list(after: string | null, limit: number): Promise<readonly Workspace[]> {
    const { db } = this.#parts.storage
    const rows = await db
      .selectFrom('workspaces')
      .selectAll()
      .where('id', '>', after ?? '')
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map((row) => ({ id: row.id as WorkspaceId, name: row.name, createdAt: row.created_at }))
  }

  /** @throws WorkspaceNotFoundError */
  async get(id: WorkspaceId): Promise<Workspace> {
    const row = await this.#parts.storage.db.selectFrom('workspaces').selectAll().where('id', '=', id).executeTakeFirst()
    if (row === undefined) throw new WorkspaceNotFoundError()
    return { id, name: row.name, createdAt: row.created_at }
  }

  async create(by: UserId, name: string): Promise<Workspace> {
    const { storage, clock } = this.#parts
    const at = clock.now()
    const id = newId('wsp', at)
    await storage.write([
      writeUnique(storage.db.insertInto('workspaces').values({ id, name, created_at: at }), () => new Error('an id was given twice')),
      record(storage.db, { event: 'workspace.created', workspace: id, subject: id, by, at }),
    ])
    return { id, name, createdAt: at }
  }

  /** @throws WorkspaceNotFoundError */
  async rename(workspace: WorkspaceId, by: UserId, name: string): Promise<void> {
    const { storage, clock } = this.#parts
    await storage.write([
      writeOne(storage.db.updateTable('workspaces').set({ name }).where('id', '=', workspace), () => new WorkspaceNotFoundError()),
      record(storage.db, { event: 'workspace.changed', workspace, subject: workspace, by, at: clock.now(), facts: { fields: ['name'] } }),
    ])
  }

  /** Accounts in the order in which they were made, those that ended included. */
  async members(workspace: WorkspaceId, after: string | null, limit: number): Promise<readonly Member[]> {
    const [accounts, owners, groups] = await Promise.all([
      this.#parts.accounts.list(workspace, after, limit),
      ownersOf(this.#parts, workspace),
      membershipsOf(this.#parts, workspace),
    ])
    return accounts.map((account) => ({ ...account, owner: owners.has(account.id), groups: [...(groups.get(account.id) ?? [])] }))
  }

  /** @throws EmailTakenError also where the address belongs to somebody of another workspace: a person belongs to one */
  async invite(
    workspace: WorkspaceId,
    by: UserId | 'system',
    given: { readonly name: string; readonly email: string; readonly owner: boolean },
  ): Promise<IssuedToken> {
    const made = this.#inviting(workspace, by, given)
    await this.#parts.storage.write(made.writes)
    return made.issued
  }

  #inviting(workspace: WorkspaceId, by: string, given: { readonly name: string; readonly email: string; readonly owner: boolean }) {
    const made = inviting(this.#parts, workspace, by, { name: given.name, email: given.email, roles: ['user'] })
    const owning = given.owner ? [addingOwner(this.#parts, workspace, made.issued.user.id, this.#parts.clock.now())] : []
    return { issued: made.issued, writes: [...made.writes, ...owning] }
  }

  /** See setOwner. */
  setOwner(workspace: WorkspaceId, by: UserId, given: Parameters<typeof setOwner>[3]): Promise<void> {
    return setOwner(this.#parts, workspace, by, given)
  }

  /**
   * Somebody leaves: the account ends, and with it tokens, account links, lasting yeses, enablements and sessions, on the next call anywhere.
   * @param to where they are invited in the same moment, under the same address, as a new account
   * @throws what leaving throws; EmailTakenError
   */
  async leave(
    workspace: WorkspaceId,
    by: UserId,
    user: UserId,
    options: { readonly mayBeLast: boolean; readonly ending: readonly EndingStep[]; readonly to?: WorkspaceId },
  ): Promise<IssuedToken | null> {
    const { clock, enforcement } = this.#parts
    const at = clock.now()
    const { account, writes } = await leaving(this.#parts, workspace, by, user, { mayBeLast: options.mayBeLast, at })
    const ended: Write[] = []
    for (const step of options.ending) ended.push(...(await step({ user, workspace }, at)))
    const { to } = options
    if (to !== undefined) await this.get(to)
    const invited = to === undefined ? null : this.#inviting(to, by, { name: account.name, email: account.email, owner: false })
    await enforcement.change([...writes, ...ended, ...(invited?.writes ?? [])], [`user:${user}`])
    return invited?.issued ?? null
  }

  groups(workspace: WorkspaceId): Promise<readonly Group[]> {
    return groupsOf(this.#parts, workspace)
  }

  /** See createGroup. */
  createGroup(workspace: WorkspaceId, by: UserId, given: Parameters<typeof createGroup>[3]): Promise<void> {
    return createGroup(this.#parts, workspace, by, given)
  }

  /** See changeGroup. */
  changeGroup(workspace: WorkspaceId, by: UserId, name: string, change: Parameters<typeof changeGroup>[4]): Promise<void> {
    return changeGroup(this.#parts, workspace, by, name, change)
  }

  /** See removeGroup. */
  removeGroup(workspace: WorkspaceId, by: UserId, name: string, inUse: boolean): Promise<void> {
    return removeGroup(this.#parts, workspace, by, name, inUse)
  }

  /** See setMember. */
  setMember(workspace: WorkspaceId, by: UserId, given: Parameters<typeof setMember>[3]): Promise<void> {
    return setMember(this.#parts, workspace, by, given)
  }

  /** Takes over what an identity provider says about somebody's groups; see settingGroups. */
  async setGroups(user: UserId, claims: readonly string[]): Promise<void> {
    const { accounts, clock, enforcement } = this.#parts
    const { workspace } = await accounts.standing(user)
    const writes = await settingGroups(this.#parts, { user, workspace }, claims, clock.now())
    if (writes.length > 0) await enforcement.change(writes, [`user:${user}`])
  }

  /** Groups and ownership of somebody, read anew. */
  async personOf(user: UserId, workspace: WorkspaceId): Promise<WorkspacePerson> {
    const [groups, owners] = await Promise.all([membershipsOf(this.#parts, workspace, user), ownersOf(this.#parts, workspace)])
    return { user, groups: groups.get(user) ?? new Set(), owner: owners.has(user) }
  }

  async audienceOf(workspace: WorkspaceId): Promise<WorkspaceAudience> {
    const { db } = this.#parts.storage
    const [groups, members, owners, people] = await Promise.all([
      groupsOf(this.#parts, workspace),
      membershipsOf(this.#parts, workspace),
      ownersOf(this.#parts, workspace),
      db.selectFrom('users').select('id').where('workspace_id', '=', workspace).where('disabled_at', 'is', null).execute(),
    ])
    const byGroup = new Map(groups.map(({ name }) => [name, new Set<UserId>()]))
    for (const [user, names] of members) for (const name of names) byGroup.get(name)?.add(user)
    return { groups: byGroup, people: new Set(people.map((row) => row.id as UserId)), owners }
  }
}
