import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_CHALLENGE, readChallenge, readScope } from './challenge.ts'

describe('a challenge', () => {
  it.each([
    [
      'Bearer resource_metadata="https://a.example/.well-known/oauth-protected-resource/mcp"',
      { resourceMetadata: 'https://a.example/.well-known/oauth-protected-resource/mcp' },
    ],
    ['bearer error="insufficient_scope", scope="a b", resource_metadata="https://a.example/m"', { error: 'insufficient_scope', scope: ['a', 'b'] }],
    ['Basic realm="x, y=\\"z\\"", Bearer scope=read', { scope: ['read'] }],
    ['Negotiate dG9rZW4=, Bearer error = "invalid_token"', { error: 'invalid_token' }],
    ['DPoP algs="ES256", Bearer realm="api", scope="mail.read"', { scope: ['mail.read'] }],
    ['Bearer scope="a a b"', { scope: ['a', 'b'] }],
    ['Bearer scope="first", scope="second"', { scope: ['first'] }],
  ])('is read as RFC 9110 section 11.6.1 writes it: %s', (header, read) => {
    expect(readChallenge(header)).toMatchObject(read)
  })

  it.each([
    undefined,
    null,
    '',
    'Basic realm="x"',
    'Bearer',
    'Bearer scope="never closed',
    '="x"',
    'Bearer realm="only this"',
    ',,,,',
    'Bearer scope=\u0001',
  ])('says nothing where it is %j', (header) => {
    expect(readChallenge(header)).toEqual(NO_CHALLENGE)
  })

  it('is read in bounded time whatever it says, and scopes come out clean', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 10_000, unit: 'binary' }), (header) => {
        const { scope } = readChallenge(`Bearer ${header}`)
        return scope.length <= 100 && scope.every((one) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(one))
      }),
      { numRuns: 2_000 },
    )
    // Whoever looked back from each of these would not come to an end while this test may run.
    expect(readChallenge(`Bearer ${'a="'.repeat(500_000)}`)).toEqual(NO_CHALLENGE)
    expect(readChallenge(`Bearer ${', '.repeat(500_000)}`)).toEqual(NO_CHALLENGE)
  })

  it('finds every parameter that it is given, quoted or not', () => {
    const token = fc.stringMatching(/^[a-zA-Z0-9._-]{1,20}$/)
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('scope', 'error', 'realm', 'resource_metadata'), token, { minKeys: 1 }),
        fc.boolean(),
        (given, quoted) => {
          const text = Object.entries(given).map(([name, value]) => `${name}=${quoted ? `"${value}"` : value}`)
          const read = readChallenge(`Bearer ${text.join(', ')}`)
          expect(read.error).toBe(given['error'] ?? null)
          expect(read.resourceMetadata).toBe(given['resource_metadata'] ?? null)
          expect(read.scope).toEqual(readScope(given['scope']))
        },
      ),
    )
  })
})
