import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases, type TestDatabaseKind } from '../../test/databases.ts'
import { firstOperator, openRooms, PASSWORD, person, SOURCE } from '../../test/house.ts'
import { type LoopbackServer, serve } from '../../test/loopback-server.ts'
import { type OAuthProvider, openProvider } from '../../test/oauth-provider.ts'
import { createEgress, type Egress } from '../egress/index.ts'
import { MINUTE } from '../lib/index.ts'
import type { SignInProvider } from './provider.ts'

const ORIGIN = 'https://connect.example.org'
const NOBODY = { session: null, presented: null }

let heron: OAuthProvider
let magpie: OAuthProvider
let egress: Egress
beforeAll(async () => {
  const client = (id: string) => ({
    client_id: 'handfast',
    client_secret: 'a secret of the test',
    id_token_signed_response_alg: 'ES256' as const,
    redirect_uris: [`${ORIGIN}/sign-in/back/${id}`],
    post_logout_redirect_uris: [`${ORIGIN}/sign-in`],
  })
  const claims = (subject: string) => ({
    email: subject.replace('unconfirmed-', ''),
    email_verified: !subject.startsWith('unconfirmed-'),
    name: 'Ana Heron',
    groups: ['makers', 7, 'x'.repeat(300)],
  })
  heron = await openProvider({ clients: [client('heron')], claims })
  magpie = await openProvider({ clients: [client('magpie')], claims })
  egress = createEgress({ allow: [], dangerouslyAllowPrivateAddresses: true })
})
afterAll(async () => {
  await heron[Symbol.asyncDispose]()
  await magpie[Symbol.asyncDispose]()
  await egress.close()
})

function at(issuer: string, change: Partial<SignInProvider> = {}): SignInProvider {
  return {
    id: 'heron',
    name: 'Heron',
    issuer,
    clientId: 'handfast',
    clientSecret: 'a secret of the test',
    scopes: ['openid', 'email'],
    emailDomains: [],
    create: false,
    roles: ['user'],
    linkByEmail: false,
    groupsClaim: null,
    provesSecondFactor: false,
    ...change,
  }
}

async function houseWith(kind: TestDatabaseKind, ...providers: readonly SignInProvider[]) {
  const rooms = await openRooms(kind, 'house', { egress, providers, providersByHttpLoopback: true, publicUrl: () => ORIGIN })
  const olga = await firstOperator(rooms)
  const acting = async (email: string) => {
    const session = await rooms.people.session((await rooms.people.signIn({ email, password: PASSWORD }, SOURCE)).secret)
    if (session === null) throw new Error('no session')
    return { session, account: await rooms.people.account(session.user) }
  }
  const ways = rooms.people.providers
  /** Goes to the provider as this person, and comes back. */
  const arrives = async (who: string, id = 'heron', of = id === 'magpie' ? magpie : heron) => {
    of.account = who
    const { url, away } = await ways.begin(id, { purpose: 'sign-in', next: '/calls' }, SOURCE)
    const { search } = await of.visit(url)
    return ways.finish(id, away, search, SOURCE, NOBODY)
  }
  return { ...rooms, rooms, olga, acting, ways, arrives }
}

