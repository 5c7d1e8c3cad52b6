import { record } from '../ledger/index.ts'
import { type Clock, isObject, parseJson } from '../lib/index.ts'
import type { Sealing } from '../sealing/index.ts'
import { type Storage, writeUnique } from '../storage/index.ts'

class KeyExists extends Error {}

/**
 * A key for one purpose, such as the cookies and cursors of the control API: made once, sealed like everything else and wrapped anew with it, so
 * that it stays the same on every node when master keys change. Two processes that start at once end up with the same key.
 * @param first what it is made of where it is not there yet
 */
export async function keptKey(needs: { storage: Storage; clock: Clock; sealing: Sealing }, purpose: string, first: Buffer): Promise<Buffer> {
  const { storage, clock, sealing } = needs
  const name = `key.${purpose}`
  const row = await storage.db.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst()
  if (row !== undefined) {
    const kept = parseJson(row.value)
    if (!isObject(kept) || typeof kept['sealed'] !== 'string') throw new Error(`The setting ${name} is not a key.`)
    return Buffer.from(sealing.open(name, kept['sealed']), 'base64')
  }
  const value = JSON.stringify({ sealed: sealing.seal(name, first.toString('base64')) })
  try {
    await storage.write([
      writeUnique(storage.db.insertInto('settings').values({ name, value }), () => new KeyExists()),
      record(storage.db, { event: 'key.created', workspace: 'house', subject: name, by: 'system', at: clock.now(), facts: { purpose } }),
    ])
    return first
  } catch (error) {
    if (error instanceof KeyExists) return await keptKey(needs, purpose, first)
    throw error
  }
}
