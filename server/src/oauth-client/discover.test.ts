import type { IncomingMessage } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LoopbackServer, serve } from '../../test/loopback-server.ts'
import { createEgress, type Egress } from '../egress/index.ts'
import { readChallenge } from './challenge.ts'
import { chooseScopes } from './choose-scopes.ts'
import { discoverResource, discoverServer } from './discover.ts'
import { addressFault } from './server-metadata.ts'
import { coversResource, resourceIndicator, resourceMetadataAddresses, serverMetadataAddresses } from './well-known.ts'

type Page = { readonly status?: number; readonly body?: unknown; readonly location?: string; readonly text?: string }

describe('where people sign in', () => {
  let egress: Egress & AsyncDisposable
  let server: LoopbackServer
  let pages: Record<string, Page>
  const rule = { loopbackByHttp: true }
  const at = (path: string) => `${server.origin}${path}`
  const asked = () => server.requests.map(({ path }) => path)

  beforeEach(async () => {
    egress = createEgress({ allow: [], dangerouslyAllowPrivateAddresses: true })
    pages = {}
    server = await serve((request: IncomingMessage, response) => {
      const page = pages[request.url ?? '']
      if (page === undefined) return void response.writeHead(404).end()
      if (page.location !== undefined) return void response.writeHead(page.status ?? 302, { location: page.location }).end()
      response.writeHead(page.status ?? 200, { 'content-type': 'application/json' }).end(page.text ?? JSON.stringify(page.body))
    })
  })
  afterEach(async () => {
    await egress.close()
    await server[Symbol.asyncDispose]()
  })

  const metadata = (change: object = {}) => ({
    issuer: server.origin,
    authorization_endpoint: at('/authorize'),
    token_endpoint: at('/token'),
    code_challenge_methods_supported: ['S256'],
    ...change,
  })
  const resource = (change: object = {}) => ({ resource: at('/mcp'), authorization_servers: [server.origin], ...change })

  describe('is said by the resource', () => {
    it('at the place that the challenge names, and nowhere else (RFC 9728 section 5.1)', async () => {
      pages['/elsewhere'] = { body: resource() }
      const challenge = readChallenge(`Bearer resource_metadata="${at('/elsewhere')}"`)

      expect(await discoverResource({ egress, rule }, new URL(at('/mcp')), challenge)).toMatchObject({
        indicator: at('/mcp'),
        issuers: [server.origin],
      })
      expect(asked()).toEqual(['/elsewhere'])
    })

    it('below its path first, then at the root (RFC 9728 section 3.1; MCP authorization, protected resource metadata)', async () => {
      pages['/.well-known/oauth-protected-resource'] = { body: resource({ resource: server.origin }) }

      const found = await discoverResource({ egress, rule }, new URL(at('/mcp')))

      expect(asked()).toEqual(['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource'])
      expect(found.indicator).toBe(server.origin)
    })

    it('or by nobody: then its origin is the issuer, as servers of 2025-03-26 expect', async () => {
      expect(await discoverResource({ egress, rule }, new URL(at('/mcp')))).toMatchObject({
        described: false,
        issuers: [server.origin],
        indicator: at('/mcp'),
      })
    })

    it.each([
      ['another origin', 'https://evil.example/mcp'],
      ['another path', '/other'],
      ['a path that only begins alike', '/mc'],
      ['a path below', '/mcp/below'],
      ['a fragment', '/mcp#x'],
      ['a name and password', 'http://user:pass@HOST/mcp'],
      ['not an address', 'mcp'],
    ])('but not where the description is of %s: "resource" MUST be identical to what was asked (RFC 9728 section 3.3)', async (_, named) => {
      const said = named.startsWith('/') ? at(named) : named.replace('HOST', new URL(server.origin).host)
      pages['/.well-known/oauth-protected-resource/mcp'] = { body: resource({ resource: said }) }

      await expect(discoverResource({ egress, rule }, new URL(at('/mcp')))).rejects.toMatchObject({ code: 'oauth-client/metadata' })
    })

    it('but never at an address inside, whatever the challenge says (RFC 9728 section 7.7; MCP security best practices, SSRF)', async () => {
      await using shut = createEgress({ allow: [{ name: 'the resource', host: '127.0.0.1' }] })
      for (const inside of [
        'https://169.254.169.254/latest',
        'http://10.0.0.1/x',
        'https://[::ffff:10.0.0.1]/x',
        'file:///etc/passwd',
        'javascript:alert(1)',
      ])
        await expect(
          discoverResource({ egress: shut, rule }, new URL(at('/mcp')), readChallenge(`Bearer resource_metadata="${inside}"`)),
        ).rejects.toThrow()
    })

    it('and at most three issuers of it are looked at', async () => {
      const many = Array.from({ length: 40 }, (_, index) => `https://issuer-${index}.example`)
      pages['/.well-known/oauth-protected-resource/mcp'] = { body: resource({ authorization_servers: many }) }

      expect((await discoverResource({ egress, rule }, new URL(at('/mcp')))).issuers).toHaveLength(3)
    })
  })

  describe('is described by the authorization server', () => {
    it.each([
      ['', ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']],
      ['/t', ['/.well-known/oauth-authorization-server/t', '/.well-known/openid-configuration/t', '/t/.well-known/openid-configuration']],
    ])('for the issuer path "%s" at these places in this order (RFC 8414 section 3.1; MCP authorization)', async (path, places) => {
      pages[places.at(-1) ?? ''] = { body: metadata({ issuer: at(path) }) }

      await discoverServer({ egress, rule }, at(path))

      expect(asked()).toEqual(places)
    })

    it.each([
      ['another issuer', () => ({ issuer: 'https://evil.example' })],
      ['the issuer with a slash more', () => ({ issuer: `${server.origin}/` })],
      ['the issuer in capitals', () => ({ issuer: server.origin.toUpperCase() })],
    ])('and is not used when it names %s: the "issuer" MUST be identical (RFC 8414 section 3.3)', async (_, change) => {
      pages['/.well-known/oauth-authorization-server'] = { body: metadata(change()) }
      pages['/.well-known/openid-configuration'] = { body: metadata() }

      await expect(discoverServer({ egress, rule }, server.origin)).rejects.toMatchObject({ code: 'oauth-client/metadata' })
      expect(asked()).toEqual(['/.well-known/oauth-authorization-server'])
    })

    it.each([
      ['no code_challenge_methods_supported', { code_challenge_methods_supported: undefined }],
      ['plain only', { code_challenge_methods_supported: ['plain'] }],
      ['an empty list', { code_challenge_methods_supported: [] }],
    ])(
      'and is refused with %s: clients MUST refuse without PKCE (MCP authorization; RFC 7636 sections 4.2 and 7.2, RFC 9700 section 2.1.1)',
      async (_, change) => {
        pages['/.well-known/oauth-authorization-server'] = { body: metadata(change) }

        await expect(discoverServer({ egress, rule }, server.origin)).rejects.toMatchObject({ code: 'oauth-client/metadata' })
      },
    )

    it.each([
      ['token_endpoint', 'http://public.example/token'],
      ['authorization_endpoint', 'javascript:alert(document.cookie)'],
      ['authorization_endpoint', 'data:text/html,x'],
      ['authorization_endpoint', 'file:///etc/passwd'],
      ['authorization_endpoint', 'http://public.example/authorize'],
      ['revocation_endpoint', 'ftp://public.example/revoke'],
      ['registration_endpoint', 'https://user:secret@public.example/register'],
      ['token_endpoint', 'https://public.example/token#fragment'],
    ])('and is refused when its %s is %s: endpoints MUST use TLS and have no fragment (RFC 6749 sections 3.1 and 3.2)', async (endpoint, address) => {
      pages['/.well-known/oauth-authorization-server'] = { body: metadata({ [endpoint]: address }) }

      await expect(discoverServer({ egress, rule }, server.origin)).rejects.toMatchObject({ code: 'oauth-client/metadata' })
    })

    it('and a redirect of it is not followed: what is there proves nothing about this issuer (RFC 8414 section 6.2)', async () => {
      pages['/.well-known/oauth-authorization-server'] = { location: at('/real') }
      pages['/real'] = { body: metadata() }

      await expect(discoverServer({ egress, rule }, server.origin)).rejects.toMatchObject({ code: 'oauth-client/not-found' })
      expect(asked()).not.toContain('/real')
    })

    it('and a server that is down is not one that describes nothing', async () => {
      pages['/.well-known/oauth-authorization-server'] = { status: 503, body: {} }

      await expect(discoverServer({ egress, rule }, server.origin)).rejects.toMatchObject({ code: 'oauth-client/unreachable', who: 'wait' })
    })

    it.each(['not JSON', '[]', '"text"', '{"issuer": 7}', '{"issuer":"x","scopes_supported":"all"}'])(
      'and nonsense like %s is not used',
      async (text) => {
        pages['/.well-known/oauth-authorization-server'] = { text }

        await expect(discoverServer({ egress, rule }, server.origin)).rejects.toThrow()
      },
    )

    it('and one of a megabyte is not read to its end', async () => {
      pages['/.well-known/oauth-authorization-server'] = { body: metadata({ padding: 'x'.repeat(1_000_000) }) }

      await expect(discoverServer({ egress, rule }, server.origin)).rejects.toThrow()
    })
  })
})

describe('addresses', () => {
  it.each([
    ['https://a.example', ['https://a.example/.well-known/oauth-protected-resource']],
    [
      'https://a.example/mcp/',
      ['https://a.example/.well-known/oauth-protected-resource/mcp', 'https://a.example/.well-known/oauth-protected-resource'],
    ],
  ])('of what %s says about itself', (called, expected) => {
    expect(resourceMetadataAddresses(new URL(called))).toEqual(expected)
  })

  it('of an issuer with a path have no double slash', () => {
    expect(serverMetadataAddresses(new URL('https://a.example/t/')).join(' ')).not.toMatch(/[^:]\/\//)
  })

  it('are indicators without fragment and without a slash that nobody wrote (RFC 8707 section 2)', () => {
    expect(resourceIndicator(new URL('https://a.example'))).toBe('https://a.example')
    expect(resourceIndicator(new URL('https://a.example/mcp#x'))).toBe('https://a.example/mcp')
  })

  it('of loopback are http only where the development switch is on', () => {
    expect(addressFault('http://localhost:1/x', { loopbackByHttp: true })).toBeNull()
    expect(addressFault('http://localhost:1/x', { loopbackByHttp: false })).not.toBeNull()
    expect(addressFault('http://10.0.0.1/x', { loopbackByHttp: true })).not.toBeNull()
    expect(addressFault('http://localhost.evil.example/x', { loopbackByHttp: true })).not.toBeNull()
  })

  it('cover what lies below them, at the borders of a step', () => {
    const called = new URL('https://a.example/mcp/one')
    expect(
      ['https://a.example', 'https://a.example/mcp', 'https://a.example/mcp/one', 'https://a.example/mcp/one/'].every((one) =>
        coversResource(one, called),
      ),
    ).toBe(true)
    expect(
      ['https://a.example/mc', 'https://a.example/mcp/one/two', 'https://b.example/mcp', 'https://a.example:444/mcp'].some((one) =>
        coversResource(one, called),
      ),
    ).toBe(false)
  })
})

describe('what is asked for', () => {
  const server = { scopes: [] as string[] } as unknown as Parameters<typeof chooseScopes>[0]['server']
  const offering = { scopes: ['a', 'b', 'offline_access'] } as unknown as typeof server
  const described = { scopes: ['r1', 'r2'] } as unknown as NonNullable<Parameters<typeof chooseScopes>[0]['resource']>
  const none = readChallenge(null)
  const challenged = readChallenge('Bearer scope="c1"')

  it.each([
    ['what the challenge names', { declared: [], challenge: challenged, resource: described, server, earlier: [] }, ['c1']],
    ['else all that the resource offers', { declared: [], challenge: none, resource: described, server, earlier: [] }, ['r1', 'r2']],
    ['else nothing', { declared: [], challenge: none, resource: null, server, earlier: [] }, []],
    ['what the developer declared, where they did', { declared: ['d'], challenge: none, resource: described, server, earlier: [] }, ['d']],
    [
      'offline_access only where the server lists it',
      { declared: ['d'], challenge: none, resource: null, server: offering, earlier: [] },
      ['d', 'offline_access'],
    ],
    [
      'in a step-up, all that there was and what is missing',
      { declared: [], challenge: challenged, resource: described, server, earlier: ['e'] },
      ['e', 'c1'],
    ],
  ])('is %s (MCP authorization, scope selection)', (_, given, expected) => {
    expect(chooseScopes(given)).toEqual(expected)
  })
})
