import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { newId } from '../server/src/lib/index.ts'
import { linkable } from '../server/src/links/index.ts'
import { write } from '../server/src/storage/index.ts'
import { databases } from '../server/test/databases.ts'
import { lets } from '../server/test/granted.ts'
import { Client } from '../server/test/house.ts'
import { type OAuthProvider, openProvider } from '../server/test/oauth-provider.ts'
import { protectedConnector } from '../server/test/protected-connector.ts'
import { rounds, seeded, timeFor } from '../server/test/rounds.ts'
import { modernConnector, result } from '../server/test/scripted-connector.ts'
import { type Inhabitant, Town } from '../server/test/town.ts'
import { makeWorkspace, moveIn } from '../server/test/workspaces.ts'

const PROBES = 10_000

/** Words that belong to Alice alone. */
const hers = {
  email: 'alice@example.org',
  argument: 'canary-argument-7f31',
  answer: 'canary-answer-aa02',
  credential: 'canary-credential-19c4',
  token: "Alice's token",
  assistant: "Alice's assistant",
  account: 'canary-account-5b1d@example.org',
  passkey: 'canary-passkey-e93c',
  browser: 'canary-browser-40aa',
  notice: 'canary-notice-c07d',
  letter: 'canary-letter-2e9b',
}

/** What the description of the API says about one operation. */
type Operation = {
  readonly method: string
  readonly path: string
  readonly parameters: readonly Parameter[]
  readonly body: Schema | undefined
}
type Parameter = { readonly in: 'path' | 'query'; readonly name: string; readonly schema?: Schema }
type Schema = {
  readonly type?: string
  readonly pattern?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly enum?: readonly unknown[]
  readonly items?: Schema
}

/** What ends those who probe, and the probing with them. */
const endsProber = ['DELETE /api/v1/session', 'POST /api/v1/me/erase']

async function operationsOf(url: string): Promise<readonly Operation[]> {
  const document = (await (await fetch(`${url}/api/v1/openapi.json`)).json()) as {
    readonly paths: Readonly<Record<string, Record<string, Record<string, unknown>>>>
  }
  const found: Operation[] = []
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(methods)) {
      const parameters = (operation['parameters'] ?? []) as readonly Parameter[]
      const content = (operation['requestBody'] as { content?: Record<string, { schema: Schema }> } | undefined)?.content
      found.push({ method: method.toUpperCase(), path, parameters, body: content?.['application/json']?.schema })
    }
  return found.filter(({ method, path }) => !endsProber.includes(`${method} ${path}`))
}

/** A body of the declared shape that names what is Alice's wherever something is named, and not where Bob could write it down himself. */
function bodyOf(schema: Schema | undefined, id: (schema?: Schema) => string, name = ''): unknown {
  if (schema === undefined) return undefined
  if (schema.enum !== undefined) return schema.enum[0]
  if (schema.type === 'array') return [bodyOf(schema.items, id, name)]
  if (schema.type === 'string') return schema.pattern !== undefined || naming.test(name) ? id(schema) : 'what Bob says'
  if (schema.type === 'boolean') return true
  if (schema.type === 'integer' || schema.type === 'number') return 1
  return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([inner, part]) => [inner, bodyOf(part, id, inner)]))
}

