import { once as happens } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DemoFlags } from '../demo.ts'
import { type ExitCode, jsonLine, printable, type Streams, UsageError } from '../say.ts'
import { buildConsole, listenForSignals } from '../serve-until-stopped.ts'
import { DemoHouse } from './demo-house.ts'
import { lookAround } from './look-around.ts'
import type { TellStory } from './stage.ts'

const PORT = 4400

/** Tells the story and, unless told otherwise, stays up afterwards. Ends with 1 where a part of the story did not come true. @throws UsageError */
export async function runDemo(flags: DemoFlags, streams: Streams): Promise<ExitCode> {
  const { once = false, json = false, story: name = 'booking' } = flags
  const story = storyModule(name)
  const port = portOf(flags)
  await using folder = demoFolder(flags.data)
  const stopping = new AbortController()
  listenForSignals(() => stopping.abort(), streams)
  if (!once && flags.console) await buildConsole(streams)
  const { tellStory: tell } = (await import(story.href)) as { readonly tellStory: TellStory }

  await using house = new DemoHouse(folder.path, port, name === 'contract')
  const say = (text: string) => (json ? undefined : streams.out(text))
  const stage = {
    folder: folder.path,
    startHandfast: house.start.bind(house),
    verifyLedger: house.verifyLedger.bind(house),
    signal: stopping.signal,
  }
  const began = performance.now()
  await using standing = await tell(stage, ({ ok, ms, name }, seen) =>
    say(`${ok ? 'ok  ' : 'FAIL'} ${String(ms).padStart(5)} ms  ${name}\n               ${printable(seen)}\n`),
  )
  const { told } = standing
  if (json) streams.out(jsonLine({ ok: told.ok, steps: told.steps, ledger: told.ledger }))
  const seconds = ((performance.now() - began) / 1_000).toFixed(1)
  say(told.ok ? `\nAll ${told.steps.length} steps came true, in ${seconds} s.\n` : `\nThe story ended here, after ${seconds} s.\n`)
  if (once || !told.ok) return told.ok ? 0 : 1

  await standing.reopen()
  say(lookAround(told, house.url, name))
  if (!stopping.signal.aborted) await happens(stopping.signal, 'abort')
  return 0
}

/** The story lies beside the sources, with the restaurant and the directions API that play in it. @throws UsageError */
function storyModule(name: string): URL {
  const folder = name === 'contract' ? 'contract' : 'demo'
  const story = new URL(`../../../../examples/${folder}/index.ts`, import.meta.url)
  if (import.meta.url.endsWith('.ts') && existsSync(fileURLToPath(story))) return story
  throw new UsageError(
    'The demo is played by the examples in the source repository, which an installed package does not carry. Clone the repository and run: npm ci && npm run demo\nWith this package, try your own API: handfast try <OpenAPI or MCP URL or file>',
  )
}

/** @throws UsageError */
function portOf({ port, once = false }: DemoFlags): number {
  if (port === undefined) return once ? 0 : PORT
  const number = Number(port)
  if (!Number.isInteger(number) || number < 0 || number > 65_535) throw new UsageError(`--port ${port} is not a number from 0 to 65535.`)
  return number
}

/** A folder of its own: the story begins with a Handfast that nobody runs yet. @throws UsageError */
function demoFolder(given: string | undefined): AsyncDisposable & { readonly path: string } {
  if (given === undefined) {
    const path = mkdtempSync(join(tmpdir(), 'handfast-demo-'))
    return { path, [Symbol.asyncDispose]: async () => rmSync(path, { recursive: true, force: true }) }
  }
  const path = resolve(given)
  if (existsSync(path) && readdirSync(path).length > 0) throw new UsageError(`${path} has something in it. The demo begins in an empty folder.`)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  return { path, [Symbol.asyncDispose]: async () => {} }
}
