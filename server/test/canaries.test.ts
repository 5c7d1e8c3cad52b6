import { describe, expect, it } from 'vitest'
import { startEcho } from '../../e2e/fixtures/echo-connector.ts'
import { linkable } from '../src/links/index.ts'
import { Canaries } from './canaries.ts'
import { databases, type TestDatabaseKind } from './databases.ts'
import { type Answer, Client } from './house.ts'
import { serve } from './loopback-server.ts'
import { openProvider } from './oauth-provider.ts'
import { protectedConnector } from './protected-connector.ts'
import { proves } from './proves.ts'
import { json, modernConnector } from './scripted-connector.ts'
import { type Inhabitant, Town } from './town.ts'

proves('telemetry/no-secrets')

/** A client of the control API of which everything that it is told is heard. */
class HeardClient extends Client {
  readonly #canaries: Canaries
  readonly #who: string

  constructor(url: string, canaries: Canaries, who: string) {
    super(url)
    this.#canaries = canaries
    this.#who = who
  }

  override async send(...args: Parameters<Client['send']>): Promise<Answer> {
    const answer = await super.send(...args)
    this.#canaries.hear(`answer to ${this.#who}: ${args[0]} ${args[1].split('?')[0]}`, `${JSON.stringify(answer.headers)} ${answer.text}`)
    return answer
  }
}

async function calls(canaries: Canaries, who: Inhabitant, tool: string): Promise<void> {
  const answer = await who.mcp.call(tool, { text: 'hello' })
  canaries.hear(`answer to the assistant of ${who.name}: ${tool}`, `${JSON.stringify(answer.headers)} ${JSON.stringify(answer.body)}`)
}

async function sharedKey(town: Town, slug: string, secret: string): Promise<void> {
  const standing = await town.app.rooms.directory.bySlug(town.app.workspace, slug)
  await town.app.rooms.vault.put({ workspace: town.app.workspace, user: null }, standing.connector, secret, standing.origins, town.olga.user)
}

/** A server that answers every call in some unpleasant way. */
async function unpleasant(how: 'refuse' | 'fail' | 'break' | 'lead away', elsewhere: string) {
  return modernConnector((incoming, response) => {
    if (incoming.method === 'tools/list') {
      const tools = [{ name: 'echo', description: 'Repeats.', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } }]
      return json(response, { jsonrpc: '2.0', id: incoming.id ?? null, result: { resultType: 'complete', tools, ttlMs: 0, cacheScope: 'private' } })
    }
    if (how === 'refuse') return void response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end('no')
    if (how === 'fail') return void response.writeHead(500).end('broken')
    if (how === 'lead away') return void response.writeHead(307, { location: `${elsewhere}/mcp` }).end()
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"jsonrpc":')
  })
}

