import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { openProvider } from '../../test/oauth-provider.ts'
import { protectedConnector } from '../../test/protected-connector.ts'
import { Town } from '../../test/town.ts'
import { enables, makeWorkspace, moveIn } from '../../test/workspaces.ts'
import { HOUR } from '../lib/index.ts'
import { linkable } from './account.ts'

const SECRET = 'canary-machine-secret-0123456789abcdef'
const common = {
  redirect_uris: [],
  response_types: [],
  grant_types: ['client_credentials'],
  id_token_signed_response_alg: 'ES256' as const,
  scope: 'notes.read',
}
const robot = { ...common, client_id: 'robot', client_secret: SECRET }
const next = { ...common, client_id: 'robot-2', client_secret: `${SECRET}-2` }

/** A connector at which the workspace is a client, and nobody signs in. */
async function open(kind: (typeof databases)[number]) {
  const parts = new AsyncDisposableStack()
  const provider = parts.use(await openProvider({ registration: true, clients: [robot, next] }))
  // Its tokens for clients are another kind than those for people.
  provider.check = async (text) => {
    const token = await provider.provider.ClientCredentials.find(text)
    return token === undefined ? null : { account: String(token.clientId), scopes: (token.scope ?? '').split(' '), audience: String(token.aud ?? '') }
  }
  const notes = parts.use(await protectedConnector(provider))
  const town = parts.use(await Town.open(kind))
  await town.publishes('notes', notes.url, { credential: { type: 'oauth2', grant: 'client-credentials', scopes: ['notes.read'] } })
  notes.open = false
  for (const who of [town.alice, town.bob]) await town.enables(who, 'notes')
  const { links, directory } = town.app.rooms
  const about = async () => {
    const standing = await directory.bySlug(town.app.workspace, 'notes')
    if (standing.release === null) throw new Error('no release')
    return linkable(standing, standing.release)
  }
  const give = async (client = robot, workspace = town.app.workspace) => {
    const { server } = await links.signIns.place(await about())
    const { connector } = await about()
    return links.clients.give({ workspace, connector, server, clientId: client.client_id, secret: client.client_secret, by: town.olga.user })
  }
  const rows = () => town.app.storage.db.selectFrom('account_links').selectAll().orderBy('created_at').execute()
  const grants = () => provider.tokenRequests.filter((request) => request.get('grant_type') === 'client_credentials')
  return { town, provider, notes, links, about, give, rows, grants, [Symbol.asyncDispose]: () => parts.disposeAsync() }
}

const says = (told: { readonly body: { readonly result: { readonly content: readonly { readonly text: string }[] } } }) =>
  told.body.result.content[0]?.text
const refusedFor = (told: {
  readonly body: { readonly result: { readonly _meta?: Record<string, { readonly code: string; readonly who: string }> } }
}) => told.body.result._meta?.['dev.handfast/refusal']

