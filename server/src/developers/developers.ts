import type { Egress } from '../egress/index.ts'
import { record } from '../ledger/index.ts'
import { type ConnectorId, type DeveloperId, newId, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Handlers } from '../schedule/index.ts'
import type { Sealing } from '../sealing/index.ts'
import { write, writeOne } from '../storage/index.ts'
import { Brands } from './brand.ts'
import type { ContactPurpose } from './contact.ts'
import { Contacts } from './contacts.ts'
import { type Lack, lacking, lackWords } from './demands.ts'
import { DeveloperIncompleteError, DeveloperNotFoundError, LastOwnerError, NotAMemberError } from './developers-errors.ts'
import { Domains } from './domains.ts'
import { DeveloperFindings } from './findings.ts'
import { Holds } from './holds.ts'
import { oneByOne, onlyWhere } from './one-by-one.ts'
import { createParties, type Parties } from './parties/index.ts'
import { skeleton } from './parties/look-alikes.ts'
import type { DeveloperParts } from './parts.ts'
import { factsDigest, Profiles } from './profile.ts'
import { type StatementAnswers, Statements } from './statements.ts'
import { Subprocessors } from './subprocessors.ts'
import { type TransferHelp, Transfers } from './transfers.ts'
import { WatchedPages } from './watched-pages.ts'

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
  /** Every organisation, newest first. `before`: the id of the last one seen. */
  list(workspace: WorkspaceId, before: string | null, limit: number): Promise<readonly Developer[]>
  /** The connectors of an organisation, whatever became of them. */
  connectorsOf(workspace: WorkspaceId, developer: DeveloperId): Promise<readonly ConnectorId[]>
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
  /** What organisations say about themselves, and their declared owners. */
  readonly profiles: Profiles
  readonly domains: Domains
  readonly statements: Statements
  readonly findings: DeveloperFindings
  readonly parties: Parties
  readonly subprocessors: Subprocessors
  readonly brands: Brands
  readonly transfers: Transfers
  /** What an organisation lacks before it may hand something in here. Empty in a house. */
  lacking(workspace: WorkspaceId, developer: DeveloperId): Promise<readonly Lack[]>
  /** For whoever hands a release in: nothing is lacking, and nobody has to look first. @throws DeveloperIncompleteError, DeveloperHeldError */
  requireReady(workspace: WorkspaceId, developer: DeveloperId): Promise<void>
  /** Whether the four statements have to be asked. */
  statementsDue(workspace: WorkspaceId, developer: DeveloperId): Promise<boolean>
  /** Makes the statements about what is known now. @throws StatementsOutdatedError */
  state(workspace: WorkspaceId, developer: DeveloperId, edition: string, answers: StatementAnswers, by: UserId): Promise<void>
  handlers(): Handlers
}

export type DevelopersNeeds = Omit<DeveloperParts, 'profile' | 'publicUrl'> &
  Partial<Pick<DeveloperParts, 'profile' | 'publicUrl'>> & { readonly sealing: Sealing; readonly egress: Egress; readonly help: TransferHelp }