/** Everything that has to do with a secret, once, with a watch over all that comes out. */
async function live(kind: TestDatabaseKind, canaries: Canaries): Promise<void> {
  await using elsewhere = await serve((_request, response) => response.end('{}'))
  await using echo = await startEcho()
  await using town = await Town.open(kind, { log: canaries.log, settings: { logLevel: 'trace' } })
  for (const who of [town.olga, town.alice, town.bob]) canaries.watch(`access token of ${who.name}`, who.token)
  const { people } = town.app.rooms

  // Passwords, links and sessions.
  const [password, wrong] = [canaries.plant('password'), canaries.plant('a password with a mistake')]
  const { token } = await people.invite(town.olga.user, { name: 'Carol', email: 'carol@example.org', roles: ['user'] })
  canaries.watch('invitation', token)
  const carol = new HeardClient(town.url, canaries, 'Carol')
  await carol.send('POST', '/api/v1/invitations/accept', { token: canaries.plant('a made-up invitation'), password: wrong })
  await carol.send('POST', '/api/v1/invitations/accept', { token, password })
  await carol.send('POST', '/api/v1/session', { email: 'carol@example.org', password: wrong })
  await carol.send('POST', '/api/v1/session', { email: 'carol@example.org', password })
  canaries.watch('session', carol.cookie?.split('=')[1] ?? '')
  const next = canaries.plant('next password')
  await carol.send('POST', '/api/v1/password', { current: password, password: next, next })
  await carol.send('PUT', '/api/v1/password', { current: password, next })

  // Second factors.
  const totp = await carol.send('POST', '/api/v1/me/totp', {})
  if (totp.status < 300) canaries.watch('TOTP secret', String(totp.body['secret']))
  await carol.send('POST', '/api/v1/me/totp/confirm', { code: '000000' })

  // Things that do not fit, with a secret inside.
  const misplaced = canaries.plant('a secret in the wrong place')
  await carol.get(`/api/v1/calls?token=${misplaced}`)
  await carol.get(`/api/v1/${misplaced}`)
  await carol.send('POST', '/api/v1/tokens', { name: 'x', assistant: 'y', password: misplaced })
  await carol.send('POST', '/api/v1/tokens', `{"secret":"${misplaced}"`)
  await carol.send('PUT', '/api/v1/directory/nothing/credential', { secret: misplaced })
  await carol.get('/api/v1/calls', { cookie: `handfast=${misplaced}`, authorization: `Bearer ${misplaced}` })
  const stranger = await fetch(`${town.url}/mcp`, { method: 'POST', headers: { authorization: `Bearer ${misplaced}` }, body: '{"jsonrpc":' })
  canaries.hear('answer to a stranger', await stranger.text())

  // Keys of connectors that answer, and of those that do not.
  const placements = [{ type: 'bearer' }, { type: 'header', name: 'x-api-key' }, { type: 'query', name: 'key' }, { type: 'basic' }] as const
  for (const [index, credential] of placements.entries()) {
    const slug = `echo${index}`
    await town.publishes(slug, echo.url, { credential })
    await town.enables(town.alice, slug)
    await sharedKey(
      town,
      slug,
      canaries.plant(`${credential.type} key`, (random) => (credential.type === 'basic' ? `name:${random}` : random)),
    )
    await calls(canaries, town.alice, `${slug}_echo`)
  }
  const away = []
  for (const how of ['refuse', 'fail', 'break', 'lead away'] as const) {
    const server = await unpleasant(how, elsewhere.origin)
    away.push(server)
    const slug = how.replace(' ', '')
    await town.publishes(slug, server.url, { credential: { type: 'bearer' } })
    await town.enables(town.alice, slug)
    await sharedKey(town, slug, canaries.plant(`key of one that would ${how}`))
    await calls(canaries, town.alice, `${slug}_echo`)
  }
  for (const server of away) await server[Symbol.asyncDispose]()
  await calls(canaries, town.alice, 'fail_echo')
  canaries.hearServer('another origin', elsewhere)
  expect(elsewhere.requests).toEqual([])

  // An account that people sign in to, with a client of ours that has a secret.
  await using provider = await openProvider({ registration: true, rotates: true, accessTokenLives: 60 })
  await using notes = await protectedConnector(provider)
  await town.publishes('notes', notes.url, { credential: { type: 'oauth2' } })
  notes.open = false
  await town.enables(town.alice, 'notes')
  await linksNotes(town, provider)
  await calls(canaries, town.alice, 'notes_read_notes')
  for (const bearer of notes.bearers) canaries.watch('access token at a provider', bearer.replace(/^Bearer /, ''))
  town.clock.advance(3_600_000)
  await calls(canaries, town.alice, 'notes_read_notes')
  for (const request of provider.tokenRequests)
    for (const name of ['refresh_token', 'client_secret', 'code', 'code_verifier', 'client_assertion']) {
      const value = request.get(name)
      if (value !== null) canaries.watch(`${name} at a provider`, value)
    }
  const alice = new HeardClient(town.url, canaries, 'Alice')
  const olga = new HeardClient(town.url, canaries, 'Olga')
  await alice.signIn('Alice', 'correct horse battery')
  await olga.signIn('Olga', 'correct horse battery')

  // Everything that can be read, by everybody who may.
  for (const client of [alice, olga, carol])
    for (const path of [
      ...['calls', 'tokens', 'assistants', 'sessions', 'me/accounts', 'me/ways-in', 'me/export', 'users', 'directory', 'connectors', 'keys'],
      ...['jobs', 'platform', 'instance', 'session', 'directory/echo0', 'directory/notes', 'connectors/echo0/releases/1', 'grants', 'openapi.json'],
    ])
      await client.get(`/api/v1/${path}`)
  await olga.send('POST', '/api/v1/keys/rotations', {})
  canaries.watch('master key', (town.app.rooms.keys.ring.current.bytes as Buffer).toString('base64'))
  await olga.get('/api/v1/keys')
  await breaks(town, canaries, olga)
  canaries.hear('metrics', await town.app.metrics.text())
  canaries.hear('front page', await (await fetch(town.url)).text())
  await canaries.hearDatabase(town.app.storage)
}

