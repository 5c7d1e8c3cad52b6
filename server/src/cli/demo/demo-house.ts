import { join } from 'node:path'
import { type App, buildApp } from '../../app.ts'
import { decideSettings } from '../../config/index.ts'
import { exportLog } from '../../ledger/index.ts'
import { fromFolder, verifyLog } from '../../ledger/verify/index.ts'
import type { Opened, Verdict } from './stage.ts'

/** The Handfast of the demo: real database, real port. Nothing of the environment reaches it, since that may describe somebody's real installation. */
export class DemoHouse implements AsyncDisposable {
  readonly #data: string
  readonly #port: number
  readonly #movableClock: boolean
  #app: App | null = null
  #close: Promise<void> | null = null
  /** Where it is, once it has started. */
  url = ''

  /**
   * @param port 0 lets the system choose
   * @param movableClock for a story that takes longer than anybody watches
   */
  constructor(data: string, port: number, movableClock = false) {
    this.#data = data
    this.#port = port
    this.#movableClock = movableClock
  }

  /** @throws SettingsError, PortTakenError, DataFolderError */
  async start(opened: readonly Opened[]): Promise<{ readonly url: string; readonly welcome: string }> {
    const flags = {
      data: join(this.#data, 'handfast'),
      port: this.#port,
      metricsPort: 0,
      logLevel: 'error',
      movableClock: this.#movableClock,
      operatorName: 'The demo',
      allowInternal: opened.map(({ name, host, ports }) => ({ name, host, ports: [...ports] })),
    }
    const app = await buildApp(decideSettings({ flags, environment: {}, file: undefined }))
    this.#app = app
    const { url } = await app.listen()
    this.url = url
    if (app.welcome === null) throw new Error(`Somebody runs the Handfast in ${this.#data} already.`)
    return { url, welcome: app.welcome }
  }

  /** Brings everything durable into the signed tree, takes a copy, and has it verified by code that has nothing in common with the writer's. */
  async verifyLedger(): Promise<Verdict> {
    const app = this.#app
    if (app === null) throw new Error('Handfast has not started')
    await app.sequencer.advance()
    const folder = join(this.#data, 'ledger-export')
    await exportLog(app.storage, folder)
    const { verified, size, findings } = await verifyLog(fromFolder(folder))
    return { verified, size, findings: findings.map(({ message }) => message) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close ??= this.#app?.close() ?? Promise.resolve()
    await this.#close
  }
}
