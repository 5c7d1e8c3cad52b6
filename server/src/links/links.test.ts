import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { type OAuthProvider, openProvider, type ProviderOptions } from '../../test/oauth-provider.ts'
import { type ProtectedOptions, protectedConnector } from '../../test/protected-connector.ts'
import { proves } from '../../test/proves.ts'
import { json, modernConnector, result } from '../../test/scripted-connector.ts'
import { type Inhabitant, Town } from '../../test/town.ts'
import { rules } from '../../test/workspaces.ts'
import { type Linkable, linkable } from './account.ts'

proves('links/account', 'links/taken-back')

const oauth2 = { type: 'oauth2' } as const
const canOpenPages = { capabilities: { elicitation: { url: {} } } }

class Linked implements AsyncDisposable {
  readonly town: Town
  readonly provider: OAuthProvider
  readonly notes: Awaited<ReturnType<typeof protectedConnector>>

  constructor(town: Town, provider: OAuthProvider, notes: Awaited<ReturnType<typeof protectedConnector>>) {
    this.town = town
    this.provider = provider
    this.notes = notes
  }

  static async open(kind: (typeof databases)[number], given: ProviderOptions & ProtectedOptions = {}): Promise<Linked> {
    const provider = await openProvider({ registration: true, ...given })
    const notes = await protectedConnector(provider, given)
    const town = await Town.open(kind)
    await town.publishes('notes', notes.url, { credential: oauth2 })
    notes.open = false
    await town.enables(town.alice, 'notes')
    await town.enables(town.bob, 'notes')
    return new Linked(town, provider, notes)
  }

  get links() {
    return this.town.app.rooms.links
  }

  async about(): Promise<Linkable> {
    const standing = await this.town.app.rooms.directory.bySlug(this.town.app.workspace, 'notes')
    if (standing.release === null) throw new Error('no release')
    return linkable(standing, standing.release)
  }

  browser(who: Inhabitant, session = `session of ${who.name}`) {
    return { ...this.town.person(who), session }
  }

  async leaves(who: Inhabitant, wish: { page?: string; link?: string; chooseAccount?: boolean } = {}): Promise<URL> {
    const { url } = await this.links.linking.beginSignIn(this.browser(who), await this.about(), { chooseAccount: false, ...wish })
    return this.provider.visit(url)
  }

  async returns(who: ReturnType<Linked['browser']>, back: URL) {
    const about = await this.about()
    return this.links.linking.finishSignIn(who, Object.fromEntries(back.searchParams) as { state: string }, back.pathname, async () => about)
  }

  async signsIn(who: Inhabitant, wish: Parameters<Linked['leaves']>[1] = {}) {
    return this.returns(this.browser(who), await this.leaves(who, wish))
  }

  read(who: Inhabitant) {
    return who.mcp.call('notes_read_notes', {}, canOpenPages)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.town[Symbol.asyncDispose]()
    await this.notes[Symbol.asyncDispose]()
    await this.provider[Symbol.asyncDispose]()
  }
}

type Told = Awaited<ReturnType<Linked['read']>>
const pageOf = (told: Told): string => new URL(told.body.result.inputRequests.handfast_approval.params.url).pathname.split('/').at(-1) ?? ''
const saidBy = (told: Told): string => told.body.result.content[0].text

