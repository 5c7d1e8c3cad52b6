import { describe, expect, it } from 'vitest'
import { startEcho } from '../../../../e2e/fixtures/echo-connector.ts'
import { databases } from '../../../test/databases.ts'
import { type Answer, Client, codeOf } from '../../../test/house.ts'
import { serve } from '../../../test/loopback-server.ts'
import { McpCaller } from '../../../test/mcp-caller.ts'
import { proves } from '../../../test/proves.ts'
import { type Inhabitant, Town } from '../../../test/town.ts'
import { hashOfEntry, provesInclusion, readCheckpoint, readVerifierKey } from '../../ledger/verify/index.ts'
import { canonicalJson, DAY, type Json, sha256 } from '../../lib/index.ts'

proves('consent/receipt', 'consent/tools-agreed', 'consent/age-rating', 'consent/disable', 'notices/privacy-notice')

async function browserOf(town: Town, who: Inhabitant): Promise<Client> {
  const client = new Client(town.url)
  const answer = await client.signIn(who.name)
  if (answer.status !== 200) throw new Error(answer.text)
  return client
}

const items = (answer: Answer) => answer.body['items'] as unknown as readonly Record<string, unknown>[]
const tool = (name: string, annotations: object, properties: object = {}) => ({
  name,
  description: `Does ${name}.`,
  inputSchema: { type: 'object', properties, additionalProperties: false },
  annotations,
})
const read = (name: string, properties: object = {}) => tool(name, { readOnlyHint: true }, properties)
const text = { type: 'string' }

async function agrees(alice: Client, slug: string, more: Record<string, unknown> = {}): Promise<Answer> {
  const sheet = await alice.get(`/api/v1/directory/${slug}`)
  const { privacyNotice, release } = sheet.body as unknown as { privacyNotice: { sha256: string }; release: { id: string } }
  return alice.send('POST', `/api/v1/directory/${slug}/enable`, { noticeSha256: privacyNotice.sha256, release: release.id, ...more })
}

/** What a call of Alice's ends with: the code of a refusal, or nothing. */
async function called(town: Town, name: string, args: object = {}): Promise<string | undefined> {
  const { body } = await town.alice.mcp.call(name, args)
  return (
    body.error?.data?.code ??
    body.result?._meta?.['dev.handfast/refusal']?.code ??
    (/"code":"([a-z-]+\/[a-z-]+)"/.exec(JSON.stringify(body)) ?? [])[1]
  )
}

async function listed(town: Town): Promise<readonly string[]> {
  const { body } = await town.alice.mcp.modern('tools/list')
  return (body.result.tools as readonly { name: string }[]).map(({ name }) => name)
}

describe.each(databases)('what is new in a connector on $name', (kind) => {
  it('is off until the person agrees to it, while everything they agreed to goes on', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    echo.offer([read('find', { day: text }), read('show')])
    await town.publishes('echo', echo.url)
    const alice = await browserOf(town, town.alice)
    await agrees(alice, 'echo')

    echo.offer([read('find', { day: text, diet: text }), read('show'), tool('cancel', { destructiveHint: true })])
    await town.publishes('echo', echo.url, { tools: { cancel: { consequential: false } } })

    expect(await listed(town)).toEqual(['echo_show'])
    expect(await called(town, 'echo_show')).toBeUndefined()
    expect(await called(town, 'echo_find', { day: 'x' })).toBe('consent/tool-not-agreed')
    expect(await called(town, 'echo_cancel')).toBe('consent/tool-not-agreed')
    const sheet = await alice.get('/api/v1/directory/echo')
    expect(sheet.body).toMatchObject({
      choice: 'grown',
      changes: [],
      newTools: [
        { tool: 'find', effect: 'read', before: 'read', fields: ['/diet'] },
        { tool: 'cancel', effect: 'destroy', before: null, fields: [] },
      ],
    })
    expect(sheet.body['tools']).toContainEqual(expect.objectContaining({ name: 'show', off: false }))
    expect(sheet.body['tools']).toContainEqual(expect.objectContaining({ name: 'cancel', off: true }))
    expect(items(await alice.get('/api/v1/directory'))).toMatchObject([{ slug: 'echo', choice: 'grown' }])

    const agreed = await agrees(alice, 'echo')

    expect(agreed.body).toMatchObject({ choice: 'enabled', newTools: [] })
    expect(await listed(town)).toEqual(['echo_cancel', 'echo_find', 'echo_show'])
    expect(await called(town, 'echo_cancel')).toBeUndefined()
  })

  it('that reaches no further asks nobody anything', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    echo.offer([tool('move', {}, { day: text }), read('show')])
    await town.publishes('echo', echo.url, { tools: { move: { consequential: false } } })
    const alice = await browserOf(town, town.alice)
    await agrees(alice, 'echo')

    echo.offer([read('move')])
    await town.publishes('echo', echo.url, { description: 'Says it in other words.' })

    expect((await alice.get('/api/v1/directory/echo')).body).toMatchObject({ choice: 'enabled', newTools: [], changes: [] })
    expect(await called(town, 'echo_move')).toBeUndefined()
  })
})

