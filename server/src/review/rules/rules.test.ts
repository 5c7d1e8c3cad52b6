import type { ReleaseContent } from '@handfast/contract'
import { describe, expect, it } from 'vitest'
import { manifestFor } from '../../../test/publishing.ts'
import { composeRelease } from '../../directory/index.ts'
import { findingsOf } from './index.ts'
import type { UnderReview } from './rule.ts'

const tool = { name: 'find_table', description: 'Finds a free table.', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } } as const
const plain = composeRelease(manifestFor('https://api.heron.example/mcp'), { kind: 'mcp', tools: [tool] }, 'Heron Ltd')

function find(change: Partial<ReleaseContent>, around: Partial<UnderReview> = {}) {
  const content = { ...plain, ...change }
  return findingsOf({ content, target: { allowed: true, rule: 'public' }, uncheckedPatterns: [], ...around }).map(({ rule, severity, pointer }) => [
    rule,
    severity,
    pointer,
  ])
}
const withTool = (change: object) => ({ tools: [{ ...plain.tools[0], ...change } as ReleaseContent['tools'][number]] })

describe('the rules of the review', () => {
  it('have nothing to say about an honest release', () => {
    expect(find({})).toEqual([])
  })

  it.each([
    ['a tag character', '\u{e0041}'],
    ['a bidirectional override', '\u202e'],
    ['a zero-width space', '\u200b'],
    ['an escape', '\u001b'],
    ['a line separator', '\u2028'],
    ['a byte order mark', '\ufeff'],
  ])('block %s wherever a person or an assistant reads', (_, hidden) => {
    const text = `Find${hidden}s.`

    expect(find({ name: text })).toEqual([['hidden-characters', 'blocks', '/name']])
    expect(find(withTool({ description: text }))).toEqual([['hidden-characters', 'blocks', '/tools/0/description']])
    expect(find(withTool({ inputSchema: { type: 'object', properties: { [text]: {} } } }))).toEqual([
      ['hidden-characters', 'blocks', `/tools/0/inputSchema/properties/${text}`],
    ])
  })

  it('let ordinary line ends and other scripts pass, and warn of marks that some of them need', () => {
    expect(find({ description: 'Finds a table.\n\tعربى, 日本語, ğüş' })).toEqual([])
    expect(find({ description: 'می\u200cخواهم' })).toEqual([['hidden-characters', 'warns', '/description']])
  })

  it('block a release without a privacy notice', () => {
    expect(find({ privacyNotice: ' ' })).toEqual([['privacy-notice', 'blocks', '/privacyNotice']])
  })

  it('block an address that calls could not reach, and warn of one without encryption', () => {
    const http = { target: { kind: 'mcp', url: 'http://127.0.0.1:1/' } } as const

    expect(find({}, { target: { allowed: false, rule: 'loopback' } })).toEqual([['target-address', 'blocks', '/target/url']])
    expect(find(http)).toEqual([['target-address', 'warns', '/target/url']])
    expect(find({ ...http, credential: { type: 'bearer' } })).toContainEqual(['credential-placement', 'warns', '/credential'])
  })

  it.each(['Host', 'cookie', 'Mcp-Session-Id', 'X-Forwarded-For', 'Content-Length'])('block a key in the header %s', (name) => {
    expect(find({ credential: { type: 'header', name } })).toEqual([['credential-placement', 'blocks', '/credential']])
  })

  it('warn where the manifest calls a tool more harmless than the connector does', () => {
    expect(find(withTool({ annotations: {} }))).toEqual([['effect-lowered', 'warns', '/tools/0/effect']])
    expect(find(withTool({ effect: 'change', consequential: false }))).toEqual([['effect-lowered', 'warns', '/tools/0/consequential']])
  })

  it('warn of names that are hard to tell apart and of descriptions that say nothing or too much', () => {
    const second = { ...plain.tools[0], name: 'Find-Tab1e' } as ReleaseContent['tools'][number]

    expect(find({ tools: [...plain.tools, second] })).toEqual([['names-alike', 'warns', '/tools/1/name']])
    expect(find(withTool({ description: '' }))).toEqual([['description-length', 'warns', '/tools/0/description']])
    expect(find(withTool({ description: 'x'.repeat(2_001) }))).toEqual([['description-length', 'warns', '/tools/0/description']])
  })

  it('say first what blocks, however much there is', () => {
    const many = Array.from({ length: 200 }, (_, i) => ({ ...plain.tools[0], name: `t${i}`, description: '' }) as ReleaseContent['tools'][number])

    const found = find({ tools: many, privacyNotice: '' })

    expect(found[0]).toEqual(['privacy-notice', 'blocks', '/privacyNotice'])
    expect(found.length).toBeLessThanOrEqual(101)
  })
})
