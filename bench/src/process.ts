import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { processTree } from './machine.ts'

/** Where a process runs and writes: its core (null: anywhere) and the folder of its log. */
export type Placed = { readonly core: number | null; readonly folder: string }

/** A running process; `startedAt` is in the milliseconds of `performance.now()`. `stop` ends it with all its descendants, at once. */
export type Running = {
  readonly pid: number
  readonly startedAt: number
  readonly child: ChildProcess
  readonly log: () => string
  readonly stop: () => void
}

const running = new Set<Running>()
process.on('exit', () => {
  for (const each of running) each.stop()
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130))

/** The command, pinned to its core where there is one. */
export function pinned(command: readonly string[], core: number | null): readonly string[] {
  return core === null ? command : ['taskset', '-c', String(core), ...command]
}

/** The environment of targets: production, and without settings of the product that happen to be set in this shell. */
export function targetEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string | undefined> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('HANDFAST_'))
  return { ...Object.fromEntries(inherited), NODE_ENV: 'production', NODE_NO_WARNINGS: '1', ...more }
}

/** Starts a process that lives until it is stopped or this one ends. @throws Error when the command cannot be started */
export function start(
  command: readonly string[],
  options: Placed & { readonly name: string; readonly env?: Readonly<Record<string, string>>; readonly cwd?: string; readonly ipc?: boolean },
): Running {
  const [program, ...args] = pinned(command, options.core)
  if (program === undefined) throw new Error('no command')
  const path = join(options.folder, `${options.name}.log`)
  const log = openSync(path, 'a')
  const startedAt = performance.now()
  // The open pipe to standard input is how a target notices that this process is gone, even when that was sudden.
  const child = spawn(program, args, {
    env: targetEnvironment(options.env),
    stdio: options.ipc === true ? ['pipe', log, log, 'ipc'] : ['pipe', log, log],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  })
  closeSync(log)
  child.on('error', () => {})
  if (child.pid === undefined) throw new Error(`could not start ${program}`)
  const { pid } = child
  const self: Running = {
    pid,
    startedAt,
    child,
    log: () => readFileSync(path, 'utf8'),
    stop() {
      running.delete(self)
      if (child.exitCode !== null || child.signalCode !== null) return
      for (const each of processTree(pid)) {
        try {
          process.kill(each, 'SIGKILL')
        } catch {
          // It ended by itself in between.
        }
      }
    },
  }
  running.add(self)
  return self
}

/** A port on the loopback address that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}
