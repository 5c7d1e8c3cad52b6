import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client, type OAuthClientProvider, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { Agent, fetch as undiciFetch } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureConsole } from '../scripts/build-console.ts'
import { databases } from '../server/test/databases.ts'
import { Town } from '../server/test/town.ts'
import { launchBrowser } from './browser.ts'
import { type Echo, startEcho } from './fixtures/echo-connector.ts'
import { stumbles } from './stumbles.ts'
import { tlsProxies } from './tls-proxy.ts'
import { PASSWORD } from './visitor.ts'

let browser: Browser
let echo: Echo
beforeAll(async () => {
  await ensureConsole()
  browser = await launchBrowser()
  echo = await startEcho()
})
afterAll(async () => {
  await browser.close()
  await echo[Symbol.asyncDispose]()
})

const [database] = databases
if (database === undefined) throw new Error('there is no database')

/** A program on somebody's computer: waits on a port of its own for the answer. */
async function openCallback() {
  const landed = Promise.withResolvers<URL>()
  const server = createServer((req, res) => {
    const url = new URL(req.url ?? '/', 'http://127.0.0.1')
    res.writeHead(200, { 'content-type': 'text/html' }).end('<title>Done</title><h1>Back in the program</h1>')
    if (url.pathname === '/callback') landed.resolve(url)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`
  return { url, landed: landed.promise, [Symbol.asyncDispose]: async () => void server.close() }
}

/** What a program that uses the official client remembers. */
class Memory implements OAuthClientProvider {
  readonly redirectUrl: string
  opened: URL | null = null
  #client: never | undefined
  #tokens: never | undefined
  #verifier = ''
  #discovery: never | undefined
  constructor(redirectUrl: string) {
    this.redirectUrl = redirectUrl
  }
  get clientMetadata() {
    return { client_name: 'Magpie', redirect_uris: [this.redirectUrl], token_endpoint_auth_method: 'none' }
  }
  state() {
    return 'a-state-of-its-own'
  }
  clientInformation() {
    return this.#client
  }
  saveClientInformation(client: unknown) {
    this.#client = client as never
  }
  tokens() {
    return this.#tokens
  }
  saveTokens(tokens: unknown) {
    this.#tokens = tokens as never
  }
  redirectToAuthorization(url: URL) {
    this.opened = url
  }
  saveCodeVerifier(verifier: string) {
    this.#verifier = verifier
  }
  codeVerifier() {
    return this.#verifier
  }
  saveDiscoveryState(state: unknown) {
    this.#discovery = state as never
  }
  discoveryState() {
    return this.#discovery
  }
}

/** Proxies on this machine sign their own certificates; what they prove has its own tests. */
const dispatcher = new Agent({ connect: { rejectUnauthorized: false } })
async function believing(input: string | URL, init?: RequestInit): Promise<Response> {
  const answer = await undiciFetch(input, { ...(init as object), dispatcher })
  const bodiless = answer.status === 204 || answer.status === 202
  return new Response(bodiless ? null : (answer.body as unknown as ReadableStream), { status: answer.status, headers: [...answer.headers] })
}

async function signIn(page: Page, who: string): Promise<void> {
  await page.getByLabel('E-mail').fill(`${who}@example.org`)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

describe.each(tlsProxies)('an assistant that knows nothing but an address, behind $name', (proxy) => {
  it('finds its way in: 401, discovery, registration, sign-in, the person’s yes, a call (MCP 2026-07-28 authorization)', async () => {
    await using front = await proxy.open()
    const settings = { publicUrl: front.url, port: front.upstreamPort, trustedProxies: ['127.0.0.1'] }
    await using town = await Town.open(database, { settings })
    town.clock.advance(Math.max(0, Date.now() - town.clock.now()))
    await town.publishes('echo', echo.url)
    await town.enables(town.alice, 'echo')
    await using callback = await openCallback()
    await using context: BrowserContext = await browser.newContext({ ignoreHTTPSErrors: true })
    const memory = new Memory(callback.url)
    const open = () => new StreamableHTTPClientTransport(new URL(`${front.url}/mcp`), { authProvider: memory, fetch: believing })

    const first = open()
    const stranger = new Client({ name: 'magpie', version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } })
    await expect(stranger.connect(first)).rejects.toThrow(UnauthorizedError)
    const page = await context.newPage()
    await page.goto(String(memory.opened))
    await signIn(page, 'alice')
    await page.getByRole('heading', { name: 'Let Magpie act for you?' }).waitFor()
    const shown = await page.locator('main').innerText()
    const found = await stumbles(page)
    const cookies = (await context.cookies(front.url)).map(({ name, secure, httpOnly, sameSite, path }) => ({
      name,
      secure,
      httpOnly,
      sameSite,
      path,
    }))
    await page.getByRole('button', { name: 'Let it in' }).click()
    const landed = await callback.landed
    await first.finishAuth(landed.searchParams)
    const client = new Client({ name: 'magpie', version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } })
    await client.connect(open())
    const { tools } = await client.listTools()
    const answer = await client.callTool({ name: 'echo_echo', arguments: { text: 'hello' } })

    expect(found).toEqual([])
    expect(shown).toContain('this computer')
    expect(shown).toMatch(/Nobody vouches for it/)
    expect(cookies).toEqual(
      expect.arrayContaining([
        { name: '__Host-handfast-browser', secure: true, httpOnly: true, sameSite: 'Lax', path: '/' },
        { name: '__Host-handfast', secure: true, httpOnly: true, sameSite: 'Lax', path: '/' },
      ]),
    )
    expect(landed.searchParams.get('iss')).toBe(front.url)
    expect(tools.map(({ name }) => name)).toContain('echo_echo')
    expect(answer.content).toEqual([expect.objectContaining({ type: 'text', text: expect.stringContaining('hello') })])

    await page.goto(`${front.url}/assistants`)
    await page.getByRole('button', { name: /End access of Magpie/ }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'End access' }).click()
    await page.getByText('You have let no assistant in yet.').waitFor()
    await expect(client.callTool({ name: 'echo_echo', arguments: { text: 'again' } })).rejects.toThrow()
    await client.close()
  }, 120_000)
})

describe('an attacker with a browser of their own', () => {
  it('cannot have somebody else finish what they began and allowed themselves (confused deputy)', async () => {
    await using town = await Town.open(database)
    town.clock.advance(Math.max(0, Date.now() - town.clock.now()))
    const origin = `http://localhost:${new URL(town.url).port}`
    await using mallory = await browser.newContext()
    await using alice = await browser.newContext()
    const { row } = await town.app.rooms.authorizationServer.register(
      { redirect_uris: ['http://127.0.0.1:9/cb'], token_endpoint_auth_method: 'none', client_name: 'Your bank' },
      '203.0.113.9',
    )
    const query = new URLSearchParams({
      client_id: row.clientId ?? '',
      redirect_uri: 'http://127.0.0.1:9/cb',
      response_type: 'code',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
      state: 's',
    })
    const [theirs, hers] = [await mallory.newPage(), await alice.newPage()]
    await hers.goto(`${origin}/sign-in`)
    await signIn(hers, 'alice')
    await hers.getByRole('link', { name: 'Handfast, home' }).waitFor()
    await theirs.goto(`${origin}/oauth/authorize?${query}`)
    await signIn(theirs, 'bob')
    await theirs.getByRole('heading', { name: 'Let Your bank act for you?' }).waitFor()
    const asked = theirs.url()

    await hers.goto(asked)
    await hers.getByText('This request is over, or it was begun in another browser.').waitFor()
    // Mallory allows it, and keeps the address at which the browser would go on.
    let captured = ''
    await theirs.route('**/oauth/authorize/*', (route) => {
      captured = route.request().url()
      return route.abort()
    })
    await theirs.getByRole('button', { name: 'Let it in' }).click()
    await expect.poll(() => captured).not.toBe('')
    const sent: string[] = []
    hers.on('request', (request) => void sent.push(request.url()))
    await hers.goto(captured).catch(() => null)
    await hers.getByRole('heading', { name: 'This request cannot go on' }).waitFor()

    expect(sent.filter((url) => url.startsWith('http://127.0.0.1:9'))).toEqual([])
    expect(await town.app.rooms.authorization.grants.list(town.person(town.alice), null, 9)).toEqual([])
  }, 120_000)

  it('cannot show the page inside one of theirs', async () => {
    await using town = await Town.open(database)
    const origin = `http://localhost:${new URL(town.url).port}`
    const { row } = await town.app.rooms.authorizationServer.register(
      { redirect_uris: ['https://a.example/cb'], token_endpoint_auth_method: 'none' },
      '203.0.113.9',
    )
    const query = new URLSearchParams({
      client_id: row.clientId ?? '',
      redirect_uri: 'https://a.example/cb',
      response_type: 'code',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    })
    const address = `${origin}/oauth/authorize?${query}`
    const evil = createServer((_, res) =>
      res.writeHead(200, { 'content-type': 'text/html' }).end(`<iframe src="${address.replaceAll('&', '&amp;')}"></iframe>`),
    )
    await new Promise<void>((done) => evil.listen(0, '127.0.0.1', done))
    await using context = await browser.newContext()
    const page = await context.newPage()

    await page.goto(`http://127.0.0.1:${(evil.address() as AddressInfo).port}/`)
    await page.waitForLoadState('networkidle')
    const inside = await Promise.all(
      page
        .frames()
        .slice(1)
        .map((frame) =>
          frame
            .locator('body')
            .innerText()
            .catch(() => ''),
        ),
    )

    expect(inside.join('')).not.toMatch(/act for you|Sign in|E-mail/)
    evil.close()
  })
})
