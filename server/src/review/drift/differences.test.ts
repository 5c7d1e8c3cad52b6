import type { ReleaseContent, ReleaseTool } from '@handfast/contract'
import { describe, expect, it } from 'vitest'
import { manifestFor } from '../../../test/publishing.ts'
import { composeRelease } from '../../directory/index.ts'
import { narrowed } from './accepts.ts'
import { differences } from './differences.ts'
import { toolStates } from './tool-states.ts'

const find = {
  name: 'find_table',
  description: 'Finds a table.',
  inputSchema: { type: 'object', properties: { day: { type: 'string' }, guests: { type: 'integer' } }, required: ['day'] },
  annotations: { readOnlyHint: true },
}
const book = {
  name: 'book_table',
  description: 'Books a table.',
  inputSchema: { type: 'object', properties: {} },
  annotations: { readOnlyHint: false },
}

function content(...tools: readonly object[]): ReleaseContent {
  return composeRelease(manifestFor('https://heron.example/mcp'), { kind: 'mcp', tools: tools as never }, 'Heron Ltd')
}
function between(before: readonly object[], after: readonly object[], said: readonly [string | null, string | null] = [null, null]) {
  return differences({ content: content(...before), instructions: said[0] }, { content: content(...after), instructions: said[1] })
}

describe('what differs from what was reviewed', () => {
  it('is nothing where nothing changed, in whatever order', () => {
    expect(between([find, book], [book, find])).toEqual([])
  })

  it('waits, and the reviewed definition goes on, where calls still mean the same', () => {
    const retold = { ...find, title: 'Find', description: 'Finds a free table.' }
    const wider = { ...find, inputSchema: { ...find.inputSchema, properties: { ...find.inputSchema.properties, area: { type: 'string' } } } }

    expect(between([find], [retold])).toMatchObject([
      { tool: 'find_table', kind: 'changed', effect: 'update-paused', detail: expect.stringContaining('title, description') },
    ])
    expect(between([find], [wider])).toMatchObject([{ effect: 'update-paused' }])
  })

  it.each([
    ['a field is asked for that was free', { inputSchema: { ...find.inputSchema, required: ['day', 'guests'] } }],
    [
      'a field is constrained otherwise',
      { inputSchema: { ...find.inputSchema, properties: { day: { type: 'string', enum: ['today'] }, guests: { type: 'integer' } } } },
    ],
    [
      'a field is not taken any more',
      { inputSchema: { type: 'object', properties: { day: { type: 'string' } }, required: ['day'], additionalProperties: false } },
    ],
    ['it says so no longer that it only reads', { annotations: { readOnlyHint: false } }],
    ['it destroys now', { annotations: { readOnlyHint: true, destructiveHint: true } }],
  ])('pauses the tool where %s', (_, change) => {
    expect(between([find], [{ ...find, ...change }])).toMatchObject([{ tool: 'find_table', effect: 'tool-paused' }])
  })

  it('holds what is new and pauses what is gone', () => {
    expect(between([find], [book])).toMatchObject([
      { tool: 'find_table', kind: 'removed', effect: 'tool-paused' },
      { tool: 'book_table', kind: 'added', effect: 'held' },
    ])
  })

  it('notices what the server says about itself', () => {
    expect(between([find], [find], ['Be kind.', 'Ask me first, always.'])).toMatchObject([
      { tool: null, kind: 'instructions', found: 'Ask me first, always.' },
    ])
  })

  it('lowers no guard where the connector calls itself more harmless than it was reviewed', () => {
    const softer = { ...book, annotations: { readOnlyHint: true } }

    const [one] = between([book], [softer])

    // The update waits: what is served stays what was reviewed, with its effect and its question to a person.
    expect(one).toMatchObject({ tool: 'book_table', effect: 'update-paused' })
    expect(content(book).tools[0]).toMatchObject({ effect: 'change', consequential: true })
  })

  it('takes no property called title or description for words about a schema', () => {
    const before = { type: 'object', properties: { note: { type: 'object', properties: { title: { type: 'string' } } } } }
    const after = { type: 'object', properties: { note: { type: 'object', properties: { title: { type: 'integer' } } } } }

    expect(narrowed(before, after)).toContain('"note"')
    expect(narrowed({ ...before, title: 'Old', description: 'Words.' }, before)).toBeNull()
    expect(
      narrowed({ type: 'object', properties: { a: { enum: [{ title: 'x' }] } } }, { type: 'object', properties: { a: { enum: [{ title: 'y' }] } } }),
    ).toContain('"a"')
  })

  it('shows each tool where it stands', () => {
    const tool = (name: string, change: Partial<ReleaseTool> = {}) => ({ ...content({ ...find, name }).tools[0], ...change }) as ReleaseTool
    const states = toolStates({
      live: { tools: [tool('same'), tool('drifted'), tool('paused'), tool('gone'), tool('changing')] },
      waiting: { tools: [tool('same'), tool('drifted'), tool('paused'), tool('changing', { description: 'Other.' }), tool('fresh')] },
      drift: [{ tool: 'drifted', kind: 'changed', effect: 'update-paused', detail: 'It changed.' }],
      paused: [{ tool: 'paused', reason: 'It misbehaves.' }],
    })

    expect(states.map(({ tool: name, state }) => [name, state])).toEqual([
      ['same', 'live'],
      ['drifted', 'update-paused'],
      ['paused', 'paused'],
      ['gone', 'removed'],
      ['changing', 'update-paused'],
      ['fresh', 'new'],
    ])
  })
})
