import type { Browser } from 'playwright-core'
import { ensureConsole } from '../scripts/build-console.ts'
import type { Json, JsonObject } from '../server/src/lib/index.ts'
import { databases } from '../server/test/databases.ts'
import { modernConnector, result, type ScriptedConnector } from '../server/test/scripted-connector.ts'
import { Town } from '../server/test/town.ts'
import { launchBrowser } from './browser.ts'
import { PASSWORD, Visitor } from './visitor.ts'

/** Words that would do something in a page that reads them as markup. */
export const XSS = '<img src=x onerror=alert(1)><script>alert(2)</script>"\'><svg onload=alert(3)>'

const takes = (properties: JsonObject): Json => ({ type: 'object', properties, required: Object.keys(properties), additionalProperties: false })
const tools: Json = [
  {
    name: 'find',
    title: 'Find a table',
    description: `Looks for one. ${XSS}`,
    inputSchema: takes({ day: { type: 'string' } }),
    annotations: { readOnlyHint: true },
  },
  {
    name: 'book',
    title: 'Book a table',
    description: 'Books it.',
    inputSchema: takes({ guest: { type: 'string' }, seats: { type: 'integer' } }),
    annotations: { readOnlyHint: false, destructiveHint: false },
  },
  {
    name: 'cancel',
    title: 'Cancel a booking',
    description: 'Ends it.',
    inputSchema: takes({ booking: { type: 'string' } }),
    annotations: { destructiveHint: true },
  },
]

/** A restaurant's desk: what it is asked to do arrives in `asked`, and it answers with words that nobody should believe. */
async function openDesk(): Promise<ScriptedConnector & { readonly asked: readonly JsonObject[] }> {
  const asked: JsonObject[] = []
  const connector = await modernConnector((incoming, response) => {
    if (incoming.method === 'tools/list') return result(response, incoming.id, { resultType: 'complete', tools, ttlMs: 0, cacheScope: 'private' })
    asked.push(incoming.params['arguments'] as JsonObject)
    result(response, incoming.id, { resultType: 'complete', content: [{ type: 'text', text: `Done. ${XSS}` }] })
  })
  return Object.assign(connector, { asked })
}

type Size = { readonly width: number; readonly height: number }

/** A town with a browser in front of it. */
export class BrowsedTown implements AsyncDisposable {
  readonly browser: Browser
  readonly town: Town
  readonly desk: Awaited<ReturnType<typeof openDesk>>

  private constructor(browser: Browser, town: Town, desk: Awaited<ReturnType<typeof openDesk>>) {
    this.browser = browser
    this.town = town
    this.desk = desk
  }

  static async open(): Promise<BrowsedTown> {
    await ensureConsole()
    const [kind] = databases
    if (kind === undefined) throw new Error('there is no database to run on')
    const [browser, town, desk] = await Promise.all([launchBrowser(), Town.open(kind), openDesk()])
    // The browser lives today, and so does the house: a countdown is then a countdown.
    town.clock.advance(Math.max(0, Date.now() - town.clock.now()))
    return new BrowsedTown(browser, town, desk)
  }

  /** Somebody whom nobody knows yet. */
  arrive(size?: Size): Promise<Visitor> {
    return Visitor.arrive(this.browser, this.town.url, size)
  }

  /** Somebody who is signed in. */
  async comesIn(who: 'olga' | 'alice' | 'bob' = 'alice', size?: Size): Promise<Visitor> {
    const source = { address: '203.0.113.7', agent: 'a test' }
    const { secret } = await this.town.app.rooms.people.signIn({ email: `${who}@example.org`, password: PASSWORD }, source, null)
    const visitor = await this.arrive(size)
    await visitor.brings(secret)
    return visitor
  }

  /** Publishes the desk under a name of its own, so that stories do not meet. */
  async publishes(slug: string, name = slug): Promise<void> {
    await this.town.publishes(slug, this.desk.url, { name, description: `${name} takes bookings. ${XSS}` })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close()
    await this.town[Symbol.asyncDispose]()
    await this.desk[Symbol.asyncDispose]()
  }
}
