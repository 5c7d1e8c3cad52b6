import { describe, expect, it } from 'vitest'
import { startEcho } from '../../../../e2e/fixtures/echo-connector.ts'
import { databases } from '../../../test/databases.ts'
import { type Answer, Client, codeOf, PASSWORD } from '../../../test/house.ts'
import { proves } from '../../../test/proves.ts'
import { type Inhabitant, Town } from '../../../test/town.ts'
import { databaseLog } from '../../ledger/index.ts'
import { verifyDatabase } from '../../ledger/verify/index.ts'
import { sha256 } from '../../lib/index.ts'

proves('consent/approval', 'consent/permit', 'history/data-rights', 'vault/sealed')

async function browserOf(town: Town, who: Inhabitant): Promise<Client> {
  const client = new Client(town.url)
  const answer = await client.signIn(who.name)
  if (answer.status !== 200) throw new Error(answer.text)
  return client
}

const items = (answer: Answer) => answer.body['items'] as unknown as readonly Record<string, unknown>[]
const bearer = (who: Inhabitant) => ({ authorization: `Bearer ${who.token}` })
/** `echo` changes something and is asked for. */
const asking = { tools: { echo: { effect: 'change', consequential: true } } } as const

/** Alice's assistant calls, and is told to ask her. Answers the id of what waits. */
async function ask(town: Town, browser: Client, text: string): Promise<string> {
  await town.alice.mcp.call('echo_echo', { text })
  return String(items(await browser.get('/api/v1/approvals?open=true'))[0]?.['id'])
}

