import { existsSync } from 'node:fs'
import { placeOf } from '../app.ts'
import type { Settings } from '../config/index.ts'
import { databaseLog, readLedger } from '../ledger/index.ts'
import { readCheckpoint, readVerifierKey, verifyDatabase } from '../ledger/verify/index.ts'
import { lackingMigrations, openReading, type Storage } from '../storage/index.ts'
import { checkJobs } from './check-jobs.ts'
import { checkMail } from './check-mail.ts'
import { checkPartyLists } from './check-party-lists.ts'
import type { Checked } from './doctor.ts'

/** Further apart than this, times in the record would be wrong. */
const CLOCKS_APART_MS = 5_000
/** A server at work signs what is new within a second. */
const UNSIGNED_MS = 60_000

/** Database, clock and ledger. @param isServed whether a process is at work on it; @param whole whether to verify every entry */
export async function checkDatabase(settings: Settings, isServed: boolean, whole: boolean): Promise<readonly Checked[]> {
  const check = 'database'
  const place = placeOf(settings)
  if (place.kind === 'sqlite' && !existsSync(place.file))
    return [{ check, state: 'note', message: `${place.file} is not there yet; the first start makes it` }]
  let storage: Storage | null = null
  try {
    storage = await openReading(place)
    const applied = await appliedMigrations(storage)
    const lacking = lackingMigrations(applied)
    if (lacking.length > 0)
      return [{ check, state: 'note', message: `it lacks ${lacking.join(', ')}`, fix: 'Run: handfast migrate. The next start does the same.' }]
    const unknown = applied.length - lackingMigrations([]).length
    if (unknown > 0)
      return [{ check, state: 'wrong', message: 'a newer release has changed it', fix: 'Run that release, or restore an older backup.' }]
    const good: Checked = { check, state: 'good', message: place.kind === 'sqlite' ? `SQLite at ${place.file}` : 'PostgreSQL answers' }
    return [
      good,
      await checkClock(storage),
      ...(await checkLedger(storage, isServed, whole)),
      ...(await checkJobs(storage, isServed)),
      ...(await checkMail(settings, storage)),
      ...(await checkPartyLists(storage)),
    ]
  } catch (error) {
    return [{ check, state: 'wrong', message: firstLine(error), fix: 'Make sure that it runs and that the address is right.' }]
  } finally {
    await storage?.close()
  }
}

async function appliedMigrations({ db }: Storage): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(({ name }) => name === 'kysely_migration')) return []
  const rows = await db.withTables<{ kysely_migration: { name: string } }>().selectFrom('kysely_migration').select('name').execute()
  return rows.map(({ name }) => name)
}

/** Against the newest thing that was written down, which cannot be from the future. */
async function checkClock({ db }: Storage): Promise<Checked> {
  const check = 'clock'
  const { newest } = await db
    .selectFrom('ledger_entries')
    .select(({ fn }) => fn.max('at').as('newest'))
    .executeTakeFirstOrThrow()
  const ahead = (newest ?? 0) - Date.now()
  if (ahead <= CLOCKS_APART_MS) return { check, state: 'good', message: new Date().toISOString() }
  const fix = 'Set the clock of this machine, and keep it set with NTP.'
  return { check, state: 'wrong', message: `the newest entry of the ledger is ${Math.round(ahead / 1000)} s from now`, fix }
}

async function checkLedger(storage: Storage, isServed: boolean, whole: boolean): Promise<readonly Checked[]> {
  const check = 'ledger'
  const ledger = readLedger(storage)
  const [checkpoint, keyText] = await Promise.all([ledger.checkpoint(), ledger.verifierKey()])
  if (checkpoint === null || keyText === null) return [{ check, state: 'note', message: 'nothing was signed yet' }]
  const broken = 'Stop, keep a copy of the database as it is, and restore a backup that verifies.'
  const key = readVerifierKey(keyText)
  const read = key === null ? 'the key to verify it cannot be read' : readCheckpoint(checkpoint.note, key)
  if (typeof read === 'string') return [{ check, state: 'wrong', message: `what was signed last does not verify: ${read}`, fix: broken }]
  const checks: Checked[] = [{ check, state: 'good', message: `${read.size} entries, signed last at ${new Date(checkpoint.at).toISOString()}` }]
  const since = await storage.db
    .selectFrom('ledger_entries')
    .select('at')
    .where('leaf_index', '>=', read.size)
    .orderBy('leaf_index')
    .limit(1)
    .executeTakeFirst()
  if (isServed && since !== undefined && Date.now() - since.at > UNSIGNED_MS)
    checks.push({
      check,
      state: 'wrong',
      message: 'entries wait to be signed for longer than a minute',
      fix: 'Look for "the ledger could not be continued" in the log.',
    })
  if (!whole) return checks
  const log = await databaseLog(storage)
  const report = log === null ? null : await verifyDatabase(log)
  if (report !== null && !report.verified)
    checks.push({ check, state: 'wrong', message: `${report.findings.length} findings: ${report.findings[0]?.message ?? ''}`, fix: broken })
  else checks.push({ check, state: 'good', message: 'every entry verifies' })
  return checks
}

function firstLine(error: unknown): string {
  return ((error as Error).message || String(error)).split('\n')[0] ?? ''
}
