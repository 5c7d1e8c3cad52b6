import { type Role, roles } from '@handfast/contract'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { databases } from '../../../test/databases.ts'
import { Client, codeOf, firstOperator, type House, openHouse, person } from '../../../test/house.ts'
import { proves } from '../../../test/proves.ts'
import { type AnyEndpoint, EndpointFault, endpoint, everybody, serveEndpoints, session, sessionOrToken, token } from './index.ts'

proves('http/who-may')

const [kind] = databases
if (kind === undefined) throw new Error('no database to test on')

const SIGN_IN = '/api/v1/session'

/** One endpoint for each way of admitting somebody, beside the real ones. */
function probes(): readonly AnyEndpoint[] {
  const policies = [
    ...roles.flatMap((role) => [session(role), token(role), sessionOrToken(role)]),
    session(),
    token(),
    sessionOrToken(),
    session('reviewer', 'auditor'),
  ]
  return policies.flatMap((policy, at) =>
    (['GET', 'POST'] as const).map((method) =>
      endpoint({
        method,
        path: `/api/v1/probe-${at}`,
        summary: 'A probe',
        policy,
        ledger: { none: 'a probe' },
        input: z.object({}),
        output: z.object({ user: z.string() }),
        handle: async (_, caller) => ({ user: caller.user }),
      }),
    ),
  )
}

type Way = {
  readonly via: 'nobody' | 'session' | 'token'
  readonly roles: readonly Role[]
  readonly client: Client
  readonly headers: Record<string, string>
}

async function ways(house: House): Promise<readonly Way[]> {
  const found: Way[] = [{ via: 'nobody', roles: [], client: new Client(house.url), headers: {} }]
  for (const role of roles) {
    const user = await person(house, role, [role])
    const client = new Client(house.url)
    await client.signIn(role)
    const { secret } = await house.authorization.create(house.people.workspace, user, { name: 'x', assistant: 'Claude' })
    const held: readonly Role[] = role === 'user' ? ['user'] : ['user', role]
    found.push({ via: 'session', roles: held, client, headers: {} })
    found.push({ via: 'token', roles: held, client: new Client(house.url), headers: { authorization: `Bearer ${secret}` } })
  }
  return found
}

function mayPass({ policy }: AnyEndpoint, way: Way): boolean {
  if (policy.kind === 'public') return true
  if (way.via === 'nobody' || (policy.kind !== 'session-or-token' && policy.kind !== way.via)) return false
  return policy.roles.length === 0 || policy.roles.some((role) => way.roles.includes(role))
}

