import type { ReleaseContent } from '@handfast/contract'
import { describe, expect, it } from 'vitest'
import { honest, withContent } from '../../../test/under-review.ts'
import type { UnderReview } from './engine/rule.ts'
import { findingsOf } from './index.ts'

const plain = honest.content

async function find(change: Partial<ReleaseContent>, around: Partial<UnderReview> = {}) {
  const findings = await findingsOf(withContent(change, around))
  return findings.map(({ rule, severity, pointer }) => [rule, severity, pointer])
}
const withTool = (change: object) => ({ tools: [{ ...plain.tools[0], ...change } as ReleaseContent['tools'][number]] })

describe('the rules of the review', () => {
  it('have nothing to say about an honest release', async () => {
    expect(await find({})).toEqual([])
  })

  it.each([
    ['a tag character', '\u{e0041}'],
    ['a bidirectional override', '\u202e'],
    ['a zero-width space', '\u200b'],
    ['an escape', '\u001b'],
    ['a line separator', '\u2028'],
    ['a byte order mark', '\ufeff'],
  ])('block %s wherever a person or an assistant reads', async (_, hidden) => {
    const text = `Find${hidden}s.`

    expect(await find({ name: text })).toEqual([['hidden-characters', 'blocks', '/name']])
    expect(await find(withTool({ description: text }))).toEqual([['hidden-characters', 'blocks', '/tools/0/description']])
    expect(await find(withTool({ inputSchema: { type: 'object', properties: { [text]: {} } } }))).toEqual([
      ['hidden-characters', 'blocks', `/tools/0/inputSchema/properties/${text}`],
    ])
  })

  it('let ordinary line ends and other scripts pass, and warn of marks that some of them need', async () => {
    expect(await find({ description: 'Finds a table.\n\tعربى, 日本語, ğüş' })).toEqual([])
    expect(await find({ description: 'می\u200cخواهم' })).toEqual([['hidden-characters', 'warns', '/description']])
  })

  it('block a release without a privacy notice', async () => {
    expect(await find({ privacyNotice: ' ' })).toEqual([['privacy-notice', 'blocks', '/privacyNotice']])
  })

  it('block an address that calls could not reach, and warn of one without encryption', async () => {
    const http = { target: { kind: 'mcp', url: 'http://127.0.0.1:1/' } } as const

    expect(await find({}, { target: { allowed: false, rule: 'loopback' } })).toEqual([['target-address', 'blocks', '/target/url']])
    expect(await find(http)).toEqual([['target-address', 'warns', '/target/url']])
    expect(await find({ ...http, credential: { type: 'bearer' } })).toContainEqual(['credential-placement', 'warns', '/credential'])
  })

  it.each(['Host', 'cookie', 'Mcp-Session-Id', 'X-Forwarded-For', 'Content-Length'])('block a key in the header %s', async (name) => {
    expect(await find({ credential: { type: 'header', name } })).toEqual([['credential-placement', 'blocks', '/credential']])
  })

  it('warn where the manifest calls a tool more harmless than the connector does', async () => {
    expect(await find(withTool({ annotations: {} }))).toEqual([['effect-lowered', 'warns', '/tools/0/effect']])
    expect(await find(withTool({ effect: 'change', consequential: false }))).toEqual([['effect-lowered', 'warns', '/tools/0/consequential']])
  })

  it('warn of names that are hard to tell apart and of descriptions that say nothing or too much', async () => {
    const second = { ...plain.tools[0], name: 'Find-Tab1e' } as ReleaseContent['tools'][number]

    expect(await find({ tools: [...plain.tools, second] })).toEqual([['names-alike', 'warns', '/tools/1/name']])
    expect(await find(withTool({ description: '' }))).toEqual([['description-length', 'warns', '/tools/0/description']])
    expect(await find(withTool({ description: 'x '.repeat(1_001) }))).toEqual([['description-length', 'notes', '/tools/0/description']])
  })

  it('say first what blocks, however much there is', async () => {
    const many = Array.from({ length: 200 }, (_, i) => ({ ...plain.tools[0], name: `t${i}`, description: '' }) as ReleaseContent['tools'][number])

    const found = await find({ tools: many, privacyNotice: '' })

    expect(found[0]).toEqual(['privacy-notice', 'blocks', '/privacyNotice'])
    expect(found.length).toBeLessThanOrEqual(101)
  })
})