describe.each(databases)('an account that people sign in to, on $name', (kind) => {
  it('is asked for by the first call, linked on a page, and used by the call that is made again', async () => {
    await using here = await Linked.open(kind, { rotates: true })
    const { alice } = here.town

    const asked = await here.read(alice)
    const { account } = await here.signsIn(alice, { page: pageOf(asked) })
    const answer = await here.read(alice)

    expect(asked.body.result.resultType).toBe('input_required')
    expect(account).toMatchObject({ identity: { name: 'ana@example.org' }, state: 'good', isDefault: true })
    expect(saidBy(answer)).toBe('read_notes for ana@example.org')
    expect(here.provider.tokenRequests.map((request) => request.get('resource'))).toEqual([here.notes.url])
  })

  it('is asked for in words where the assistant can open no pages, and by its error in the era before', async () => {
    await using here = await Linked.open(kind)
    const { alice } = here.town

    const inWords = await alice.mcp.call('notes_read_notes', {})
    const session = await alice.mcp.legacy('/mcp', { elicitation: { url: {} } })
    const older = await session.request('tools/call', { name: 'notes_read_notes', arguments: {} })

    expect(inWords.body.result).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('/connect/') }] })
    expect(older.body.error).toMatchObject({ code: -32042, data: { elicitations: [{ mode: 'url', url: expect.stringContaining('/connect/') }] } })
  })

  it('is not linked by anybody else who opens the page, nor on their account (MCP elicitation by URL: the page MUST know its person)', async () => {
    await using here = await Linked.open(kind)
    const { alice, bob } = here.town
    const page = pageOf(await here.read(alice))

    await expect(here.leaves(bob, { page })).rejects.toMatchObject({ code: 'links/other-person' })
    await expect(here.links.pages.get(here.browser(bob), page)).rejects.toMatchObject({ code: 'links/other-person' })
    expect(here.provider.arrivals.filter((arrival) => arrival.includes('/auth'))).toEqual([])
  })

  it('comes back once, to the browser and the person that went, within ten minutes', async () => {
    await using here = await Linked.open(kind)
    const { alice, bob } = here.town
    const back = await here.leaves(alice)
    const late = await here.leaves(alice)

    await expect(here.returns(here.browser(bob), back)).rejects.toMatchObject({ code: 'links/state' })
    await expect(here.returns(here.browser(alice, 'another browser'), back)).rejects.toMatchObject({ code: 'links/state' })
    await here.returns(here.browser(alice), back)
    await expect(here.returns(here.browser(alice), back)).rejects.toMatchObject({ code: 'links/state' })
    here.town.clock.advance(10 * 60_000)
    await expect(here.returns(here.browser(alice), late)).rejects.toMatchObject({ code: 'links/state' })
  })

  it('may be one of several: the person chooses which one calls use, and sees whose each is', async () => {
    await using here = await Linked.open(kind)
    const { alice } = here.town
    const first = await here.signsIn(alice)
    here.provider.account = 'work@example.org'
    const second = await here.signsIn(alice, { chooseAccount: true })

    const before = saidBy(await here.read(alice))
    await here.links.linked.change(here.town.person(alice), second.account.link, { isDefault: true, label: 'work' })
    const after = saidBy(await here.read(alice))
    here.provider.account = 'ana@example.org'
    const again = await here.signsIn(alice)

    expect([before, after]).toEqual(['read_notes for ana@example.org', 'read_notes for work@example.org'])
    expect(again.account.link).toBe(first.account.link)
    expect((await here.links.linked.of(here.town.person(alice))).map(({ identity, isDefault, label }) => [identity.name, isDefault, label])).toEqual([
      ['ana@example.org', false, null],
      ['work@example.org', true, 'work'],
    ])
    await expect(here.links.linked.change(here.town.person(here.town.bob), second.account.link, { isDefault: true })).rejects.toMatchObject({
      status: 404,
    })
  })

  it('is not renewed by another account', async () => {
    await using here = await Linked.open(kind)
    const { account } = await here.signsIn(here.town.alice)
    here.provider.account = 'mallory@example.org'

    await expect(here.signsIn(here.town.alice, { link: account.link })).rejects.toMatchObject({ code: 'links/other-account' })
    expect(here.provider.arrivals.filter((arrival) => arrival === 'POST /token/revocation').length).toBeGreaterThan(0)
  })

  it('is let in only where the workspace allows accounts of its domain: no new one, and none that is older than the rule', async () => {
    await using here = await Linked.open(kind)
    const { alice, app } = here.town
    here.provider.account = 'ana@private.example'
    const { account } = await here.signsIn(alice)
    const before = saidBy(await here.read(alice))
    await rules(here.town, app.workspace, { accounts: [{ id: 'ours', domains: ['example.org'], because: 'Company accounts only.' }] })

    const denied = await here.read(alice)
    await expect(here.signsIn(alice, { link: account.link })).rejects.toMatchObject({ code: 'links/account-not-allowed', who: 'operator' })
    const taken = here.provider.arrivals.filter((arrival) => arrival === 'POST /token/revocation').length
    here.provider.account = 'ana@example.org'
    const ours = await here.signsIn(alice, { chooseAccount: true })
    await here.links.linked.change(here.town.person(alice), ours.account.link, { isDefault: true })
    const after = saidBy(await here.read(alice))

    expect([before, after]).toEqual(['read_notes for ana@private.example', 'read_notes for ana@example.org'])
    expect(denied.body.result._meta['dev.handfast/refusal']).toMatchObject({ code: 'links/account-not-allowed', who: 'operator' })
    expect(denied.body.result.content[0].text).toContain('Company accounts only. Nothing was sent.')
    expect(taken).toBeGreaterThan(0)
  })

  it('does not count when the connector does not take it', async () => {
    await using here = await Linked.open(kind, { issuer: 'https://nobody.example' })
    here.notes.issuer = here.provider.issuer
    const back = await here.leaves(here.town.alice)
    // The connector forgets all its accounts while the person is away.
    here.provider.check = async () => null

    await expect(here.returns(here.browser(here.town.alice), back)).rejects.toMatchObject({ code: 'links/not-accepted' })
    expect(await here.links.linked.of(here.town.person(here.town.alice))).toEqual([])
  })

  it('is granted more when a call needs more, and what was refused is not asked for over and over (MCP authorization, step-up)', async () => {
    await using here = await Linked.open(kind, { needs: { write_note: 'notes.write' }, withholds: ['notes.write'] })
    const { alice } = here.town
    await here.signsIn(alice)

    const asked = await alice.mcp.call('notes_write_note', {}, canOpenPages)
    const { missing } = await here.signsIn(alice, { page: pageOf(asked) })
    const again = await alice.mcp.call('notes_write_note', {}, canOpenPages)

    expect(missing).toEqual(['notes.write'])
    expect(again.body.result._meta['dev.handfast/refusal'].code).toBe('links/not-granted')
    expect(saidBy(await here.read(alice))).toBe('read_notes for ana@example.org')
  })

  it('waits for its person when the call is made again, and takes a no for a no', async () => {
    await using here = await Linked.open(kind)
    const { alice } = here.town
    const page = pageOf(await here.read(alice))

    await here.links.pages.decline(here.town.person(alice), page)
    const refused = await here.read(alice)

    expect(refused.body.result._meta['dev.handfast/refusal'].code).toBe('links/declined')
  })

  it('is taken back at the provider when it is removed, with the proof in the ledger, and destroyed here', async () => {
    await using here = await Linked.open(kind)
    const { alice } = here.town
    const { account } = await here.signsIn(alice)
    await here.read(alice)
    const token = here.notes.bearers.at(-1)?.replace('Bearer ', '') ?? ''

    const { revocation } = await here.links.linked.unlink(here.town.person(alice), account.link)

    expect(revocation).toMatchObject({ kind: 'done', endpoint: `${here.provider.issuer}/token/revocation` })
    expect(await here.provider.check(token)).toBeNull()
    const entries = await here.town.entries(account.link)
    expect(entries.map(({ event }) => event)).toEqual(['account.linked', 'account.unlinked', 'account.revoked'])
    expect(entries.at(-1)).toMatchObject({
      how: 'done',
      answers: [
        { token: 'refresh_token', status: 200 },
        { token: 'access_token', status: 200 },
      ],
    })
    const left = await here.town.app.storage.db.selectFrom('credentials').select('sealed').where('link_id', '=', account.link).execute()
    expect(left).toEqual([{ sealed: '' }])
    expect((await here.read(alice)).body.result.resultType).toBe('input_required')
  })

  it('is destroyed here although the provider is down, which is asked again until it answers', async () => {
    await using here = await Linked.open(kind)
    const { alice } = here.town
    const { account } = await here.signsIn(alice)
    here.provider.down = true

    const { revocation } = await here.links.linked.unlink(here.town.person(alice), account.link)
    here.provider.down = false
    here.town.clock.advance(120_000)
    await until(async () => (await here.town.entries(account.link)).some((entry) => entry['how'] === 'done'))

    expect(revocation.kind).toBe('waiting')
    expect((await here.town.app.storage.db.selectFrom('token_revocations').select('sealed').execute()).map(({ sealed }) => sealed)).toEqual([''])
  })

  it('goes with its person when they are erased', async () => {
    await using here = await Linked.open(kind)
    const { alice } = here.town
    await here.signsIn(alice)

    await here.town.app.rooms.erasure.erase(here.town.person(alice))

    const rows = await here.town.app.storage.db.selectFrom('account_links').select(['sealed_identity', 'ended_at']).execute()
    expect(rows).toEqual([{ sealed_identity: null, ended_at: expect.any(Number) }])
  })

  it('is signed in to as a client that somebody registered by hand, where one was given', async () => {
    const client = {
      client_id: 'by-hand',
      client_secret: 'canary-client-secret-0123456789abcdef',
      redirect_uris: ['http://localhost/none'],
      token_endpoint_auth_method: 'client_secret_basic' as const,
      id_token_signed_response_alg: 'ES256' as const,
    }
    await using here = await Linked.open(kind, { registration: false, clients: [client] })
    const { alice, olga } = here.town
    await expect(here.leaves(alice)).rejects.toMatchObject({ code: 'oauth-client/no-client', who: 'operator' })

    const about = await here.about()
    const { server } = await here.links.signIns.place(about)
    const note = await here.links.clients.give({
      workspace: here.town.app.workspace,
      connector: about.connector,
      server,
      clientId: client.client_id,
      secret: client.client_secret,
      by: olga.user,
    })
    const registered = await here.provider.provider.Client.find('by-hand')
    Object.assign(registered ?? {}, { redirectUris: [note.redirectUri] })
    await here.signsIn(alice)

    expect(saidBy(await here.read(alice))).toBe('read_notes for ana@example.org')
    expect(JSON.stringify(await here.town.app.storage.db.selectFrom('oauth_clients').selectAll().execute())).not.toContain('canary-client-secret')
  })
})

