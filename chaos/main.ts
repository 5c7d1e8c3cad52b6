import { parseArgs } from 'node:util'
import { startPostgres } from '../server/test/postgres/start.ts'
import { type ChaosReport, runChaos } from './run.ts'

const usage = `Kills a serving Handfast under calls, and counts what is lost.

  npm run chaos -- [--kills 50] [--database sqlite|postgres|both] [--seed N] [--json]

Ends with 1 when anything was lost, done twice, or does not verify.
`

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '50' },
      database: { type: 'string', default: 'both' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const kills = Number(values.kills)
  const seed = Number(values.seed)
  const known = ['sqlite', 'postgres', 'both'].includes(values.database)
  if (values.help || !known || !Number.isInteger(kills) || kills < 1 || !Number.isInteger(seed)) {
    process.stderr.write(usage)
    return values.help ? 0 : 2
  }
  const reports: ChaosReport[] = []
  for (const database of ['sqlite', 'postgres'] as const) {
    if (values.database !== 'both' && values.database !== database) continue
    const onKill = values.json
      ? undefined
      : (done: number, { intents, outcomes, losses }: { intents: number; outcomes: Readonly<Record<string, number>>; losses: readonly string[] }) =>
          process.stderr.write(
            `\r${database}: ${done}/${kills} kills, ${intents} intents, ${outcomes['unknown'] ?? 0} unknown, ${losses.length} losses `,
          )
    const postgres = database === 'postgres' ? await startPostgres() : null
    try {
      const where = postgres === null ? {} : { databaseUrl: postgres.url }
      reports.push(await runChaos({ database, kills, seed, ...where, ...(onKill === undefined ? {} : { onKill }) }))
    } finally {
      await postgres?.stop()
    }
    if (!values.json) process.stderr.write('\n')
  }
  const ok = reports.every(isWell)
  if (values.json) process.stdout.write(`${JSON.stringify({ ok, seed, databases: reports }, null, 2)}\n`)
  else for (const report of reports) process.stdout.write(told(report))
  return ok ? 0 : 1
}

function isWell({ losses, duplicates, ledger }: ChaosReport): boolean {
  return losses.length === 0 && duplicates.length === 0 && ledger.verified
}

function told({ database, kills, calls, ledger, losses, duplicates, ms }: ChaosReport): string {
  const wrong = [...losses, ...duplicates].map((line) => `  ${line}\n`).join('')
  return (
    `${database}: ${kills} kills in ${Math.round(ms / 1000)} s, ${calls.made} calls, ${calls.acknowledged} acknowledged, ${ledger.unknown} unknown, ` +
    `${losses.length} lost, ${duplicates.length} twice, ledger of ${ledger.size} entries ${ledger.verified ? 'verified' : 'NOT VERIFIED'}\n${wrong}`
  )
}

process.exitCode = await main()
