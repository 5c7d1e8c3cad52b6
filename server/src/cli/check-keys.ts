import { existsSync, readFileSync } from 'node:fs'
import { placeOf, transitOf } from '../app.ts'
import { type Settings, variableOf } from '../config/index.ts'
import { KeysUnavailableError, TransitClient } from '../keys/index.ts'
import { parseMasterKeys } from '../sealing/index.ts'
import { openReading } from '../storage/index.ts'
import type { Checked } from './doctor.ts'

const check = 'master keys'
/** A token that ends sooner than this ends before somebody looks again. */
const SOON_SECONDS = 24 * 3_600

/** Which keys the database needs against which are at hand, and whether the service that wraps them answers. Nothing is changed by looking. */
export async function checkKeys(settings: Settings): Promise<readonly Checked[]> {
  return [...(await checkTransit(settings)), ...(await checkNeeded(settings))]
}

async function checkTransit(settings: Settings): Promise<readonly Checked[]> {
  const { transitToken, transitTokenFile, transitUrl } = settings
  if (transitUrl === undefined) return []
  const name = 'transit engine'
  if (transitToken === undefined && transitTokenFile === undefined) {
    const fix = `Set ${variableOf('transitTokenFile')} to the file that its agent writes.`
    return [{ check: name, state: 'wrong', message: 'there is no token for it', fix }]
  }
  const use = transitOf(settings)
  if (use === undefined) return []
  const client = new TransitClient(use)
  try {
    const { seconds, renewable, policies } = await client.lookUp()
    if (policies.includes('root'))
      return [
        {
          check: name,
          state: 'wrong',
          message: 'the token may do everything there',
          fix: 'Make one that may use the one key only; see docs/hosting.md.',
        },
      ]
    if (seconds === 0 || seconds > SOON_SECONDS || (renewable && seconds > 3_600))
      return [{ check: name, state: 'good', message: `${transitUrl} answers` }]
    const fix = 'Let an agent of the service keep it fresh in a file, or make one that can be renewed.'
    return [{ check: name, state: 'wrong', message: `the token ends in ${Math.round(seconds / 60)} minutes`, fix }]
  } catch (error) {
    const why = error instanceof KeysUnavailableError ? String(error.detail['why']) : (error as Error).message
    const fix = `A running process goes on for up to ${settings.transitCacheHours} hours; a start needs the service.`
    return [{ check: name, state: 'wrong', message: `${transitUrl}: ${why}`, fix }]
  } finally {
    await client.close()
  }
}

async function checkNeeded(settings: Settings): Promise<readonly Checked[]> {
  const place = placeOf(settings)
  if (place.kind === 'sqlite' && !existsSync(place.file)) return []
  const storage = await openReading(place)
  try {
    const rows = await storage.db.selectFrom('master_keys').selectAll().where('state', '!=', 'removable').execute()
    const held = idsAtHand(settings)
    const missing = rows.filter(({ id, state, source }) => source !== 'transit' && state !== 'waiting' && !held.includes(id))
    const found: Checked[] = missing.map(({ id }) => ({
      check,
      state: 'wrong',
      message: `the database is sealed with ${id}, which is not here`,
      fix: 'Bring it back from where you keep its copy, behind the newest one.',
    }))
    for (const { id, state } of rows) {
      if (state === 'waiting')
        found.push({ check, state: 'note', message: `${id} waits for a node that does not have it`, fix: 'Run: handfast key list' })
      if (state === 'read-only') found.push({ check, state: 'note', message: `what ${id} sealed is being wrapped anew; keep it until that is done` })
    }
    const current = rows.find(({ state }) => state === 'current')
    if (found.length === 0 && current !== undefined) found.push({ check, state: 'good', message: `${current.id} seals` })
    return found
  } catch {
    // A database that lacks the table, or does not answer, has a finding of its own.
    return []
  } finally {
    await storage.close()
  }
}

function idsAtHand({ masterKey, masterKeyFile }: Settings): readonly string[] {
  if (masterKey === undefined && !existsSync(masterKeyFile)) return []
  try {
    return [...parseMasterKeys(masterKey ?? readFileSync(masterKeyFile, 'utf8')).byId.keys()]
  } catch {
    return []
  }
}
