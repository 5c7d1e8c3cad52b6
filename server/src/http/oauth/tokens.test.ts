import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { type Hall, openHall } from '../../../test/hall.ts'
import { Browser, Caller } from '../../../test/letting-in.ts'
import { DAY, HOUR, MINUTE } from '../../lib/index.ts'

/** Alice lets an assistant in. What it needs to go on. */
async function letIn(hall: Hall, metadata: Readonly<Record<string, unknown>> = {}, decision?: Readonly<Record<string, unknown>>) {
  const caller = await Caller.registers(hall.origin, metadata)
  const browser = new Browser(hall.origin)
  await browser.signsIn('Alice')
  const landed = await browser.letsIn(await caller.address(), decision)
  const form = {
    grant_type: 'authorization_code',
    client_id: caller.client.client_id,
    code: String(landed.searchParams.get('code')),
    redirect_uri: caller.redirect,
    code_verifier: caller.verifier,
    resource: caller.resource,
  }
  return { caller, browser, landed, form }
}

const identify = (hall: Hall, token: string) =>
  hall.rooms.authorization.identify(token).then(
    (principal) => principal.granted?.scopes,
    (error: { readonly detail: { readonly reason: string } }) => error.detail.reason,
  )

describe.each(databases)('the token endpoint on $name', (kind) => {
  // What is refused leaves nothing behind, so that all of it can be tried in one place.
  describe('with a code', () => {
    let hall: Hall
    beforeAll(async () => {
      hall = await openHall(kind)
    })
    afterAll(() => hall[Symbol.asyncDispose]())

    it.each([
      ['another verifier (RFC 7636 4.6)', { code_verifier: 'x'.repeat(43) }],
      ['no verifier (RFC 7636 4.6)', { code_verifier: '' }],
      ['a verifier that is no verifier (RFC 7636 4.1)', { code_verifier: 'short' }],
      ['another redirect URI (RFC 6749 4.1.3, 10.6)', { redirect_uri: 'http://127.0.0.1:7777/other' }],
      ['no redirect URI', { redirect_uri: '' }],
      ['a code that is not one', { code: 'x'.repeat(43) }],
      ['another resource (RFC 8707 2.2)', { resource: 'http://localhost/mcp/tables' }],
    ])('gives nothing for %s', async (_, change) => {
      const { caller, form } = await letIn(hall)

      const { status, body } = await caller.posts({ ...form, ...change })

      expect([status, Object.keys(body).toSorted()]).toEqual([400, ['error', 'error_description']])
      expect(body.error).toMatch(/^invalid_(grant|request|target)$/)
    })
  })

  it('knows nobody by a name with a character that is none (RFC 6749 appendix A.1)', async () => {
    await using hall = await openHall(kind)
    const ways = { token: 'grant_type=authorization_code&code=%00', revoke: 'token=%00' }

    for (const [path, body] of Object.entries(ways)) {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const answer = await fetch(`${hall.origin}/oauth/${path}`, { method: 'POST', headers, body: `${body}&client_id=a%00` })
      expect([path, answer.status, ((await answer.json()) as { error: string }).error]).toEqual([path, 401, 'invalid_client'])
    }
  })

  it("gives nothing for another client's code (RFC 6749 10.5, RFC 9700 4.5)", async () => {
    await using hall = await openHall(kind)
    const { form } = await letIn(hall)
    const thief = await Caller.registers(hall.origin, { client_name: 'Thief' })

    const { status, body } = await thief.posts({ ...form, client_id: thief.client.client_id })

    expect([status, body.error]).toEqual([400, 'invalid_grant'])
  })

  it('gives nothing for a code that is a minute old (RFC 6749 4.1.2, 10.5)', async () => {
    await using hall = await openHall(kind)
    const { caller, form } = await letIn(hall)

    hall.rooms.clock.advance(MINUTE + 1_000)

    expect((await caller.posts(form)).body.error).toBe('invalid_grant')
  })

  it('ends everything when a code comes a second time (RFC 6749 4.1.2)', async () => {
    await using hall = await openHall(kind)
    const { caller, form } = await letIn(hall)
    const first = await caller.posts(form)
    const before = await identify(hall, first.body.access_token)

    const second = await caller.posts(form)

    expect(before).toEqual(['connectors:read', 'connectors:write'])
    expect([second.status, second.body.error]).toEqual([400, 'invalid_grant'])
    expect(await identify(hall, first.body.access_token)).toBe('revoked')
    expect((await caller.posts({ grant_type: 'refresh_token', client_id: form.client_id, refresh_token: first.body.refresh_token })).body.error).toBe(
      'invalid_grant',
    )
    expect(await events(hall)).toContain('grant.replayed')
  })

  it('takes one of many redemptions of a code that come at once, and then ends what it gave (RFC 6749 4.1.2, RFC 9700 4.5)', async () => {
    await using hall = await openHall(kind)
    const { caller, form } = await letIn(hall)

    const answers = await Promise.all(Array.from({ length: 20 }, () => caller.posts(form)))

    const good = answers.filter(({ status }) => status === 200)
    expect(good.length).toBeLessThanOrEqual(1)
    expect(answers.filter(({ status }) => status >= 500)).toEqual([])
    for (const { body } of good) expect(await identify(hall, body.access_token)).toBe('revoked')
  })

  it('says what it gives, keeps it out of caches, and binds it to the resource (RFC 6749 3.3, 5.1, RFC 8707 2.2)', async () => {
    await using hall = await openHall(kind)
    const { caller, form } = await letIn(hall, {}, { yes: true, scopes: ['connectors:read'], stay: true })

    const { status, headers, body } = await caller.posts(form)

    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(body).toEqual({
      access_token: expect.stringMatching(/^hfo_/),
      refresh_token: expect.stringMatching(/^hfr_/),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'connectors:read',
    })
    expect((await hall.rooms.authorization.identify(body.access_token)).granted).toMatchObject({ audience: '/mcp', scopes: ['connectors:read'] })
  })

  it('gives access for an hour at most, and only that where the person did not let it stay', async () => {
    await using hall = await openHall(kind)
    const { caller, form } = await letIn(hall, {}, { yes: true, stay: false })
    const { body } = await caller.posts(form)

    hall.rooms.clock.advance(HOUR - 1)
    const before = await identify(hall, body.access_token)
    hall.rooms.clock.advance(1)

    expect(body.refresh_token).toBeUndefined()
    expect([before, await identify(hall, body.access_token)]).toEqual([['connectors:read', 'connectors:write'], 'expired'])
  })

  it('turns refresh tokens over, and ends the family when an old one comes back (RFC 6749 6, RFC 9700 2.2.2, 4.14.2)', async () => {
    await using hall = await openHall(kind)
    const { caller, form } = await letIn(hall)
    const first = (await caller.posts(form)).body
    const refresh = (token: string) => caller.posts({ grant_type: 'refresh_token', client_id: form.client_id, refresh_token: token })
    const second = (await refresh(first.refresh_token)).body
    const third = (await refresh(second.refresh_token)).body

    const replayed = await refresh(first.refresh_token)

    expect(new Set([first, second, third].map((body) => body.refresh_token)).size).toBe(3)
    expect([replayed.status, replayed.body.error]).toEqual([400, 'invalid_grant'])
    expect(await Promise.all([first, second, third].map((body) => identify(hall, body.access_token)))).toEqual(['revoked', 'revoked', 'revoked'])
    expect((await refresh(third.refresh_token)).body.error).toBe('invalid_grant')
    expect((await events(hall)).filter((event) => event === 'grant.replayed')).toHaveLength(1)
  })

  it('takes one of two refreshes that come at once, and then ends the family', async () => {
    await using hall = await openHall(kind)
    const { caller, form } = await letIn(hall)
    const { body } = await caller.posts(form)
    const again = { grant_type: 'refresh_token', client_id: form.client_id, refresh_token: body.refresh_token }

    const answers = await Promise.all([caller.posts(again), caller.posts(again), caller.posts(again)])

    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1)
    expect(answers.filter(({ status }) => status >= 500)).toEqual([])
    expect(await identify(hall, body.access_token)).toBe('revoked')
  })

  it("gives nothing for another client's refresh token, for more scope, or for one not used in thirty days (RFC 6749 6, 10.4)", async () => {
    await using hall = await openHall(kind)
    const { caller, form } = await letIn(hall, {}, { yes: true, scopes: ['connectors:read'], stay: true })
    const { body } = await caller.posts(form)
    const thief = await Caller.registers(hall.origin, { client_name: 'Thief' })
    const again = { grant_type: 'refresh_token', refresh_token: body.refresh_token }

    const stolen = await thief.posts({ ...again, client_id: thief.client.client_id })
    const wider = await caller.posts({ ...again, client_id: form.client_id, scope: 'connectors:read connectors:write' })
    const elsewhere = await caller.posts({ ...again, client_id: form.client_id, resource: `${hall.origin}/mcp/tables` })
    hall.rooms.clock.advance(30 * DAY)
    const late = await caller.posts({ ...again, client_id: form.client_id })

    expect([stolen, wider, elsewhere, late].map(({ body: { error } }) => error)).toEqual([
      'invalid_grant',
      'invalid_scope',
      'invalid_target',
      'invalid_grant',
    ])
  })

  it('stops giving tokens for a person whose account is switched off, an assistant that is, or a grant that was taken back', async () => {
    await using hall = await openHall(kind)
    const { caller, form, browser } = await letIn(hall)
    const { body } = await caller.posts(form)
    const workspace = hall.rooms.people.workspace
    const again = { grant_type: 'refresh_token', client_id: form.client_id, refresh_token: body.refresh_token }
    const principal = await hall.rooms.authorization.identify(body.access_token)

    await hall.server.assistants.steer(workspace, principal.assistant, hall.olga, true)
    const off = [await identify(hall, body.access_token), (await caller.posts(again)).body.error]
    await hall.server.assistants.steer(workspace, principal.assistant, hall.olga, false)
    const on = await identify(hall, body.access_token)
    const [grant] = (await browser.asks('GET', '/grants')).body.items
    await browser.asks('DELETE', `/grants/${grant.id}`)

    expect([off, on]).toEqual([
      ['assistant-off', 'invalid_client'],
      ['connectors:read', 'connectors:write'],
    ])
    expect([await identify(hall, body.access_token), (await caller.posts(again)).body.error]).toEqual(['revoked', 'invalid_grant'])
  })

  it('wants clients with a secret to show it, in one way at a time (RFC 6749 2.3, 2.3.1, 3.2.1, 5.2)', async () => {
    await using hall = await openHall(kind)
    const { caller, form } = await letIn(hall, { token_endpoint_auth_method: 'client_secret_basic' })
    const secret = String(caller.client.client_secret)
    const basic = (word: string) => ({ authorization: `Basic ${Buffer.from(`${caller.client.client_id}:${word}`).toString('base64')}` })

    const none = await caller.posts(form)
    const wrong = await caller.posts(form, 'token', basic(`${secret.slice(0, -1)}x`))
    const inBody = await caller.posts({ ...form, client_secret: secret }, 'token', basic(secret))
    const hash = await caller.posts(form, 'token', basic(createHash('sha256').update(secret).digest('hex')))
    const right = await caller.posts(form, 'token', basic(secret))

    expect(secret).toMatch(/^hfc_/)
    expect([none, wrong, inBody, hash].map(({ status, body }) => [status, body.error])).toEqual([
      [401, 'invalid_client'],
      [401, 'invalid_client'],
      [400, 'invalid_request'],
      [401, 'invalid_client'],
    ])
    expect(wrong.headers.get('www-authenticate')).toMatch(/^Basic /)
    expect(right.status).toBe(200)
  })

  it.each([
    ['the password grant (RFC 9700 2.4)', { grant_type: 'password', username: 'alice', password: 'x' }, 'unsupported_grant_type'],
    ['the implicit grant', { grant_type: 'implicit' }, 'unsupported_grant_type'],
    ['client credentials', { grant_type: 'client_credentials' }, 'unsupported_grant_type'],
    ['no grant type', {}, 'invalid_request'],
  ])('does not know %s', async (_, form, error) => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin)

    const { status, body } = await caller.posts({ client_id: caller.client.client_id, ...form })

    expect([status, body.error]).toEqual([400, error])
  })

  it('keeps tokens and codes as hashes only, and what belongs to them sealed', async () => {
    await using hall = await openHall(kind)
    const { caller, form } = await letIn(hall, { client_name: 'Corvidae' })
    const { body } = await caller.posts(form)
    await caller.posts({ grant_type: 'refresh_token', client_id: form.client_id, refresh_token: body.refresh_token })
    const { db } = hall.rooms.storage

    const everything = JSON.stringify([
      await db.selectFrom('authorization_records').selectAll().execute(),
      await db.selectFrom('grant_tokens').selectAll().execute(),
      await db.selectFrom('grants').selectAll().execute(),
      await db.selectFrom('signing_keys').selectAll().execute(),
      await db.selectFrom('ledger_entries').selectAll().execute(),
    ])

    for (const secret of [form.code, form.code_verifier, body.access_token.slice(4), body.refresh_token.slice(4), caller.state])
      expect(everything).not.toContain(secret)
    expect(everything).not.toMatch(/"(d|p|q|dp|dq|qi)":|Corvidae|127\.0\.0\.1:7777/)
  })

  it('lets go of what is over', async () => {
    await using hall = await openHall(kind)
    const { caller, form } = await letIn(hall)
    await caller.posts(form)
    const count = async () => {
      const { db } = hall.rooms.storage
      const records = await db.selectFrom('authorization_records').select('kind').execute()
      const tokens = await db.selectFrom('grant_tokens').select('token_hash').execute()
      return [records.map(({ kind: one }) => one).toSorted(), tokens.length]
    }
    const before = await count()

    hall.rooms.clock.advance(2 * HOUR)
    await hall.server.tidy()
    const between = await count()
    hall.rooms.clock.advance(40 * DAY)
    await hall.server.tidy()

    expect(before).toEqual([['AuthorizationCode', 'RefreshToken'], 1])
    expect(between).toEqual([['RefreshToken'], 1])
    expect(await count()).toEqual([[], 0])
  })
})

