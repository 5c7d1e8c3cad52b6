import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const START_MS = 60_000

/** A port of this machine that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** A published server as a process of its own, with nothing of our environment but where programs lie. */
export class ServerProgram implements AsyncDisposable {
  readonly url: string
  readonly #child: ChildProcess

  private constructor(url: string, child: ChildProcess) {
    this.url = url
    this.#child = child
  }

  /** Resolves once its port answers, whatever it answers. */
  static async start(script: string, args: readonly string[], port: number, path: string): Promise<ServerProgram> {
    const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], PORT: String(port) }
    const child = spawn(process.execPath, [script, ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-2_000)
    })
    const url = `http://127.0.0.1:${port}${path}`
    const until = Date.now() + START_MS
    for (;;) {
      if (child.exitCode !== null || Date.now() > until) throw new Error(`${script} does not serve: ${said}`)
      const answers = await fetch(url, { method: 'OPTIONS' }).then(
        () => true,
        () => false,
      )
      if (answers) return new ServerProgram(url, child)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return
    this.#child.kill('SIGKILL')
    await once(this.#child, 'exit')
  }
}
