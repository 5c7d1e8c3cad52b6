import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Json, JsonObject } from '../lib/index.ts'
import { environmentOf } from './environment.ts'
import { memoryOf } from './memory-of.ts'
import { MessageLines } from './message-lines.ts'
import type { ServerSpec } from './runner-file.ts'
import { sandboxed } from './sandbox.ts'

const LONGEST_LINE = 16 * 1024 * 1024
const MEMORY_CHECK_MS = 2_000
const GRACE_MS = 3_000
/** Of what a process says on its standard error, per process: it is there for the operator, not to fill a disk. */
const MOST_SAID = 64 * 1024

export type ProcessEvents = {
  /** A message from the process. */
  readonly message: (message: JsonObject) => void
  /** It ended, and why. Said once. */
  readonly ended: (reason: string) => void
  /** A line of its standard error, with the credential taken out. */
  readonly said: (line: string) => void
}

/** One stdio server as a process: started from the runner file, in a sandbox where there is one, stopped as a whole with everything it started. */
export class StdioProcess {
  readonly #child: ChildProcess
  readonly #events: ProcessEvents
  readonly #home: string
  readonly #watch: NodeJS.Timeout
  #reason: string | null = null
  #ended = false
  readonly exited: Promise<void>

  constructor(
    spec: ServerSpec,
    start: {
      readonly sandbox: boolean
      readonly credential: string | null
      /** Variables of the runner's own environment. */
      readonly environment: (name: string) => string | undefined
      readonly memoryCheckMs?: number
    },
    events: ProcessEvents,
  ) {
    this.#events = events
    this.#home = mkdtempSync(join(tmpdir(), 'handfast-runner-'))
    const { program, args } = start.sandbox ? sandboxed(spec, this.#home) : { program: spec.command, args: spec.args }
    this.#child = spawn(program, [...args], {
      cwd: spec.folder ?? this.#home,
      env: environmentOf(spec, start.environment, this.#home, start.credential),
      stdio: ['pipe', 'pipe', 'pipe'],
      shell: false,
      // A group of its own, so that everything it starts can be stopped with it.
      detached: true,
    })
    const exit = Promise.withResolvers<void>()
    this.exited = exit.promise
    this.#child.once('error', (error: NodeJS.ErrnoException) =>
      this.#end(error.code === 'ENOENT' ? 'its command was not found' : error.message, exit),
    )
    this.#child.once('close', (code, signal) => this.#end(signal === null ? `it ended with ${code}` : `it was ended by ${signal}`, exit))
    this.#child.stdin?.on('error', () => {})
    this.#readMessages()
    this.#readComplaints(start.credential)
    this.#watch = setInterval(() => {
      const used = this.#child.pid === undefined ? null : memoryOf(this.#child.pid)
      if (used !== null && used > spec.memoryMiB) this.stop(`it used more than ${spec.memoryMiB} MiB of memory`)
    }, start.memoryCheckMs ?? MEMORY_CHECK_MS)
    this.#watch.unref()
  }

  get alive(): boolean {
    return !this.#ended && this.#reason === null
  }

  send(message: Json): void {
    this.#child.stdin?.write(`${JSON.stringify(message)}\n`)
  }

  /** Asks it to end, and ends it where it does not. */
  stop(reason: string): void {
    if (this.#ended || this.#reason !== null) return
    this.#reason = reason
    this.#child.stdin?.end()
    this.#signal('SIGTERM')
    setTimeout(() => this.#signal('SIGKILL'), GRACE_MS).unref()
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return
    try {
      process.kill(-this.#child.pid, signal)
    } catch {
      // everybody in the group is gone
    }
  }

  #end(reason: string, exit: PromiseWithResolvers<void>): void {
    if (this.#ended) return
    this.#ended = true
    clearInterval(this.#watch)
    // Whatever it started and left behind goes with it.
    this.#signal('SIGKILL')
    rmSync(this.#home, { recursive: true, force: true, maxRetries: 3 })
    this.#events.ended(this.#reason ?? reason)
    exit.resolve()
  }

  #readMessages(): void {
    const lines = new MessageLines(LONGEST_LINE)
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      try {
        for (const line of lines.take(chunk)) this.#read(line)
      } catch {
        this.stop('it wrote a line that is too long')
      }
    })
  }

  #read(line: string): void {
    let message: unknown
    try {
      message = JSON.parse(line)
    } catch {
      this.#events.said(`(not a message) ${line.slice(0, 200)}`)
      return
    }
    if (typeof message === 'object' && message !== null && !Array.isArray(message)) this.#events.message(message as JsonObject)
  }

  #readComplaints(credential: string | null): void {
    let said = 0
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      if (said >= MOST_SAID) return
      said += chunk.length
      const text = chunk.toString('utf8')
      const safe = credential === null || credential === '' ? text : text.replaceAll(credential, '[redacted]')
      for (const line of safe.split('\n')) if (line.trim() !== '') this.#events.said(line.trimEnd())
      if (said >= MOST_SAID) this.#events.said('(no more of its standard error is shown)')
    })
  }
}
