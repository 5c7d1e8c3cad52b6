import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEcho } from '../e2e/fixtures/echo-connector.ts'
import { ServerProcess } from '../e2e/fixtures/server-process.ts'
import { databaseLog } from '../server/src/ledger/index.ts'
import { verifyDatabase } from '../server/src/ledger/verify/index.ts'
import { openStorage, type Place } from '../server/src/storage/index.ts'
import { seeded } from '../server/test/rounds.ts'
import { Town } from '../server/test/town.ts'
import { Callers, readEffects } from './callers.ts'
import { type Comparison, compare } from './compare.ts'
import { readTables } from './evidence.ts'

export type ChaosOptions = {
  readonly database: 'sqlite' | 'postgres'
  /** A PostgreSQL database of one's own, empty; for `postgres`. */
  readonly databaseUrl?: string
  readonly kills: number
  readonly seed: number
  readonly onKill?: (done: number, comparison: Comparison) => void
}

export type ChaosReport = {
  readonly database: string
  readonly kills: number
  readonly calls: { readonly made: number; readonly acknowledged: number; readonly refused: number; readonly unanswered: number }
  readonly ledger: Pick<Comparison, 'intents' | 'effects' | 'outcomes'> & {
    readonly unknown: number
    readonly verified: boolean
    readonly size: number
  }
  readonly losses: readonly string[]
  readonly duplicates: readonly string[]
  readonly ms: number
}

const AT_ONCE = 12
/** The server is killed at most so long after its first answer. */
const LONGEST_LIFE_MS = 400
const FIRST_ANSWER_MS = 60_000

/** Kills a serving process again and again under calls, and compares after each restart what was said, done and recorded. */
export async function runChaos({ database, databaseUrl, kills, seed, onKill }: ChaosOptions): Promise<ChaosReport> {
  const started = performance.now()
  const data = mkdtempSync(join(tmpdir(), 'handfast-chaos-'))
  const log = join(data, 'effects.jsonl')
  const place: Place = database === 'sqlite' ? { kind: 'sqlite', file: join(data, 'handfast.db') } : { kind: 'postgres', url: databaseUrl ?? '' }
  const random = seeded(seed)
  const callers = new Callers()
  const losses = new Set<string>()
  const duplicates = new Set<string>()
  const see = (comparison: Comparison): Comparison => {
    for (const loss of comparison.losses) losses.add(loss)
    for (const duplicate of comparison.duplicates) duplicates.add(duplicate)
    return comparison
  }
  const where = { data, ...(databaseUrl === undefined ? {} : { databaseUrl }) }
  const echo = await startEcho({ log, record: false })
  let server: ServerProcess | undefined
  try {
    const token = await settle(place, data, echo.url)
    server = await ServerProcess.start(where)
    for (let done = 1; done <= kills; done++) {
      const first = Promise.withResolvers<void>()
      const calling = callers.callUntilGone(server.url, token, AT_ONCE, first.resolve)
      const silent = setTimeout(() => first.reject(new Error(`no call was answered in ${FIRST_ANSWER_MS / 1000} s`)), FIRST_ANSWER_MS)
      await first.promise.finally(() => clearTimeout(silent))
      await new Promise((resolve) => setTimeout(resolve, random() * LONGEST_LIFE_MS))
      await server.kill()
      await calling
      see(compare(callers.acknowledged, readEffects(log), await readTables(place), false))
      server = await ServerProcess.start(where)
      onKill?.(done, see(compare(callers.acknowledged, readEffects(log), await readTables(place))))
    }
    server.terminate()
    const { code, err } = await server.ended
    if (code !== 0) losses.add(`the server did not stop in order: ${code} ${err}`)
    const { verified, size } = await verify(place)
    const last = see(compare(callers.acknowledged, readEffects(log), await readTables(place)))
    const acknowledged = callers.acknowledged.size
    return {
      database,
      kills,
      calls: { made: callers.made, acknowledged, refused: callers.refused, unanswered: callers.made - acknowledged - callers.refused },
      ledger: {
        intents: last.intents,
        effects: last.effects,
        outcomes: last.outcomes,
        unknown: last.outcomes['unknown'] ?? 0,
        verified,
        size,
      },
      losses: [...losses],
      duplicates: [...duplicates],
      ms: Math.round(performance.now() - started),
    }
  } catch (error) {
    const ended = await server?.kill()
    throw new Error(`the run broke off; the server said: ${ended?.err ?? ''}${ended?.out.slice(-4_000) ?? ''}`, { cause: error })
  } finally {
    await echo.close()
    rmSync(data, { recursive: true, force: true })
  }
}

/** A town on this data folder with one connector that one user enabled; then nobody is home. Answers the user's token. */
async function settle(place: Place, data: string, echoUrl: string): Promise<string> {
  const kind = { name: place.kind, open: async () => ({ place, [Symbol.asyncDispose]: async () => {} }) }
  await using town = await Town.open(kind, { settings: { data } })
  await town.publishes('echo', echoUrl)
  await town.enables(town.alice, 'echo')
  await town.app.rooms.choices.setLevel(town.person(town.alice), '*', 'never')
  return town.alice.token
}

/** What the stand-alone verifier says about the tables. */
async function verify(place: Place): Promise<{ readonly verified: boolean; readonly size: number }> {
  const storage = await openStorage(place, { nodeId: 'node_verifier' })
  try {
    const log = await databaseLog(storage)
    return log === null ? { verified: false, size: 0 } : await verifyDatabase(log)
  } finally {
    await storage.close()
  }
}