describe.each(databases)('revocation and introspection on $name', (kind) => {
  it('ends a grant by its refresh token, and says nothing about tokens that are not the caller’s (RFC 7009 2.1, 2.2)', async () => {
    await using hall = await openHall(kind)
    const { caller, form } = await letIn(hall)
    const { body } = await caller.posts(form)
    const thief = await Caller.registers(hall.origin, { client_name: 'Thief' })

    const foreign = await thief.posts({ client_id: thief.client.client_id, token: body.refresh_token }, 'revoke')
    const unknown = await caller.posts({ client_id: form.client_id, token: 'nothing' }, 'revoke')
    const before = await identify(hall, body.access_token)
    const own = await caller.posts({ client_id: form.client_id, token: body.refresh_token, token_type_hint: 'access_token' }, 'revoke')

    expect([foreign.status, unknown.status, own.status]).toEqual([200, 200, 200])
    expect([before, await identify(hall, body.access_token)]).toEqual([['connectors:read', 'connectors:write'], 'revoked'])
    expect(await events(hall)).toContain('grant.revoked')
  })

  it('tells a client with a secret about its own tokens, and nobody else anything (RFC 7662 2.1, 2.2, 4)', async () => {
    await using hall = await openHall(kind)
    const { caller, form } = await letIn(hall, { token_endpoint_auth_method: 'client_secret_post' })
    const auth = { client_id: form.client_id, client_secret: String(caller.client.client_secret) }
    const { body } = await caller.posts({ ...form, ...auth })
    const other = await Caller.registers(hall.origin, { token_endpoint_auth_method: 'client_secret_post' })
    const plain = await Caller.registers(hall.origin)
    const asks = (who: Readonly<Record<string, string>>) => caller.posts({ ...who, token: body.access_token }, 'introspect')

    const own = await asks(auth)
    const nobody = await asks({})
    const foreign = await asks({ client_id: other.client.client_id, client_secret: String(other.client.client_secret) })
    const unproven = await asks({ client_id: plain.client.client_id })
    await caller.posts({ ...auth, token: body.access_token }, 'revoke')

    expect(own.body).toMatchObject({
      active: true,
      aud: caller.resource,
      client_id: form.client_id,
      scope: 'connectors:read connectors:write',
      token_type: 'Bearer',
    })
    expect(nobody.status).toBe(400)
    expect([foreign.body, unproven.body, (await asks(auth)).body]).toEqual([{ active: false }, { active: false }, { active: false }])
  })
})

async function events(hall: Hall): Promise<readonly string[]> {
  return (await hall.rooms.storage.db.selectFrom('ledger_entries').select('event').orderBy('position').execute()).map(({ event }) => event)
}
