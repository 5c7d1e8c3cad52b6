import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { type Hall, openHall } from '../../../test/hall.ts'
import { Browser, CALLBACK, Caller } from '../../../test/letting-in.ts'

// What the standards demand word for word and no story of its own tells. The list of all demands is in `test/standards.ts`.

const [kind] = databases
if (kind === undefined) throw new Error('there is no database')

async function arrives(hall: Hall, metadata: Readonly<Record<string, unknown>> = {}) {
  const caller = await Caller.registers(hall.origin, metadata)
  const browser = new Browser(hall.origin)
  await browser.signsIn('Alice')
  return { caller, browser }
}

async function letIn(hall: Hall, metadata: Readonly<Record<string, unknown>> = {}) {
  const { caller, browser } = await arrives(hall, metadata)
  const landed = await browser.letsIn(await caller.address())
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

describe('the authorization endpoint', () => {
  it('takes what has no value as left out, and passes over what it does not know (RFC 6749 3.1)', async () => {
    await using hall = await openHall(kind)
    const { caller, browser } = await arrives(hall)
    const url = await caller.address()
    for (const [name, value] of Object.entries({ nonce: '', prompt: '', max_age: '', response_mode: '', foo: 'bar', 'x y': '%00' }))
      url.searchParams.set(name, value)

    const { request } = await browser.isAsked(url)

    expect(request.resource).toBe(`${hall.origin}/mcp`)
    expect(JSON.stringify(request)).not.toContain('bar')
  })

  it.each([
    ['none at all', null, 'invalid_request'],
    ['one that nobody knows', 'cookie', 'unsupported_response_type'],
    ['one that hands out a token', 'token', 'unsupported_response_type'],
  ])('says so where the response type is %s (RFC 6749 3.1.1, 4.1.2.1)', async (_, response_type, error) => {
    await using hall = await openHall(kind)
    const { caller, browser } = await arrives(hall)

    const { status, location } = await browser.goes(await caller.address({ response_type }))

    expect(status).toBe(303)
    expect(location).toMatch(new RegExp(`^${CALLBACK}[?#](.*&)?error=${error}(&|$)`))
    expect(location).toContain(`state=${caller.state}`)
  })

  it('sends a browser on with 303 alone, so that nothing that was typed is sent again (RFC 9700 4.12)', async () => {
    await using hall = await openHall(kind)
    const { caller, browser } = await arrives(hall)
    const begun = await browser.goes(await caller.address())
    const { body } = await browser.asks('POST', `/authorizations${begun.location?.replace('/authorize', '')}/decision`, { yes: true })

    const back = await browser.goes(body.redirect)

    expect([begun.status, back.status]).toEqual([303, 303])
    expect(back.location?.startsWith(CALLBACK)).toBe(true)
  })

  it('cannot be read by pages of any other site (RFC 9700 2.6: no CORS here)', async () => {
    await using hall = await openHall(kind)
    const { caller, browser } = await arrives(hall, { redirect_uris: ['https://app.example/cb'] })
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'GET' }

    const answers = [
      await browser.goes(await caller.address(), 'GET', undefined, headers),
      await browser.goes(await caller.address(), 'OPTIONS', undefined, headers),
    ]

    expect(answers.map(({ headers: said }) => said.get('access-control-allow-origin'))).toEqual([null, null])
    expect(answers[1]?.status).toBeGreaterThan(399)
  })

  it.each([
    ['no challenge', { code_challenge: null }],
    ['a scope that is none', { scope: 'nothing \u0007' }],
    ['a resource of somebody else', { resource: 'https://elsewhere.example' }],
    ['another response type', { response_type: 'token' }],
    ['no page to be shown', { prompt: 'none' }],
    ['an answer by a form', { response_mode: 'form_post', code_challenge: null }],
  ])('is no open redirector: whoever has not signed in is sent nowhere, with %s (RFC 6749 10.15, RFC 9700 4.11.2)', async (_, change) => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin, { redirect_uris: ['https://evil.example/lure'] })
    const stranger = new Browser(hall.origin)

    const told = await stranger.goes(await caller.address(change))

    expect([told.status, told.location]).toEqual([400, null])
    expect(told.text).not.toContain('evil.example')
    expect(told.cookies).toEqual([])
  })

  it('lets nothing that it was given get into its headers (RFC 6749 10.14)', async () => {
    await using hall = await openHall(kind)
    const { caller, browser } = await arrives(hall)
    const state = 'a\r\nset-cookie: x=1\r\n\r\n<script>'

    const refused = await browser.letsIn(await caller.address({ state }), { yes: false })
    const wrong = await browser.goes(await caller.address({ state, response_type: 'token' }))

    expect(refused.searchParams.get('state')).toBe(state)
    expect(wrong.location).not.toMatch(/[\r\n<]/)
    expect(wrong.cookies).toEqual([])
  })
})

