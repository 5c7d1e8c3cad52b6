import { once } from 'node:events'
import type { Server } from 'node:http'
import { parseArgs } from 'node:util'

/** How long a stop waits for answers under way before their connections are cut. */
const GRACE_MS = 5_000

/** What can be said on the command line of an example. */
export type Options = {
  /** 0 lets the system choose. */
  readonly port: number
  /** SQLite file; made when absent. */
  readonly data: string
  /** Callers must present this key when it is set. */
  readonly apiKey?: string
  /** Milliseconds since 1970 in UTC. */
  readonly now: () => number
}

/**
 * Reads `--port N --data FILE [--api-key KEY] [--clock WHEN]`. A clock given as RFC 3339 stands still at that moment, so that
 * "tomorrow at seven" means the same in every run.
 * @throws TypeError when an option is unknown or makes no sense.
 */
export function readOptions(args: readonly string[], defaults: { readonly port: number; readonly data: string }): Options {
  const { values } = parseArgs({
    args: [...args],
    options: { port: { type: 'string' }, data: { type: 'string' }, 'api-key': { type: 'string' }, clock: { type: 'string' } },
  })
  const port = values.port === undefined ? defaults.port : Number(values.port)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new TypeError(`--port takes a number from 0 to 65535, not "${values.port}".`)
  const apiKey = values['api-key']
  if (apiKey === '') throw new TypeError('--api-key takes a key that is not empty.')
  return { port, data: values.data ?? defaults.data, now: readClock(values.clock), ...(apiKey === undefined ? {} : { apiKey }) }
}

function readClock(text: string | undefined): () => number {
  if (text === undefined || text === 'system') return () => Date.now()
  const moment = Date.parse(text)
  if (Number.isNaN(moment)) throw new TypeError(`--clock takes "system" or a time such as 2026-09-01T12:00:00Z, not "${text}".`)
  return () => moment
}

/** Listens on loopback only, because an example has no business on the network. Answers with the origin. */
export async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  return `http://127.0.0.1:${address.port}`
}

/** Lets answers under way finish, then cuts what is left. */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  const impatience = setTimeout(() => server.closeAllConnections(), GRACE_MS)
  await closed
  clearTimeout(impatience)
}

/**
 * Stops on SIGTERM and SIGINT; a second signal finds no handler and ends the process at once. Where whoever started it left a channel open, it
 * stops when that breaks, so that nobody who is killed leaves it behind.
 */
export function stopOnSignals(stop: () => Promise<void>): void {
  const end = () => void stop().then(() => process.exit(0))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, end)
  process.once('disconnect', end)
}