describe.each(databases)('signing in through a provider on $name', (kind) => {
  it('makes an account for who has none, where the operator says so, and finds it again', async () => {
    await using house = await houseWith(kind, at(heron.issuer, { create: true, roles: ['developer'] }))

    const first = await house.arrives('ana@example.org')
    const second = await house.arrives('ana@example.org')

    expect(first).toMatchObject({ purpose: 'sign-in', next: '/calls' })
    expect(second.session?.user).toBe(first.session?.user)
    expect(await house.people.account(first.session?.user ?? house.olga)).toMatchObject({
      name: 'Ana Heron',
      email: 'ana@example.org',
      roles: ['user', 'developer'],
      hasPassword: false,
    })
    expect(await house.people.session(second.session?.secret ?? '')).toMatchObject({ method: 'provider', provider: 'heron', strong: false })
  })

  it('opens a new account, here or elsewhere, for somebody who left the workspace or was erased', async () => {
    await using house = await houseWith(kind, at(heron.issuer, { create: true }))
    const { people, olga } = house
    const other = await people.workspaces.create(olga, 'Elsewhere')
    const first = (await house.arrives('ana@example.org')).session?.user ?? olga

    const moved = await people.workspaces.leave(people.workspace, olga, first, { mayBeLast: true, ending: [], to: other.id })
    await people.acceptInvitation({ token: moved?.token ?? '', password: PASSWORD }, SOURCE)
    const ana = await house.acting('ana@example.org')
    const { url, away } = await house.ways.begin('heron', { purpose: 'link' }, SOURCE, ana)
    await house.ways.finish('heron', away, (await heron.visit(url)).search, SOURCE, { session: ana.session, presented: null })
    const second = (await house.arrives('ana@example.org')).session?.user
    await house.storage.write(await people.erasing(ana.account.id, house.clock.now()))
    const third = (await house.arrives('ana@example.org')).session?.user

    expect(second).toBe(ana.account.id)
    expect(ana.account.workspace).toBe(other.id)
    expect(new Set([first, second, third]).size).toBe(3)
    const rows = await house.storage.db.selectFrom('provider_identities').select('user_id').execute()
    expect(rows).toEqual([{ user_id: third }])
  })

  it('uses PKCE, state and nonce, and an address to come back to that no other provider has', async () => {
    await using house = await houseWith(kind, at(heron.issuer))

    const { searchParams } = new URL((await house.ways.begin('heron', { purpose: 'sign-in' }, SOURCE)).url)

    expect(Object.fromEntries(searchParams)).toMatchObject({
      redirect_uri: `${ORIGIN}/sign-in/back/heron`,
      response_type: 'code',
      code_challenge_method: 'S256',
      state: expect.stringMatching(/^.{43}$/),
      nonce: expect.stringMatching(/^.{43}$/),
    })
  })

  it('opens nothing for who has no account, and makes none unasked', async () => {
    await using house = await houseWith(kind, at(heron.issuer))

    await expect(house.arrives('ana@example.org')).rejects.toMatchObject({ code: 'people/provider-no-account', detail: { reason: 'unknown' } })

    expect(await house.people.list(null, 9)).toHaveLength(1)
  })

  it('never goes by an address that the provider has not confirmed', async () => {
    await using house = await houseWith(kind, at(heron.issuer, { create: true, linkByEmail: true }))

    await expect(house.arrives('unconfirmed-olga@example.org')).rejects.toMatchObject({ detail: { reason: 'not-confirmed' } })
  })

  it.each(['ana@evil.example', 'ana@notexample.org', 'ana@example.org.evil.example', 'ana@sub.example.org', 'unconfirmed-ana@example.org'])(
    'keeps out %s where only example.org may come',
    async (who) => {
      await using house = await houseWith(kind, at(heron.issuer, { create: true, emailDomains: ['Example.ORG'] }))

      await expect(house.arrives(who)).rejects.toMatchObject({ code: 'people/provider-no-account', detail: { reason: 'domain' } })
      await expect(house.arrives('ana@example.org')).resolves.toBeDefined()
    },
  )

  it('opens an account by its address only where the operator allows it', async () => {
    await using strict = await houseWith(kind, at(heron.issuer, { create: true }))
    await expect(strict.arrives('olga@example.org')).rejects.toMatchObject({ detail: { reason: 'address-taken' } })

    await using house = await houseWith(kind, at(heron.issuer, { linkByEmail: true }))
    expect((await house.arrives('olga@example.org')).session?.user).toBe(house.olga)
  })

  it('never opens an account by an address that its person wrote there themselves, to lie in wait for its owner', async () => {
    await using house = await houseWith(kind, at(heron.issuer, { create: true, linkByEmail: true }))
    const mallory = await person(house.rooms, 'Mallory')
    await house.people.changeSelf(mallory, { email: 'victim@example.org' })

    await expect(house.arrives('victim@example.org')).rejects.toMatchObject({ detail: { reason: 'address-taken' } })

    expect((await house.people.security.waysIn(mallory)).identities).toEqual([])
  })

  it('goes by issuer and subject from then on, whatever the address becomes', async () => {
    await using house = await houseWith(kind, at(heron.issuer, { create: true }))
    const { session } = await house.arrives('ana@example.org')
    await house.people.changeSelf(session?.user ?? house.olga, { email: 'other@example.org' })

    expect((await house.arrives('ana@example.org')).session?.user).toBe(session?.user)
  })

  it('keeps people of two providers with the same subject apart', async () => {
    await using house = await houseWith(kind, at(heron.issuer, { create: true }), at(magpie.issuer, { id: 'magpie', name: 'Magpie', create: true }))
    await house.arrives('ana@example.org')

    await expect(house.arrives('ana@example.org', 'magpie')).rejects.toMatchObject({ detail: { reason: 'address-taken' } })
  })

  it('lets nobody in whose account is disabled', async () => {
    await using house = await houseWith(kind, at(heron.issuer, { create: true }))
    const { session } = await house.arrives('ana@example.org')
    await house.people.change(house.olga, session?.user ?? house.olga, { disabled: true }, SOURCE)

    await expect(house.arrives('ana@example.org')).rejects.toMatchObject({ detail: { reason: 'disabled' } })
  })

  it('opens nothing any more for who left their workspace, and everything for them as somebody new', async () => {
    await using house = await houseWith(kind, at(heron.issuer, { create: true }))
    const { session } = await house.arrives('ana@example.org')
    await house.people.workspaces.leave(house.people.workspace, house.olga, session?.user ?? house.olga, { mayBeLast: true, ending: [] })

    const again = await house.arrives('ana@example.org')

    expect(again.session?.user).not.toBe(session?.user)
  })

  it('takes over the groups that the provider names', async () => {
    await using house = await houseWith(kind, at(heron.issuer, { create: true, groupsClaim: 'groups' }))
    await house.storage.write([
      {
        sql: `insert into workspace_groups (workspace_id, name, title, claim, created_at) values ('${house.people.workspace}', 'makers', 'Makers', 'makers', 1)`,
        parameters: [],
      },
    ])

    const { session } = await house.arrives('ana@example.org')

    const members = await house.storage.db.selectFrom('group_members').select(['user_id', 'group_name', 'source']).execute()
    expect(members).toEqual([{ user_id: session?.user, group_name: 'makers', source: 'claim' }])
  })

  it('counts as a second factor only where the operator trusts the provider for that', async () => {
    await using house = await houseWith(kind, at(heron.issuer, { create: true, provesSecondFactor: true }))

    const { session } = await house.arrives('ana@example.org')

    expect(await house.people.session(session?.secret ?? '')).toMatchObject({ strong: true })
  })

  it('leads to the place where the session at the provider ends', async () => {
    await using house = await houseWith(kind, at(heron.issuer, { create: true }))
    const { session } = await house.arrives('ana@example.org')
    const current = await house.people.session(session?.secret ?? '')
    if (current === null) throw new Error('no session')

    const url = new URL((await house.ways.endAddress(current)) ?? '')

    expect(url.origin).toBe(heron.issuer)
    expect(url.searchParams.get('post_logout_redirect_uri')).toBe(`${ORIGIN}/sign-in`)
    expect(url.searchParams.get('id_token_hint')).toMatch(/^ey/)
    expect(JSON.stringify(await house.storage.db.selectFrom('web_sessions').selectAll().execute())).not.toContain(
      url.searchParams.get('id_token_hint'),
    )
  })
})

