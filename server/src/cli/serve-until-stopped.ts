import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { variableOf } from '../config/index.ts'
import { version } from '../version.ts'
import { jsonLine, type Streams } from './say.ts'
import { serveData } from './serve-data.ts'
import { settle } from './settle.ts'

/** Terminals signal a whole group, and npm and the launcher pass on what they get: within this time it is one wish. */
const ONE_WISH_MS = 500

export type Serving = { readonly settings: Readonly<Record<string, unknown>>; readonly json: boolean; readonly console: boolean }

/** Serves, says where, and returns when it has been stopped in an orderly way. @throws SettingsError, the refusals of starting */
export async function serveUntilStopped(serving: Serving, streams: Streams): Promise<void> {
  if (serving.console) await buildConsole(streams)
  const stopping = Promise.withResolvers<void>()
  listenForSignals(stopping.resolve, streams)

  const served = await serveData(serving.settings)
  const { app, url, metricsPort } = served
  const { settings, welcome } = app
  const link = welcome === null ? null : `${url}/welcome#${welcome}`
  for (const danger of dangersOf(settings)) streams.err(`${danger}\n`)
  if (serving.json) streams.out(jsonLine({ url, mcp: `${url}/mcp`, metricsPort, welcome: link, version, pid: process.pid }))
  else streams.out(greeting(url, `http://${settings.metricsHost}:${metricsPort}/metrics`, settings, link))
  settle()

  await stopping.promise
  await served.close()
}

/** What is switched on that somebody must not overlook, in capitals. */
export function dangersOf(settings: Readonly<Record<string, unknown>>): readonly string[] {
  const meanings: Readonly<Record<string, string>> = {
    dangerouslyAllowPrivateAddresses: 'EVERY CONNECTOR CAN REACH THIS MACHINE AND ITS PRIVATE NETWORKS. DEVELOPMENT ONLY.',
    dangerouslyAllowLastingYesForDestructive: 'PEOPLE CAN APPROVE DESTRUCTIVE TOOLS FOR LONGER THAN ONE CALL.',
    movableClock: 'THE CLOCK CAN BE MOVED THROUGH THE API. DEVELOPMENT ONLY.',
  }
  return Object.entries(meanings)
    .filter(([name]) => settings[name] === true)
    .map(([name, meaning]) => `DANGER: ${meaning} (${variableOf(name)})`)
}

function greeting(url: string, metrics: string, settings: { readonly data: string; readonly databaseUrl?: string | undefined }, link: string | null) {
  const rows = [
    ['console', url],
    ['assistants', `${url}/mcp`],
    ['figures', metrics],
    ['data', `${settings.data} (${settings.databaseUrl === undefined ? 'SQLite' : 'PostgreSQL'})`],
  ]
  const first = link === null ? '' : `\nNobody runs it yet. Open this link once, within 24 hours, to become the operator:\n  ${link}\n`
  return `Handfast ${version}\n${rows.map(([name, value]) => `  ${(name ?? '').padEnd(10)}  ${value}\n`).join('')}${first}`
}

/** Calls `stop` at the first wish to end, and ends the process at the second. */
export function listenForSignals(stop: () => void, streams: Streams): void {
  let first: number | null = null
  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const) {
    process.on(signal, () => {
      if (first === null) {
        first = performance.now()
        streams.err('handfast: finishing what is under way; once more stops at once\n')
        stop()
      } else if (performance.now() - first > ONE_WISH_MS) process.exit(code)
    })
  }
}

/** From the repository the console is built when its sources changed; a package brings it built. */
export async function buildConsole(streams: Streams): Promise<void> {
  const builder = new URL('../../../scripts/build-console.ts', import.meta.url)
  if (!import.meta.url.endsWith('.ts') || !existsSync(fileURLToPath(builder))) return
  try {
    const { ensureConsole } = (await import(builder.href)) as { readonly ensureConsole: () => Promise<unknown> }
    await ensureConsole()
  } catch (error) {
    streams.err(`handfast: the console could not be built and is not served: ${(error as Error).message.split('\n')[0]}\n`)
  }
}