describe.each(databases)('a privacy notice on $name', (kind) => {
  it('is fetched where it stands, shown from our copy, and looked at again each week; a person decides what a change means', async () => {
    let page = '<html><head><title>x</title><script>track()</script></head><body><h1>Privacy</h1><p>We keep\u00a0 nothing.</p></body></html>'
    await using site = await serve((_, response) => void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page))
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    echo.offer([read('show')])
    const url = `${site.origin}/privacy`
    const connector = await town.publishes('echo', echo.url, { privacyNotice: '', privacyNoticeUrl: url })
    let [alice, olga] = [await browserOf(town, town.alice), await browserOf(town, town.olga)]
    /** Nobody stays signed in for so long. */
    const week = async () => {
      town.clock.advance(7 * DAY)
      await town.app.jobs.runDue()
      ;[alice, olga] = [await browserOf(town, town.alice), await browserOf(town, town.olga)]
    }
    const before = await agrees(alice, 'echo')
    expect(before.body['privacyNotice']).toMatchObject({
      text: 'Privacy\n\nWe keep nothing.',
      sha256: sha256('Privacy\n\nWe keep nothing.'),
      url,
      language: 'en',
    })

    page = page.replace('<p>We', '<div><p>  We').replace('</p>', '</p></div>').replace('track()', 'track(2)')
    await week()
    expect(site.requests).toHaveLength(2)
    expect(items(await olga.get('/api/v1/notice-findings'))).toEqual([])

    page = page.replace('nothing', 'everything')
    await week()
    const [finding] = items(await olga.get('/api/v1/notice-findings'))
    expect(finding).toMatchObject({ connector: { slug: 'echo' }, found: 'Privacy\n\nWe keep everything.', agreed: 'Privacy\n\nWe keep nothing.' })
    expect(await called(town, 'echo_show')).toBeUndefined()
    expect((await alice.get('/api/v1/directory/echo')).body['choice']).toBe('enabled')
    expect((await alice.get('/api/v1/notice-findings')).status).toBe(403)

    const decision = { decision: 'ask-again', reason: 'It keeps more.' }
    expect((await olga.send('POST', `/api/v1/notice-findings/${String(finding?.['id'])}/decision`, decision)).status).toBe(204)
    expect((await olga.send('POST', `/api/v1/notice-findings/${String(finding?.['id'])}/decision`, decision)).status).toBe(404)
    expect(await called(town, 'echo_show')).toBe('consent/notice-changed')
    const stale = await alice.send('POST', '/api/v1/directory/echo/enable', { noticeSha256: sha256('Privacy\n\nWe keep nothing.') })
    expect(codeOf(stale)).toBe('consent/notice-changed')
    expect((await agrees(alice, 'echo')).body['privacyNotice']).toMatchObject({ text: 'Privacy\n\nWe keep everything.' })
    expect(await called(town, 'echo_show')).toBeUndefined()

    await week()
    expect(items(await olga.get('/api/v1/notice-findings'))).toEqual([])
    expect((await town.entries(String(finding?.['id']))).map((entry) => entry['event'])).toEqual(['notice.drifted', 'notice.decided'])
    expect(JSON.stringify(await town.entries(connector))).not.toContain('everything')
  })

  it('that cannot be read is reported once, says why, and is forgotten when it can', async () => {
    let status = 200
    await using site = await serve(
      (_, response) => void response.writeHead(status, { 'content-type': 'text/plain' }).end(status === 200 ? 'We keep nothing at all, ever.' : 'no'),
    )
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    echo.offer([read('show')])
    await town.publishes('echo', echo.url, { privacyNotice: '', privacyNoticeUrl: `${site.origin}/privacy` })
    const week = async () => {
      town.clock.advance(7 * DAY)
      await town.app.jobs.runDue()
      const olga = await browserOf(town, town.olga)
      return items(await olga.get('/api/v1/notice-findings'))
    }

    status = 404
    expect(await week()).toMatchObject([{ found: null, detail: expect.stringContaining('answers 404') }])
    expect(await week()).toHaveLength(1)
    status = 200
    expect(await week()).toEqual([])
  })

  it('is refused at submission where its address gives no text', async () => {
    await using site = await serve((_, response) => void response.writeHead(200, { 'content-type': 'application/pdf' }).end('%PDF'))
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    echo.offer([read('show')])

    const handedIn = town.publishes('echo', echo.url, { privacyNotice: '', privacyNoticeUrl: `${site.origin}/privacy` })

    await expect(handedIn).rejects.toMatchObject({ code: 'notices/unusable', pointer: '/privacyNoticeUrl' })
  })

  it('in several languages is one notice: each reads their own, and the digest covers all of them', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    echo.offer([read('show')])
    const notices = { de: { text: 'Wir behalten nichts von dem, was Sie sagen.' }, 'pt-BR': { text: 'Não guardamos nada do que você diz.' } }
    await town.publishes('echo', echo.url, { privacyNotice: 'We keep nothing of what you say.', privacyNotices: notices })
    const alice = await browserOf(town, town.alice)

    const shown = async (languages: string) =>
      (await alice.get(`/api/v1/directory/echo?languages=${languages}`)).body['privacyNotice'] as unknown as Record<string, string>

    expect((await shown('fr,de-AT,en'))['text']).toBe(notices.de.text)
    expect((await shown('pt'))['text']).toBe(notices['pt-BR'].text)
    expect((await shown('fr'))['language']).toBe('en')
    expect(new Set([await shown('de'), await shown('pt'), await shown('en')].map(({ sha256: digest }) => digest)).size).toBe(1)
    const agreed = await agrees(alice, 'echo', { language: 'de' })
    const [{ id }] = agreed.body['receipts'] as unknown as readonly [{ id: string }]
    const receipt = await alice.get(`/api/v1/directory/echo/receipts/${id}`)
    expect(receipt.body['notice']).toEqual({ language: 'de', text: notices.de.text, sha256: sha256(notices.de.text) })
  })
})

