import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { databases } from '../../../test/databases.ts'
import { Client, codeOf, firstOperator, type House, openHouse, person, type Said } from '../../../test/house.ts'
import { endpoint, everybody, session } from './index.ts'
import { MOST_BYTES } from './render-error.ts'

const [kind] = databases
if (kind === undefined) throw new Error('no database to test on')

async function olgaIn(house: House): Promise<Client> {
  const olga = new Client(house.url)
  await olga.signIn('Olga')
  return olga
}

function items(said: Said | undefined): readonly Said[] {
  return (said?.['items'] ?? []) as unknown as readonly Said[]
}

describe('what arrives', () => {
  it('is refused with the pointer of the first field that does not fit', async () => {
    await using house = await openHouse(kind)
    await firstOperator(house)
    const olga = await olgaIn(house)

    const answers = [
      await olga.send('POST', '/api/v1/users', { name: 'Ana', email: 'not an address' }),
      await olga.send('POST', '/api/v1/users', { name: 'Ana', email: 'a@example.org', roles: ['user', 'root'] }),
      await olga.send('POST', '/api/v1/users', { name: 'Ana', email: 'a@example.org', 'a/b~c': 1 }),
      await olga.get('/api/v1/users?limit=201'),
      await olga.get('/api/v1/users?limit=0'),
      await olga.send('PATCH', '/api/v1/users/usr_1', { name: 'x' }),
      await olga.send('POST', '/api/v1/users', '[]'),
    ]

    expect(answers.map((one) => [one.status, codeOf(one), one.body['error']?.['pointer']])).toEqual(
      ['/email', '/roles/1', '/a~1b~0c', '/limit', '/limit', '/id', ''].map((at) => [400, 'request/invalid', at]),
    )
  })

  it('is refused where a text holds a character that is none, wherever it stands', async () => {
    await using house = await openHouse(kind)
    await firstOperator(house)
    const olga = await olgaIn(house)

    const answers = [
      await olga.send('POST', '/api/v1/users', { name: 'A\u0000na', email: 'a@example.org' }),
      await olga.send('POST', '/api/v1/users', { name: 'Ana', email: 'a@example.org', roles: ['user', '\ud800'] }),
      await olga.get('/api/v1/users?cursor=%00'),
      await olga.get('/api/v1/connectors/a%00'),
    ]

    expect(answers.map((one) => [one.status, codeOf(one), one.body['error']?.['pointer']])).toEqual(
      ['/name', '/roles/1', '/cursor', '/slug'].map((at) => [400, 'request/invalid', at]),
    )
  })

  it('is bounded in size, depth and kind', async () => {
    await using house = await openHouse(kind)
    const client = new Client(house.url)
    const path = '/api/v1/session'

    const large = await client.send('POST', path, `{"email":"${'x'.repeat(MOST_BYTES)}"}`)
    const deep = await client.send('POST', path, `${'['.repeat(65)}${']'.repeat(65)}`)
    const form = await client.send('POST', path, 'email=a&password=b', { 'content-type': 'application/x-www-form-urlencoded' })
    const plain = await client.send('POST', path, '{"email":"a","password":"b"}', { 'content-type': 'text/plain' })
    const broken = await client.send('POST', path, '{"email"')

    expect([large, deep, form, plain, broken].map(codeOf)).toEqual([
      'request/too-large',
      'request/too-deep',
      'request/unsupported-media-type',
      'request/unsupported-media-type',
      'request/malformed-json',
    ])
  })

  it("counts the caller's address behind a proxy only where that proxy is named", async () => {
    const echo = endpoint({
      method: 'GET',
      path: '/api/v1/echo',
      summary: 'Says where the caller is',
      policy: everybody('a test'),
      ledger: { none: 'a test' },
      input: z.object({}),
      output: z.object({ address: z.string() }),
      handle: async (_, visitor) => ({ address: visitor.address }),
    })
    await using plain = await openHouse(kind, { endpoints: () => [echo] })
    await using behind = await openHouse(kind, { endpoints: () => [echo], trustedProxies: ['127.0.0.1'] })
    const headers = { 'x-forwarded-for': '198.51.100.9, 203.0.113.5' }

    const unnamed = await new Client(plain.url).get('/api/v1/echo', headers)
    const named = await new Client(behind.url).get('/api/v1/echo', headers)

    expect([unnamed.body['address'], named.body['address']]).toEqual(['127.0.0.1', '203.0.113.5'])
  })
})

