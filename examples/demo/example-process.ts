import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const LONGEST_START_MS = 30_000

/** An example that did not start. */
export class ExampleError extends Error {
  override readonly name = 'ExampleError'
}

/**
 * One of the examples in a process of its own, on a free port. It has a channel to this process, which breaks when this process ends in whatever
 * way, and then it ends too.
 */
export class ExampleProcess implements AsyncDisposable {
  readonly url: string
  readonly data: string
  readonly #child: ChildProcess

  private constructor(url: string, data: string, child: ChildProcess) {
    this.url = url
    this.data = data
    this.#child = child
  }

  /** @throws ExampleError */
  static async start(name: 'restaurant' | 'directions', data: string): Promise<ExampleProcess> {
    const main = fileURLToPath(new URL(`../${name}/main.ts`, import.meta.url))
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, '--port', '0', '--data', data], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    const complaints: string[] = []
    child.stderr?.on('data', (chunk: Buffer) => complaints.push(chunk.toString('utf8')))
    try {
      return new ExampleProcess(await addressOf(child), data, child)
    } catch (error) {
      child.kill('SIGKILL')
      throw new ExampleError(`The example "${name}" did not start. ${complaints.join('').trim()}`, { cause: error })
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** What stands in its own SQLite file, which only its own process writes. */
  async rows<Row>(sql: string, ...values: readonly string[]): Promise<readonly Row[]> {
    const { default: Database } = await import('better-sqlite3')
    const file = new Database(this.data, { readonly: true })
    try {
      return file.prepare<unknown[], Row>(sql).all(...values)
    } finally {
      file.close()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await gone
  }
}

/** The one line that an example prints once it listens. */
async function addressOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the process has no standard output')
  const given = new AbortController()
  try {
    const [line] = await Promise.race([
      once(createInterface(child.stdout), 'line', { signal: AbortSignal.any([given.signal, AbortSignal.timeout(LONGEST_START_MS)]) }),
      once(child, 'exit', { signal: given.signal }).then(([code]) => {
        throw new Error(`it ended with ${String(code)}`)
      }),
    ])
    return String(line).replace('listening on ', '')
  } finally {
    given.abort()
  }
}