describe.each(databases)('the directory over HTTP on $name', (kind) => {
  it('shows what a person should know, and enables with the notice they saw', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url, { ...asking, credential: { type: 'bearer' } })
    const alice = await browserOf(town, town.alice)
    const notice = 'echo receives what you say and keeps nothing of it.'

    const before = await alice.get('/api/v1/directory/echo')
    const stale = await alice.send('POST', '/api/v1/directory/echo/enable', { noticeSha256: sha256('another notice') })
    const stranger = await alice.send('POST', '/api/v1/directory/echo/enable', { noticeSha256: sha256(notice), release: `rel_${'0'.repeat(32)}` })
    const enabled = await alice.send('POST', '/api/v1/directory/echo/enable', {
      noticeSha256: before.body['privacyNotice']?.['sha256'],
      release: before.body['release']?.['id'],
    })
    const listed = await alice.get('/api/v1/directory?enabled=true', bearer(town.alice))
    const disabled = await alice.send('POST', '/api/v1/directory/echo/disable', {})

    expect(before.body).toMatchObject({
      slug: 'echo',
      status: 'live',
      choice: 'not-enabled',
      publisher: { name: 'Heron Ltd', ownsApi: false },
      receives: ['what you say'],
      privacyNotice: { text: notice, sha256: sha256(notice) },
      credential: { needed: true, kind: 'bearer', given: 'none', setAt: null },
      level: 'important',
    })
    expect(before.body['tools']).toContainEqual(expect.objectContaining({ name: 'echo', effect: 'change', asks: true }))
    expect((before.body['terms'] as unknown as readonly unknown[]).length).toBeGreaterThan(0)
    expect(before.text).not.toContain(echo.url)
    expect([stale.status, codeOf(stale)]).toEqual([403, 'consent/notice-changed'])
    expect([stranger.status, codeOf(stranger)]).toEqual([403, 'consent/notice-changed'])
    expect(enabled).toMatchObject({ status: 200, body: { choice: 'enabled' } })
    expect(items(listed)).toMatchObject([{ slug: 'echo', choice: 'enabled' }])
    expect(disabled.status).toBe(204)
    expect(items(await alice.get('/api/v1/directory?enabled=true'))).toEqual([])
  })

  it('keeps showing what somebody enabled after it stopped, to them alone', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    const id = await town.publishes('echo', echo.url)
    await town.enables(town.alice, 'echo')

    await town.app.rooms.lifecycle.suspend(town.steering(id, 'It answers rudely.'))

    const [alice, bob] = [await browserOf(town, town.alice), await browserOf(town, town.bob)]
    expect(items(await alice.get('/api/v1/directory'))).toMatchObject([{ slug: 'echo', status: 'suspended', statusReason: 'It answers rudely.' }])
    expect(items(await bob.get('/api/v1/directory'))).toEqual([])
    expect((await bob.get('/api/v1/directory/echo')).status).toBe(404)
    expect((await alice.send('POST', '/api/v1/directory/echo/enable', { noticeSha256: sha256('x') })).status).toBe(404)
    expect((await alice.send('POST', '/api/v1/directory/echo/disable', {})).status).toBe(204)
    expect((await alice.get('/api/v1/directory/echo')).status).toBe(404)
  })

  it('pages through more connectors than fit, each once', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    for (const slug of ['one', 'two', 'three']) await town.publishes(slug, echo.url)
    const alice = await browserOf(town, town.alice)

    const seen: unknown[] = []
    for (let cursor = ''; ; ) {
      const page = await alice.get(`/api/v1/directory?limit=2${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)
      seen.push(...items(page).map((item) => item['slug']))
      if (page.body['nextCursor'] === null) break
      cursor = String(page.body['nextCursor'])
    }

    expect(seen).toEqual(['one', 'two', 'three'])
  })
})

describe.each(databases)('keys over HTTP on $name', (kind) => {
  it('go in and never come out, in no answer, log or table', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url, { credential: { type: 'bearer' } })
    await town.enables(town.alice, 'echo')
    const [alice, olga] = [await browserOf(town, town.alice), await browserOf(town, town.olga)]
    const canaries = ['canary-own-4b1d', 'canary-shared-77e0', 'canary-bad-line\nbreak', 'canary-for-nobody-0c9a']

    const answers = [
      await alice.send('PUT', '/api/v1/directory/echo/credential', { secret: canaries[0] }),
      await olga.send('PUT', '/api/v1/connectors/echo/shared-credential', { secret: canaries[1] }),
      await alice.send('PUT', '/api/v1/directory/echo/credential', { secret: canaries[2] }),
      await alice.send('PUT', '/api/v1/connectors/echo/shared-credential', { secret: canaries[3] }),
      await alice.send('PUT', '/api/v1/directory/nothing/credential', { secret: canaries[3] }),
      await alice.send('PUT', '/api/v1/directory/echo/credential', { secret: { nested: canaries[3] } }),
      await alice.send('PUT', '/api/v1/directory/echo/credential', { secret: canaries[3] }, bearer(town.alice)),
      await alice.get('/api/v1/directory/echo'),
      await alice.get('/api/v1/directory'),
      await alice.get('/api/v1/me/export'),
    ]

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 422, 403, 404, 400, 403, 200, 200, 200])
    expect(answers[0]?.body).toMatchObject({ given: 'own', setBy: 'Alice', needed: true })
    expect(answers[1]?.body).toMatchObject({ given: 'shared', setBy: 'Olga' })
    const { db } = town.app.storage
    const tables = [
      await db.selectFrom('credentials').selectAll().execute(),
      await db.selectFrom('ledger_entries').selectAll().execute(),
      await db.selectFrom('idempotency_keys').selectAll().execute(),
    ]
    for (const { text } of answers) expect(text).not.toMatch(/canary/)
    expect(JSON.stringify(tables)).not.toMatch(/canary/)
    await town.alice.mcp.call('echo_echo', { text: 'hello' })
    expect(JSON.stringify(echo.requests)).toContain('canary-own-4b1d')
    expect((await alice.send('DELETE', '/api/v1/directory/echo/credential')).status).toBe(204)
    expect((await alice.get('/api/v1/directory/echo')).body['credential']).toMatchObject({ given: 'shared', setBy: 'Olga' })
    expect((await olga.send('DELETE', '/api/v1/connectors/echo/shared-credential')).status).toBe(204)
    expect((await alice.get('/api/v1/directory/echo')).body['credential']).toMatchObject({ given: 'none' })
  })
})

describe.each(databases)('approvals over HTTP on $name', (kind) => {
  it('show exactly what would be sent, and let the call through once', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url, asking)
    await town.enables(town.alice, 'echo')
    const alice = await browserOf(town, town.alice)
    const id = await ask(town, alice, 'pay \u202e001\u202c')

    const shown = await alice.get(`/api/v1/approvals/${id}`)
    const decided = await alice.send('POST', `/api/v1/approvals/${id}/decision`, { yes: true })
    const sent = await town.alice.mcp.call('echo_echo', { text: 'pay \u202e001\u202c' })
    const again = await town.alice.mcp.call('echo_echo', { text: 'pay \u202e001\u202c' })

    expect(shown.body).toMatchObject({
      state: 'waiting',
      connector: { slug: 'echo' },
      tool: { name: 'echo', effect: 'change' },
      assistant: { name: "Alice's assistant" },
      effect: 'Changes something in echo.',
      lasting: true,
      conditions: [{ pointer: '/text', value: 'pay \u202e001\u202c' }],
    })
    expect(shown.body['argumentsText']).toBe('{\n  "text": "pay \\u202e001\\u202c"\n}')
    expect(JSON.parse(String(shown.body['argumentsText']))).toEqual(shown.body['arguments'])
    expect(decided).toMatchObject({ status: 200, body: { state: 'approved' } })
    expect(sent.body.result).toMatchObject({ content: [{ type: 'text', text: 'pay \u202e001\u202c' }] })
    expect(JSON.stringify(again.body)).not.toContain('"type":"text","text":"pay')
    expect(codeOf(await alice.send('POST', `/api/v1/approvals/${id}/decision`, { yes: false }))).toBe('consent/approval-expired')
  })

  it('are for the person who is signed in: not for a token, a forged page, or anybody else', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url, asking)
    await town.enables(town.alice, 'echo')
    const [alice, bob, olga] = [await browserOf(town, town.alice), await browserOf(town, town.bob), await browserOf(town, town.olga)]
    const id = await ask(town, alice, 'hello')
    const path = `/api/v1/approvals/${id}/decision`

    const byToken = [
      await new Client(town.url).send('POST', path, { yes: true }, bearer(town.alice)),
      await alice.send('POST', path, { yes: true }, bearer(town.alice)),
      await new Client(town.url).get('/api/v1/approvals', bearer(town.alice)),
      await new Client(town.url).get(`/api/v1/approvals/${id}`, bearer(town.alice)),
    ]
    const forged = [
      await alice.send('POST', path, { yes: true }, { 'x-handfast-csrf': null }),
      await alice.send('POST', path, { yes: true }, { 'x-handfast-csrf': bob.csrf }),
      await alice.send('POST', path, { yes: true }, { origin: 'https://evil.example' }),
    ]
    const others = [
      await bob.get(`/api/v1/approvals/${id}`),
      await bob.send('POST', path, { yes: true }),
      await olga.send('POST', path, { yes: true }),
    ]

    expect(byToken.map(codeOf)).toEqual(Array(4).fill('authorization/person-needed'))
    expect(forged.map(codeOf)).toEqual(['request/csrf', 'request/csrf', 'request/origin'])
    expect(others.map(({ status }) => status)).toEqual([404, 404, 404])
    expect(items(await bob.get('/api/v1/approvals'))).toEqual([])
    expect((await alice.get(`/api/v1/approvals/${id}`)).body['state']).toBe('waiting')
  })

  it('can last while an argument keeps its value, and be taken back', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url, asking)
    await town.enables(town.alice, 'echo')
    const [alice, bob] = [await browserOf(town, town.alice), await browserOf(town, town.bob)]
    const id = await ask(town, alice, 'hello')
    const says = async (text: string) => (await town.alice.mcp.call('echo_echo', { text })).body.result?.content?.[0]?.text

    const wrong = await alice.send('POST', `/api/v1/approvals/${id}/decision`, { yes: true, lasting: 'while', pointers: ['/none'] })
    await alice.send('POST', `/api/v1/approvals/${id}/decision`, { yes: true, lasting: 'while', pointers: ['/text'] })
    const heard = [await says('hello'), await says('hello'), await says('goodbye')]
    const [yes] = items(await alice.get('/api/v1/standing-approvals'))
    const notHis = await bob.send('DELETE', `/api/v1/standing-approvals/${yes?.['id']}`)
    const gone = await alice.send('DELETE', `/api/v1/standing-approvals/${yes?.['id']}`)

    expect([wrong.status, codeOf(wrong)]).toEqual([422, 'consent/condition-invalid'])
    expect(heard.slice(0, 2)).toEqual(['hello', 'hello'])
    expect(heard[2]).not.toBe('goodbye')
    expect(yes).toMatchObject({ connector: { slug: 'echo' }, tool: 'echo', condition: { '/text': 'hello' }, expiresAt: null })
    expect([notHis.status, gone.status]).toEqual([404, 204])
    expect(items(await alice.get('/api/v1/standing-approvals'))).toEqual([])
  })

  it('are asked for as often as the person says', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url, asking)
    await town.enables(town.alice, 'echo')
    const alice = await browserOf(town, town.alice)

    const set = await alice.send('PUT', '/api/v1/me/levels', { connector: 'echo', level: 'never' })
    const free = await town.alice.mcp.call('echo_echo', { text: 'free' })
    const back = await alice.send('PUT', '/api/v1/me/levels', { connector: 'echo', level: null })
    const always = await alice.send('PUT', '/api/v1/me/levels', { level: 'always' })
    const byToken = await alice.send('PUT', '/api/v1/me/levels', { level: 'never' }, bearer(town.alice))

    expect(set.body).toEqual({ default: 'important', connectors: [{ slug: 'echo', name: 'echo', level: 'never' }] })
    expect(free.body.result).toMatchObject({ content: [{ text: 'free' }] })
    expect(back.body).toEqual({ default: 'important', connectors: [] })
    expect(always.body).toEqual({ default: 'always', connectors: [] })
    expect(codeOf(byToken)).toBe('authorization/person-needed')
  })
})

describe.each(databases)('the history over HTTP on $name', (kind) => {
  it("shows one's own calls with contents and proof, and nobody else's", async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url)
    await town.enables(town.alice, 'echo')
    await town.alice.mcp.call('echo_echo', { text: 'hello' })
    await town.alice.mcp.call('nothing_here', {})
    const [alice, bob] = [await browserOf(town, town.alice), await browserOf(town, town.bob)]
    await town.app.sequencer.advance()

    const listed = items(await alice.get('/api/v1/calls?connector=echo&state=answered', bearer(town.alice)))
    const one = await alice.get(`/api/v1/calls/${listed[0]?.['id']}`)

    expect(listed).toMatchObject([{ connector: 'echo', tool: 'echo', state: 'answered' }])
    expect(one.body).toMatchObject({ arguments: { value: { text: 'hello' } }, result: { value: { content: [{ text: 'hello' }] } } })
    const ledger = one.body['ledger'] as unknown as { entries: { body: string; proof: string[] | null }[]; checkpoint: string | null }
    const [intent] = ledger.entries.map(({ body }) => JSON.parse(body) as Record<string, unknown>)
    const salt = String(one.body['arguments']?.['salt'])
    expect(intent).toMatchObject({ event: 'call.intended', arguments: sha256(`${salt}{"text":"hello"}`) })
    expect(ledger.entries.every(({ proof }) => proof !== null)).toBe(true)
    expect((await bob.get(`/api/v1/calls/${listed[0]?.['id']}`)).status).toBe(404)
    expect(items(await bob.get('/api/v1/calls'))).toEqual([])
    expect(items(await alice.get('/api/v1/calls?state=refused'))).toMatchObject([{ connector: null, state: 'refused' }])
  })
})

describe.each(databases)('the data of a person over HTTP on $name', (kind) => {
  it('comes out whole, and is gone after it is erased while the ledger still holds together', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url, { ...asking, credential: { type: 'bearer' } })
    await town.enables(town.alice, 'echo')
    const [alice, bob] = [await browserOf(town, town.alice), await browserOf(town, town.bob)]
    await alice.send('PUT', '/api/v1/directory/echo/credential', { secret: 'key-of-alice' })
    const id = await ask(town, alice, 'canary-3d9e')
    await alice.send('POST', `/api/v1/approvals/${id}/decision`, { yes: true, lasting: 'while', pointers: ['/text'] })
    await town.alice.mcp.call('echo_echo', { text: 'canary-3d9e' })

    const copy = await alice.get('/api/v1/me/export')
    const wrong = await alice.send('POST', '/api/v1/me/erase', { password: 'not the password' })
    const byToken = await alice.send('POST', '/api/v1/me/erase', { password: PASSWORD }, bearer(town.alice))
    const erased = await alice.send('POST', '/api/v1/me/erase', { password: PASSWORD })

    expect(copy.headers).toMatchObject({ 'content-disposition': expect.stringContaining('attachment'), 'cache-control': 'no-store' })
    expect(copy.body).toMatchObject({ account: { email: 'alice@example.org', name: 'Alice' } })
    const parts = copy.body as unknown as Record<string, readonly Record<string, unknown>[]>
    expect(
      Object.fromEntries(['enablements', 'tokens', 'accounts', 'standingApprovals', 'approvals'].map((part) => [part, parts[part]?.length])),
    ).toEqual({
      enablements: 1,
      tokens: 1,
      accounts: 1,
      standingApprovals: 1,
      approvals: 1,
    })
    expect(parts['calls']?.at(-1)).toMatchObject({ state: 'answered', arguments: { value: { text: 'canary-3d9e' } } })
    expect([wrong.status, byToken.status, erased.status]).toEqual([401, 403, 204])
    expect(alice.cookie).toBeNull()
    expect(codeOf(await alice.signIn('Alice'))).toBe('people/sign-in-failed')
    expect((await town.alice.mcp.call('echo_echo', { text: 'canary-3d9e' })).status).toBe(401)
    await expect(town.app.rooms.history.everything(town.person(town.alice)).next()).rejects.toMatchObject({ code: 'sealing/erased' })
    expect(await town.entries(town.alice.user)).toContainEqual(expect.objectContaining({ event: 'user.erased' }))
    expect((await bob.get('/api/v1/directory')).status).toBe(200)
    const { db } = town.app.storage
    const left = [
      await db.selectFrom('users').selectAll().where('id', '=', town.alice.user).execute(),
      await db.selectFrom('user_keys').selectAll().where('user_id', '=', town.alice.user).execute(),
      await db.selectFrom('credentials').selectAll().execute(),
      await db.selectFrom('approvals').selectAll().execute(),
      await db.selectFrom('standing_approvals').selectAll().execute(),
      await db.selectFrom('access_tokens').selectAll().where('user_id', '=', town.alice.user).execute(),
      await db.selectFrom('web_sessions').selectAll().where('user_id', '=', town.alice.user).execute(),
      await db.selectFrom('idempotency_keys').selectAll().execute(),
      await db.selectFrom('ledger_entries').selectAll().execute(),
    ]
    expect(JSON.stringify(left)).not.toMatch(/canary-3d9e|alice@example\.org|Alice|key-of-alice/)
    await town.app.sequencer.advance()
    const log = await databaseLog(town.app.storage)
    expect(log === null ? null : await verifyDatabase(log)).toMatchObject({ verified: true, pending: 0 })
    expect(left[1]).toMatchObject([{ wrapped_key: '' }])
    expect(left[6]).toEqual([])
  })

  it('of the last operator stays until somebody else can run the house', async () => {
    await using town = await Town.open(kind)
    const olga = await browserOf(town, town.olga)

    const refused = await olga.send('POST', '/api/v1/me/erase', { password: PASSWORD })

    expect([refused.status, codeOf(refused)]).toEqual([409, 'people/last-operator'])
    expect((await olga.get('/api/v1/session')).status).toBe(200)
    expect((await olga.get('/api/v1/me/export')).body['account']).toMatchObject({ name: 'Olga' })
  })
})