describe('what goes out', () => {
  it('holds only the fields that the endpoint declares', async () => {
    const leaky = endpoint({
      method: 'GET',
      path: '/api/v1/leaky',
      summary: 'Returns more than it says',
      policy: everybody('a test'),
      ledger: { none: 'a test' },
      input: z.object({}),
      output: z.object({ name: z.string() }),
      handle: async () => ({ name: 'Ana', password_hash: 'canary' }),
    })
    await using house = await openHouse(kind, { endpoints: () => [leaky] })

    expect((await new Client(house.url).get('/api/v1/leaky')).body).toEqual({ name: 'Ana' })
  })

  it('says of a failure only the reference under which the log has it', async () => {
    const broken = endpoint({
      method: 'POST',
      path: '/api/v1/broken/{id}',
      summary: 'Fails',
      policy: everybody('a test'),
      ledger: { none: 'a test' },
      input: z.object({ id: z.string(), password: z.string() }),
      output: z.void(),
      handle: async () => {
        throw new Error('the inner reason')
      },
    })
    await using house = await openHouse(kind, { endpoints: () => [broken] })

    const answer = await new Client(house.url).send(
      'POST',
      '/api/v1/broken/canary-1?q=canary-2',
      { password: 'canary-3' },
      { authorization: 'Bearer canary-4' },
    )

    expect(answer.status).toBe(500)
    expect(answer.body['error']).toEqual({ code: 'request/fault', message: expect.any(String), who: 'operator', ref: expect.any(String) })
    expect(answer.text).not.toContain('inner reason')
    expect(house.logged).toMatchObject([{ fields: { ref: answer.body['error']?.['ref'], err: { message: 'the inner reason' }, method: 'POST' } }])
    expect(JSON.stringify(house.logged)).not.toContain('canary')
  })

  it('is described by the endpoints themselves', async () => {
    await using house = await openHouse(kind)

    const { body } = await new Client(house.url).get('/api/v1/openapi.json')
    const described = Object.entries(body['paths'] ?? {}).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, one]) => ({ name: `${method.toUpperCase()} ${path}`, one: one as Said })),
    )

    expect(body['openapi']).toBe('3.1.0')
    expect(described.map(({ name }) => name).toSorted()).toEqual(house.api.endpoints.map((one) => `${one.method} ${one.path}`).toSorted())
    for (const { one } of described) expect(one).toMatchObject({ 'x-handfast-policy': expect.anything(), 'x-handfast-ledger': expect.anything() })
    expect(body['paths']?.['/api/v1/users']?.['get']?.['parameters']).toMatchObject([
      { name: 'limit', in: 'query', required: false },
      { name: 'cursor' },
    ])
    expect(body['paths']?.['/api/v1/users/{id}']?.['patch']).toMatchObject({
      parameters: [{ name: 'id', in: 'path', required: true }],
      requestBody: { content: { 'application/json': { schema: { properties: { name: expect.anything() } } } } },
    })
    expect(new Set(described.map(({ one }) => one['operationId'])).size).toBe(described.length)
  })

  it('tells which methods an address answers', async () => {
    await using house = await openHouse(kind)

    const answer = await new Client(house.url).send('PUT', '/api/v1/tokens/tok_1', {})

    expect([answer.status, answer.headers['allow']]).toEqual([405, 'DELETE'])
  })
})

describe('a list', () => {
  it('is read to its end page by page, each item once', async () => {
    await using house = await openHouse(kind)
    await firstOperator(house)
    for (const name of ['Ana', 'Ben', 'Cem', 'Dua']) await house.people.invite('system', { name, email: `${name}@example.org`, roles: [] })
    const olga = await olgaIn(house)

    const names: unknown[] = []
    let cursor: unknown = null
    do {
      const page = await olga.get(`/api/v1/users?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`)
      names.push(...items(page.body).map((one) => one['name']))
      cursor = page.body['nextCursor']
    } while (cursor !== null)

    expect(names).toEqual(['Olga', 'Ana', 'Ben', 'Cem', 'Dua'])
  })

  it('is not continued by a cursor that was changed, made up, of another list or of another person', async () => {
    await using house = await openHouse(kind)
    await firstOperator(house)
    await person(house, 'Ben', ['operator'])
    const olga = await olgaIn(house)
    const ben = new Client(house.url)
    await ben.signIn('Ben')
    const cursor = String((await olga.get('/api/v1/users?limit=1')).body['nextCursor'])
    const flipped = [...cursor].map((_, at) => cursor.slice(0, at) + (cursor[at] === 'A' ? 'Q' : 'A') + cursor.slice(at + 1))
    const changed = flipped.filter((one) => Buffer.compare(Buffer.from(one, 'base64url'), Buffer.from(cursor, 'base64url')) !== 0)

    const answers = []
    for (const one of [...changed.filter((_, at) => at % 7 === 0), '', 'usr_0', cursor.slice(0, -4)])
      answers.push(await olga.get(`/api/v1/users?cursor=${one}`))
    answers.push(await olga.get(`/api/v1/tokens?cursor=${cursor}`), await ben.get(`/api/v1/users?cursor=${cursor}`))

    expect(answers.map((one) => [one.status, codeOf(one), one.body['error']?.['pointer']])).toEqual(
      answers.map(() => [400, 'request/invalid', '/cursor']),
    )
    expect((await olga.get(`/api/v1/users?cursor=${cursor}`)).status).toBe(200)
    expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain('usr_')
  })
})

