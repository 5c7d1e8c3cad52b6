import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { type Answer, Client, firstOperator, openHouse } from '../../../test/house.ts'
import { proves } from '../../../test/proves.ts'

proves('telemetry/no-secrets')

const canary = (name: string) => `canary-${name}-canary-${name}-canary-${name}`.padEnd(43, 'x').slice(0, 43)

describe.each(databases)('secrets on $name', (kind) => {
  it('are in no error and no log, whatever goes wrong with them', async () => {
    await using house = await openHouse(kind)
    await firstOperator(house)
    const olga = new Client(house.url)
    await olga.signIn('Olga')
    const password = canary('password')
    const cookie = `handfast=${canary('cookie')}`
    const authorization = `Bearer hfp_${canary('token')}00000000`
    const token = canary('link')

    const everything = async (): Promise<readonly Answer[]> => [
      await olga.send('POST', '/api/v1/session', { email: 'olga@example.org', password }),
      await olga.send('POST', '/api/v1/session', { email: 'olga@example.org', password, more: password }),
      await olga.send('POST', '/api/v1/session', `{"email":"olga@example.org","password":"${password}"`),
      await olga.send('POST', '/api/v1/session', `{"password":${password}}`),
      await olga.send('POST', '/api/v1/session', { email: { password }, password: [password] }),
      await olga.send('POST', '/api/v1/welcome', { token, name: 'x', email: 'x@example.org', password }),
      await olga.send('POST', '/api/v1/welcome', { token, name: 'x', email: password, password }),
      await olga.send('POST', '/api/v1/invitations/accept', { token, password }),
      await olga.send('POST', '/api/v1/password', { current: password, password: 'another long one' }),
      await olga.send('POST', '/api/v1/password', { current: 'x', password: password.slice(0, 11) }),
      await olga.get('/api/v1/session', { cookie }),
      await olga.send('POST', '/api/v1/tokens', { name: 'x', assistant: 'y' }, { cookie, 'x-handfast-csrf': canary('proof') }),
      await olga.get('/api/v1/session', { authorization }),
      await olga.get(`/api/v1/users?cursor=${canary('cursor')}`),
      await olga.get(`/api/v1/${canary('address')}`),
      await olga.send('POST', '/api/v1/tokens', { name: 'x', assistant: 'y' }, { 'idempotency-key': `${canary('key')} with space` }),
    ]
    const answers = [...(await everything())]
    const refused = house.logged.length
    // From here on the database fails under every request that reads a session or a link.
    await house.storage.write(['web_sessions', 'one_time_links', 'users'].map((table) => ({ sql: `drop table ${table}`, parameters: [] })))
    answers.push(...(await everything()))

    expect(refused).toBe(0)
    expect(answers.some((one) => one.status === 500)).toBe(true)
    expect(answers.every((one) => one.status >= 400)).toBe(true)
    expect(house.logged.length).toBeGreaterThan(4)
    expect(answers.map((one) => one.text + JSON.stringify(one.headers)).join()).not.toMatch(/canary/)
    expect(inspect(house.logged, { depth: 12, showHidden: true })).not.toMatch(/canary/)
  })
})