describe.each(databases)('a connector at which the workspace is a client, on $name', (kind) => {
  it('is used by everybody as one account, which the first call makes and nobody signs in for (RFC 6749 section 4.4.2)', async () => {
    await using here = await open(kind)
    const { alice, bob } = here.town
    await here.give()

    const told = await Promise.all([alice, bob, alice, bob].map((who) => who.mcp.call('notes_read_notes', {})))
    const [row, ...others] = await here.rows()

    expect(told.map(says)).toEqual(['read_notes for robot', 'read_notes for robot', 'read_notes for robot', 'read_notes for robot'])
    expect(others).toEqual([])
    expect(row).toMatchObject({ user_id: null, state: 'good', scopes: '["notes.read"]' })
    expect(here.grants().map((request) => [request.get('scope'), request.get('resource')])).toEqual([['notes.read', here.notes.url]])
    expect((await here.town.entries(String(row?.id))).map(({ event, by }) => [event, by])).toEqual([['account.linked', 'system']])
  })

  it('is asked for access anew when that is over, and never asks a person', async () => {
    await using here = await open(kind)
    await here.give()
    await here.town.alice.mcp.call('notes_read_notes', {})

    here.town.clock.advance(2 * HOUR)
    const [first, second] = await Promise.all([here.town.alice, here.town.bob].map((who) => who.mcp.call('notes_read_notes', {})))
    here.provider.down = true
    here.town.clock.advance(2 * HOUR)
    const away = await here.town.alice.mcp.call('notes_read_notes', {})
    here.provider.down = false
    here.town.clock.advance(HOUR)
    const back = await here.town.alice.mcp.call('notes_read_notes', {})

    expect([first, second, back].map((told) => told && says(told))).toEqual(Array.from({ length: 3 }, () => 'read_notes for robot'))
    expect(refusedFor(away)).toMatchObject({ code: 'links/renewing', who: 'wait' })
    expect(here.grants()).toHaveLength(3)
    expect(await here.rows()).toMatchObject([{ state: 'good', failures: 0 }])
  })

  it('is had only as a client that somebody registered by hand: none is made up, and people are not sent there (RFC 6749 section 4.4, MCP OAuth client credentials extension)', async () => {
    await using here = await open(kind)
    const browser = { ...here.town.person(here.town.alice), session: 'a session' }

    const told = await here.town.alice.mcp.call('notes_read_notes', {})

    expect(refusedFor(told)).toMatchObject({ code: 'oauth-client/no-client', who: 'operator' })
    expect(here.provider.arrivals).not.toContain('POST /reg')
    await expect(here.links.linking.beginSignIn(browser, await here.about(), { chooseAccount: false })).rejects.toMatchObject({
      code: 'links/no-sign-in',
    })
  })

  it('belongs to one workspace: another one needs a client of its own', async () => {
    await using here = await open(kind)
    await here.give()
    await here.town.alice.mcp.call('notes_read_notes', {})
    const elsewhere = await makeWorkspace(here.town, 'Elsewhere')
    const carol = await moveIn(here.town, elsewhere, 'Carol', true)
    await enables(here.town, carol, 'notes')

    const without = await carol.mcp.call('notes_read_notes', {})
    await here.give(next, elsewhere)
    const theirs = await carol.mcp.call('notes_read_notes', {})
    const ours = await here.town.alice.mcp.call('notes_read_notes', {})

    expect(refusedFor(without)).toMatchObject({ code: 'oauth-client/no-client' })
    expect([theirs, ours].map(says)).toEqual(['read_notes for robot-2', 'read_notes for robot'])
  })

  it('is taken back at the provider when its client goes, and had anew with the next one', async () => {
    await using here = await open(kind)
    const { olga, alice, app } = here.town
    await here.give()
    await alice.mcp.call('notes_read_notes', {})
    const held = here.notes.bearers.at(-1)?.replace('Bearer ', '') ?? ''
    const { connector } = await here.about()

    const proof = await here.links.linked.unlinkShared(app.workspace, connector, olga.user)
    await here.give(next)
    const told = await alice.mcp.call('notes_read_notes', {})

    expect(proof).toMatchObject({ kind: 'done', endpoint: `${here.provider.issuer}/token/revocation` })
    expect(await here.provider.check(held)).toBeNull()
    expect(says(told)).toBe('read_notes for robot-2')
    expect((await here.rows()).map(({ ended_at }) => ended_at === null).toSorted()).toEqual([false, true])
    expect(JSON.stringify(await here.rows())).not.toContain(held)
  })
})

const postgres = databases.find(({ name }) => name === 'postgres')
describe.runIf(postgres !== undefined)('two nodes', () => {
  it('that need the account of a workspace at once have one', async () => {
    if (postgres === undefined) return
    await using here = await open(postgres)
    await here.give()
    const other = await here.town.anotherNode()
    const about = await here.about()
    const nodes = [here.town.app, other.app]

    const made = await Promise.all(nodes.map(({ rooms }) => rooms.links.machines.link(here.town.app.workspace, about)))

    expect(new Set(made.map(({ link }) => link)).size).toBe(1)
    expect(await here.rows()).toHaveLength(1)
  })
})
