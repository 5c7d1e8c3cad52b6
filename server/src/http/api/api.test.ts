import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { Client, codeOf, firstOperator, openHouse, PASSWORD, person } from '../../../test/house.ts'

describe.each(databases)('the control API on $name', (kind) => {
  it('takes an installation from nothing to a signed-in operator, once', async () => {
    await using house = await openHouse(kind)
    const browser = new Client(house.url)

    const before = await browser.get('/api/v1/instance')
    const given = { token: house.welcome, name: 'Olga', email: ' Olga@Example.org ', password: PASSWORD }
    const welcomed = await browser.send('POST', '/api/v1/welcome', given)
    const again = await new Client(house.url).send('POST', '/api/v1/welcome', given)

    expect(before.body).toMatchObject({ name: 'Test house', profile: 'house', setUp: false })
    expect(welcomed).toMatchObject({ status: 201, body: { user: { email: 'olga@example.org', state: 'active' }, workspace: { name: 'Home' } } })
    expect(again.status).toBe(410)
    expect((await browser.get('/api/v1/instance')).body).toMatchObject({ setUp: true })
    expect((await browser.get('/api/v1/session')).body['user']).toMatchObject({
      name: 'Olga',
      roles: ['user', 'developer', 'reviewer', 'auditor', 'operator'],
    })
  })

  it('lets an invited person in with a link that works once', async () => {
    await using house = await openHouse(kind)
    await firstOperator(house)
    const olga = new Client(house.url)
    await olga.signIn('Olga')

    const invited = await olga.send('POST', '/api/v1/users', { name: 'Ana', email: 'ana@example.org', roles: ['developer'] })
    const link = new URL(String(invited.body['link']))
    const ana = new Client(house.url)
    const accepted = await ana.send('POST', '/api/v1/invitations/accept', { token: link.hash.slice(1), password: PASSWORD })
    const replayed = await new Client(house.url).send('POST', '/api/v1/invitations/accept', { token: link.hash.slice(1), password: PASSWORD })

    expect(invited).toMatchObject({ status: 201, body: { user: { state: 'invited', roles: ['user', 'developer'] } } })
    expect(accepted).toMatchObject({ status: 200, body: { user: { name: 'Ana', state: 'active' } } })
    expect(replayed.status).toBe(410)
    expect((await ana.get('/api/v1/session')).status).toBe(200)
    expect((await ana.get('/api/v1/users')).status).toBe(403)
  })

  it('rotates the session at sign-in, and ends it at sign-out', async () => {
    await using house = await openHouse(kind)
    await firstOperator(house)
    const browser = new Client(house.url)
    await browser.signIn('Olga')
    const first = browser.cookie

    const second = await browser.signIn('Olga')
    const withFirst = await new Client(house.url).get('/api/v1/session', { cookie: first })
    const out = await browser.send('DELETE', '/api/v1/session', undefined, { cookie: browser.cookie })

    expect(second.headers['set-cookie']?.[0]).toMatch(/^handfast=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=604800$/)
    expect(browser.cookie).toBeNull()
    expect(codeOf(withFirst)).toBe('authorization/session')
    expect(out.status).toBe(204)
    expect((await new Client(house.url).get('/api/v1/session', { cookie: first })).status).toBe(401)
  })

  it('makes a token, shows it once, and forgets it when it is taken back', async () => {
    await using house = await openHouse(kind)
    await firstOperator(house)
    const olga = new Client(house.url)
    await olga.signIn('Olga')

    const made = await olga.send('POST', '/api/v1/tokens', { name: 'laptop', assistant: 'Claude' })
    const secret = String(made.body['secret'])
    const principal = await house.authorization.identify(secret)
    const listed = await olga.get('/api/v1/tokens')
    const revoked = await olga.send('DELETE', `/api/v1/tokens/${principal.token}`)

    expect(made).toMatchObject({ status: 201, headers: { 'cache-control': 'no-store' } })
    expect(secret).toMatch(/^hfp_[\w-]{43}[0-9a-f]{8}$/)
    expect(listed.text).not.toContain(secret)
    expect(listed.body['items']).toMatchObject([{ name: 'laptop', assistant: { name: 'Claude' }, revokedAt: null }])
    expect(revoked.status).toBe(204)
    expect(house.authorization.peek(secret)).toBeUndefined()
    await expect(house.authorization.identify(secret)).rejects.toMatchObject({ code: 'authorization/invalid', detail: { reason: 'revoked' } })
  })

  it('answers an assistant that tries what only a person may do', async () => {
    await using house = await openHouse(kind)
    const olga = await firstOperator(house)
    const { secret } = await house.authorization.create(house.people.workspace, olga, { name: 'x', assistant: 'Claude' })

    const answer = await new Client(house.url).send('POST', '/api/v1/tokens', { name: 'y', assistant: 'z' }, { authorization: `Bearer ${secret}` })

    expect(answer.status).toBe(403)
    expect(codeOf(answer)).toBe('authorization/person-needed')
  })

  it('hides what belongs to somebody else behind a 404', async () => {
    await using house = await openHouse(kind)
    const olga = await firstOperator(house)
    await person(house, 'Ben')
    const { token } = await house.authorization.create(house.people.workspace, olga, { name: 'x', assistant: 'Claude' })
    const [session] = await house.people.sessions(olga)
    const ben = new Client(house.url)
    await ben.signIn('Ben')

    const tokenAnswer = await ben.send('DELETE', `/api/v1/tokens/${token.id}`)
    const sessionAnswer = await ben.send('DELETE', `/api/v1/sessions/ses_${session?.hash}`)

    expect([tokenAnswer.status, sessionAnswer.status]).toEqual([404, 404])
    expect((await house.people.sessions(olga)).length).toBe(1)
    expect((await house.authorization.list(house.people.workspace, olga, null, 9))[0]?.revokedAt).toBeNull()
  })
})