export function createDevelopers(needs: DevelopersNeeds): Developers {
  const { sealing, egress, help, ...rest } = needs
  const parts: DeveloperParts = { profile: () => 'house', publicUrl: () => 'http://localhost:4400', ...rest }
  const { storage, clock } = parts
  const { db } = storage
  const holds = new Holds(parts, {
    isMember: async (workspace, developer, user) => (await roleOf(workspace, developer, user)) !== undefined,
    requireDecider: (workspace, by, reason) => parties.rules.requireDecider(workspace, by, reason),
    settled: (workspace, hold) => parties.checks.settled(workspace, hold),
    over: (workspace, hold, at) => parties.checks.letting(workspace, hold, at),
  })
  const findings = new DeveloperFindings(parts)
  const contacts = new Contacts(parts, {
    wentStale: (workspace, { id, developer, purpose }, at) =>
      findings.finding(workspace, developer, 'contact-stale', id, `Your contact for ${purpose} matters did not answer and is not used any more.`, at),
    answered: (workspace, { id, developer }, at) => findings.closing(workspace, developer, 'contact-stale', id, at),
  })
  const parties = createParties(parts, egress, holds, async (workspace, developer) => profiles.parties(workspace, await get(workspace, developer)))
  const profiles = new Profiles({ ...parts, sealing, rules: parties.rules }, async (workspace, developer, at) => [
    pages.watching(workspace, developer, at),
    ...(await parties.checks.asking(workspace, developer, 'change', at)),
  ])
  const pages = new WatchedPages(parts, egress, findings, (workspace, developer) => profiles.of(workspace, developer))
  const domains = new Domains(parts, egress, findings)
  const statements = new Statements(parts, findings)
  const transfers = new Transfers(parts, holds, help, async (workspace, developer) => (await get(workspace, developer)).name)
  const brands = new Brands(parts, help.isOver)

  async function get(workspace: WorkspaceId, developer: DeveloperId): Promise<Developer> {
    const query = db.selectFrom('developers').selectAll().where('workspace_id', '=', workspace).where('id', '=', developer)
    const row = await query.executeTakeFirstOrThrow(() => new DeveloperNotFoundError())
    return { id: developer, name: row.name, country: row.country, createdAt: row.created_at }
  }

  async function factsOf(workspace: WorkspaceId, developer: DeveloperId): Promise<string> {
    const { country } = await get(workspace, developer)
    const [profile, owners, control] = await Promise.all([
      profiles.of(workspace, developer),
      profiles.ownerIds(workspace, developer),
      transfers.controlOf(workspace, developer),
    ])
    return factsDigest(country, profile, owners, control)
  }

  const statementsDue = async (workspace: WorkspaceId, developer: DeveloperId) =>
    statements.areDue(workspace, developer, await factsOf(workspace, developer))

  async function lacks(workspace: WorkspaceId, developer: DeveloperId): Promise<readonly Lack[]> {
    if (parts.profile() === 'house') return []
    const [profile, known, proven] = await Promise.all([
      profiles.of(workspace, developer),
      contacts.list(workspace, developer),
      domains.list(workspace, developer),
    ])
    const due = await statementsDue(workspace, developer)
    return lacking(parts.profile(), { profile, contacts: known, domains: proven, statementsDue: due }, clock.now())
  }
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

  /** A name that looks like that of another organisation is looked at by a person; letters of other alphabets hide nothing. */
  async function nameFindings(workspace: WorkspaceId, developer: DeveloperId, name: string, at: number) {
    const rows = await db.selectFrom('developers').select(['id', 'name']).where('workspace_id', '=', workspace).execute()
    const like = rows.find((row) => row.id !== developer && skeleton(row.name) === skeleton(name))
    if (like === undefined) return []
    const detail = `The name looks like that of another organisation here, "${like.name}". A person of the operator looks at it.`
    return findings.finding(workspace, developer, 'name-confusable', like.id, detail, at)
  }

  return {
    async create({ workspace, name, country, by }) {
      const at = clock.now()
      const id = newId('dev', at)
      await storage.write([
        write(db.insertInto('developers').values({ id, workspace_id: workspace, name, country, created_at: at })),
        write(db.insertInto('developer_members').values({ developer_id: id, user_id: by, workspace_id: workspace, role: 'owner' })),
        record(db, { event: 'developer.created', workspace, subject: id, by, at, facts: { country } }),
        ...(await nameFindings(workspace, id, name, at)),
        ...(await parties.checks.asking(workspace, id, 'sign-up', at)),
      ])
      return id
    },

    get,

    async list(workspace, before, limit) {
      let query = db.selectFrom('developers').selectAll().where('workspace_id', '=', workspace).orderBy('id', 'desc').limit(limit)
      if (before !== null) query = query.where('id', '<', before)
      const rows = await query.execute()
      return rows.map(({ id, name, country, created_at }) => ({ id: id as DeveloperId, name, country, createdAt: created_at }))
    },

    async connectorsOf(workspace, developer) {
      const query = db.selectFrom('connectors').select('id').where('workspace_id', '=', workspace).where('developer_id', '=', developer)
      return (await query.orderBy('id').execute()).map(({ id }) => id as ConnectorId)
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
    profiles,
    domains,
    statements,
    findings,
    parties,
    subprocessors: new Subprocessors(parts),
    brands,
    transfers,
    lacking: lacks,
    statementsDue,
    state: async (workspace, developer, edition, answers, by) =>
      statements.state(workspace, developer, edition, answers, await factsOf(workspace, developer), by),
    async requireReady(workspace, developer) {
      await holds.require(workspace, developer)
      const lack = await lacks(workspace, developer)
      if (lack.length > 0) throw new DeveloperIncompleteError(lack.map((one) => lackWords[one]))
    },
    handlers: () => ({
      ...holds.handlers(),
      ...contacts.handlers(),
      ...domains.handlers(),
      ...pages.handlers(),
      ...parties.handlers(),
      ...transfers.handlers(),
    }),

    async requireMember(workspace, developer, user, needs = 'member') {
      const role = await roleOf(workspace, developer, user)
      if (role === undefined || (needs === 'owner' && role !== 'owner')) throw new NotAMemberError(needs === 'owner')
      return role
    },

    async setMember({ workspace, developer, user, role, by }) {
      const at = clock.now()
      const before = await roleOf(workspace, developer, user)
      if (before === (role ?? undefined)) return
      const owners = db.selectFrom('developer_members').select('user_id').where('developer_id', '=', developer).where('role', '=', 'owner')
      const row = db.deleteFrom('developer_members').where('workspace_id', '=', workspace).where('developer_id', '=', developer)
      await storage.write([
        oneByOne(db, workspace, developer),
        // Of two owners who take each other out at the same moment, one stays.
        ...(before === 'owner'
          ? [
              writeOne(
                onlyWhere(db, workspace, developer).where(({ exists }) => exists(owners.where('user_id', '!=', user))),
                () => new LastOwnerError(),
              ),
            ]
          : []),
        write(row.where('user_id', '=', user)),
        ...(role === null
          ? []
          : [write(db.insertInto('developer_members').values({ developer_id: developer, user_id: user, workspace_id: workspace, role }))]),
        record(db, { event: 'developer.changed', workspace, subject: developer, by, at, facts: { member: user, role, before: before ?? null } }),
      ])
    },
  }
}
