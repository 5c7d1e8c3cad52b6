import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { Client, firstOperator, openHouse, PASSWORD, person } from '../../../test/house.ts'

describe.each(databases)('a change through the control API on $name', (kind) => {
  it('leaves the ledger entry that its endpoint declares', async () => {
    await using house = await openHouse(kind)
    const newest = async () =>
      (await house.storage.db.selectFrom('ledger_entries').select('position').orderBy('position', 'desc').executeTakeFirst())?.position ?? 0
    const since = async (position: number) =>
      (await house.storage.db.selectFrom('ledger_entries').select('event').where('position', '>', position).execute()).map((one) => one.event)
    const client = new Client(house.url)
    const missing: string[] = []
    const does = async (method: string, template: string, path: string, body?: unknown) => {
      const before = await newest()
      const answer = await client.send(method, path, body)
      const declared = house.api.endpoints.find((one) => one.method === method && one.path === `/api/v1${template}`)?.ledger
      if (answer.status >= 300 || typeof declared !== 'string' || !(await since(before)).includes(declared))
        missing.push(`${method} ${template}: ${answer.text}`)
      return answer.body
    }

    await does('POST', '/welcome', '/api/v1/welcome', { token: house.welcome, name: 'Olga', email: 'olga@example.org', password: PASSWORD })
    const invited = await does('POST', '/users', '/api/v1/users', { name: 'Ana', email: 'ana@example.org' })
    const ana = String(invited['user']?.['id'])
    const link = await does('POST', '/users/{id}/link', `/api/v1/users/${ana}/link`)
    await does('PATCH', '/users/{id}', `/api/v1/users/${ana}`, { roles: ['auditor'] })
    const made = await does('POST', '/tokens', '/api/v1/tokens', { name: 'x', assistant: 'Claude' })
    await does('DELETE', '/tokens/{id}', `/api/v1/tokens/${made['token']?.['id']}`)
    await does('POST', '/password', '/api/v1/password', { current: PASSWORD, password: `${PASSWORD} 2` })
    await does('DELETE', '/sessions', '/api/v1/sessions')
    const [session] = ((await client.get('/api/v1/sessions')).body['items'] ?? []) as unknown as readonly { readonly id: string }[]
    await does('DELETE', '/sessions/{id}', `/api/v1/sessions/${session?.id}`)
    await does('POST', '/invitations/accept', '/api/v1/invitations/accept', { token: String(link['link']).split('#')[1], password: PASSWORD })
    await does('DELETE', '/session', '/api/v1/session')
    await does('POST', '/session', '/api/v1/session', { email: 'ana@example.org', password: PASSWORD })

    expect(missing).toEqual([])
  })
})

describe('sessions in the console', () => {
  it('show which browser is this one, and end the others', async () => {
    const [kind] = databases
    if (kind === undefined) throw new Error('no database to test on')
    await using house = await openHouse(kind)
    await firstOperator(house)
    await person(house, 'Ben')
    const laptop = new Client(house.url)
    const phone = new Client(house.url)
    await laptop.send('POST', '/api/v1/session', { email: 'ben@example.org', password: PASSWORD }, { 'user-agent': 'Laptop' })
    await phone.send('POST', '/api/v1/session', { email: 'ben@example.org', password: PASSWORD }, { 'user-agent': 'Phone' })

    const listed = (await phone.get('/api/v1/sessions')).body['items'] as unknown as readonly { readonly agent: string; readonly current: boolean }[]
    const ended = await phone.send('DELETE', '/api/v1/sessions')

    // The third one began when Ben accepted the invitation.
    expect(listed.map((one) => [one.agent, one.current]).toSorted()).toEqual([
      ['Laptop', false],
      ['Phone', true],
      ['a test', false],
    ])
    expect(ended.status).toBe(204)
    expect([(await laptop.get('/api/v1/session')).status, (await phone.get('/api/v1/session')).status]).toEqual([401, 200])
  })
})