/** Every row of every table that says it is Alice's. */
async function rowsOf(town: Town, who: Inhabitant): Promise<ReadonlyMap<string, readonly Record<string, unknown>[]>> {
  const { db } = town.app.storage
  const tables = await db.introspection.getTables()
  const found = new Map<string, readonly Record<string, unknown>[]>()
  for (const table of tables) {
    if (!table.columns.some(({ name }) => name === 'user_id')) continue
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table.name)} where user_id = ${who.user}`.execute(db)
    if (rows.length > 0) found.set(table.name, rows)
  }
  return found
}

/** Names of fields that name something. */
const naming =
  /^(id|user|person|member|group|assistant|connector|account|session|token|approval|workspace|credential|link|grant|page|passkey|identity|file|delivery)s?$|Ids?$/

const idShape = /^[a-z]+_[0-9a-f]{32}$/
/** When something was last seen moves by itself. */
const moves = ['last_used_at', 'seen_at']

/** Alice links an account by signing in at a provider, and leaves another connect page open. */
async function links(town: Town, provider: OAuthProvider): Promise<void> {
  const { linking } = town.app.rooms.links
  const about = async () => {
    const standing = await town.app.rooms.directory.bySlug(town.app.workspace, 'notes')
    if (standing.release === null) throw new Error('no release')
    return linkable(standing, standing.release)
  }
  await town.alice.mcp.call('notes_read_notes', {}, { capabilities: { elicitation: { url: {} } } })
  provider.account = hers.account
  const browser = { ...town.person(town.alice), session: 'a session of hers' }
  const begin = async () => (await linking.beginSignIn(browser, await about(), { chooseAccount: false })).url
  const back = await provider.visit(await begin())
  await linking.finishSignIn(browser, Object.fromEntries(back.searchParams) as { state: string }, back.pathname, about)
  // She is away at the provider for another one.
  await begin()
}

/** A passkey of hers, as its registration leaves it. */
async function keepsPasskey(town: Town): Promise<void> {
  const row = { id: newId('pky'), credential_id: 'canary', workspace_id: town.app.workspace, user_id: town.alice.user, name: hers.passkey }
  const key = { public_key: 'x', counter: 0, transports: '[]', synced: 0 as const, created_at: 1, last_used_at: null }
  await town.app.storage.write([write(town.app.storage.db.insertInto('passkeys').values({ ...row, ...key }))])
}

/** A notice to her, mail and all, and something that she wrote to the operator. */
async function isTold(town: Town): Promise<void> {
  const { storage, clock, workspace, jobs, rooms } = town.app
  const to = { kind: 'user', user: town.alice.user } as const
  const words = { title: hers.notice, body: 'For her alone.', kind: 'lifecycle.suspended', clause: '2d-remove' } as const
  const notice = { ...words, workspace, to, legal: true, connector: null, subject: newId('dcn') }
  const from = { kind: 'user', ...town.person(town.alice), name: 'Alice', address: hers.email } as const
  await storage.write(rooms.outbox.sending(notice, clock.now()))
  await rooms.notifying.operatorInbox.receive({ workspace, channel: 'form', from, subject: hers.letter, body: hers.letter, by: town.alice.user })
  await jobs.runDue()
}

describe.each(databases)('people of one workspace and of two on $name', (kind) => {
  it(
    `see nothing of each other and change nothing for each other, over every endpoint that the server has`,
    async () => {
      await using connector = await modernConnector((incoming, response) => {
        if (incoming.method !== 'tools/list')
          return result(response, incoming.id, { resultType: 'complete', content: [{ type: 'text', text: hers.answer }] })
        const tools = ['look', 'book'].map((name) => ({
          name,
          description: `To ${name}.`,
          inputSchema: { type: 'object', properties: { what: { type: 'string' } } },
          annotations: { readOnlyHint: name === 'look', destructiveHint: name === 'book' },
        }))
        result(response, incoming.id, { resultType: 'complete', tools, ttlMs: 0, cacheScope: 'private' })
      })
      await using town = await Town.open(kind, { watched: false })
      await town.publishes('desk', connector.url, { credential: { type: 'bearer' } } as never)
      await using provider = await openProvider({ registration: true })
      await using notes = await protectedConnector(provider)
      await town.publishes('notes', notes.url, { credential: { type: 'oauth2' } })
      notes.open = false
      const alice = new Client(town.url)
      await alice.send('POST', '/api/v1/session', { email: hers.email, password: 'correct horse battery' }, { 'user-agent': hers.browser })
      await town.enables(town.alice, 'notes')
      await links(town, provider)
      await keepsPasskey(town)
      await lets(town, town.alice)
      const carols = await moveIn(town, await makeWorkspace(town, 'Elsewhere'), 'Carol', true)
      await town.enables(town.alice, 'desk')
      const given = await alice.send('PUT', '/api/v1/directory/desk/credential', { secret: hers.credential })
      await town.alice.mcp.call('desk_look', { what: hers.argument })
      await town.alice.mcp.call('desk_book', { what: hers.argument })
      await town.enables(town.bob, 'desk')
      await isTold(town)
      const before = await rowsOf(town, town.alice)
      const shared = new Set<string>([town.app.workspace, town.olga.user, town.developer])
      const ids = new Set<string>()
      for (const row of [...before.values()].flat())
        for (const value of Object.values(row)) if (typeof value === 'string' && idShape.test(value)) ids.add(value)
      for (const { id } of await town.app.storage.db.selectFrom('connectors').select('id').execute()) shared.add(id)
      for (const { id } of await town.app.storage.db.selectFrom('releases').select('id').execute()) shared.add(id)
      const private_ = [...ids].filter((id) => !shared.has(id))
      const candidates = [...private_, town.app.workspace]
      const operations = await operationsOf(town.url)
      const probers = [
        { name: 'Bob', token: town.bob.token, browser: new Client(town.url) },
        { name: 'Carol', token: carols.token, browser: new Client(town.url) },
      ]
      for (const { name, browser } of probers) await browser.signIn(name)
      const random = seeded(20_261_122)
      const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
      const leaks: string[] = []
      const statuses = new Map<number, number>()

      expect(given.status).toBeLessThan(300)
      expect(await town.app.rooms.approvals.list(town.person(town.alice), { open: true, limit: 10 })).toHaveLength(1)
      expect(private_.length).toBeGreaterThan(14)
      expect([...before.keys()]).toEqual(
        expect.arrayContaining(['account_links', 'approvals', 'connect_pages', 'grants', 'notice_deliveries', 'passkeys', 'web_sessions']),
      )
      for (let probe = 0; probe < rounds(PROBES); probe++) {
        // every operation in its turn, so that also the small run knocks at each door
        const operation = operations[probe % operations.length] as Operation
        const named = new Set<string>()
        // Of the kind that is asked for where she has one: the door is passed, and what stands behind it has to say no.
        const id = (schema?: Schema): string => {
          const fitting = schema?.pattern === undefined ? [] : candidates.filter((each) => new RegExp(schema.pattern ?? '').test(each))
          const chosen = pick(fitting.length > 0 && random() < 0.9 ? fitting : candidates)
          named.add(chosen)
          return chosen
        }
        const inPath = new Map(operation.parameters.filter((one) => one.in === 'path').map(({ name, schema }) => [name, schema]))
        const query = operation.parameters
          .filter(({ in: place, schema }) => place === 'query' && random() < (schema?.pattern === undefined ? 0.1 : 0.7))
          .map(({ name, schema }) => `${name}=${id(schema)}`)
          .join('&')
        const address = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
          name === 'slug' ? pick(['desk', 'notes']) : id(inPath.get(name)),
        )
        const path = `${address}${query === '' ? '' : `?${query}`}`
        const { name: who, token, browser } = pick(probers)
        const asToken = random() < 0.3
        const client = asToken ? new Client(town.url) : browser
        const headers = asToken ? { authorization: `Bearer ${token}` } : {}
        const body = operation.method === 'GET' || operation.method === 'DELETE' ? undefined : (bodyOf(operation.body, id) ?? {})
        const answer = await client.send(operation.method, path, body, headers)
        const said = answer.text + JSON.stringify(answer.headers)
        const name = `${who}: ${operation.method} ${path} ${answer.status}`
        for (const [word, canary] of Object.entries(hers)) if (said.includes(canary)) leaks.push(`${name} says her ${word}`)
        for (const other of private_) if (!named.has(other) && said.includes(other)) leaks.push(`${name} says ${other}`)
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
        if (answer.status >= 500) leaks.push(`${name} is a fault`)
        if (!asToken && answer.status === 401) await browser.signIn(who)
      }
      const after = await rowsOf(town, town.alice)

      if (process.env['HANDFAST_SOAK'] === '1') process.stdout.write(`statuses: ${JSON.stringify(Object.fromEntries(statuses))}\n`)
      expect(leaks).toEqual([])
      for (const [table, rows] of before) {
        const still = (after.get(table) ?? []).map((row) => JSON.stringify(row, (key, value) => (moves.includes(key) ? undefined : value)))
        for (const row of rows) expect(still, table).toContain(JSON.stringify(row, (key, value) => (moves.includes(key) ? undefined : value)))
      }
    },
    timeFor(rounds(PROBES), 60),
  )
})
