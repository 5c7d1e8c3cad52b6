import type { ReleaseTool } from '@handfast/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isObject } from '../lib/index.ts'
import type { Passed } from './call.ts'
import { readDocument, readFound, retrieves } from './documents.ts'

const tool = (name: string, argument: string, change: Partial<ReleaseTool> = {}): ReleaseTool => ({
  name,
  description: '',
  inputSchema: { type: 'object', properties: { [argument]: { type: 'string' } }, required: [argument] },
  effect: 'read',
  consequential: false,
  ...change,
})
const search = tool('search', 'query')
const fetch = tool('fetch', 'id')
const text = (value: unknown): Passed => ({ content: [{ type: 'text', text: JSON.stringify(value) }] })

describe('a release takes part in retrieval', () => {
  it.each<[string, readonly ReleaseTool[], boolean]>([
    ['with both tools', [search, fetch], true],
    [
      'with arguments more that may be left out',
      [tool('search', 'query', { inputSchema: { type: 'object', properties: { query: { type: 'string' }, top: {} } } }), fetch],
      true,
    ],
    ['not with one of them', [search], false],
    ['not where a search does more than read', [{ ...search, effect: 'change' }, fetch], false],
    [
      'not where the query is no text',
      [tool('search', 'query', { inputSchema: { type: 'object', properties: { query: { type: 'object' } } } }), fetch],
      false,
    ],
    [
      'not where a search needs something else too',
      [tool('search', 'query', { inputSchema: { ...search.inputSchema, required: ['query', 'index'] } }), fetch],
      false,
    ],
    ['not by other names', [tool('find', 'query'), fetch], false],
  ])('%s', (_, tools, does) => {
    expect(retrieves(tools)).toBe(does)
  })
})

const small = fc.jsonValue({ maxDepth: 1 })

describe('what a connector answered', () => {
  it('is read from structured content or from a text, with addresses of the web only', () => {
    const results = [{ id: 5, title: '', url: 'ftp://x' }, { id: 'a', title: 'A', url: 'https://x.example/a b' }, { title: 'none' }, 7]

    const found = readFound({ content: [], structuredContent: { results } })

    expect(found).toEqual([
      { id: '5', title: '5', url: '' },
      { id: 'a', title: 'A', url: 'https://x.example/a%20b' },
    ])
    expect(readFound(text({ results }))).toEqual(found)
    expect(readFound(text({ documents: results }))).toBeUndefined()
    expect(readDocument(text({ id: 'a', text: 't', metadata: 5 }))).toEqual({ id: 'a', title: 'a', url: '', text: 't', metadata: {} })
    expect(readDocument(text({ id: 'a', text: 5 }))).toBeUndefined()
  })

  it('is refused or bounded, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 3 }),
        fc.array(fc.record({ id: small, title: small, url: fc.oneof(fc.webUrl(), small) }), { maxLength: 80 }),
        (value, results) => {
          const answers = [{ structuredContent: value }, { content: value }, text(value), text({ results })] as unknown as readonly Passed[]

          const found = answers.flatMap((answer) => readFound(isObject(answer as never) ? answer : {}) ?? [])

          expect(found.length).toBeLessThanOrEqual(150)
          for (const { id, url } of found) expect([id.length > 0, url === '' || /^https?:/.test(url)]).toEqual([true, true])
          for (const answer of answers) readDocument(answer)
        },
      ),
    )
  })
})
