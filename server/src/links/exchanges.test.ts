import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { linksOver, openProcess, somebody } from '../../test/choosing.ts'
import { databases } from '../../test/databases.ts'
import { connectorAt, linkGrant, patience, permitFor } from '../../test/linked-grant.ts'
import { serve } from '../../test/loopback-server.ts'

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const exchange = { audience: 'https://api.example', scopes: ['api'] }

/** Rotates refresh tokens, each good once and never again, and exchanges what it gave with them (RFC 8693). */
async function exchangingServer() {
  const state = { rotations: 0, exchanging: 'works' as 'works' | 'busy' | 'refuses' | 'gives an ID token' }
  const says = (response: ServerResponse, body: unknown, status = 200) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  const server = await serve((request, response, text) => {
    const body = new URLSearchParams(text)
    if (request.url === '/revoke') return says(response, {})
    if (body.get('grant_type') === 'refresh_token') {
      if (body.get('refresh_token') !== `refresh-${state.rotations}`) return says(response, { error: 'invalid_grant' }, 400)
      state.rotations++
      const given = { access_token: `subject-${state.rotations}`, refresh_token: `refresh-${state.rotations}` }
      return says(response, { ...given, token_type: 'Bearer', expires_in: 100 })
    }
    if (state.exchanging === 'busy') return says(response, { error: 'temporarily_unavailable' }, 503)
    if (state.exchanging === 'refuses') return says(response, { error: 'invalid_target' }, 400)
    const issued = state.exchanging === 'works' ? ACCESS_TOKEN : 'urn:ietf:params:oauth:token-type:id_token'
    return says(response, {
      access_token: `for ${body.get('subject_token')}`.replace(' ', '-'),
      issued_token_type: issued,
      token_type: 'Bearer',
      expires_in: 100,
    })
  })
  const bodies = () => server.requests.map(({ body }) => new URLSearchParams(body))
  return Object.assign(state, { origin: server.origin, bodies, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() })
}

describe.each(databases)('access that is exchanged for what the sign-in brought, on $name', (kind) => {
  async function open() {
    const parts = new AsyncDisposableStack()
    const database = parts.use(await kind.open())
    const server = parts.use(await exchangingServer())
    const one = parts.use(await openProcess(database.place))
    const about = connectorAt(server.origin)
    const ana = somebody()
    const link = await linkGrant(one, ana, about, server.origin, { exchange })
    const links = linksOver(one, { random: () => 0 })
    const permit = permitFor(ana, about)
    const calls = () => links.calls.credentialFor(permit, about, patience).then(({ secret }) => secret)
    const account = async () => (await links.linked.of(ana))[0]
    return { ...one, server, ana, link, links, calls, account, [Symbol.asyncDispose]: () => parts.disposeAsync() }
  }

  it('is renewed and exchanged together, by the names of the standard (RFC 8693 section 2.1)', async () => {
    await using one = await open()
    one.clock.advance(101_000)

    const got = await Promise.all(Array.from({ length: 8 }, () => one.calls()))

    expect(new Set(got)).toEqual(new Set(['for-subject-1']))
    expect(one.server.bodies().map((body) => Object.fromEntries(body))).toMatchObject([
      { grant_type: 'refresh_token', refresh_token: 'refresh-0' },
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: 'subject-1',
        subject_token_type: ACCESS_TOKEN,
        requested_token_type: ACCESS_TOKEN,
        audience: 'https://api.example',
        scope: 'api',
      },
    ])
  })

  it.each(['busy', 'refuses', 'gives an ID token'] as const)(
    'keeps its sign-in where the exchange %s: the new refresh token is stored before, and used the next time (RFC 8693 section 2.2.1)',
    async (how) => {
      await using one = await open()
      one.clock.advance(101_000)
      one.server.exchanging = how

      const failed = await one.calls().catch((error: { readonly code: string }) => error.code)
      const between = await one.account()
      one.server.exchanging = 'works'
      one.clock.advance(61_000)
      const got = await one.calls()

      expect(failed).toBe('links/renewing')
      expect(between).toMatchObject({ state: 'failing' })
      expect(got).toBe('for-subject-2')
      expect(one.server.rotations).toBe(2)
      expect(await one.account()).toMatchObject({ state: 'good', reason: null })
    },
  )

  it('is taken back with what it was exchanged for', async () => {
    await using one = await open()
    one.clock.advance(101_000)
    await one.calls()

    await one.links.linked.unlink(one.ana, one.link)

    const revoked = one.server.bodies().filter((body) => body.has('token'))
    expect(revoked.map((body) => body.get('token'))).toEqual(['refresh-1', 'for-subject-1', 'subject-1'])
  })
})