describe.each(databases)('a request under an Idempotency-Key on $name', (one) => {
  const wanted = { name: 'laptop', assistant: 'Claude' }

  it('acts once and gives the same answer again, for a day', async () => {
    await using house = await openHouse(one)
    await firstOperator(house)
    const olga = await olgaIn(house)
    const key = { 'idempotency-key': 'k-1' }

    const first = await olga.send('POST', '/api/v1/tokens', wanted, key)
    const second = await olga.send('POST', '/api/v1/tokens', { assistant: 'Claude', name: 'laptop' }, key)
    const kept = await house.storage.db.selectFrom('idempotency_keys').select('response').executeTakeFirstOrThrow()
    house.clock.advance(86_400_000)
    await olga.signIn('Olga')
    const nextDay = await olga.send('POST', '/api/v1/tokens', wanted, key)

    expect(second.text).toBe(first.text)
    expect([second.status, second.headers['idempotency-replayed']]).toEqual([201, 'true'])
    expect(kept.response).not.toContain('hfp_')
    expect(nextDay.body['secret']).not.toBe(first.body['secret'])
    expect(items((await olga.get('/api/v1/tokens')).body)).toHaveLength(2)
  })

  it('is refused when the key was used for something else', async () => {
    await using house = await openHouse(one)
    await firstOperator(house)
    const olga = await olgaIn(house)
    const key = { 'idempotency-key': 'k-1' }
    await olga.send('POST', '/api/v1/tokens', wanted, key)

    const otherBody = await olga.send('POST', '/api/v1/tokens', { ...wanted, name: 'phone' }, key)
    const otherAddress = await olga.send('POST', '/api/v1/users', { name: 'Ana', email: 'ana@example.org' }, key)

    expect([otherBody, otherAddress].map((answer) => [answer.status, codeOf(answer)])).toEqual([
      [409, 'request/conflict'],
      [409, 'request/conflict'],
    ])
  })

  it('belongs to one person: the same key of somebody else is another key', async () => {
    await using house = await openHouse(one)
    await firstOperator(house)
    await person(house, 'Ben')
    const olga = await olgaIn(house)
    const ben = new Client(house.url)
    await ben.signIn('Ben')
    const key = { 'idempotency-key': 'k-1' }

    const hers = await olga.send('POST', '/api/v1/tokens', wanted, key)
    const his = await ben.send('POST', '/api/v1/tokens', wanted, key)

    expect(his.status).toBe(201)
    expect(his.body['secret']).not.toBe(hers.body['secret'])
  })

  it('acts once when it arrives twice at the same moment', async () => {
    await using house = await openHouse(one)
    await firstOperator(house)
    const olga = await olgaIn(house)
    const key = { 'idempotency-key': 'k-1' }

    const answers = await Promise.all(Array.from({ length: 8 }, () => olga.send('POST', '/api/v1/tokens', wanted, key)))

    const made = answers.filter((answer) => answer.status === 201)
    expect(made.length).toBeGreaterThan(0)
    expect(new Set(made.map((answer) => answer.text)).size).toBe(1)
    expect(answers.filter((answer) => answer.status !== 201).every((answer) => answer.status === 409)).toBe(true)
    expect(items((await olga.get('/api/v1/tokens')).body)).toHaveLength(1)
  })

  it('frees the key when the answer is a refusal, and keeps it taken after a failure', async () => {
    let tries = 0
    const failing = endpoint({
      method: 'POST',
      path: '/api/v1/failing',
      summary: 'Fails at first',
      policy: session(),
      ledger: { none: 'a test' },
      input: z.object({}),
      output: z.object({ tries: z.number() }),
      handle: async () => {
        if (++tries === 1) throw new Error('a failure')
        return { tries }
      },
    })
    await using house = await openHouse(one, { endpoints: (real) => [...real, failing] })
    await firstOperator(house)
    const olga = await olgaIn(house)
    const again = () => olga.send('POST', '/api/v1/failing', {}, { 'idempotency-key': 'k-2' })
    const key = { 'idempotency-key': 'k-1' }

    const refused = await olga.send('POST', '/api/v1/users', { name: 'Olga', email: 'olga@example.org' }, key)
    const corrected = await olga.send('POST', '/api/v1/users', { name: 'Ana', email: 'ana@example.org' }, key)
    const failed = [await again(), await again()]

    expect([refused.status, corrected.status]).toEqual([409, 201])
    expect(failed.map((answer) => answer.status)).toEqual([500, 409])
    expect(tries).toBe(1)
  })
})