describe.each(databases)('a receipt on $name', (kind) => {
  it('says who agreed to what and when, and proves itself against the signed ledger', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    echo.offer([read('show'), tool('move', {})])
    await town.publishes('echo', echo.url, { ageRating: '16+' })
    const [alice, bob] = [await browserOf(town, town.alice), await browserOf(town, town.bob)]
    const agreed = await agrees(alice, 'echo')
    await agrees(bob, 'echo')
    await town.app.sequencer.advance()

    const [{ id }] = agreed.body['receipts'] as unknown as readonly [{ id: string }]
    const { body, status } = await alice.get(`/api/v1/directory/echo/receipts/${id}`)

    expect(status).toBe(200)
    const said = JSON.parse(String(body['text'])) as Record<string, Json>
    expect(said).toMatchObject({
      kind: 'handfast.enablement',
      user: town.alice.user,
      connector: { slug: 'echo', publishedBy: { name: 'Heron Ltd', ownsApi: false } },
      receives: ['what you say'],
      mayDo: { read: ['show'], change: ['move'], destroy: [] },
      age: { rating: '16+', band: 'adult', source: 'operator-attests-adults' },
      release: { sha256: agreed.body['release']?.['sha256'] },
    })
    expect(canonicalJson(said)).toBe(body['text'])
    expect(sha256(String(body['text']))).toBe(body['sha256'])
    const ledger = body['ledger'] as unknown as { body: string; leafIndex: number; proof: string[]; checkpoint: string; verifierKey: string }
    expect(JSON.parse(ledger.body)).toMatchObject({ event: 'connector.enabled', enablement: id, receiptSha256: body['sha256'], by: town.alice.user })
    const key = readVerifierKey(ledger.verifierKey)
    if (key === null) throw new Error('no key')
    const checkpoint = readCheckpoint(ledger.checkpoint, key)
    if (typeof checkpoint === 'string') throw new Error(checkpoint)
    const leaf = hashOfEntry(Buffer.from(ledger.body))
    const proof = ledger.proof.map((hash) => Buffer.from(hash, 'base64'))
    expect(provesInclusion(leaf, ledger.leafIndex, checkpoint.size, proof, checkpoint.root)).toBe(true)
    expect(provesInclusion(hashOfEntry(Buffer.from(`${ledger.body} `)), ledger.leafIndex, checkpoint.size, proof, checkpoint.root)).toBe(false)
    expect((await bob.get(`/api/v1/directory/echo/receipts/${id}`)).status).toBe(404)
  })
})