/** Jobs run on their own time. */
async function until(done: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 200; turn++) {
    if (await done()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('it did not come to that')
}

describe.each(databases)('an account with a key, on $name', (kind) => {
  /** Takes the key `good-key` only. */
  const keyed = () =>
    modernConnector((incoming, response) => {
      const { authorization } = incoming.request.headers
      if (authorization !== undefined && authorization !== 'Bearer good-key') return json(response, {}, 401)
      const tools = [{ name: 'look', description: 'Looks.', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } }]
      if (incoming.method === 'tools/list') return result(response, incoming.id, { resultType: 'complete', tools, ttlMs: 0, cacheScope: 'private' })
      if (authorization === undefined) return json(response, {}, 401)
      result(response, incoming.id, { resultType: 'complete', content: [{ type: 'text', text: 'looked' }] })
    })

  it('is tried before it counts, and its owner is asked when the connector stops taking it', async () => {
    await using desk = await keyed()
    await using town = await Town.open(kind)
    await town.publishes('desk', desk.url, { credential: { type: 'bearer' } })
    await town.enables(town.alice, 'desk')
    const { linking, linked } = town.app.rooms.links
    const standing = await town.app.rooms.directory.bySlug(town.app.workspace, 'desk')
    if (standing.release === null) throw new Error('no release')
    const about = linkable(standing, standing.release)
    const alice = town.person(town.alice)

    await expect(linking.giveKey(alice, about, 'bad-key')).rejects.toMatchObject({ code: 'links/not-accepted' })
    const { link } = await linking.giveKey(alice, about, 'good-key')
    const answer = await town.alice.mcp.call('desk_look', {}, canOpenPages)
    const secrets = await town.app.storage.db.selectFrom('credentials').select('id').where('link_id', '=', link).execute()

    expect(saidBy(answer)).toBe('looked')
    expect(secrets).toHaveLength(1)
    expect((await linked.of(alice))[0]).toMatchObject({ kind: 'key', testedAt: town.clock.now(), state: 'good' })
  })
})
