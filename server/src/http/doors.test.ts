import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { startEcho } from '../../../e2e/fixtures/echo-connector.ts'
import { databases } from '../../test/databases.ts'
import { lets } from '../../test/granted.ts'
import { Browser, originOf } from '../../test/letting-in.ts'
import { Town } from '../../test/town.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
const readingIsOpen = ['GET', 'HEAD']
/** A request of another origin's page may ask first (Fetch, section 3.2.2); the answer lets it read what everybody may read. */
const alsoFromPages = [...readingIsOpen, 'OPTIONS']

/** Addresses beside the control API and the pages that answer somebody who proved nothing, with the methods, and why that is safe. */
const open: readonly { readonly path: RegExp; readonly methods: readonly string[]; readonly because: string }[] = [
  { path: /^\/\.well-known\/oauth-authorization-server$/, methods: readingIsOpen, because: 'RFC 8414: assistants find the server by it' },
  { path: /^\/\.well-known\/openid-configuration$/, methods: alsoFromPages, because: 'OpenID Connect Discovery: assistants find the server by it' },
  {
    path: /^\/\.well-known\/oauth-protected-resource(\/mcp(\/echo)?)?$/,
    methods: readingIsOpen,
    because: 'RFC 9728: assistants find the server by it',
  },
  { path: /^\/oauth\/jwks$/, methods: alsoFromPages, because: 'public keys' },
  { path: /^\/connect\/(jwks|client|public-client)\.json$/, methods: readingIsOpen, because: 'who we are at other servers, and our public keys' },
  { path: /^\/(healthz|readyz)$/, methods, because: 'a balancer asks; the answer is one word' },
  {
    path: /^\/terms(\/(usage-policies|changes|terms-pack\.schema\.json))?$/,
    methods: readingIsOpen,
    because: 'whoever thinks of publishing reads the terms first',
  },
  { path: /^\/ledger\/checkpoint$/, methods, because: 'a signed digest says nothing but that the ledger stands' },
]

/** Pages of the console, as its own list of routes has them. */
function pages(): readonly string[] {
  const source = readFileSync(new URL('../../../console/src/router.tsx', import.meta.url), 'utf8')
  const listed = [...source.matchAll(/path: '([^']+)'/g)].map(([, path = '']) => path.replaceAll(/\$\w+/g, 'x'))
  // What is no address of ours is the page that says so; figures and tiles are among it.
  return [...listed, '/metrics', '/ledger/tiles/0/0']
}

/** What the running server says that it has: every address in its documents, what lies beside those, and the doors that stand in no document. */
async function addresses(origin: string): Promise<readonly string[]> {
  const found = new Set<string>()
  for (const name of ['oauth-authorization-server', 'openid-configuration']) {
    const document = (await (await fetch(`${origin}/.well-known/${name}`)).json()) as Readonly<Record<string, unknown>>
    for (const [key, value] of Object.entries(document))
      if (/_endpoint$|_uri$/.test(key) && typeof value === 'string') found.add(new URL(value).pathname)
    found.add(`/.well-known/${name}`)
  }
  for (const path of ['', '/mcp', '/mcp/echo', '/elsewhere']) found.add(`/.well-known/oauth-protected-resource${path}`)
  for (const path of ['/', '/authorize', '/authorize/x', '/device', '/end-session', '/userinfo', '/me', '/grants', '/session/end'])
    found.add(`/oauth${path}`)
  for (const path of ['jwks', 'client', 'public-client', 'elsewhere']) found.add(`/connect/${path}.json`)
  for (const path of ['', '/localhost%2Fecho/versions', '/localhost%2Fecho/versions/latest']) found.add(`/registry/v0.1/servers${path}`)
  for (const path of ['', '/usage-policies', '/changes', '/terms-pack.schema.json', '/elsewhere']) found.add(`/terms${path}`)
  for (const path of ['/mcp', '/mcp/echo', '/mcp/elsewhere', '/api/v1', '/healthz', '/readyz', '/ledger/checkpoint']) found.add(path)
  return [...found]
}

describe.each(databases)('the doors of a running server on $name', (kind) => {
  it('answer nobody, and nobody with less than it takes, but where that is meant', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url)
    const origin = originOf(town)
    const bob = new Browser(origin)
    await bob.signsIn('Bob')
    const { people, authorization } = town.app.rooms
    const elsewhere = await lets(town, town.bob, 'https://elsewhere.example')
    const ended = await lets(town, town.bob)
    await authorization.grants.revoke(town.person(town.bob), ended.grant)
    await people.change(town.olga.user, town.alice.user, { disabled: true }, { address: '203.0.113.7', agent: 'a test' })
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
    const callers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      nobody: {},
      'a browser session': { cookie: [...bob.cookies].map((pair) => pair.join('=')).join('; ') },
      'a token for another server': bearer(elsewhere.token),
      'a grant that was taken back': bearer(ended.token),
      'the token of somebody disabled': bearer(town.alice.token),
      'an invented token': bearer(`hfp_${'a'.repeat(51)}`),
    }
    const unexpected: string[] = []
    const reached = new Set<RegExp>()
    let tried = 0

    for (const path of await addresses(origin))
      for (const method of methods)
        for (const [caller, headers] of Object.entries(callers)) {
          const isForm = path.startsWith('/oauth/') && path !== '/oauth/register'
          const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json'
          const body = method === 'GET' || method === 'HEAD' || method === 'OPTIONS' ? undefined : isForm ? 'token=x&grant_type=x' : '{}'
          const all = { accept: 'application/json, text/event-stream', ...(body === undefined ? {} : { 'content-type': type }), ...headers }
          const { status } = await fetch(origin + path, { method, redirect: 'manual', headers: all, ...(body === undefined ? {} : { body }) })
          tried++
          if (status < 200 || status > 299) continue
          const meant = open.find((one) => one.path.test(path) && one.methods.includes(method))
          if (meant === undefined) unexpected.push(`${method} ${path} as ${caller}: ${status}`)
          else reached.add(meant.path)
        }

    expect(unexpected).toEqual([])
    expect(open.filter(({ path }) => !reached.has(path))).toEqual([])
    expect(tried).toBeGreaterThan(1_000)
    expect(echo.requests.filter(({ message }) => message?.method === 'tools/call')).toEqual([])
  }, 240_000)

  it('give the same page to everybody, with nothing of anybody in it', async () => {
    await using town = await Town.open(kind)
    const origin = originOf(town)
    const [nobody, olga] = [new Browser(origin), new Browser(origin)]
    await olga.signsIn('Olga')
    const said = new Set<string>()

    for (const path of pages())
      for (const who of [nobody, olga]) {
        const landed = await who.goes(path)
        said.add(`${landed.status} ${landed.text}`)
        expect(landed.cookies).toEqual([])
        for (const method of ['POST', 'PUT', 'DELETE']) expect((await who.goes(path, method)).status, `${method} ${path}`).toBeGreaterThan(399)
      }

    expect(pages().length).toBeGreaterThan(30)
    expect(said.size).toBe(1)
    expect([...said].join()).not.toMatch(/olga|usr_|wsp_/i)
  })
})
