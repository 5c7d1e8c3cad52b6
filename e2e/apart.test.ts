import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { databases } from '../server/test/databases.ts'
import { Client } from '../server/test/house.ts'
import { rounds, seeded, timeFor } from '../server/test/rounds.ts'
import { modernConnector, result } from '../server/test/scripted-connector.ts'
import { type Inhabitant, Town } from '../server/test/town.ts'

const PROBES = 10_000

/** Words that belong to Alice alone. */
const hers = {
  email: 'alice@example.org',
  argument: 'canary-argument-7f31',
  answer: 'canary-answer-aa02',
  credential: 'canary-credential-19c4',
  token: "Alice's token",
  assistant: "Alice's assistant",
}

/** What the description of the API says about one operation. */
type Operation = {
  readonly method: string
  readonly path: string
  readonly parameters: readonly string[]
  readonly body: Schema | undefined
}
type Schema = {
  readonly type?: string
  readonly pattern?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly enum?: readonly unknown[]
  readonly items?: Schema
}

/** What ends Bob himself, and would end the probing. */
const endsBob = ['DELETE /api/v1/session', 'POST /api/v1/me/erase']

async function operationsOf(url: string): Promise<readonly Operation[]> {
  const document = (await (await fetch(`${url}/api/v1/openapi.json`)).json()) as {
    readonly paths: Readonly<Record<string, Record<string, Record<string, unknown>>>>
  }
  const found: Operation[] = []
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(methods)) {
      const parameters = ((operation['parameters'] ?? []) as { in: string; name: string }[])
        .filter((one) => one.in === 'query')
        .map(({ name }) => name)
      const content = (operation['requestBody'] as { content?: Record<string, { schema: Schema }> } | undefined)?.content
      found.push({ method: method.toUpperCase(), path, parameters, body: content?.['application/json']?.schema })
    }
  return found.filter(({ method, path }) => !endsBob.includes(`${method} ${path}`))
}

/** A body of the declared shape that names what is Alice's wherever something is named, and not where Bob could write it down himself. */
function bodyOf(schema: Schema | undefined, id: string, name = ''): unknown {
  if (schema === undefined) return undefined
  if (schema.enum !== undefined) return schema.enum[0]
  if (schema.type === 'array') return [bodyOf(schema.items, id, name)]
  if (schema.type === 'string') return schema.pattern !== undefined || naming.test(name) ? id : 'what Bob says'
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
const naming = /^(id|user|person|member|group|assistant|connector|account|session|token|approval|workspace|credential|link)s?$|Ids?$/

const idShape = /^[a-z]+_[0-9a-f]{32}$/
/** When something was last seen moves by itself. */
const moves = ['last_used_at', 'seen_at']

describe.each(databases)('two people on $name', (kind) => {
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
      await using town = await Town.open(kind)
      await town.publishes('desk', connector.url, { credential: { type: 'bearer' } } as never)
      const alice = new Client(town.url)
      await alice.signIn('Alice')
      await town.enables(town.alice, 'desk')
      const given = await alice.send('PUT', '/api/v1/directory/desk/credential', { secret: hers.credential })
      await town.alice.mcp.call('desk_look', { what: hers.argument })
      await town.alice.mcp.call('desk_book', { what: hers.argument })
      await town.enables(town.bob, 'desk')
      const before = await rowsOf(town, town.alice)
      const shared = new Set<string>([town.app.workspace, town.olga.user, town.developer])
      const ids = new Set<string>()
      for (const row of [...before.values()].flat())
        for (const value of Object.values(row)) if (typeof value === 'string' && idShape.test(value)) ids.add(value)
      for (const { id } of await town.app.storage.db.selectFrom('connectors').select('id').execute()) shared.add(id)
      for (const { id } of await town.app.storage.db.selectFrom('releases').select('id').execute()) shared.add(id)
      const private_ = [...ids].filter((id) => !shared.has(id))
      const operations = await operationsOf(town.url)
      const bob = new Client(town.url)
      await bob.signIn('Bob')
      const random = seeded(20_261_122)
      const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
      const leaks: string[] = []

      expect(given.status).toBeLessThan(300)
      expect(await town.app.rooms.approvals.list(town.person(town.alice), { open: true, limit: 10 })).toHaveLength(1)
      expect(private_.length).toBeGreaterThan(5)
      for (let probe = 0; probe < rounds(PROBES); probe++) {
        // every operation in its turn, so that also the small run knocks at each door
        const operation = operations[probe % operations.length] as Operation
        const id = pick(private_)
        const query = operation.parameters.map((name) => `${name}=${id}`).join('&')
        const path = `${operation.path.replaceAll(/\{slug\}/g, 'desk').replaceAll(/\{\w+\}/g, id)}${query === '' ? '' : `?${query}`}`
        const asToken = random() < 0.3
        const client = asToken ? new Client(town.url) : bob
        const headers = asToken ? { authorization: `Bearer ${town.bob.token}` } : {}
        const body = operation.method === 'GET' || operation.method === 'DELETE' ? undefined : (bodyOf(operation.body, id) ?? {})
        const answer = await client.send(operation.method, path, body, headers)
        const said = answer.text + JSON.stringify(answer.headers)
        const name = `${operation.method} ${path} ${answer.status}`
        for (const [word, canary] of Object.entries(hers)) if (said.includes(canary)) leaks.push(`${name} says her ${word}`)
        for (const other of private_) if (other !== id && said.includes(other)) leaks.push(`${name} says ${other}`)
        if (answer.status >= 500) leaks.push(`${name} is a fault`)
        if (!asToken && answer.status === 401) await bob.signIn('Bob')
      }
      const after = await rowsOf(town, town.alice)

      expect(leaks).toEqual([])
      for (const [table, rows] of before) {
        const still = (after.get(table) ?? []).map((row) => JSON.stringify(row, (key, value) => (moves.includes(key) ? undefined : value)))
        for (const row of rows) expect(still, table).toContain(JSON.stringify(row, (key, value) => (moves.includes(key) ? undefined : value)))
      }
    },
    timeFor(rounds(PROBES), 60),
  )
})