describe('the list of endpoints that a running server has', () => {
  it('lets in exactly whom each policy names, over every endpoint and every kind of caller', async () => {
    await using house = await openHouse(kind, { endpoints: (real) => [...real.map(harmless), ...probes()] })
    await firstOperator(house)
    const callers = await ways(house)

    const wrong: string[] = []
    let tried = 0
    for (const one of house.api.endpoints)
      for (const way of callers) {
        const path = one.path.replaceAll(/\{\w+\}/g, `usr_${'0'.repeat(32)}`)
        const answer = await way.client.send(one.method, path, one.method === 'GET' || one.method === 'DELETE' ? undefined : {}, way.headers)
        const passed =
          one.path === SIGN_IN && one.method === 'POST' ? codeOf(answer) === 'request/invalid' : answer.status >= 200 && answer.status < 300
        tried++
        if (passed !== mayPass(one, way)) wrong.push(`${one.method} ${one.path} ${way.via} ${way.roles.join('+')}: ${answer.status}`)
      }

    expect(wrong).toEqual([])
    expect(tried).toBeGreaterThan(500)
    // Some thousand requests, one after the other.
  }, 240_000)

  it('answers nobody but on the few public addresses, which each say why', async () => {
    await using house = await openHouse(kind)
    await firstOperator(house)
    const nobody = new Client(house.url)

    const open: (readonly [string, string])[] = []
    for (const one of house.api.endpoints) {
      const answer = await nobody.send(one.method, one.path, one.method === 'GET' ? undefined : {})
      if (answer.status !== 401) open.push([`${one.method} ${one.path}`, one.policy.kind === 'public' ? one.policy.because : 'says nothing'])
    }

    expect(Object.fromEntries(open)).toEqual({
      'GET /api/v1/handed-files': 'the link is sealed by us, names one file, and is good for five minutes',
      'GET /api/v1/instance': 'the sign-in page needs it',
      'GET /api/v1/manifest-schema': 'the same for everybody, and published with the source',
      'GET /api/v1/notices/addresses': 'whoever wants to write to the operator has to know where, and the terms say it too',
      'GET /api/v1/openapi.json': 'it says nothing about this installation that the source does not say',
      'GET /api/v1/session/ways': 'the sign-in page shows it',
      'POST /api/v1/complaints': 'whoever is wronged has no account here; what comes in is bounded and decided by a person',
      'POST /api/v1/contact-confirmations': 'whoever reads mail at the address has the code, with or without an account; few wrong codes are taken',
      'POST /api/v1/hosted-session': 'the link is the credential',
      'POST /api/v1/invitations/accept': 'the link is the credential',
      'POST /api/v1/letters/from-outside': 'the terms let anybody write to the operator; a few an hour from each network',
      'POST /api/v1/mail-reports': 'the secret from the settings opens it, and what is handed in has to name a mail by an id that nobody guesses',
      'POST /api/v1/session': 'whoever signs in is not known before',
      'POST /api/v1/session/passkey': 'whoever signs in is not known before',
      'POST /api/v1/session/passkey/options': 'whoever signs in is not known before',
      'POST /api/v1/session/providers/{provider}': 'whoever signs in is not known before',
      'POST /api/v1/session/providers/{provider}/finish': 'whoever signs in is not known before',
      'POST /api/v1/vulnerability-reports': 'whoever finds a weakness has no account here; what comes in is bounded and read by a person',
      'POST /api/v1/welcome': 'the link is the credential',
    })
  })

  it('does not read a body for somebody who may not send it', async () => {
    await using house = await openHouse(kind)

    const answer = await new Client(house.url).send('POST', '/api/v1/users', '[{{')

    expect(codeOf(answer)).toBe('authorization/missing')
  })

  it('counts a token that was sent on purpose before a cookie, and a wrong one as wrong', async () => {
    await using house = await openHouse(kind)
    await firstOperator(house)
    const olga = new Client(house.url)
    await olga.signIn('Olga')

    const answer = await olga.get('/api/v1/session', { authorization: `Bearer hfp_${'a'.repeat(51)}` })

    expect([answer.status, codeOf(answer)]).toEqual([401, 'authorization/invalid'])
  })
})

describe('a server with an endpoint that says nothing', () => {
  const good = { method: 'GET', path: '/api/v1/x', summary: 'x', policy: everybody('a test'), ledger: { none: 'a test' } } as const
  const shapes = { input: z.object({}), output: z.void(), handle: async () => {} }

  it.each([
    ['no policy', { policy: undefined }],
    ['an unknown policy', { policy: { kind: 'anybody' } }],
    ['an unknown role', { policy: { kind: 'session', roles: ['root'] } }],
    ['a public policy without a reason', { policy: { kind: 'public', because: '' } }],
    ['nothing about the ledger', { ledger: undefined }],
    ['an event that does not exist', { ledger: 'user.exploded' }],
    ['no reason for leaving no trace', { ledger: { none: '' } }],
    ['an address elsewhere', { path: '/admin' }],
  ])('does not start: %s', async (_, change) => {
    await using house = await openHouse(kind)
    const settings = { publicUrl: new URL(house.url), name: 'x', version: '0', key: new Uint8Array(32), clock: house.clock, log: { error: () => {} } }

    const start = serveEndpoints(house, [{ ...good, ...shapes, ...change } as unknown as AnyEndpoint], settings)

    await expect(start).rejects.toBeInstanceOf(EndpointFault)
  })

  it('does not start with one address twice', async () => {
    await using house = await openHouse(kind)
    const settings = { publicUrl: new URL(house.url), name: 'x', version: '0', key: new Uint8Array(32), clock: house.clock, log: { error: () => {} } }

    await expect(serveEndpoints(house, [endpoint({ ...good, ...shapes }), endpoint({ ...good, ...shapes })], settings)).rejects.toBeInstanceOf(
      EndpointFault,
    )
  })
})

/** The same door with nothing behind it, so that signing out in one attempt does not change the next. Signing in stays. */
function harmless(one: AnyEndpoint): AnyEndpoint {
  if (one.path === SIGN_IN && one.method === 'POST') return one
  return { ...one, input: z.looseObject({}), output: z.object({}), handle: async () => ({}) }
}
