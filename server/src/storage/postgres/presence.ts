import { EventEmitter } from 'node:events'
import { Client, type ClientConfig } from 'pg'

const CHANNEL = 'handfast'
const lockKey = 'hashtextextended($1, 4400)'

/**
 * One connection that stays for the life of the process. It carries what other processes are told and tell us, and it holds the locks that show
 * that this process is alive and what it leads: when the process dies the server lets go of them.
 */
export class Presence {
  readonly #url: string
  readonly #nodeId: string
  readonly #types: NonNullable<ClientConfig['types']>
  readonly #bus = new EventEmitter().setMaxListeners(0)
  readonly #leads = new Set<string>()
  #client: Client | null = null
  #stopped = false

  constructor(url: string, nodeId: string, types: NonNullable<ClientConfig['types']>) {
    this.#url = url
    this.#nodeId = nodeId
    this.#types = types
  }

  async start(): Promise<void> {
    const client = new Client({ connectionString: this.#url, types: this.#types, application_name: `handfast ${this.#nodeId}`, keepAlive: true })
    client.on('error', () => this.#lost(client))
    client.on('end', () => this.#lost(client))
    client.on('notification', ({ payload }) => {
      const cut = payload?.indexOf(' ') ?? -1
      if (payload !== undefined && cut > 0) this.#bus.emit(payload.slice(0, cut), payload.slice(cut + 1))
    })
    await client.connect()
    await client.query(`listen ${CHANNEL}`)
    await client.query(`select pg_advisory_lock(${lockKey})`, [`node:${this.#nodeId}`])
    this.#client = client
  }

  #lost(client: Client): void {
    if (this.#stopped || this.#client !== client) return
    this.#client = null
    this.#leads.clear()
    const again = (): void => {
      if (this.#stopped) return
      this.start().catch(() => setTimeout(again, 500).unref())
    }
    again()
  }

  /** Payloads are ids and keys; PostgreSQL takes less than 8,000 bytes. */
  notify(channel: string, payload: string): void {
    this.#client?.query('select pg_notify($1, $2)', [CHANNEL, `${channel} ${payload}`]).catch(() => {})
  }

  listen(channel: string, hear: (payload: string) => void): () => void {
    this.#bus.on(channel, hear)
    return () => void this.#bus.off(channel, hear)
  }

  async tryLead(role: string): Promise<boolean> {
    if (this.#client === null) return false
    if (this.#leads.has(role)) return true
    const { rows } = await this.#client.query<{ got: boolean }>(`select pg_try_advisory_lock(${lockKey}) as got`, [`lead:${role}`])
    if (rows[0]?.got === true) this.#leads.add(role)
    return rows[0]?.got === true
  }

  async isAlive(nodeId: string): Promise<boolean> {
    if (nodeId === this.#nodeId) return true
    if (this.#client === null) return true
    const key = `node:${nodeId}`
    const { rows } = await this.#client.query<{ got: boolean }>(`select pg_try_advisory_lock(${lockKey}) as got`, [key])
    if (rows[0]?.got !== true) return true
    await this.#client.query(`select pg_advisory_unlock(${lockKey})`, [key])
    return false
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#client?.end().catch(() => {})
    this.#client = null
  }
}
