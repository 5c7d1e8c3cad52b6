import type { ConnectorId, DeveloperId, UserId, WorkspaceId } from '../lib/index.ts'
import type { Audience, Recipient } from './outbox.ts'

export type Purpose = 'legal' | 'security' | 'support'
export type Somebody = { readonly user: UserId; readonly workspace: WorkspaceId }

/** What this room has to know about people and organisations. `app.ts` hands it in, since the rooms that know it stand above. */
export type Lookups = {
  /** The address of an account, or null where it has none that mail can go to. */
  readonly emailOf: (user: UserId) => Promise<string | null>
  /** Verified addresses of a developer for a purpose. */
  readonly contactsOf: (workspace: WorkspaceId, developer: DeveloperId, purpose: Purpose) => Promise<readonly string[]>
  readonly membersOf: (workspace: WorkspaceId, developer: DeveloperId) => Promise<readonly { readonly user: UserId; readonly role: string }[]>
  readonly operators: () => Promise<readonly Somebody[]>
  /** Who has a connector enabled, by id of the account, after one. */
  readonly enabledUsers: (workspace: WorkspaceId, connector: ConnectorId, after: string | null, limit: number) => Promise<readonly Somebody[]>
  /** Developers whose agreement is in force, by id, after one. */
  readonly developersInForce: (workspace: WorkspaceId, after: string | null, limit: number) => Promise<readonly DeveloperId[]>
  /** Addresses of the operator for mail; none: the accounts of operators. */
  readonly operatorMail: () => readonly string[]
}

/** The accounts in whose inbox a notice lies. */
export async function readersOf(lookups: Lookups, workspace: WorkspaceId, to: Recipient): Promise<readonly UserId[]> {
  switch (to.kind) {
    case 'user':
      return [to.user]
    case 'developer':
      return (await lookups.membersOf(workspace, to.developer)).map(({ user }) => user)
    case 'operator':
      return (await lookups.operators()).map(({ user }) => user)
    case 'outsider':
      return []
  }
}

export type Address = { readonly email: string; readonly user: UserId | null }

/**
 * Where mail for somebody goes, in the order in which addresses are tried: the first group at once, each further one when all before it came back.
 * For developers: the contact for the purpose, their other verified contacts, their owners.
 */
export async function addressesOf(lookups: Lookups, workspace: WorkspaceId, to: Recipient): Promise<readonly (readonly Address[])[]> {
  switch (to.kind) {
    case 'user':
      return [await ofUsers(lookups, [to.user])]
    case 'outsider':
      return [[{ email: to.email, user: null }]]
    case 'operator': {
      const own = lookups.operatorMail()
      const accounts = (await lookups.operators()).map(({ user }) => user)
      return own.length > 0 ? [own.map(outside), await ofUsers(lookups, accounts)] : [await ofUsers(lookups, accounts)]
    }
    case 'developer': {
      const { developer, purpose } = to
      const others = (['legal', 'security', 'support'] as const).filter((one) => one !== purpose)
      const contacts = await Promise.all([purpose, ...others].map((one) => lookups.contactsOf(workspace, developer, one)))
      const owners = (await lookups.membersOf(workspace, developer)).filter(({ role }) => role === 'owner').map(({ user }) => user)
      return [...contacts.map((group) => group.map(outside)), await ofUsers(lookups, owners)]
    }
  }
}

/** The first group with an address that was not tried yet. Addresses that differ in case only are one. */
export function nextAddresses(groups: readonly (readonly Address[])[], tried: ReadonlySet<string>): readonly Address[] {
  for (const group of groups) {
    const fresh = new Map(group.filter(({ email }) => !tried.has(email.toLowerCase())).map((one) => [one.email.toLowerCase(), one]))
    if (fresh.size > 0) return [...fresh.values()]
  }
  return []
}

const outside = (email: string): Address => ({ email, user: null })

async function ofUsers(lookups: Lookups, users: readonly UserId[]): Promise<readonly Address[]> {
  const found = await Promise.all(users.map(async (user) => ({ user, email: await lookups.emailOf(user) })))
  return found.flatMap(({ user, email }) => (email === null ? [] : [{ user, email }]))
}

/** The recipient of a notice, as it stands in the table. */
export function recipientFrom(row: { readonly recipient_kind: string; readonly recipient: string; readonly purpose: string | null }): Recipient {
  switch (row.recipient_kind) {
    case 'user':
      return { kind: 'user', user: row.recipient as UserId }
    case 'developer':
      return { kind: 'developer', developer: row.recipient as DeveloperId, purpose: row.purpose as Purpose }
    case 'operator':
      return { kind: 'operator' }
    default:
      return { kind: 'outsider', email: row.recipient }
  }
}

/** A page of an audience, with what the next one comes after; null: this was the last. */
export async function pageOfAudience(
  lookups: Lookups,
  workspace: WorkspaceId,
  audience: Audience,
  after: string | null,
  limit: number,
): Promise<{ readonly to: readonly { readonly workspace: WorkspaceId; readonly recipient: Recipient }[]; readonly next: string | null }> {
  if (audience.kind === 'enabled') {
    const users = await lookups.enabledUsers(workspace, audience.connector, after, limit)
    const to = users.map((one) => ({ workspace: one.workspace, recipient: { kind: 'user', user: one.user } as const }))
    return { to, next: users.length < limit ? null : (users.at(-1)?.user ?? null) }
  }
  const developers = await lookups.developersInForce(workspace, after, limit)
  const to = developers.map((developer) => ({ workspace, recipient: { kind: 'developer', developer, purpose: 'legal' } as const }))
  return { to, next: developers.length < limit ? null : (developers.at(-1) ?? null) }
}
