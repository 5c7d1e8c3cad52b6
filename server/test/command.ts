import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { builtServer } from '../../scripts/built-server.ts'
import { quickFolder } from './quick-folder.ts'

/** As people install it, where that was built from the sources as they are; it starts in two thirds of the time. Else the sources themselves. */
const COMMAND = builtServer() ?? fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))

export type Ended = { readonly code: number | null; readonly out: string; readonly err: string; readonly json: () => Record<string, unknown> }
type Settings = Readonly<Record<string, string>>

/** Nothing of the environment that runs the tests reaches the command but what a program needs to start. */
function environment(settings: Settings): NodeJS.ProcessEnv {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env
  return {
    PATH,
    HOME,
    ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }),
    HANDFAST_LOG_LEVEL: 'error',
    HANDFAST_PORT: '0',
    HANDFAST_METRICS_PORT: '0',
    ...settings,
  }
}

function start(args: readonly string[], settings: Settings): ChildProcess {
  return spawn(process.execPath, [COMMAND, ...args], { env: environment(settings), stdio: ['ignore', 'pipe', 'pipe'] })
}

function collect(child: ChildProcess): { out: string; err: string } {
  const said = { out: '', err: '' }
  child.stdout?.on('data', (data: Buffer) => {
    said.out += data.toString()
  })
  child.stderr?.on('data', (data: Buffer) => {
    said.err += data.toString()
  })
  return said
}

/** Runs the real command in a process of its own, to its end. */
export async function handfast(args: readonly string[], settings: Settings = {}): Promise<Ended> {
  const child = start(args, settings)
  const said = collect(child)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, ...said, json: () => JSON.parse(said.out) }
}

/** A server that was started by the command. */
export type Serving = AsyncDisposable & {
  readonly url: string
  readonly welcome: string | null
  readonly said: { readonly out: string; readonly err: string }
  /** Sends a signal and answers the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** Starts `handfast serve` and waits until it has said where it is. */
export async function serving(settings: Settings, args: readonly string[] = []): Promise<Serving> {
  const child = start(['serve', '--no-console', '--json', ...args], settings)
  const said = collect(child)
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  const ready = new Promise<void>((resolve) => child.stdout?.on('data', () => said.out.includes('\n}') && resolve()))
  const early = closed.then((code) => Promise.reject(new Error(`serve ended with ${code}: ${said.err}`)))
  await Promise.race([ready, early])
  const { url, welcome } = JSON.parse(said.out) as { url: string; welcome: string | null }
  const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal)
    return closed
  }
  early.catch(() => {})
  return { url, welcome, said, stop, [Symbol.asyncDispose]: async () => void (await stop('SIGKILL')) }
}

/** A folder of one's own, gone when disposed of. */
export function temporaryFolder(): Disposable & { readonly path: string; readonly in: (name: string) => string } {
  const path = mkdtempSync(join(quickFolder, 'handfast-command-'))
  return { path, in: (name) => join(path, name), [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}
