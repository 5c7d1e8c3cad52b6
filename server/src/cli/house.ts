import { loadSettings, type Settings } from '../config/index.ts'
import { createEgress, type Egress } from '../egress/index.ts'
import { isId, newId } from '../lib/index.ts'
import { readControl } from './control-file.ts'
import { ApiRefusedError, UsageError } from './say.ts'
import { type PlaceFlags, settingsFlags } from './settings-options.ts'

/** Handing a release in asks a server elsewhere, and may take its time. */
const LONGEST_MS = 180_000

type Door = { readonly url: string; readonly secret: string }
export type Page<Item> = { readonly items: readonly Item[]; readonly nextCursor: string | null }
type Named = { readonly id: string; readonly email: string }

/** What a command sends. Names in the path are filled in by the caller. */
export type Asking = { readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'; readonly body?: unknown; readonly as?: string }

/**
 * The installation that a command works on, by its own API: that of the process that serves the data folder, or where none does, of one that
 * this command starts for itself. There is no second way of changing anything.
 */
export class House implements AsyncDisposable {
  readonly settings: Settings
  /** Whether another process serves it. */
  readonly served: boolean
  readonly #door: Door
  readonly #egress: Egress
  readonly #close: () => Promise<void>
  #operator: string | null = null
  /** In whose name requests go that say nothing about it; null: the first operator's. */
  #acting: string | null = null

  private constructor(settings: Settings, served: boolean, door: Door, egress: Egress, close: () => Promise<void>) {
    this.settings = settings
    this.served = served
    this.#door = door
    this.#egress = egress
    this.#close = close
  }

  /**
   * @param flags `as`: the e-mail address of the account in whose name requests go
   * @throws SettingsError, DatabaseInUseError, DataFolderError, UsageError
   */
  static async open({ as, ...flags }: PlaceFlags & { readonly as?: string }): Promise<House> {
    const house = await House.#find(flags)
    if (as === undefined) return house
    try {
      house.#acting = await house.user(as)
    } catch (error) {
      await house[Symbol.asyncDispose]()
      throw error
    }
    return house
  }

  static async #find(flags: PlaceFlags): Promise<House> {
    const settings = loadSettings(settingsFlags(flags))
    const running = readControl(settings.data)
    if (running !== null) {
      const egress = egressTo(running)
      const house = new House(settings, true, running, egress, () => egress.close())
      if (await house.#answers()) return house
      await egress.close()
    }
    const { buildApp } = await import('../app.ts')
    // What it would log is answered to this command, or thrown.
    const app = await buildApp({ ...settings, logLevel: settings.logLevel === 'info' ? 'error' : settings.logLevel })
    try {
      const door = await app.openControl()
      const egress = egressTo(door)
      return new House(settings, false, door, egress, async () => {
        await egress.close()
        await door.close()
        await app.close()
      })
    } catch (error) {
      await app.close()
      throw error
    }
  }

  /** Sends one request in the name of an account, by default the one that was named at the start, or the first operator's. @throws ApiRefusedError, UsageError */
  async ask<Answer>(path: `/api/v1/${string}`, { method = 'GET', body, as }: Asking = {}): Promise<Answer> {
    return await this.#send<Answer>(path, method, body, as ?? this.#acting ?? (await this.operator()))
  }

  /** The same for what anybody may ask. */
  async askOpenly<Answer>(path: `/api/v1/${string}`, { method = 'GET', body }: Asking = {}): Promise<Answer> {
    return await this.#send<Answer>(path, method, body, null)
  }

  /** A whole list, page by page. */
  async all<Item>(path: `/api/v1/${string}`, as?: string): Promise<readonly Item[]> {
    const items: Item[] = []
    let cursor: string | null = null
    do {
      const query = `limit=200${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`
      const page: Page<Item> = await this.ask<Page<Item>>(`${path}${path.includes('?') ? '&' : '?'}${query}`, as === undefined ? {} : { as })
      items.push(...page.items)
      cursor = page.nextCursor
    } while (cursor !== null)
    return items
  }

  /** The id of the account to act for unless told otherwise. @throws UsageError where nobody runs it yet */
  async operator(): Promise<string> {
    this.#operator ??= (await this.about()).operator
    if (this.#operator === null)
      throw new UsageError('Nobody runs this Handfast yet. Start `handfast serve` and open the link that it prints, or use `handfast apply`.')
    return this.#operator
  }

  /** The id of the account in whose name requests go unless told otherwise. @throws UsageError where nobody runs it yet */
  async acting(): Promise<string> {
    return this.#acting ?? (await this.operator())
  }

  /** The first operator, and the token of the link that makes one where there is none. */
  about(): Promise<{ readonly operator: string | null; readonly welcome: string | null }> {
    return this.#send('/about', 'GET', undefined, null)
  }

  /** The id of an account by its e-mail address or id. @throws UsageError */
  async user(named: string): Promise<string> {
    if (isId('usr', named)) return named
    const wanted = named.normalize('NFC').trim().toLowerCase()
    const found = (await this.all<Named>('/api/v1/users', await this.operator())).find(({ email }) => email === wanted)
    if (found === undefined) throw new UsageError(`There is no account with the e-mail address ${named}.`)
    return found.id
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close()
  }

  async #answers(): Promise<boolean> {
    return await this.about().then(
      () => true,
      () => false,
    )
  }

  async #send<Answer>(path: string, method: string, body: unknown, as: string | null): Promise<Answer> {
    const headers: Record<string, string> = { authorization: `Handfast-Local ${this.#door.secret}` }
    if (as !== null) headers['x-handfast-as'] = as
    if (body !== undefined) headers['content-type'] = 'application/json'
    // A request that is sent twice by accident acts once.
    if (method === 'POST' && as !== null) headers['idempotency-key'] = newId('call')
    const answer = await this.#egress.request({
      url: new URL(path, this.#door.url),
      method,
      headers,
      reason: 'health',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.body.text()
    const said: unknown = text === '' ? undefined : JSON.parse(text)
    if (answer.status >= 400) throw new ApiRefusedError(answer.status, (said as { readonly error: ApiRefusedError['body'] }).error)
    return said as Answer
  }
}

/** The one way out, opened for the one address that is meant. */
function egressTo({ url }: Door): Egress {
  const { hostname, port } = new URL(url)
  const limits = { connectMs: 2_000, headersMs: LONGEST_MS, idleMs: LONGEST_MS, totalMs: LONGEST_MS }
  return createEgress({ allow: [{ name: 'command line', host: hostname, ports: [Number(port)] }], limits })
}
