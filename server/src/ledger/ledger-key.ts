import { type Clock, parseJson } from '../lib/index.ts'
import { type Storage, writeUnique } from '../storage/index.ts'
import { record } from './entry.ts'
import { newPrivateKey, type SigningKey, signingKey } from './note.ts'

/** Keeps the private key from whoever reads the database. */
export type KeySeal = {
  readonly seal: (text: string) => string | Promise<string>
  readonly open: (sealed: string) => string | Promise<string>
}

const SETTING = 'ledger.key'
type KeptKey = { readonly origin: string; readonly verifierKey: string; readonly sealed: string }

class KeyExists extends Error {}

async function keptKey({ db }: Storage): Promise<KeptKey | undefined> {
  const row = await db.selectFrom('settings').select('value').where('name', '=', SETTING).executeTakeFirst()
  return row === undefined ? undefined : (parseJson(row.value) as KeptKey)
}

/** What others check signatures with (`origin+id+key`, C2SP signed-note), or undefined before the first start. */
export async function storedVerifierKey(storage: Storage): Promise<string | undefined> {
  return (await keptKey(storage))?.verifierKey
}

/**
 * The signing key of this ledger. The first start makes it, with the origin given then; afterwards what is stored counts, because a log that
 * changes its name is another log. Two processes that start at once end up with the same key.
 */
export async function loadSigningKey(storage: Storage, clock: Clock, origin: string, { seal, open }: KeySeal): Promise<SigningKey> {
  const kept = await keptKey(storage)
  if (kept !== undefined) return signingKey(kept.origin, await open(kept.sealed))
  const secret = newPrivateKey()
  const key = signingKey(origin, secret)
  const value: KeptKey = { origin, verifierKey: key.verifierKey, sealed: await seal(secret) }
  try {
    await storage.write([
      writeUnique(storage.db.insertInto('settings').values({ name: SETTING, value: JSON.stringify(value) }), () => new KeyExists()),
      record(storage.db, {
        event: 'key.created',
        workspace: 'house',
        subject: 'ledger',
        by: 'system',
        at: clock.now(),
        facts: { purpose: 'ledger', verifierKey: key.verifierKey },
      }),
    ])
    return key
  } catch (error) {
    if (error instanceof KeyExists) return await loadSigningKey(storage, clock, origin, { seal, open })
    throw error
  }
}
