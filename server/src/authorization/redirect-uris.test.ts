import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inferredType, isRegistered, problemOf, targetOf } from './redirect-uris.ts'

const registered = [
  'https://assistant.example/callback',
  'https://assistant.example/with?query=1',
  'http://127.0.0.1/callback',
  'http://localhost:8080/back',
  'http://[::1]/six',
  'com.example.app:/cb',
]

/** Each differs from a registered address in one thing that some server out there has let pass. */
export const nearMisses: readonly string[] = [
  'https://assistant.example/callback/',
  'https://assistant.example/callback?',
  'https://assistant.example/callback#',
  'https://assistant.example/callback#x',
  'https://assistant.example/callback?x=1',
  'https://assistant.example/Callback',
  'https://ASSISTANT.example/callback',
  'HTTPS://assistant.example/callback',
  'http://assistant.example/callback',
  'https://assistant.example:443/callback',
  'https://assistant.example:8443/callback',
  'https://assistant.example./callback',
  'https://assistant.example.evil.example/callback',
  'https://evil.example/callback',
  'https://sub.assistant.example/callback',
  'https://assistant.example@evil.example/callback',
  'https://evil.example@assistant.example/callback',
  'https://:@assistant.example/callback',
  'https://assistant.example/callback/../evil',
  'https://assistant.example/./callback',
  'https://assistant.example/x/../callback',
  'https://assistant.example//callback',
  'https://assistant.example/%63allback',
  'https://assistant.example/callback%00',
  'https://assistant.example/callback%20',
  'https://assistant.example/callback ',
  ' https://assistant.example/callback',
  'https://assistant.example/call\tback',
  'https://assistant.example/callback\n',
  'https:\\\\assistant.example\\callback',
  'https://assistant.example\\@evil.example/callback',
  'https:/assistant.example/callback',
  '//assistant.example/callback',
  '/callback',
  'callback',
  'https://assistant.example/*',
  'https://*.example/callback',
  'https://аssistant.example/callback',
  'https://xn--ssistant-71g.example/callback',
  'https://assistant。example/callback',
  'https://assistant.example/with?query=2',
  'https://assistant.example/with?query=1&x=2',
  'https://assistant.example/with',
  'http://127.0.0.1:0/callback',
  'http://127.0.0.1:080/callback',
  'http://127.0.0.1:65536/callback',
  'http://127.0.0.1:1234@evil.example/callback',
  'http://127.0.0.1.evil.example/callback',
  'http://127.0.0.1:1234.evil.example/callback',
  'http://127.0.0.2/callback',
  'http://127.1/callback',
  'http://2130706433/callback',
  'http://0x7f.1/callback',
  'http://0.0.0.0/callback',
  'http://localhost/callback',
  'http://LOCALHOST:8080/back',
  'http://localhost.:8080/back',
  'http://localhost:8080/back/',
  'http://localhost:8080/back#x',
  'http://localhost:8080\\back',
  'https://localhost:8080/back',
  'https://127.0.0.1/callback',
  'http://[::]/six',
  'http://[0:0:0:0:0:0:0:1]/six',
  'http://[::ffff:127.0.0.1]/six',
  'com.example.app://cb',
  'com.example.app:/cb/',
  'com.example.apps:/cb',
  'javascript:alert(1)',
  'data:text/html,x',
  '',
]

describe('a redirect URI', () => {
  it.each(registered)('is taken as it was registered: %s', (uri) => {
    expect(isRegistered(uri, registered)).toBe(true)
  })

  it('may have any port on a loopback address, and nothing else of its own (RFC 8252 section 7.3)', () => {
    const taken = [
      'http://127.0.0.1:1/callback',
      'http://127.0.0.1:65535/callback',
      'http://localhost:9/back',
      'http://localhost/back',
      'http://[::1]:5000/six',
    ]

    expect(taken.filter((uri) => !isRegistered(uri, registered))).toEqual([])
  })

  it(`is turned away when it misses by one thing (${nearMisses.length} near misses; RFC 6749 section 3.1.2.3, RFC 9700 section 2.1, 4.1.3)`, () => {
    expect(nearMisses.length).toBeGreaterThanOrEqual(40)
    expect(nearMisses.filter((uri) => isRegistered(uri, registered))).toEqual([])
  })

  it('is turned away whenever it differs, except for the port of a loopback address', () => {
    const letter = fc.constantFrom(...'abcxyz019./:@#?&%\\* \t-_~[]')
    fc.assert(
      fc.property(fc.constantFrom(...registered), fc.nat({ max: 60 }), letter, fc.boolean(), (uri, at, put, replaces) => {
        const changed = uri.slice(0, at) + put + uri.slice(at + (replaces ? 1 : 0))
        if (registered.includes(changed)) return
        const loopback = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):[1-9]\d*\//.test(changed)
        expect(isRegistered(changed, registered) && !loopback).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    ['https://a.example/cb', 'web', null],
    ['https://a.example/cb#x', 'web', 'has a fragment'],
    ['http://a.example/cb', 'web', 'is plain http to another machine'],
    ['http://127.0.0.1/cb', 'web', null],
    ['https://user:word@a.example/cb', 'web', 'has a user name in it'],
    ['https://@a.example/cb', 'web', 'has a user name in it'],
    ['https://*.a.example/cb', 'web', 'has a wildcard in it; every address is compared as it is'],
    ['cursor://anysphere/cb', 'native', null],
    ['com.example.app:/cb', 'web', 'has a scheme of its own, which is for native applications (application_type)'],
    ['javascript:alert(1)//', 'native', 'has the scheme javascript'],
    ['data:text/html,<script>', 'native', 'has the scheme data'],
    ['file:///etc/passwd', 'native', 'has the scheme file'],
    ['https://a.example/c\tb', 'web', 'has characters that do not belong into an address'],
    ['https://a.example\\@b.example/', 'web', 'has characters that do not belong into an address'],
    ['nowhere', 'web', 'is not an absolute address'],
    [`https://a.example/${'x'.repeat(2_000)}`, 'web', 'is too long'],
  ] as const)(
    'can be registered or not: %s as %s (RFC 6749 sections 3.1.2 and 3.1.2.2: absolute, without a fragment; MCP authorization: https or this computer)',
    (uri, type, problem) => {
      expect(problemOf(uri, type)).toBe(problem)
    },
  )

  it('says what listens there', () => {
    expect(['https://a.example:8443/x', 'http://localhost:1/x', 'cursor://x/y'].map(targetOf)).toEqual([
      { kind: 'web', target: 'a.example:8443' },
      { kind: 'loopback', target: 'this computer' },
      { kind: 'app', target: 'cursor' },
    ])
    expect([inferredType(['https://a.example/']), inferredType(['https://a.example/', 'http://localhost/'])]).toEqual(['web', 'native'])
  })
})
