import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { type Answer, Client, codeOf, firstOperator, type House, openHouse, person } from '../../../test/house.ts'

const [kind] = databases
if (kind === undefined) throw new Error('no database to test on')

async function signedIn(house: House, name: string): Promise<Client> {
  const client = new Client(house.url)
  await client.signIn(name)
  return client
}

async function tokensOf(client: Client): Promise<number> {
  return ((await client.get('/api/v1/tokens')).body['items'] as unknown as readonly unknown[]).length
}

describe('a change asked for by a page that is not ours', () => {
  const wanted = { name: 'planted', assistant: 'Mallory' }

  it("is refused without the proof, with another session's proof, and with one from a session that ended", async () => {
    await using house = await openHouse(kind)
    await firstOperator(house)
    await person(house, 'Ben')
    const olga = await signedIn(house, 'Olga')
    const ben = await signedIn(house, 'Ben')
    const before = await signedIn(house, 'Olga')
    const oldProof = before.csrf
    await before.send('DELETE', '/api/v1/session')

    const attempts: readonly Answer[] = [
      await olga.send('POST', '/api/v1/tokens', wanted, { 'x-handfast-csrf': null }),
      await olga.send('POST', '/api/v1/tokens', wanted, { 'x-handfast-csrf': '' }),
      await olga.send('POST', '/api/v1/tokens', wanted, { 'x-handfast-csrf': ben.csrf }),
      await olga.send('POST', '/api/v1/tokens', wanted, { 'x-handfast-csrf': oldProof }),
      await olga.send('PATCH', `/api/v1/users/usr_${'0'.repeat(32)}`, { name: 'x' }, { 'x-handfast-csrf': null }),
      await olga.send('DELETE', '/api/v1/session', undefined, { 'x-handfast-csrf': null }),
    ]

    expect(attempts.map((one) => [one.status, codeOf(one)])).toEqual(attempts.map(() => [403, 'request/csrf']))
    expect(await tokensOf(olga)).toBe(0)
    expect((await olga.send('POST', '/api/v1/tokens', wanted)).status).toBe(201)
  })

  it('is refused when the browser names another origin, even with the right proof', async () => {
    await using house = await openHouse(kind)
    await firstOperator(house)
    const olga = await signedIn(house, 'Olga')
    const port = new URL(house.url).port

    const origins = ['https://evil.example', 'null', `http://127.0.0.1:${Number(port) + 1}`, `https://127.0.0.1:${port}`, `http://localhost:${port}`]
    const attempts: Answer[] = []
    for (const origin of origins) attempts.push(await olga.send('POST', '/api/v1/tokens', wanted, { origin }))
    for (const site of ['cross-site', 'same-site']) attempts.push(await olga.send('POST', '/api/v1/tokens', wanted, { 'sec-fetch-site': site }))
    const signIn = await new Client(house.url).send('POST', '/api/v1/session', { email: 'x', password: 'y' }, { origin: 'https://evil.example' })

    expect([...attempts, signIn].map((one) => [one.status, codeOf(one)])).toEqual([...attempts, signIn].map(() => [403, 'request/origin']))
    expect(await tokensOf(olga)).toBe(0)
  })

  it('is done for our own page, under the public address and under the loopback name that was asked', async () => {
    await using house = await openHouse(kind)
    await firstOperator(house)
    const olga = await signedIn(house, 'Olga')
    const { port } = new URL(house.url)

    const fromPublic = await olga.send('POST', '/api/v1/tokens', wanted, { origin: house.url, 'sec-fetch-site': 'same-origin' })
    const fromLocalhost = await olga.send('POST', '/api/v1/tokens', wanted, { origin: `http://localhost:${port}`, host: `localhost:${port}` })

    expect([fromPublic.status, fromLocalhost.status]).toEqual([201, 201])
  })

  it('never happens through a GET: no address that reads changes anything, and the one that leaves an entry is for our own pages', async () => {
    await using house = await openHouse(kind)
    await firstOperator(house)
    const olga = await signedIn(house, 'Olga')

    const reading = house.api.endpoints.filter((one) => one.method === 'GET')
    const count = async () => (await house.storage.db.selectFrom('ledger_entries').select('position').execute()).length
    const before = await count()
    for (const one of reading) await olga.get(one.path, { origin: 'https://evil.example' })
    for (const one of reading) await olga.get(one.path, { 'sec-fetch-site': 'cross-site' })

    expect(
      reading
        .filter((one) => typeof one.ledger === 'string')
        .map((one) => one.path)
        .toSorted(),
    ).toEqual(['/api/v1/approval-requests/{id}', '/api/v1/ledger/export', '/api/v1/me/export'])
    expect(await count()).toBe(before)
  })

  it('needs no proof with an access token, which no browser sends by itself', async () => {
    await using house = await openHouse(kind)
    const olga = await firstOperator(house)
    const { secret } = await house.authorization.create(house.people.workspace, olga, { name: 'x', assistant: 'Claude' })

    const answer = await new Client(house.url).send('DELETE', '/api/v1/session', undefined, { authorization: `Bearer ${secret}` })

    expect(codeOf(answer)).toBe('authorization/person-needed')
  })

  it('cannot plant a session: two cookies of the name count as none', async () => {
    await using house = await openHouse(kind)
    await firstOperator(house)
    const olga = await signedIn(house, 'Olga')

    const answer = await olga.get('/api/v1/session', { cookie: `${olga.cookie}; ${olga.cookie}` })

    expect(codeOf(answer)).toBe('authorization/missing')
  })
})

describe('a request for a host that this is not', () => {
  it('is refused whatever it asks for', async () => {
    await using house = await openHouse(kind, { publicUrl: 'https://handfast.example' })

    const hosts = ['evil.example', 'handfast.example.evil.example', '127.0.0.1.evil.example', '10.0.0.1', 'a b']
    const answers: Answer[] = []
    for (const host of hosts) answers.push(await new Client(house.url).get('/api/v1/instance', { host }))
    const own = await new Client(house.url).get('/api/v1/instance', { host: 'Handfast.example' })

    expect(answers.map(codeOf)).toEqual(hosts.map(() => 'request/host'))
    expect(own.status).toBe(200)
  })
})

describe('headers', () => {
  it('forbid framing, sniffing and inline script on every answer, also on refusals and addresses that do not exist', async () => {
    await using house = await openHouse(kind, { publicUrl: 'https://handfast.example' })
    const client = new Client(house.url)

    const answers = [
      await client.get('/api/v1/instance'),
      await client.get('/api/v1/users'),
      await client.get('/api/v1/nothing'),
      await client.get('/api/v1/%zz'),
      await client.send('PUT', '/api/v1/instance', {}),
      await client.send('POST', '/api/v1/session', '{'),
      await client.get('/api/v1/instance', { host: 'evil.example' }),
    ]

    expect(answers.map((one) => one.status)).toEqual([200, 401, 404, 400, 405, 400, 403])
    for (const { headers } of answers)
      expect(headers).toMatchObject({
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'strict-transport-security': 'max-age=31536000',
      })
  })

  it('bind the session cookie to this host where the public address is https', async () => {
    await using house = await openHouse(kind, { publicUrl: 'https://handfast.example' })
    await firstOperator(house)

    const answer = await new Client(house.url).signIn('Olga')

    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(/^__Host-handfast=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=604800; Secure$/),
    ])
  })
})
