import { randomUUID } from 'node:crypto'
import { prepareDataFolder, type Settings } from '../config/index.ts'
import { createEgress } from '../egress/index.ts'
import { openKeys } from '../keys/index.ts'
import { type Clock, MovableClock, systemClock } from '../lib/index.ts'
import { Outbox } from '../notices/index.ts'
import { Schedule } from '../schedule/index.ts'
import { Sealing } from '../sealing/index.ts'
import { Enforcement, migrate, openStorage, type Storage } from '../storage/index.ts'
import { createLog, type Log, Metrics } from '../telemetry/index.ts'
import { placeOf, toAllowRule, transitOf } from './from-settings.ts'

export type Ground = Awaited<ReturnType<typeof layGround>>

/** What every room stands on: the database, the clock, the keys, the one way out. */
export async function layGround(settings: Settings, options: { readonly clock?: Clock; readonly log?: Log }) {
  prepareDataFolder(settings.data)
  const clock = options.clock ?? (settings.movableClock ? new MovableClock(Date.now()) : systemClock)
  const log = options.log ?? createLog(settings.logLevel)
  const metrics = new Metrics()

  const place = placeOf(settings)
  await migrate(place)
  const node = `node_${randomUUID()}`
  const storage = await openStorage(place, { nodeId: node, onCommit: metrics.committed })
  if (clock instanceof MovableClock) await moveToLatest(clock, storage)
  const enforcement = new Enforcement(storage)
  await enforcement.start()
  const schedule = new Schedule({ storage, clock })
  const outbox = new Outbox({ storage, schedule })
  const base = { storage, clock, enforcement, schedule, outbox }

  const keys = await openKeys(
    { masterKey: settings.masterKey, masterKeyFile: settings.masterKeyFile, transit: transitOf(settings) },
    {
      storage,
      clock,
      node,
      onTrouble: (why) => log.error({ why }, 'master keys need attention'),
      onDropped: () => enforcement.forgetAll(),
    },
  ).catch(async (error) => {
    await storage.close()
    throw error
  })
  const masterKeys = keys.ring
  const sealing = new Sealing({ ...base, masterKeys })
  const egress = createEgress({
    allow: settings.allowInternal.map(toAllowRule),
    dangerouslyAllowPrivateAddresses: settings.dangerouslyAllowPrivateAddresses,
  })
  const site = { publicUrl: settings.publicUrl ?? `http://localhost:${settings.port}` }
  return { settings, base, storage, enforcement, schedule, outbox, clock, log, metrics, node, keys, masterKeys, sealing, egress, site }
}

/** A clock that was moved by days starts where it was left: nothing happens before what has happened. */
async function moveToLatest(clock: MovableClock, { db }: Storage): Promise<void> {
  const { latest } = await db
    .selectFrom('ledger_entries')
    .select(({ fn }) => fn.max('at').as('latest'))
    .executeTakeFirstOrThrow()
  if (latest !== null && latest > clock.now()) clock.advance(latest - clock.now())
}
