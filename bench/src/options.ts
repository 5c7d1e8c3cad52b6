import { parseArgs } from 'node:util'

/** How a run is shaped. `seconds` is the length of one cell. */
export type Options = {
  readonly json: boolean
  readonly quick: boolean
  readonly only: ReadonlySet<string> | null
  readonly concurrency: readonly number[]
  readonly seconds: number | null
  readonly rounds: number
  readonly textBytes: number
  readonly extraBytes: number
  readonly tools: number
}

/** The command line is not one this command understands. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const USAGE = `npm run bench -- [options]

  --json             one JSON object on standard output
  --quick            under a minute: shorter cells, peers at 64 connections only
  --only a,b         these rows (direct, raw-proxy, handfast-modern, handfast-legacy, handfast-openapi,
                     sdk-gateway, mcp-proxy, mcp-proxy-modern, mcp-proxy-http, supergateway), whole servers (handfast, ...), or lists
  --conc 1,16,64     connections
  --seconds 4        length of one cell
  --rounds 3         rounds; ratios are taken within a round, and the median over rounds is given
  --text 256         bytes of text in each call
  --extra 0          bytes that the upstream adds to each answer
  --tools 1          tools that the upstream lists
`

function whole(name: string, text: string, least: number): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < least) throw new UsageError(`--${name} wants whole numbers from ${least} on, not "${text}".`)
  return value
}

/** Reads the command line. @throws UsageError with a sentence that says what to change */
export function readOptions(args: readonly string[]): Options {
  const flag = { type: 'string' } as const
  let values: ReturnType<typeof parse>['values']
  const parse = () =>
    parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        only: flag,
        conc: flag,
        seconds: flag,
        rounds: flag,
        text: flag,
        extra: flag,
        tools: flag,
      },
    })
  try {
    values = parse().values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
  const seconds = values.seconds === undefined ? null : Number(values.seconds)
  if (seconds !== null && !(seconds > 0 && seconds <= 600)) throw new UsageError('--seconds wants a number from above 0 to 600.')
  return {
    json: values.json,
    quick: values.quick,
    only: values.only === undefined ? null : new Set(values.only.split(',').map((name) => name.trim())),
    concurrency: (values.conc ?? (values.quick ? '1,64' : '1,16,64')).split(',').map((text) => whole('conc', text, 1)),
    seconds,
    rounds: whole('rounds', values.rounds ?? '3', 1),
    textBytes: whole('text', values.text ?? '256', 32),
    extraBytes: whole('extra', values.extra ?? '0', 0),
    tools: whole('tools', values.tools ?? '1', 1),
  }
}
