import { isRole, type Role } from '@handfast/contract'
import type { AssistantId, UserId, WorkspaceId } from '../lib/index.ts'

/** A person's account, without its secret. Times in milliseconds UTC. */
export type UserAccount = {
  readonly id: UserId
  readonly workspace: WorkspaceId
  readonly name: string
  readonly email: string
  readonly roles: readonly Role[]
  readonly createdAt: number
  readonly hasPassword: boolean
  /** When the person first had a way in of their own; null: invited. */
  readonly openedAt: number | null
  /** Whether the address is what the person wrote, and nobody has confirmed it. */
  readonly emailOwn: boolean
  readonly disabledAt: number | null
  /** The assistant that vouches for them: they have no way in of their own. */
  readonly assertedBy: AssistantId | null
}

/** What other rooms ask about a person at each call: which roles, and whether the account may act at all. */
export type UserStanding = {
  readonly user: UserId
  readonly workspace: WorkspaceId
  readonly roles: readonly Role[]
  readonly disabled: boolean
  readonly assertedBy: AssistantId | null
}

/** Who runs an installation. `house`: one person may hold every role. `public`: roles are apart. */
export type Profile = 'house' | 'public'

export function stateOf(account: UserAccount): 'invited' | 'active' | 'disabled' {
  if (account.disabledAt !== null) return 'disabled'
  return account.hasPassword || account.openedAt !== null ? 'active' : 'invited'
}

/** Addresses are compared in lower case: the providers that tell capitals apart are fewer than the people who type them by accident. */
export function normalEmail(email: string): string {
  return email.normalize('NFC').trim().toLowerCase()
}

/** Each role once, in the contract's order, and always `user`. */
export function normalRoles(wanted: readonly Role[], all: readonly Role[]): readonly Role[] {
  return all.filter((role) => role === 'user' || wanted.includes(role))
}

/** Roles that this release does not know are left out: fewer rights, never more. */
export function readRoles(text: string): readonly Role[] {
  const stored: unknown = JSON.parse(text)
  return Array.isArray(stored) ? stored.filter((role): role is Role => typeof role === 'string' && isRole(role)) : []
}

/** In the house profile whoever runs it may do everything; in the public one others review. */
export function firstOperatorRoles(profile: Profile, all: readonly Role[]): readonly Role[] {
  return profile === 'house' ? all : ['user', 'operator']
}
