import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { localPath } from './index.ts'

const HERE = 'https://connect.example.org'

/** Addresses that have led browsers out of a site, or that look as if they might. */
const nearMisses = [
  '//evil.example',
  '///evil.example',
  '////evil.example',
  '/\\evil.example',
  '\\/evil.example',
  '\\\\evil.example',
  '/\\/evil.example',
  '//\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r/evil.example',
  '\t//evil.example',
  ' //evil.example',
  '\u0000//evil.example',
  '/ /evil.example',
  '/.//evil.example',
  '/..//evil.example',
  '/./\\evil.example',
  '/a/..//evil.example',
  '/a/../..//evil.example',
  '/%2e//evil.example',
  '/%2e%2e//evil.example',
  '/a/%2e%2e//evil.example',
  '/.%2e//evil.example',
  'https://evil.example',
  'http://evil.example',
  'https:evil.example',
  'https:/evil.example',
  'HTTPS://evil.example',
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,x',
  'vbscript:x',
  'evil.example',
  'evil.example/path',
  '@evil.example',
  '?next=//evil.example',
  '#//evil.example',
  './/evil.example',
  '../evil.example',
  '',
  ' ',
  '/\u2028/evil.example',
  '/\u00a0/evil.example',
  '/\uff0f/evil.example',
  '/\u2215evil.example\u0000',
  '/päge',
  `/${'a'.repeat(1_000)}`,
  null,
  undefined,
  7,
  {},
  ['/settings'],
]

describe('a local path', () => {
  it.each(nearMisses.map((text) => [JSON.stringify(text) ?? 'undefined', text] as const))('is not %s', (_, text) => {
    expect(localPath(text)).toBeNull()
  })

  it.each([
    ['/', '/'],
    ['/settings', '/settings'],
    ['/approvals/apr_1?from=mail#top', '/approvals/apr_1?from=mail#top'],
    ['/oauth/authorize?client_id=https%3A%2F%2Fapp.example&redirect_uri=https://app.example/back', null],
    ['/a/../b', '/b'],
    ['/a//b', '/a//b'],
    ['/%2f%2fevil.example', '/%2f%2fevil.example'],
    ['/@evil.example', '/@evil.example'],
  ])('is %s', (text, path) => {
    expect(localPath(text)).toBe(path ?? text)
  })

  it('never leads out of the origin, whatever is sent, and means the same when it is read again (RFC 9700 section 4.11.1)', () => {
    const piece = fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      '%2e',
      '%2f',
      '%5c',
      ':',
      '@',
      '?',
      '#',
      '\t',
      '\n',
      ' ',
      'a',
      'evil.example',
      'https',
      '\u0000',
      'é',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece, { maxLength: 12 }).map((parts) => parts.join('')),
          fc.string(),
        ),
        (text) => {
          const path = localPath(text)
          if (path === null) return
          expect(new URL(path, HERE).origin).toBe(HERE)
          expect(path).toMatch(/^\/(?![/\\])/)
          expect(localPath(path)).toBe(path)
        },
      ),
      { numRuns: 5_000 },
    )
  })
})
