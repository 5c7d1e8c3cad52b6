import { type CryptoKey, exportJWK, generateKeyPair, type JWK } from 'jose'
import { record } from '../../ledger/index.ts'
import { type Clock, DAY, HOUR, type UserId, type WorkspaceId } from '../../lib/index.ts'
import type { Sealing } from '../../sealing/index.ts'
import { type Storage, write } from '../../storage/index.ts'

type Needs = {
  readonly storage: Storage
  readonly clock: Clock
  readonly sealing: Pick<Sealing, 'seal' | 'open'>
  readonly workspace: () => WorkspaceId
  readonly makeKey?: MakeKey
}

export type SigningAlgorithm = 'RS256' | 'ES256'
/** Makes a private key, as JWK. */
export type MakeKey = (algorithm: SigningAlgorithm) => Promise<JWK>

/** Keys are made anew this often; those before stay published until nothing that they signed can still be valid. */
export const KEY_LIFE = 90 * DAY
const STAYS_PUBLISHED = 2 * HOUR

const algorithms: readonly SigningAlgorithm[] = ['RS256', 'ES256']

export const makeSigningKey: MakeKey = async (algorithm) => {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true, ...(algorithm === 'RS256' ? { modulusLength: 2_048 } : {}) })
  return exportJWK(privateKey as CryptoKey)
}

/** The keys that sign identity tokens, newest first. The newest of each algorithm signs. Kept sealed; made at the first use. */
export async function signingKeys(needs: Needs): Promise<readonly JWK[]> {
  const kept = await read(needs)
  const newest = kept[0]
  if (newest !== undefined && needs.clock.now() - newest.createdAt < KEY_LIFE) return kept.map(({ key }) => key)
  await rotateSigningKeys(needs, 'system')
  return (await read(needs)).map(({ key }) => key)
}

/** Makes new keys and retires those before. */
export async function rotateSigningKeys(
  { storage, clock, sealing, workspace, makeKey = makeSigningKey }: Needs,
  by: UserId | 'system',
): Promise<void> {
  const { db } = storage
  const now = clock.now()
  const made = await Promise.all(algorithms.map(async (alg) => ({ alg, key: await makeKey(alg) })))
  await storage.write([
    write(db.updateTable('signing_keys').set({ retired_at: now }).where('retired_at', 'is', null)),
    write(db.deleteFrom('signing_keys').where('retired_at', '<', now - STAYS_PUBLISHED)),
    ...made.flatMap(({ alg, key }) => {
      const id = `${alg.toLowerCase()}-${crypto.randomUUID()}`
      const sealed = sealing.seal(`signing key:${id}`, JSON.stringify({ ...key, alg, kid: id, use: 'sig' }))
      return [
        write(db.insertInto('signing_keys').values({ id, workspace_id: workspace(), sealed, created_at: now, retired_at: null })),
        record(db, { event: 'key.created', workspace: workspace(), subject: id, by, at: now, facts: { alg } }),
      ]
    }),
  ])
}

async function read({ storage, clock, sealing }: Needs): Promise<readonly { readonly key: JWK; readonly createdAt: number }[]> {
  const rows = await storage.db.selectFrom('signing_keys').selectAll().orderBy('created_at', 'desc').execute()
  return rows
    .filter((row) => row.retired_at === null || clock.now() - row.retired_at < STAYS_PUBLISHED)
    .map((row) => ({ key: JSON.parse(sealing.open(`signing key:${row.id}`, row.sealed)) as JWK, createdAt: row.created_at }))
}