/** Faults are logged whole, with whatever the database says about the rows that it did not take. */
async function breaks(town: Town, canaries: Canaries, olga: HeardClient): Promise<void> {
  const rename = (from: string, to: string) => town.app.storage.write([{ sql: `alter table ${from} rename to ${to}`, parameters: [] }])
  const secret = canaries.plant('a secret given to a broken house')
  await rename('credentials', 'mislaid')
  const answers = [await olga.send('PUT', '/api/v1/connectors/echo0/shared-credential', { secret })]
  await rename('mislaid', 'credentials')
  await rename('access_tokens', 'mislaid')
  answers.push(await olga.send('POST', '/api/v1/tokens', { name: secret.slice(0, 10), assistant: 'x' }))
  await calls(canaries, town.bob, 'echo0_echo')
  await rename('mislaid', 'access_tokens')
  await rename('web_sessions', 'mislaid')
  const visitor = new HeardClient(town.url, canaries, 'a visitor')
  answers.push(await visitor.send('POST', '/api/v1/session', { email: 'olga@example.org', password: 'correct horse battery' }))
  await rename('mislaid', 'web_sessions')
  expect(answers.map(({ status }) => status)).toEqual([500, 500, 500])
}

async function linksNotes(town: Town, provider: Awaited<ReturnType<typeof openProvider>>): Promise<void> {
  const { directory, links } = town.app.rooms
  const about = async () => {
    const standing = await directory.bySlug(town.app.workspace, 'notes')
    if (standing.release === null) throw new Error('no release')
    return linkable(standing, standing.release)
  }
  const browser = { ...town.person(town.alice), session: 'session of Alice' }
  const { url } = await links.linking.beginSignIn(browser, await about(), { chooseAccount: false })
  const back = await provider.visit(url)
  const answer = Object.fromEntries(back.searchParams) as { state: string }
  await links.linking.finishSignIn(browser, answer, back.pathname, about)
}

/** Where a secret may be: in the one answer that gives it to whom it is for. */
function isForThem(what: string, where: string): boolean {
  return (
    (what === 'session' && /POST \/api\/v1\/(?:session|invitations\/accept|password)$|PUT \/api\/v1\/password$/.test(where)) ||
    (what === 'TOTP secret' && where === 'answer to Carol: POST /api/v1/me/totp')
  )
}

describe.each(databases)('canaries on $name', (kind) => {
  it('are seen nowhere but where they belong, with the log at its most verbose', async () => {
    using canaries = new Canaries()

    await live(kind, canaries)

    expect(canaries.sightings(isForThem)).toEqual([])
    expect(canaries.lines).toBeGreaterThanOrEqual(3)
    expect(canaries.planted.length).toBeGreaterThanOrEqual(25)
    const kinds = ['TOTP secret', 'session', 'invitation', 'refresh_token at a provider', 'access token at a provider', 'master key']
    expect(kinds.filter((each) => !canaries.planted.includes(each))).toEqual([])
  })
})

describe('the watch', () => {
  it.each([
    ['as it is', (text: string) => text],
    ['in JSON', (text: string) => JSON.stringify({ text })],
    ['in an address', (text: string) => `https://api.example/?key=${encodeURIComponent(text)}`],
    ['in base64', (text: string) => Buffer.from(text).toString('base64')],
    ['in basic authentication', (text: string) => `Basic ${Buffer.from(`name:${text}`).toString('base64')}`],
    ['in hexadecimal', (text: string) => Buffer.from(text).toString('hex')],
  ])('sees a secret %s', (_what, spell) => {
    using canaries = new Canaries()
    const secret = canaries.plant('a secret', (random) => `${random}+/ä"`)

    canaries.hear('somewhere', `before ${spell(secret)} after`)
    canaries.hear('elsewhere', 'nothing to see')

    expect(canaries.sightings()).toMatchObject([{ what: 'a secret', where: 'somewhere' }])
  })

  it('sees what goes to the log and to the terminal', () => {
    using canaries = new Canaries()
    const secret = canaries.plant('a secret')

    canaries.log.trace({ deep: { er: [secret] } }, 'something')
    process.stderr.write('')

    expect(canaries.sightings().map(({ where }) => where)).toEqual(['log'])
  })
})
