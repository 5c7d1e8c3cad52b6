import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OAuthProvider, openProvider } from '../server/test/oauth-provider.ts'
import { type ProtectedConnector, protectedConnector } from '../server/test/protected-connector.ts'
import { BrowsedTown } from './browsed-town.ts'
import { Visitor } from './visitor.ts'

const canOpenPages = { capabilities: { elicitation: { url: {} } } }

/** The page that a call asks its user to open, without the origin. */
function pageOf(told: {
  readonly body: { readonly result: { readonly inputRequests?: Record<string, { readonly params: { readonly url: string } }> } }
}): string {
  const [request] = Object.values(told.body.result.inputRequests ?? {})
  return new URL(request?.params.url ?? '').pathname
}

describe('two connectors that each need an account of their own, at two authorization servers', () => {
  let here: BrowsedTown
  let rotating: OAuthProvider
  let stepping: OAuthProvider
  let notes: ProtectedConnector
  let mail: ProtectedConnector

  beforeAll(async () => {
    here = await BrowsedTown.open()
    rotating = await openProvider({ registration: true, rotates: true })
    stepping = await openProvider({ registration: true })
    notes = await protectedConnector(rotating)
    mail = await protectedConnector(stepping, { needs: { write_note: 'notes.write' } })
    for (const [slug, connector] of [
      ['notes', notes],
      ['mail', mail],
    ] as const) {
      await here.town.publishes(slug, connector.url, { name: slug === 'notes' ? 'Notes' : 'Mail', credential: { type: 'oauth2' } })
      connector.open = false
      await here.town.enables(here.town.alice, slug)
    }
  }, 120_000)

  afterAll(async () => {
    for (const one of [notes, mail, rotating, stepping, here]) await one?.[Symbol.asyncDispose]()
  })

  /** Redirects come back to `localhost`, which is another host to a browser than 127.0.0.1. */
  async function comesIn(who: 'alice' | 'bob'): Promise<Visitor> {
    const source = { address: '203.0.113.7', agent: 'a test' }
    const { secret } = await here.town.app.rooms.people.signIn({ email: `${who}@example.org`, password: 'correct horse battery' }, source, null)
    const visitor = await Visitor.arrive(here.browser, here.town.url.replace('127.0.0.1', 'localhost'))
    await visitor.brings(secret)
    return visitor
  }

  it('is linked from a call: the page says where to and what for, the person signs in there, and the call that is made again goes through', async () => {
    const { mcp } = here.town.alice
    await using alice = await comesIn('alice')
    const asked = await mcp.call('notes_read_notes', {}, canOpenPages)

    await alice.opens(pageOf(asked))
    const said = await alice.reads()
    await alice.page.getByRole('button', { name: /^Continue to/ }).click()
    await alice.page.getByRole('heading', { name: 'Linked' }).waitFor()
    const linked = await alice.reads()
    const answer = await mcp.call('notes_read_notes', {}, canOpenPages)

    expect(said).toContain(new URL(rotating.issuer).host)
    expect(said).toContain('alice@example.org')
    expect(linked).toContain('ana@example.org at Notes is linked, and the connector takes it.')
    expect(new URL(alice.page.url()).search).toBe('')
    expect(answer.body.result.content[0].text).toBe('read_notes for ana@example.org')
  })

  it('refuses the page to anybody but the person it was made for', async () => {
    const asked = await here.town.alice.mcp.call('mail_read_notes', {}, canOpenPages)
    await using bob = await comesIn('bob')

    await bob.opens(pageOf(asked))

    expect(await bob.reads()).toContain("This page was made for somebody else's assistant. Do not continue")
    expect(await bob.page.getByRole('button', { name: /Continue/ }).count()).toBe(0)
  })

  it('asks for more when a call needs more, and keeps what was granted before', async () => {
    const { mcp } = here.town.alice
    await using alice = await comesIn('alice')
    await alice.opens(pageOf(await mcp.call('mail_read_notes', {}, canOpenPages)))
    await alice.page.getByRole('button', { name: /^Continue to/ }).click()
    await alice.page.getByRole('heading', { name: 'Linked' }).waitFor()

    const more = await mcp.call('mail_write_note', {}, canOpenPages)
    await alice.opens(pageOf(more))
    const said = await alice.reads()
    await alice.page.getByRole('button', { name: /^Continue to/ }).click()
    await alice.page.getByRole('heading', { name: 'Linked' }).waitFor()
    const answers = [await mcp.call('mail_write_note', {}, canOpenPages), await mcp.call('mail_read_notes', {}, canOpenPages)]

    expect(said).toContain('notes.write')
    expect(answers.map((answer) => answer.body.result.content[0].text)).toEqual(['write_note for ana@example.org', 'read_notes for ana@example.org'])
  })

  it('shows each account with its health, and takes it back at the provider when it is disconnected', async () => {
    await using alice = await comesIn('alice')
    await alice.opens('/accounts')
    const all = await alice.reads()

    await alice.opens('/connectors/notes')
    await alice.page.getByRole('button', { name: 'Disconnect ana@example.org' }).click()
    await alice.page.getByRole('alertdialog').getByRole('button', { name: 'Disconnect' }).click()
    await alice.page.getByText('The provider confirmed that it took back what it had granted.').waitFor()
    const after = await here.town.alice.mcp.call('notes_read_notes', {}, canOpenPages)

    expect(all).toMatch(/Notes[\s\S]*ana@example\.org[\s\S]*works/)
    expect(rotating.arrivals.filter((arrival) => arrival === 'POST /token/revocation')).toHaveLength(2)
    expect(await rotating.check(notes.bearers.at(-1)?.replace('Bearer ', '') ?? '')).toBeNull()
    expect(after.body.result.resultType).toBe('input_required')
  })
})