describe.each(databases)('an age rating on $name', (kind) => {
  it('keeps a connector from people below it, and stops it for them when it becomes known', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    echo.offer([read('show')])
    await town.publishes('echo', echo.url, { ageRating: '16+' })
    const [alice, olga] = [await browserOf(town, town.alice), await browserOf(town, town.olga)]
    const band = (value: string) => olga.send('PUT', `/api/v1/users/${town.alice.user}/age`, { band: value })
    expect((await olga.get(`/api/v1/users/${town.alice.user}/age`)).body).toEqual({ band: 'adult', source: 'operator-attests-adults' })
    await agrees(alice, 'echo')
    expect(await called(town, 'echo_show')).toBeUndefined()

    await band('13-15')

    expect(await called(town, 'echo_show')).toBe('consent/age')
    expect(await listed(town)).toEqual([])
    const refused = await agrees(alice, 'echo')
    expect([refused.status, codeOf(refused)]).toEqual([403, 'consent/age'])
    expect((await alice.get('/api/v1/directory/echo')).body).toMatchObject({
      ageRating: '16+',
      age: { band: '13-15', source: 'operator', enough: false },
    })
    expect((await alice.send('PUT', `/api/v1/users/${town.alice.user}/age`, { band: 'adult' })).status).toBe(403)
    await band('16-17')
    expect(await called(town, 'echo_show')).toBeUndefined()
    expect((await town.entries(town.alice.user)).filter(({ event }) => event === 'age.changed')).toHaveLength(2)
  })

  it('lets nobody of unknown age in where the operator does not attest that all are adults', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind, { settings: { attestAdults: false } })
    echo.offer([read('show')])
    await town.publishes('echo', echo.url, { ageRating: '18+' })
    await town.publishes('all', echo.url)
    const alice = await browserOf(town, town.alice)

    expect(codeOf(await agrees(alice, 'echo'))).toBe('consent/age')
    expect((await agrees(alice, 'all')).status).toBe(200)
  })
})

describe('who stands behind a connector', () => {
  it('is said by what was declared and who looked at it', async () => {
    const [sqlite] = databases
    if (sqlite === undefined) throw new Error('no database')
    await using echo = await startEcho()
    await using town = await Town.open(sqlite)
    echo.offer([read('show')])
    await town.publishes('ours', echo.url)
    await town.publishes('theirs', echo.url, { ownsApi: true })
    const alice = await browserOf(town, town.alice)

    expect((await alice.get('/api/v1/directory/ours')).body['relation']).toBe('house')
    expect((await alice.get('/api/v1/directory/theirs')).body['relation']).toBe('owner-declared')
  })
})

const shared = databases.filter(({ name }) => name === 'postgres')
describe.each(shared)('two nodes on $name', (kind) => {
  it('obey when somebody disables a connector at the other one, at the very next call', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    echo.offer([read('show')])
    await town.publishes('echo', echo.url)
    const other = await town.anotherNode()
    const alice = await browserOf(town, town.alice)
    await agrees(alice, 'echo')
    const there = new McpCaller(other.url, town.alice.token)
    for (let round = 0; round < 10; round++) {
      const before = await there.call('echo_show')
      expect(before.body.result?.isError ?? false).toBe(false)

      await alice.send('POST', '/api/v1/directory/echo/disable', {})
      const after = await there.call('echo_show')

      expect(JSON.stringify(after.body)).toMatch(/consent\/not-enabled|gateway\/withdrawn|gateway\/unknown-tool/)
      await agrees(alice, 'echo')
      // What is allowed again may take until the news arrives; what is not, may not.
      await other.app.enforcement.catchUp(town.app.enforcement.known)
    }
  })
})

describe('the clock of a server for development', () => {
  it('is moved by its operator alone, and what became due happens', async () => {
    const [sqlite] = databases
    if (sqlite === undefined) throw new Error('no database')
    await using town = await Town.open(sqlite)
    const [alice, olga] = [await browserOf(town, town.alice), await browserOf(town, town.olga)]

    const moved = await olga.send('POST', '/api/v1/clock', { seconds: 3_600 })

    expect(moved.body).toEqual({ now: new Date(town.clock.now()).toISOString(), movable: true })
    await town.app.jobs.runDue()
    const done = items(await olga.get('/api/v1/jobs?state=open')).find((job) => job['kind'] === 'people.sweep')
    expect(Date.parse(String(done?.['dueAt']))).toBeGreaterThan(town.clock.now())
    expect((await alice.send('POST', '/api/v1/clock', { seconds: 1 })).status).toBe(403)
    expect((await alice.get('/api/v1/jobs')).status).toBe(403)
  })
})
