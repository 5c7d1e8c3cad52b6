import { newId, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type Storage, type Write, write, writeOne, writeUnique } from '../storage/index.ts'
import type { UserAccount } from './account.ts'
import { FactorNotFoundError } from './people-errors.ts'
import type { Arrival, SignInProvider } from './provider.ts'
import { IdentityTakenError } from './provider-errors.ts'

/** An account at a provider that opens an account here. */
export type Identity = {
  readonly id: string
  readonly provider: string
  /** How its person recognises it. */
  readonly label: string
  readonly createdAt: number
  readonly lastUsedAt: number | null
}
type Owner = Pick<UserAccount, 'id' | 'workspace'>

/** In the order in which they were linked. */
export async function identitiesOf({ db }: Storage, owner: Owner): Promise<readonly Identity[]> {
  const rows = await db
    .selectFrom('provider_identities')
    .selectAll()
    .where('workspace_id', '=', owner.workspace)
    .where('user_id', '=', owner.id)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({ id: row.id, provider: row.provider, label: row.label, createdAt: row.created_at, lastUsedAt: row.last_used_at }))
}

/** Read past the workspace on purpose: issuer and subject are what says who signs in. An address never does. */
export async function ownerOf({ db }: Storage, { issuer, subject }: Pick<Arrival, 'issuer' | 'subject'>): Promise<Owner | null> {
  const row = await db
    .selectFrom('provider_identities')
    .select(['user_id', 'workspace_id'])
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst()
  return row === undefined ? null : { id: row.user_id as UserId, workspace: row.workspace_id as WorkspaceId }
}

/** @throws IdentityTakenError from the transaction, also where somebody was faster */
export function addingIdentity({ db }: Storage, owner: Owner, provider: SignInProvider, arrival: Arrival, at: number): Write {
  return writeUnique(
    db.insertInto('provider_identities').values({
      id: newId('pid', at),
      workspace_id: owner.workspace,
      user_id: owner.id,
      provider: provider.id,
      issuer: arrival.issuer,
      subject: arrival.subject,
      label: arrival.email ?? arrival.name ?? '',
      created_at: at,
      last_used_at: at,
    }),
    () => new IdentityTakenError(),
  )
}

export function usingIdentity({ db }: Storage, owner: Owner, { issuer, subject }: Pick<Arrival, 'issuer' | 'subject'>, at: number): Write {
  return writeOne(
    db
      .updateTable('provider_identities')
      .set({ last_used_at: at })
      .where('workspace_id', '=', owner.workspace)
      .where('user_id', '=', owner.id)
      .where('issuer', '=', issuer)
      .where('subject', '=', subject),
    () => new FactorNotFoundError(),
  )
}

/** @throws FactorNotFoundError from the transaction */
export function removingIdentity({ db }: Storage, owner: Owner, id: string): Write {
  return writeOne(
    db.deleteFrom('provider_identities').where('workspace_id', '=', owner.workspace).where('user_id', '=', owner.id).where('id', '=', id),
    () => new FactorNotFoundError(),
  )
}

export function forgettingIdentities({ db }: Storage, owner: Owner): Write {
  return write(db.deleteFrom('provider_identities').where('workspace_id', '=', owner.workspace).where('user_id', '=', owner.id))
}
