import { record } from '../ledger/index.ts'
import { type DeveloperId, newId, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Handlers } from '../schedule/index.ts'
import { write } from '../storage/index.ts'
import type { ContactPurpose } from './contact.ts'
import { Contacts } from './contacts.ts'
import { DeveloperNotFoundError, LastOwnerError, NotAMemberError } from './developers-errors.ts'
import { Holds } from './holds.ts'
import type { DeveloperParts } from './parts.ts'

/** Owners decide who belongs; both publish and stop the organisation's connectors. */
export type MemberRole = 'owner' | 'member'
export type Member = { readonly user: UserId; readonly role: MemberRole }

/** An organisation that publishes connectors; the terms' other party. */
export type Developer = {
  readonly id: DeveloperId
  readonly name: string
  /** ISO 3166-1 alpha-2, upper case: it chooses the contracting entity (clause 1-entity). */
  readonly country: string
  /** Milliseconds, UTC. */
  readonly createdAt: number
}

export interface Developers {
  /** Makes an organisation whose first owner is whoever makes it. */
  create(given: { readonly workspace: WorkspaceId; readonly name: string; readonly country: string; readonly by: UserId }): Promise<DeveloperId>
  /** @throws DeveloperNotFoundError */
  get(workspace: WorkspaceId, developer: DeveloperId): Promise<Developer>
  /** Organisations of a person in the order they were made, with the person's role there. */
  listOf(workspace: WorkspaceId, user: UserId): Promise<readonly (Developer & { readonly role: MemberRole })[]>
  members(workspace: WorkspaceId, developer: DeveloperId): Promise<readonly Member[]>
  roleOf(workspace: WorkspaceId, developer: DeveloperId, user: UserId): Promise<MemberRole | undefined>
  /** @throws NotAMemberError */
  requireMember(workspace: WorkspaceId, developer: DeveloperId, user: UserId, needs?: MemberRole): Promise<MemberRole>
  /** Adds somebody or changes their role; null takes them out. The caller has checked that `by` is an owner. @throws LastOwnerError */
  setMember(given: {
    readonly workspace: WorkspaceId
    readonly developer: DeveloperId
    readonly user: UserId
    readonly role: MemberRole | null
    readonly by: UserId
  }): Promise<void>

  /** What stops organisations until a person has looked. */
  readonly holds: Holds
  /** Whom organisations want to be told. */
  readonly contacts: Contacts
  /** Handing in and reinstating ask this. @throws DeveloperHeldError */
  requireUnheld(workspace: WorkspaceId, developer: DeveloperId): Promise<void>
  /** Proven addresses for a purpose. Empty: the owners are told instead, as users. */
  contactsOf(workspace: WorkspaceId, developer: DeveloperId, purpose: ContactPurpose): Promise<readonly string[]>
  handlers(): Handlers
}

export type DevelopersNeeds = Omit<DeveloperParts, 'profile' | 'publicUrl'> & Partial<Pick<DeveloperParts, 'profile' | 'publicUrl'>>

export function createDevelopers(needs: DevelopersNeeds): Developers {
  const parts: DeveloperParts = { profile: () => 'house', publicUrl: () => 'http://localhost:4400', ...needs }
  const { storage, clock } = parts
  const { db } = storage
  const holds = new Holds(parts)
  const contacts = new Contacts(parts, { wentStale: async () => [] })
  const memberships = (workspace: WorkspaceId, developer: DeveloperId) =>
    db.selectFrom('developer_members').where('workspace_id', '=', workspace).where('developer_id', '=', developer)

  async function roleOf(workspace: WorkspaceId, developer: DeveloperId, user: UserId): Promise<MemberRole | undefined> {
    const row = await memberships(workspace, developer).select('role').where('user_id', '=', user).executeTakeFirst()
    return row?.role as MemberRole | undefined
  }

  async function members(workspace: WorkspaceId, developer: DeveloperId): Promise<readonly Member[]> {
    const rows = await memberships(workspace, developer).select(['user_id', 'role']).orderBy('user_id').execute()
    return rows.map((row) => ({ user: row.user_id as UserId, role: row.role as MemberRole }))
  }

  return {
    async create({ workspace, name, country, by }) {
      const at = clock.now()
      const id = newId('dev', at)
      await storage.write([
        write(db.insertInto('developers').values({ id, workspace_id: workspace, name, country, created_at: at })),
        write(db.insertInto('developer_members').values({ developer_id: id, user_id: by, workspace_id: workspace, role: 'owner' })),
        record(db, { event: 'developer.created', workspace, subject: id, by, at, facts: { country } }),
      ])
      return id
    },

    async get(workspace, developer) {
      const query = db.selectFrom('developers').selectAll().where('workspace_id', '=', workspace).where('id', '=', developer)
      const row = await query.executeTakeFirstOrThrow(() => new DeveloperNotFoundError())
      return { id: developer, name: row.name, country: row.country, createdAt: row.created_at }
    },

    async listOf(workspace, user) {
      const rows = await db
        .selectFrom('developer_members')
        .innerJoin('developers', 'developers.id', 'developer_members.developer_id')
        .select(['developers.id', 'developers.name', 'developers.country', 'developers.created_at', 'developer_members.role'])
        .where('developers.workspace_id', '=', workspace)
        .where('developer_members.user_id', '=', user)
        .orderBy('developers.id')
        .execute()
      return rows.map((row) => ({
        id: row.id as DeveloperId,
        name: row.name,
        country: row.country,
        createdAt: row.created_at,
        role: row.role as MemberRole,
      }))
    },

    members,
    roleOf,
    holds,
    contacts,
    requireUnheld: (workspace, developer) => holds.require(workspace, developer),
    contactsOf: (workspace, developer, purpose) => contacts.of(workspace, developer, purpose),
    handlers: () => ({ ...holds.handlers(), ...contacts.handlers() }),

    async requireMember(workspace, developer, user, needs = 'member') {
      const role = await roleOf(workspace, developer, user)
      if (role === undefined || (needs === 'owner' && role !== 'owner')) throw new NotAMemberError(needs === 'owner')
      return role
    },

    async setMember({ workspace, developer, user, role, by }) {
      const at = clock.now()
      const before = await roleOf(workspace, developer, user)
      if (before === (role ?? undefined)) return
      if (before === 'owner') {
        const others = (await members(workspace, developer)).filter((member) => member.role === 'owner' && member.user !== user)
        if (others.length === 0) throw new LastOwnerError()
      }
      const row = db.deleteFrom('developer_members').where('workspace_id', '=', workspace).where('developer_id', '=', developer)
      await storage.write([
        write(row.where('user_id', '=', user)),
        ...(role === null
          ? []
          : [write(db.insertInto('developer_members').values({ developer_id: developer, user_id: user, workspace_id: workspace, role }))]),
        record(db, { event: 'developer.changed', workspace, subject: developer, by, at, facts: { member: user, role, before: before ?? null } }),
      ])
    },
  }
}