describe('the token endpoint', () => {
  it('is asked by POST alone (RFC 6749 3.2)', async () => {
    await using hall = await openHall(kind)
    const { form } = await letIn(hall)

    const answers = await Promise.all(
      ['GET', 'PUT', 'DELETE'].map((method) => fetch(`${hall.origin}/oauth/token?${new URLSearchParams(form)}`, { method })),
    )

    for (const { status } of answers) expect([404, 405]).toContain(status)
    for (const answer of answers) expect(await answer.text()).not.toContain('access_token')
  })

  it('takes nothing that stands twice (RFC 6749 3.2)', async () => {
    await using hall = await openHall(kind)
    const { form } = await letIn(hall)
    const says = async (name: string) => {
      const body = new URLSearchParams(form)
      body.append(name, body.get(name) ?? '')
      const answer = await fetch(`${hall.origin}/oauth/token`, { method: 'POST', body })
      return [answer.status, ((await answer.json()) as { error: string }).error]
    }

    const said = []
    for (const name of ['grant_type', 'code', 'redirect_uri', 'client_id', 'code_verifier']) said.push(await says(name))

    expect(said).toEqual(Array.from({ length: 5 }, () => [400, 'invalid_request']))
  })

  it('takes what has no value as left out, and passes over what it does not know (RFC 6749 3.2)', async () => {
    await using hall = await openHall(kind)
    const { caller, form } = await letIn(hall)

    const { status } = await caller.posts({ ...form, scope: '', client_secret: '', audience: 'x', foo: 'bar' })

    expect(status).toBe(200)
  })

  it('takes no secret in the address (RFC 6749 2.3.1)', async () => {
    await using hall = await openHall(kind)
    const { caller, form } = await letIn(hall, { token_endpoint_auth_method: 'client_secret_post' })
    const query = new URLSearchParams({ client_id: caller.client.client_id, client_secret: String(caller.client.client_secret) })

    const answer = await fetch(`${hall.origin}/oauth/token?${query}`, { method: 'POST', body: new URLSearchParams(form) })
    const inBody = await caller.posts({ ...form, client_secret: String(caller.client.client_secret) })

    expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([401, 'invalid_client'])
    expect(inBody.status).toBe(200)
  })

  it('lets nobody guess secrets for long (RFC 6749 2.3.1, 10.10)', async () => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin, { token_endpoint_auth_method: 'client_secret_post' })
    const form = { grant_type: 'refresh_token', refresh_token: 'x', client_id: caller.client.client_id }
    const statuses: number[] = []
    for (let guess = 0; guess <= 300; guess++) statuses.push((await caller.posts({ ...form, client_secret: `hfc_${guess}` })).status)

    const right = await caller.posts({ ...form, client_secret: String(caller.client.client_secret) })

    expect(new Set(statuses.slice(0, 300))).toEqual(new Set([401]))
    expect([statuses.at(-1), right.status]).toEqual([429, 429])
  })

  it('tells every cache to keep nothing of its answers (RFC 6749 5.1)', async () => {
    await using hall = await openHall(kind)
    const { caller, form } = await letIn(hall)

    const [good, bad] = [await caller.posts(form), await caller.posts(form)]

    for (const { headers } of [good, bad]) {
      expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache'])
      expect(headers.get('content-type')).toMatch(/^application\/json/)
    }
  })

  it('gives what nobody can guess: at least 128 random bits in every code and token (RFC 6749 10.10)', async () => {
    await using hall = await openHall(kind)
    const [one, other] = [await letIn(hall), await letIn(hall)]
    const given = [await one.caller.posts(one.form), await other.caller.posts(other.form)].map(({ body }) => body)

    const texts = [one.form.code, other.form.code, ...given.flatMap(({ access_token, refresh_token }) => [access_token, refresh_token])].map(String)

    // Of 64 letters, 22 are 132 bits; what stands before and behind the random part is no more than 12 letters.
    for (const text of texts) expect(text.length).toBeGreaterThanOrEqual(22 + 12)
    for (const [a, b] of [
      [texts[0], texts[1]],
      [texts[2], texts[4]],
      [texts[3], texts[5]],
    ] as const) {
      const same = [...String(a)].filter((letter, at) => letter === String(b)[at]).length
      expect(same).toBeLessThan(20)
    }
  })
})

describe('the documents', () => {
  it('are JSON, by GET, without empty lists, and lead to https or to this machine (RFC 8414 3.1, 3.2; RFC 9728 3.1, 3.2)', async () => {
    await using hall = await openHall(kind)
    const paths = ['oauth-authorization-server', 'openid-configuration', 'oauth-protected-resource', 'oauth-protected-resource/mcp']

    for (const path of paths) {
      const answer = await fetch(`${hall.origin}/.well-known/${path}`)
      const document = (await answer.json()) as Readonly<Record<string, unknown>>
      const addresses = Object.values(document).flatMap((value) => (typeof value === 'string' && /^[a-z]+:\/\//.test(value) ? [new URL(value)] : []))

      expect([answer.status, answer.headers.get('content-type')?.split(';')[0]], path).toEqual([200, 'application/json'])
      expect(
        Object.entries(document).filter(([, value]) => Array.isArray(value) && value.length === 0),
        path,
      ).toEqual([])
      for (const { protocol, hostname, hash } of addresses) expect(protocol === 'https:' || hostname === 'localhost').toBe(hash === '')
      expect((await fetch(`${hall.origin}/.well-known/${path}`, { method: 'POST' })).status, path).toBeGreaterThan(399)
    }
  })

  it('say that answers name the issuer, and how PKCE is done (RFC 9207 3, RFC 9700 2.1.1, MCP authorization)', async () => {
    await using hall = await openHall(kind)

    for (const path of ['oauth-authorization-server', 'openid-configuration']) {
      const document = await (await fetch(`${hall.origin}/.well-known/${path}`)).json()
      expect(document).toMatchObject({
        issuer: hall.origin,
        authorization_response_iss_parameter_supported: true,
        code_challenge_methods_supported: ['S256'],
        response_types_supported: ['code'],
        client_id_metadata_document_supported: true,
      })
    }
  })
})
