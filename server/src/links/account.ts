import type { AccountProbe, CredentialDeclaration, ReleaseContent, ReleaseTool, Target } from '@handfast/contract'
import type { ConnectorId, ReleaseId, UserId, WorkspaceId } from '../lib/index.ts'
import type { AccountIdentity } from '../oauth-client/index.ts'
import type { LinkId } from '../vault/index.ts'

/** What linking needs to know about a connector: its reviewed release, and nothing that is not in it. */
export type Linkable = {
  readonly workspace: WorkspaceId
  readonly connector: ConnectorId
  readonly slug: string
  readonly name: string
  readonly release: ReleaseId
  readonly origins: readonly string[]
  readonly target: Target
  readonly credential: CredentialDeclaration
  readonly account: AccountProbe | undefined
  readonly tools: readonly ReleaseTool[]
}

/** Which rule of now does not allow an account; null: none. Rules may have come after the account. */
export type AccountRule = (identity: AccountIdentity) => { readonly rule: string; readonly version: number; readonly because: string } | null

/** A connector at a release, as the directory knows it. */
type Standing = Pick<Linkable, 'workspace' | 'connector' | 'slug' | 'name' | 'origins'>

export function linkable(standing: Standing, release: { readonly id: ReleaseId; readonly content: ReleaseContent }): Linkable {
  const { workspace, connector, slug, origins } = standing
  const { name, target, credential, account, tools } = release.content
  return { workspace, connector, slug, name, release: release.id, origins, target, credential, account, tools }
}

export type Person = { readonly user: UserId; readonly workspace: WorkspaceId }

/** `good`: it works. `failing`: it could not be renewed or tested lately, and is tried again. `ended`: its owner has to act. */
export type AccountState = 'good' | 'failing' | 'ended'

/** An account that somebody linked, without its secret. */
export type Account = {
  readonly link: LinkId
  readonly workspace: WorkspaceId
  /** Null: the whole workspace's. */
  readonly user: UserId | null
  readonly connector: ConnectorId
  readonly kind: 'key' | 'oauth'
  readonly label: string | null
  readonly identity: AccountIdentity
  readonly isDefault: boolean
  readonly issuer: string | null
  /** What was granted. */
  readonly scopes: readonly string[]
  /** What was asked for: step-up asks for it again, since the new grant replaces the old one. */
  readonly askedScopes: readonly string[]
  readonly state: AccountState
  /** Why it is not good, in words for its owner. */
  readonly reason: string | null
  /** Whose move it is. */
  readonly who: string | null
  readonly stateAt: number
  readonly createdAt: number
  readonly testedAt: number | null
}

/** Accounts of one person at one connector; more are nobody's need. */
export const MOST_ACCOUNTS = 20

/** What people call an account: their own word for it, or else the provider's. */
export function nameOf(account: Pick<Account, 'label' | 'identity' | 'createdAt'>): string {
  return account.label ?? account.identity.name ?? account.identity.id ?? 'account without a name'
}

/**
 * The account that a call uses. Without a choice, the one that the person made their default; an assistant can only name one by the label that the
 * person gave it, so that no text of a connector can pick an account.
 */
export function chosenAccount(accounts: readonly Account[], label: string | null): Account | undefined {
  if (label !== null) return accounts.find((account) => account.label === label)
  return accounts.find((account) => account.isDefault) ?? accounts[0]
}

/** Whether two identities are the same account. Without an id nothing is known, and both are kept. */
export function sameAccount(a: AccountIdentity, b: AccountIdentity): boolean {
  return a.id !== null && a.id === b.id
}

/** What the workspace shares is nobody's own, and its rules about people's accounts say nothing of it. */
export function breaks(account: Account, rule: AccountRule | null) {
  return rule === null || account.user === null ? null : rule(account.identity)
}

/** A release that changed how it is signed in to needs the account linked anew. */
export function suits(account: Account, declared: CredentialDeclaration): boolean {
  return (account.kind === 'oauth') === (declared.type === 'oauth2')
}
