import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const tonight = { date: '2026-09-02', time: '19:00' }
type Booking = { readonly id: string; readonly table: string; readonly status: string; readonly until: string }

class House implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'restaurant-'))
  readonly data: string
  readonly #clients: Client[] = []
  #process: ChildProcess | undefined
  url = ''

  /** A second house on the file of the first one is the same house with two doors. */
  constructor(other?: House) {
    this.data = other?.data ?? join(this.folder, 'restaurant.sqlite')
  }

  async open(...more: string[]): Promise<this> {
    const args = [main, '--port', '0', '--data', this.data, '--clock', '2026-09-01T12:00:00Z', ...more]
    this.#process = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    if (this.#process.stdout === null) throw new Error('no standard output')
    const [line] = (await once(createInterface(this.#process.stdout), 'line')) as [string]
    this.url = line.replace('listening on ', '')
    return this
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.#process
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
    const exited = once(child, 'exit') as Promise<[number | null]>
    child.kill(signal)
    return (await exited)[0]
  }

  async client(mode: 'legacy' | { pin: string }, headers: Record<string, string> = {}): Promise<Client> {
    const client = new Client({ name: 'guest', version: '1.0.0' }, { versionNegotiation: { mode } })
    this.#clients.push(client)
    await client.connect(new StreamableHTTPClientTransport(new URL(this.url), { requestInit: { headers } }))
    return client
  }

  rows(sql: string): unknown[] {
    const file = new Database(this.data, { readonly: true })
    try {
      return file.prepare(sql).all()
    } finally {
      file.close()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) await client.close()
    await this.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

const text = (result: { readonly content: readonly unknown[] }) =>
  (result.content as readonly { readonly text: string }[]).map((block) => block.text).join()

describe.each([
  { era: '2026-07-28', mode: { pin: '2026-07-28' } },
  { era: '2025-11-25', mode: 'legacy' as const },
])('the restaurant in $era', ({ mode }) => {
  it('says of every tool what it does to the world', async () => {
    await using house = await new House().open()
    const client = await house.client(mode)

    const { tools } = await client.listTools()

    const effects = tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint, annotations?.destructiveHint])
    expect(effects).toEqual([
      ['find_tables', true, false],
      ['book_table', false, false],
      ['cancel_booking', false, true],
      ['list_bookings', true, false],
    ])
    for (const tool of tools) {
      expect(tool.inputSchema).toMatchObject({ type: 'object', additionalProperties: false })
      expect(tool).toMatchObject({ title: expect.any(String), description: expect.any(String), outputSchema: { type: 'object' } })
      expect(Object.values(tool.annotations ?? {}).filter((hint) => typeof hint === 'boolean')).toHaveLength(4)
    }
  })

  it('finds, books, lists and cancels a table', async () => {
    await using house = await new House().open()
    const client = await house.client(mode)
    const free = async () => {
      const result = await client.callTool({ name: 'find_tables', arguments: { ...tonight, party_size: 3 } })
      return (result.structuredContent as { tables: { id: string }[] }).tables.map(({ id }) => id)
    }
    const before = await free()

    const booked = await client.callTool({ name: 'book_table', arguments: { ...tonight, table: 'T4', name: 'Ada', party_size: 3 } })
    const { booking } = booked.structuredContent as { booking: Booking }
    const during = await free()
    const listed = await client.callTool({ name: 'list_bookings', arguments: { name: 'ada' } })
    const cancelled = await client.callTool({ name: 'cancel_booking', arguments: { booking: booking.id } })

    expect(before).toEqual(['T3', 'T4', 'T5', 'T6'])
    expect(booking).toMatchObject({ table: 'T4', status: 'booked', until: '21:00' })
    expect(during).toEqual(['T3', 'T5', 'T6'])
    expect(listed.structuredContent).toEqual({ bookings: [booking] })
    expect(cancelled.structuredContent).toEqual({ booking: { ...booking, status: 'cancelled' } })
    expect(await free()).toEqual(before)
  })

  it('says what is wrong in words that an assistant can act on', async () => {
    await using house = await new House().open()
    const client = await house.client(mode)
    const book = (change: object) =>
      client.callTool({ name: 'book_table', arguments: { ...tonight, table: 'T4', name: 'Ada', party_size: 3, ...change } })
    await book({})

    const no = [book({ time: '20:30' }), book({ table: 'T9' }), book({ table: 'T1' }), book({ date: '2026-08-31' }), book({ date: '2026-09-31' })]
    const refused = await Promise.all([...no, book({ time: '16:00' }), book({ date: '2027-09-01' }), book({ party_size: 0 }), book({ note: 'x' })])

    expect(refused.map(({ isError }) => isError)).toEqual(refused.map(() => true))
    expect(refused.map(text)).toEqual([
      'Table T4 is taken on 2026-09-02 at 20:30. Free then: T3, T5, T6.',
      'We have no table T9. Our tables are T1, T2, T3, T4, T5, T6.',
      'Table T1 seats 2, not 3.',
      '2026-08-31 at 19:00 has passed.',
      '2026-09-31 at 19:00 does not exist.',
      'We seat guests on the half hour, from 12:00 to 13:30 and from 18:00 to 21:00.',
      'We take bookings up to 180 days ahead.',
      expect.stringContaining('party_size'),
      expect.stringContaining('note'),
    ])
    expect(house.rows('select count(*) as n from reservations')).toEqual([{ n: 1 }])
  })
})

describe('the restaurant', () => {
  it('gives a table to exactly one of many guests who ask at once, through two processes', async () => {
    await using house = await new House().open()
    await using annexe = await new House(house).open()
    const clients = [await house.client({ pin: '2026-07-28' }), await annexe.client('legacy')]

    const wishes = Array.from({ length: 20 }, (_, guest) =>
      clients[guest % 2]?.callTool({ name: 'book_table', arguments: { ...tonight, table: 'T5', name: `Guest ${guest}`, party_size: 5 } }),
    )
    const answers = await Promise.all(wishes)

    expect(answers.filter((answer) => answer?.isError !== true)).toHaveLength(1)
    expect(house.rows("select count(*) as n from reservations where status = 'booked'")).toEqual([{ n: 1 }])
  })

  it('keeps account of what arrived and of what it did, naming the request', async () => {
    await using house = await new House().open()
    const client = await house.client({ pin: '2026-07-28' }, { 'x-request-id': 'call-1' })

    await client.callTool({ name: 'book_table', arguments: { ...tonight, table: 'T1', name: 'Ada', party_size: 2 } })
    await client.callTool({ name: 'book_table', arguments: { ...tonight, table: 'T1', name: 'Bea', party_size: 2 } })

    expect(house.rows("select request_id, tool from requests where method = 'tools/call'")).toEqual([
      { request_id: 'call-1', tool: 'book_table' },
      { request_id: 'call-1', tool: 'book_table' },
    ])
    expect(house.rows('select kind, request_id from effects')).toEqual([{ kind: 'booked', request_id: 'call-1' }])
  })

  it('lets nobody rewrite that account', async () => {
    await using house = await new House().open()
    const client = await house.client('legacy')
    await client.callTool({ name: 'book_table', arguments: { ...tonight, table: 'T1', name: 'Ada', party_size: 2 } })
    const file = new Database(house.data)

    const attempts = ['update requests set tool = null', 'delete from requests', "update effects set kind = 'cancelled'", 'delete from effects']

    for (const sql of attempts) expect(() => file.exec(sql)).toThrow('append-only')
    file.close()
  })

  it('has a confirmed booking still after being killed', async () => {
    await using house = await new House().open()
    const client = await house.client({ pin: '2026-07-28' })
    await client.callTool({ name: 'book_table', arguments: { ...tonight, table: 'T1', name: 'Ada', party_size: 2 } })

    await house.stop('SIGKILL')
    await house.open()

    const again = await (await house.client('legacy')).callTool({ name: 'list_bookings', arguments: { name: 'Ada' } })
    expect(again.structuredContent).toMatchObject({ bookings: [{ table: 'T1', status: 'booked' }] })
  })

  it('lets nobody in without the key it was started with', async () => {
    await using house = await new House().open('--api-key', 'sesame')
    const ask = (headers: Record<string, string>) => fetch(house.url, { method: 'POST', headers, body: '{}' })

    const without = await ask({})
    const wrong = await ask({ authorization: 'Bearer sesam' })
    const client = await house.client({ pin: '2026-07-28' }, { authorization: 'Bearer sesame' })

    expect([without.status, wrong.status, without.headers.get('www-authenticate')]).toEqual([401, 401, 'Bearer'])
    expect((await client.listTools()).tools).toHaveLength(4)
    expect(house.rows('select admitted, count(*) as n from requests group by admitted order by admitted')).toMatchObject([
      { admitted: 0, n: 2 },
      { admitted: 1 },
    ])
  })

  it('answers no page of another site', async () => {
    await using house = await new House().open()

    const answer = await fetch(house.url, { method: 'POST', headers: { origin: 'https://evil.example' }, body: '{}' })

    expect(answer.status).toBe(403)
  })

  it('stops when asked to', async () => {
    await using house = await new House().open()
    const client = await house.client('legacy')
    await client.listTools()

    expect(await house.stop()).toBe(0)
  })
})
