import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { type Client, UnauthorizedError } from '@modelcontextprotocol/client'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureConsole } from '../scripts/build-console.ts'
import { HOUR } from '../server/src/lib/index.ts'
import { localCertificate } from '../server/test/certificates.ts'
import { databases } from '../server/test/databases.ts'
import { type OAuthProvider, openProvider } from '../server/test/oauth-provider.ts'
import { protectedConnector } from '../server/test/protected-connector.ts'
import { Town } from '../server/test/town.ts'
import { AssistantProgram } from './assistant-program.ts'
import { launchBrowser } from './browser.ts'
import { stumbles } from './stumbles.ts'
import { type TlsProxy, tlsProxies } from './tls-proxy.ts'
import { PASSWORD, Visitor } from './visitor.ts'

const [database] = databases
if (database === undefined) throw new Error('there is no database')

const trusted = getCACertificates('default')
let browser: Browser
beforeAll(async () => {
  await ensureConsole()
  browser = await launchBrowser()
})
afterAll(async () => {
  setDefaultCACertificates(trusted)
  await browser.close()
})

/** Asks the provider itself what a token is good for (RFC 7662), as a client that may ask. */
const checker = {
  client_id: 'checker',
  client_secret: 'only-for-introspection-0123456789',
  redirect_uris: [],
  response_types: [],
  grant_types: ['client_credentials'],
  id_token_signed_response_alg: 'ES256' as const,
}
async function isActive(provider: OAuthProvider, token: string | undefined): Promise<unknown> {
  const authorization = `Basic ${btoa(`${checker.client_id}:${checker.client_secret}`)}`
  const answer = await fetch(`${provider.issuer}/token/introspection`, {
    method: 'POST',
    headers: { authorization },
    body: new URLSearchParams({ token: token ?? '' }),
  })
  return ((await answer.json()) as { active: unknown }).active
}

/** Everything that has to be there before the person comes: a Handfast behind the proxy, and two connectors whose accounts live at two providers. */
async function openScene(front: TlsProxy) {
  // Node trusts what a machine's administrator would have it trust; nothing is left unchecked.
  setDefaultCACertificates([...trusted, localCertificate, front.authority])
  const parts = new AsyncDisposableStack()
  const settings = { publicUrl: front.url, port: front.upstreamPort, trustedProxies: ['127.0.0.1'] }
  if (database === undefined) throw new Error('there is no database')
  const town = parts.use(await Town.open(database, { settings }))
  town.clock.advance(Math.max(0, Date.now() - town.clock.now()))
  const common = { tls: true, pages: true, clients: [checker] }
  const rotating = parts.use(await openProvider({ ...common, rotates: true, documents: true }))
  const stepping = parts.use(await openProvider({ ...common, registration: true }))
  const notes = parts.use(await protectedConnector(rotating))
  const mail = parts.use(await protectedConnector(stepping, { needs: { write_note: 'notes.write' } }))
  for (const [slug, name, connector] of [
    ['notes', 'Notes', notes],
    ['mail', 'Mail', mail],
  ] as const) {
    await town.publishes(slug, connector.url, { name, credential: { type: 'oauth2' } })
    connector.open = false
    await town.enables(town.alice, slug)
  }
  return { town, rotating, stepping, notes, mail, [Symbol.asyncDispose]: () => parts.disposeAsync() }
}