const [database] = databases
if (database === undefined) throw new Error('no database')

describe('an answer of a provider', () => {
  it('is for the browser that was sent there, once, for ten minutes', async () => {
    await using house = await houseWith(database, at(heron.issuer, { create: true }))
    const { ways } = house
    const anas = await ways.begin('heron', { purpose: 'sign-in' }, SOURCE)
    const mallorys = await ways.begin('heron', { purpose: 'sign-in' }, SOURCE)
    heron.account = 'mallory@example.org'
    const { search } = await heron.visit(mallorys.url)
    const requests = heron.tokenRequests.length

    await expect(ways.finish('heron', null, search, SOURCE, NOBODY)).rejects.toMatchObject({ code: 'people/step-over' })
    await expect(ways.finish('heron', anas.away, search, SOURCE, NOBODY)).rejects.toMatchObject({ code: 'people/step-over' })
    await expect(ways.finish('heron', `${mallorys.away.slice(0, -4)}AAAA`, search, SOURCE, NOBODY)).rejects.toMatchObject({
      code: 'people/step-over',
    })
    expect(heron.tokenRequests).toHaveLength(requests)
    const twice = await Promise.allSettled([1, 2].map(() => ways.finish('heron', mallorys.away, search, SOURCE, NOBODY)))
    expect(twice.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(heron.tokenRequests).toHaveLength(requests + 1)
    house.clock.advance(10 * MINUTE)
    await expect(ways.finish('heron', anas.away, search, SOURCE, NOBODY)).rejects.toMatchObject({ detail: { reason: 'expired' } })
  })

  it('of an honest provider never reaches another one: mix-up (RFC 9207, RFC 9700 section 4.4)', async () => {
    await using house = await houseWith(
      database,
      at(heron.issuer, { create: true }),
      at(magpie.issuer, { id: 'magpie', name: 'Magpie', create: true }),
    )
    heron.account = 'ana@example.org'
    // Ana picks Magpie. Magpie sends her on to Heron, with the state that is meant for itself.
    const { url, away } = await house.ways.begin('magpie', { purpose: 'sign-in' }, SOURCE)
    const onward = new URL((await house.ways.begin('heron', { purpose: 'sign-in' }, SOURCE)).url)
    for (const name of ['state', 'nonce', 'code_challenge']) onward.searchParams.set(name, new URL(url).searchParams.get(name) ?? '')
    const { search } = await heron.visit(onward.href)
    const requests = magpie.tokenRequests.length

    const atHeron = house.ways.finish('heron', away, search, SOURCE, NOBODY)
    await expect(atHeron).rejects.toMatchObject({ code: 'people/step-over' })
    const atMagpie = house.ways.finish('magpie', away, search, SOURCE, NOBODY)
    await expect(atMagpie).rejects.toMatchObject({ code: 'people/provider-failed', detail: { reason: expect.stringContaining('iss') } })

    expect(magpie.tokenRequests).toHaveLength(requests)
  })

  it('that is a no is a no, and nothing else', async () => {
    await using house = await houseWith(database, at(heron.issuer, { create: true }))
    const { url, away } = await house.ways.begin('heron', { purpose: 'sign-in' }, SOURCE)
    const state = new URL(url).searchParams.get('state')

    const answer = house.ways.finish('heron', away, `?error=access_denied&state=${state}&iss=${encodeURIComponent(heron.issuer)}`, SOURCE, NOBODY)

    await expect(answer).rejects.toMatchObject({ code: 'people/provider-failed', who: 'user' })
  })

  it('links a provider to the account of the session in which that was begun, and to no other', async () => {
    await using house = await houseWith(database, at(heron.issuer))
    await person(house.rooms, 'Ana')
    await person(house.rooms, 'Ben')
    const [ana, ben] = [await house.acting('ana@example.org'), await house.acting('ben@example.org')]
    const held = (of: typeof ana) => ({ session: of.session, presented: null })
    heron.account = 'somebody@elsewhere.example'
    const begin = async (of: typeof ana) => {
      const { url, away } = await house.ways.begin('heron', { purpose: 'link' }, SOURCE, of)
      return { away, search: (await heron.visit(url)).search }
    }
    const anas = await begin(ana)

    await expect(house.ways.finish('heron', anas.away, anas.search, SOURCE, held(ben))).rejects.toMatchObject({ code: 'people/step-over' })
    await expect(house.ways.finish('heron', anas.away, anas.search, SOURCE, NOBODY)).rejects.toMatchObject({ code: 'people/step-over' })
    await house.ways.finish('heron', anas.away, anas.search, SOURCE, held(ana))

    expect((await house.arrives('somebody@elsewhere.example')).session?.user).toBe(ana.account.id)
    const bens = await begin(ben)
    await expect(house.ways.finish('heron', bens.away, bens.search, SOURCE, held(ben))).rejects.toMatchObject({ code: 'people/identity-taken' })
  })

  it('proves who somebody is only when the same person signed in there just now', async () => {
    await using house = await houseWith(database, at(heron.issuer, { create: true }))
    const { session } = await house.arrives('ana@example.org')
    const current = await house.people.session(session?.secret ?? '')
    if (current === null) throw new Error('no session')
    const of = { session: current, account: await house.people.account(current.user) }
    house.clock.advance(30 * MINUTE)
    const proves = async (who: string) => {
      heron.account = who
      const { url, away } = await house.ways.begin('heron', { purpose: 'proof' }, SOURCE, of)
      expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({ prompt: 'login', max_age: '0' })
      return house.ways.finish('heron', away, (await heron.visit(url)).search, SOURCE, { session: current, presented: null })
    }

    await expect(proves('mallory@example.org')).rejects.toMatchObject({ code: 'people/provider-no-account' })
    expect(await house.people.session(session?.secret ?? '')).toMatchObject({ provenAt: current.provenAt })
    await proves('ana@example.org')

    expect(await house.people.session(session?.secret ?? '')).toMatchObject({ provenAt: house.clock.now() })
  })
})

/** A provider that says whatever a test wants. */
async function liar(said: { readonly metadata?: Record<string, unknown>; readonly idToken?: (facts: Facts) => Promise<string> | string }) {
  const keys = await generateKeyPair('ES256')
  const foreign = await generateKeyPair('ES256')
  const public_ = { ...(await exportJWK(keys.publicKey)), alg: 'ES256', use: 'sig', kid: 'one' }
  let nonce = ''
  const server: LoopbackServer = await serve((request, response) => {
    const json = (body: unknown) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const { origin } = server
    if (request.url === '/.well-known/openid-configuration')
      return json({
        issuer: origin,
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        jwks_uri: `${origin}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['ES256'],
        ...said.metadata,
      })
    if (request.url === '/keys') return json({ keys: [public_] })
    const claims = { iss: origin, aud: 'handfast', sub: 'ana', nonce, email: 'olga@example.org', email_verified: true }
    const make = said.idToken ?? (({ sign }) => sign({}))
    const sign = (change: Record<string, unknown>, other = false, header: Record<string, unknown> = {}) => {
      const token = new SignJWT({ ...claims, iat: Math.floor(Date.now() / 1000), exp: Math.floor(Date.now() / 1000) + 300, ...change })
      return token.setProtectedHeader({ alg: 'ES256', kid: 'one', ...header }).sign((other ? foreign : keys).privateKey)
    }
    Promise.resolve(make({ claims, sign })).then((idToken) => json({ access_token: 'x', token_type: 'Bearer', id_token: idToken }))
  })
  return Object.assign(server, {
    heard: (url: string) => {
      nonce = new URL(url).searchParams.get('nonce') ?? ''
      return `?code=x&state=${new URL(url).searchParams.get('state')}`
    },
  })
}
type Facts = {
  readonly claims: Record<string, unknown>
  readonly sign: (change: Record<string, unknown>, other?: boolean, header?: Record<string, unknown>) => Promise<string>
}

describe('a provider that lies', () => {
  const second = () => Math.floor(Date.now() / 1000)
  const tokens: readonly (readonly [string, (facts: Facts) => Promise<string> | string])[] = [
    ['another issuer', ({ sign }) => sign({ iss: 'https://id.example.org' })],
    ['another audience', ({ sign }) => sign({ aud: 'somebody-else' })],
    ['several audiences and no party it was issued to', ({ sign }) => sign({ aud: ['handfast', 'somebody-else'] })],
    ['a party it was not issued to', ({ sign }) => sign({ azp: 'somebody-else', aud: ['handfast', 'somebody-else'] })],
    ['the nonce of another sign-in', ({ sign }) => sign({ nonce: 'another' })],
    ['no nonce', ({ sign }) => sign({ nonce: undefined })],
    ['a time that is over', ({ sign }) => sign({ exp: second() - 120 })],
    ['a time that has not come', ({ sign }) => sign({ nbf: second() + 600 })],
    ['no subject', ({ sign }) => sign({ sub: undefined })],
    ['the signature of another key', ({ sign }) => sign({}, true)],
    ['no signature', ({ claims }) => new UnsecuredJWT({ ...claims, iat: second(), exp: second() + 300 }).encode()],
    ['a key that it names itself', ({ sign }) => sign({}, true, { jku: 'https://evil.example/keys', kid: 'two' })],
    ['nothing that is a token', () => 'eyJ.eyJ.x'],
  ]
  it.each(tokens)('about %s is not believed', async (_, idToken) => {
    await using provider = await liar({ idToken })
    await using house = await houseWith(database, at(provider.origin, { create: true, linkByEmail: true }))
    const { url, away } = await house.ways.begin('heron', { purpose: 'sign-in' }, SOURCE)

    const answer = house.ways.finish('heron', away, provider.heard(url), SOURCE, NOBODY)

    await expect(answer).rejects.toMatchObject({ code: 'people/provider-failed' })
    expect((await house.people.security.waysIn(house.olga)).identities).toEqual([])
  })

  it('is believed when everything is right, so that the list above means something', async () => {
    await using provider = await liar({})
    await using house = await houseWith(database, at(provider.origin, { linkByEmail: true }))
    const { url, away } = await house.ways.begin('heron', { purpose: 'sign-in' }, SOURCE)

    expect((await house.ways.finish('heron', away, provider.heard(url), SOURCE, NOBODY)).session?.user).toBe(house.olga)
  })

  it.each([
    ['another issuer', { issuer: 'https://id.example.org' }],
    ['a script where people are sent', { authorization_endpoint: 'javascript:alert(1)' }],
    ['an address without TLS where people are sent', { authorization_endpoint: 'http://id.example.org/authorize' }],
  ])('about %s sends nobody anywhere', async (_, metadata) => {
    await using provider = await liar({ metadata })
    await using house = await houseWith(database, at(provider.origin))

    await expect(house.ways.begin('heron', { purpose: 'sign-in' }, SOURCE)).rejects.toMatchObject({ code: 'people/provider-failed' })
  })

  it('that promises to name itself in its answers has to (RFC 9207 section 2.4)', async () => {
    await using provider = await liar({ metadata: { authorization_response_iss_parameter_supported: true } })
    await using house = await houseWith(database, at(provider.origin, { linkByEmail: true }))
    const { url, away } = await house.ways.begin('heron', { purpose: 'sign-in' }, SOURCE)

    await expect(house.ways.finish('heron', away, provider.heard(url), SOURCE, NOBODY)).rejects.toMatchObject({ code: 'people/provider-failed' })
  })

  it('is not asked without TLS, but for one on this machine in development', async () => {
    await using rooms = await openRooms(database, 'house', { egress, providers: [at(heron.issuer)], publicUrl: () => ORIGIN })

    await expect(rooms.people.providers.begin('heron', { purpose: 'sign-in' }, SOURCE)).rejects.toMatchObject({ code: 'people/provider-failed' })
  })
})
