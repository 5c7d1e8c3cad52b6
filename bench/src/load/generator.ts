import { fileURLToPath } from 'node:url'
import { type Placed, start } from '../process.ts'
import type { LoadJob, LoadResult } from './load.ts'

/** The load generator: one warm process for the whole run, so that no target pays for its start. */
export class Generator implements Disposable {
  readonly #process

  constructor(placed: Placed) {
    this.#process = start([process.execPath, fileURLToPath(new URL('./worker.ts', import.meta.url))], { ...placed, name: 'load', ipc: true })
  }

  get pid(): number {
    return this.#process.pid
  }

  /** Runs one cell. @throws Error when the generator itself broke: then there is no result to trust. */
  run(job: LoadJob): Promise<LoadResult> {
    const { child } = this.#process
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error('the load generator ended'))
      child.once('exit', ended)
      child.once('message', (message: { readonly result?: LoadResult; readonly fault?: string }) => {
        child.off('exit', ended)
        if (message.result === undefined) reject(new Error(message.fault ?? 'the load generator gave no result'))
        else resolve(message.result)
      })
      child.send(job)
    })
  }

  [Symbol.dispose](): void {
    this.#process.stop()
  }
}
