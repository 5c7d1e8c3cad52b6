import { type GrantScope, grantScopes } from '@handfast/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { proves } from '../../test/proves.ts'
import { MINUTE, MovableClock } from '../lib/index.ts'
import { readClientMetadata } from './client-metadata.ts'
import { isHostAllowed } from './provider/documents.ts'
import { RateWindow } from './rate-window.ts'
import { resourceOf } from './resources.ts'
import { allowedOf, covers, requestedScopes } from './scopes.ts'
import { shownName } from './shown-name.ts'

proves('authorization/limits-of-a-grant')

const ORIGIN = 'https://connect.example:8443'

describe('a resource (RFC 8707)', () => {
  it.each([
    [`${ORIGIN}/mcp`, `${ORIGIN}/mcp`],
    [`${ORIGIN}/mcp/tables`, `${ORIGIN}/mcp/tables`],
    [ORIGIN, ORIGIN],
    [`${ORIGIN}/`, ORIGIN],
    ['HTTPS://Connect.Example:8443/mcp', `${ORIGIN}/mcp`],
  ])('is known: %s', (text, audience) => {
    expect(resourceOf(ORIGIN, text)?.audience).toBe(audience)
  })

  it.each([
    'https://connect.example/mcp',
    'http://connect.example:8443/mcp',
    'https://evil.example:8443/mcp',
    `${ORIGIN}.evil.example/mcp`,
    `https://connect.example:8443@evil.example/mcp`,
    `${ORIGIN}/mcp/`,
    `${ORIGIN}/mcp//tables`,
    `${ORIGIN}/mcp/tables/more`,
    `${ORIGIN}/mcp/../mcp`,
    `${ORIGIN}/mcp/%74ables`,
    `${ORIGIN}/MCP`,
    `${ORIGIN}/mcp/T`,
    `${ORIGIN}/mcp?x=1`,
    `${ORIGIN}/mcp#x`,
    `${ORIGIN}/api`,
    `${ORIGIN}\\mcp`,
    '/mcp',
    'mcp',
    '',
  ])('is not ours: %s (RFC 8707 section 2: absolute, without a fragment)', (text) => {
    expect(resourceOf(ORIGIN, text)).toBeNull()
  })
})

describe('scopes', () => {
  const some = fc.subarray([...grantScopes])

  it('allow at most what was asked for, and at most what was allowed (confused deputies ask again for more)', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(some, some), { minLength: 1, maxLength: 8 }), (rounds) => {
        let last: readonly GrantScope[] = []
        for (const [asked, allowed] of rounds) {
          last = allowedOf(asked, allowed)
          expect(last.every((scope) => covers(asked, scope) && allowed.includes(scope))).toBe(true)
        }
        const [asked = [], allowed = []] = rounds.at(-1) ?? []
        expect(last).toEqual(allowedOf(asked, allowed))
      }),
    )
  })

  it('of an assistant that names none of ours are all of them, for the person to choose', () => {
    expect([undefined, '', 'openid mcp:tools'].map(requestedScopes)).toEqual([grantScopes, grantScopes, grantScopes])
    expect(requestedScopes('openid connectors:read')).toEqual(['connectors:read'])
  })

  it('to change include reading, and not the other way round', () => {
    expect([covers(['connectors:write'], 'connectors:read'), covers(['connectors:read'], 'connectors:write')]).toEqual([true, false])
  })
})

describe('the name that an assistant gives itself', () => {
  it.each([
    ['Claude', 'Claude'],
    ['  A \n B\t C  ', 'A B C'],
    ['Bank\u202Etxt.exe', 'Banktxt.exe'],
    ['a\u200Bb\u2060c\uFEFF', 'abc'],
    ['\u001b[31mred', '[31mred'],
    [`x${'\u0301'.repeat(50)}`, 'x\u0301\u0301'.normalize('NFC')],
    ['<b>bold</b>', '<b>bold</b>'],
    ['😀 team', '😀 team'],
    [42, ''],
    [undefined, ''],
  ])('is one line without tricks: %j', (given, shown) => {
    expect(shownName(given)).toBe(shown)
  })

  it('is never longer than a name is, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 5_000 }), (text) => {
        const shown = shownName(text)
        expect([...shown].length).toBeLessThanOrEqual(80)
        expect(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\n]/u.test(shown)).toBe(false)
      }),
    )
    expect([...shownName('y'.repeat(5_000))].length).toBe(80)
  })
})

describe('metadata of an assistant (RFC 7591)', () => {
  const uri = 'https://a.example/cb'

  it('is kept without what is not known (section 2), and with what follows from it', () => {
    const read = readClientMetadata({
      redirect_uris: [uri, uri],
      client_name: ' A\u202E ',
      evil: 1,
      jwks_uri: 'https://a.example/jwks',
      scope: 'admin',
    })

    expect(read).toEqual({
      redirect_uris: [uri],
      client_name: 'A',
      jwks_uri: 'https://a.example/jwks',
      application_type: 'web',
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    })
  })

  it.each([
    [{}, '/redirect_uris'],
    [{ redirect_uris: [] }, '/redirect_uris'],
    [{ redirect_uris: 'https://a.example' }, '/redirect_uris'],
    [{ redirect_uris: ['http://a.example/'] }, '/redirect_uris/0'],
    [{ redirect_uris: [uri], token_endpoint_auth_method: 'client_secret_jwt' }, '/token_endpoint_auth_method'],
    [{ redirect_uris: [uri], token_endpoint_auth_method: 'private_key_jwt' }, '/jwks_uri'],
    [{ redirect_uris: [uri], jwks: { keys: [{ kty: 'oct', k: 'secret' }] } }, '/jwks/keys/0/kty'],
    [{ redirect_uris: [uri], response_types: ['token'] }, '/response_types'],
    [{ redirect_uris: Array.from({ length: 21 }, (_, at) => `${uri}${at}`) }, '/redirect_uris'],
    [null, ''],
    ['x', ''],
  ])('is refused with the place: %j', (given, pointer) => {
    expect(() => readClientMetadata(given)).toThrow(expect.objectContaining({ code: 'authorization/client-invalid', pointer }))
  })
})

describe('hosts whose documents count', () => {
  it('are all, or those named, or those below one named', () => {
    const rules = ['claude.ai', '*.example.com']

    expect(isHostAllowed('any.example', [])).toBe(true)
    expect(['claude.ai', 'a.example.com', 'a.b.example.com'].filter((host) => !isHostAllowed(host, rules))).toEqual([])
    expect(['claude.ai.evil', 'xclaude.ai', 'example.com', 'evilexample.com', 'a.claude.ai'].filter((host) => isHostAllowed(host, rules))).toEqual([])
  })
})

describe('a rate window', () => {
  it('lets so many through for one key and for all, and begins anew when it is over', () => {
    const clock = new MovableClock(0)
    const window = new RateWindow(clock, { perKey: 2, inTotal: 3, windowMs: MINUTE })
    const takes = (key: string) => {
      try {
        window.take(key)
        return true
      } catch (error) {
        expect(error).toMatchObject({ code: 'authorization/too-many', status: 429, retryAfter: 60 })
        return false
      }
    }

    expect([takes('a'), takes('a'), takes('a'), takes('b'), takes('c')]).toEqual([true, true, false, true, false])
    clock.advance(MINUTE)
    expect(takes('a')).toBe(true)
  })
})
