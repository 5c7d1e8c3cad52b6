import type { Selectable } from 'kysely'
import type { UserId, WorkspaceId } from '../lib/index.ts'
import { type Schema, type Storage, type Write, write, writeOne, writeUnique } from '../storage/index.ts'
import type { UserAccount } from './account.ts'
import { FactorExistsError, FactorNotFoundError, PasskeyFailedError } from './people-errors.ts'

export type PasskeyId = `psk_${string}`
/** A passkey as its person sees it. */
export type Passkey = {
  readonly id: PasskeyId
  readonly name: string
  readonly createdAt: number
  readonly lastUsedAt: number | null
  /** Kept by a service that brings it to other devices, rather than in one device. */
  readonly synced: boolean
}
export type KeptPasskey = Passkey & {
  readonly credential: string
  readonly user: UserId
  readonly workspace: WorkspaceId
  readonly publicKey: Uint8Array<ArrayBuffer>
  readonly counter: number
  readonly transports: readonly string[]
}

type Owner = Pick<UserAccount, 'id' | 'workspace'>

/** In the order in which they were added. */
export async function passkeysOf({ db }: Storage, owner: Owner): Promise<readonly KeptPasskey[]> {
  const rows = await db
    .selectFrom('passkeys')
    .selectAll()
    .where('workspace_id', '=', owner.workspace)
    .where('user_id', '=', owner.id)
    .orderBy('id')
    .execute()
  return rows.map(passkeyOf)
}

/** Read past workspace and person on purpose: the credential is what says who signs in. */
export async function passkeyByCredential({ db }: Storage, credential: string): Promise<KeptPasskey | null> {
  const row = await db.selectFrom('passkeys').selectAll().where('credential_id', '=', credential).executeTakeFirst()
  return row === undefined ? null : passkeyOf(row)
}

/** @throws FactorExistsError from the transaction: a credential belongs to one account */
export function addingPasskey({ db }: Storage, key: KeptPasskey): Write {
  return writeUnique(
    db.insertInto('passkeys').values({
      id: key.id,
      credential_id: key.credential,
      workspace_id: key.workspace,
      user_id: key.user,
      name: key.name,
      public_key: Buffer.from(key.publicKey).toString('base64url'),
      counter: key.counter,
      transports: JSON.stringify(key.transports),
      synced: key.synced ? 1 : 0,
      created_at: key.createdAt,
      last_used_at: null,
    }),
    () => new FactorExistsError('This passkey is registered already.'),
  )
}

/**
 * The passkey was used. The counter moves from what was read to what the authenticator said, so that of two answers with the same count one is
 * refused (WebAuthn section 6.1.1).
 */
export function usingPasskey({ db }: Storage, key: KeptPasskey, counter: number, synced: boolean, at: number): Write {
  return writeOne(
    db
      .updateTable('passkeys')
      .set({ counter, synced: synced ? 1 : 0, last_used_at: at })
      .where('workspace_id', '=', key.workspace)
      .where('id', '=', key.id)
      .where('counter', '=', key.counter),
    () => new PasskeyFailedError('counter'),
  )
}

/** @throws FactorNotFoundError from the transaction */
export function renamingPasskey({ db }: Storage, owner: Owner, id: string, name: string): Write {
  return writeOne(
    db.updateTable('passkeys').set({ name }).where('workspace_id', '=', owner.workspace).where('user_id', '=', owner.id).where('id', '=', id),
    () => new FactorNotFoundError(),
  )
}

/** @throws FactorNotFoundError from the transaction */
export function removingPasskey({ db }: Storage, owner: Owner, id: string): Write {
  return writeOne(
    db.deleteFrom('passkeys').where('workspace_id', '=', owner.workspace).where('user_id', '=', owner.id).where('id', '=', id),
    () => new FactorNotFoundError(),
  )
}

export function forgettingPasskeys({ db }: Storage, owner: Owner): Write {
  return write(db.deleteFrom('passkeys').where('workspace_id', '=', owner.workspace).where('user_id', '=', owner.id))
}

function passkeyOf(row: Selectable<Schema['passkeys']>): KeptPasskey {
  return {
    id: row.id as PasskeyId,
    name: row.name,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    synced: row.synced === 1,
    credential: row.credential_id,
    user: row.user_id as UserId,
    workspace: row.workspace_id as WorkspaceId,
    publicKey: new Uint8Array(Buffer.from(row.public_key, 'base64url')),
    counter: row.counter,
    transports: JSON.parse(row.transports) as string[],
  }
}