/** The provider's own pages. */
async function signsInThere(page: Page, account: string): Promise<void> {
  await page.getByLabel('Account').fill(account)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** What somebody stumbles over, on a desktop and on a phone. */
async function stumblesAtBothSizes(page: Page): Promise<readonly string[]> {
  const size = page.viewportSize() ?? { width: 1280, height: 800 }
  const wide = await stumbles(page)
  await page.setViewportSize({ width: 390, height: 844 })
  const narrow = await stumbles(page)
  await page.setViewportSize(size)
  return [...wide, ...narrow]
}

async function says(client: Client, tool: string): Promise<string> {
  const { content } = await client.callTool({ name: tool, arguments: {} })
  return content.map((part) => (part.type === 'text' ? part.text : part.type)).join()
}

describe.each(tlsProxies)('an assistant on the official client, and two connectors with accounts of their own, behind $name', (proxy) => {
  it('is let in from nothing, links both accounts from calls, renews, is granted more, and is taken back at the provider', async () => {
    await using front = await proxy.open()
    await using scene = await openScene(front)
    const { town, rotating, stepping, notes, mail } = scene
    const known = [rotating.issuer, stepping.issuer]
    const pages: { said: string; heading: string; found: readonly string[] }[] = []
    let account = 'ana@example.org'
    /** The person follows the page that a call asks for, to the provider and back. */
    const shows = async (url: string) => {
      const { page } = alice
      await page.goto(url)
      const go = page.getByRole('button', { name: /^Continue to/ })
      await go.waitFor()
      const heading = await page.getByRole('heading', { level: 1 }).innerText()
      pages.push({ said: await alice.reads(), heading, found: await stumblesAtBothSizes(page) })
      await go.click()
      const signIn = page.getByRole('heading', { name: 'Sign in here' })
      await signIn.or(page.getByRole('heading', { name: 'Grant access?' })).waitFor()
      if (await signIn.isVisible()) await signsInThere(page, account)
      await page.getByRole('button', { name: 'Allow' }).click()
      await page.getByRole('heading', { name: 'Linked' }).waitFor()
    }
    await using magpie = await AssistantProgram.open({ name: 'Magpie', url: `${front.url}/mcp`, shows })
    await using alice = await Visitor.arrive(browser, front.url, { width: 1280, height: 800 }, [...known, magpie.origin])
    const { page } = alice

    // From nothing: 401, discovery, the document that says who it is, sign-in, the person's yes.
    const first = magpie.transport()
    await expect(magpie.connect(first)).rejects.toThrow(UnauthorizedError)
    await page.goto(String(await magpie.opened()))
    await page.getByLabel('E-mail').fill('alice@example.org')
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('heading', { name: 'Let Magpie act for you?' }).waitFor()
    const consent = { said: await alice.reads(), found: await stumblesAtBothSizes(page) }
    await page.getByRole('button', { name: 'Let it in' }).click()
    const landed = await magpie.landed()
    await page.getByRole('heading', { name: 'Back in the program' }).waitFor()
    await first.finishAuth(landed.searchParams)
    const client = await magpie.connect()

    expect(consent.found).toEqual([])
    expect(consent.said).toContain(new URL(magpie.clientMetadataUrl).host)
    expect(landed.searchParams.get('iss')).toBe(front.url)
    expect(magpie.client?.client_id).toBe(magpie.clientMetadataUrl)
    expect(magpie.reads()).toBe(1)

    // The first connector: we are known at its provider by our own document, and prove ourselves with our key.
    const read = await says(client, 'notes_read_notes')
    const [code] = rotating.tokenRequests
    expect(read).toBe('read_notes for ana@example.org')
    expect(pages[0]).toMatchObject({ heading: 'Link your account at Notes', found: [] })
    expect(pages[0]?.said).toContain(new URL(rotating.issuer).host)
    expect(pages[0]?.said).toContain('alice@example.org')
    expect(code?.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    expect(rotating.arrivals).not.toContain('POST /reg')

    // The second one: registered there, another account, and later a tool that needs more.
    account = 'ana@work.example'
    const mailRead = await says(client, 'mail_read_notes')
    const mailWritten = await says(client, 'mail_write_note')
    expect([mailRead, mailWritten]).toEqual(['read_notes for ana@work.example', 'write_note for ana@work.example'])
    expect(pages.map(({ heading }) => heading)).toEqual(['Link your account at Notes', 'Link your account at Mail', 'Grant more at Mail'])
    expect(pages[2]?.said).toContain('notes.write')
    expect(pages.flatMap(({ found }) => found)).toEqual([])
    expect(stepping.arrivals.filter((arrival) => arrival === 'POST /reg')).toHaveLength(1)

    // Hours later: everything has expired, the assistant's own access too. Nobody is asked for anything.
    const held = rotating.issued.at(-1)
    for (const _ of [1, 2]) {
      town.clock.advance(2 * HOUR)
      expect(await says(client, 'notes_read_notes')).toBe('read_notes for ana@example.org')
      expect(await says(client, 'mail_write_note')).toBe('write_note for ana@work.example')
    }
    const renewals = rotating.tokenRequests.filter((request) => request.get('grant_type') === 'refresh_token')
    const renewed = rotating.issued.at(-1)
    expect(pages).toHaveLength(3)
    expect(magpie.received.length).toBeGreaterThanOrEqual(2)
    expect(renewals).toHaveLength(2)
    expect(renewals[0]?.get('refresh_token')).toBe(held?.refresh_token)
    expect(new Set(rotating.issued.map(({ refresh_token }) => refresh_token)).size).toBe(3)
    expect(notes.bearers.at(-1)).toBe(`Bearer ${renewed?.access_token}`)
    expect(mail.bearers.at(-1)).not.toBe(`Bearer ${stepping.issued[0]?.access_token}`)

    // Disconnected in the console: gone there, and the ledger holds what the provider answered.
    expect(await isActive(rotating, renewed?.access_token)).toBe(true)
    await alice.opens('/connectors/notes')
    await page.getByRole('button', { name: 'Disconnect ana@example.org' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Disconnect' }).click()
    await page.getByText('The provider confirmed that it took back what it had granted.').waitFor()
    const gone = await Promise.all([renewed?.access_token, renewed?.refresh_token].map((token) => isActive(rotating, token)))
    const others = await isActive(stepping, mail.bearers.at(-1)?.replace('Bearer ', ''))
    const [unlinked] = await town.app.storage.db
      .selectFrom('ledger_entries')
      .select('subject')
      .where('body', 'like', '%"event":"account.unlinked"%')
      .execute()
    const proof = (await town.entries(String(unlinked?.subject))).find(({ event }) => event === 'account.revoked')

    expect(gone).toEqual([false, false])
    expect(others).toBe(true)
    expect(proof).toMatchObject({
      by: town.alice.user,
      how: 'done',
      endpoint: `${rotating.issuer}/token/revocation`,
      answers: [
        { token: 'refresh_token', status: 200, done: true },
        { token: 'access_token', status: 200, done: true },
      ],
    })
    expect([alice.errors, alice.strayed, alice.dialogs]).toEqual([[], [], []])
    await client.close()
  }, 120_000)
})
