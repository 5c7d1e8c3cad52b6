import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../lib/index.ts'
import {
  headerText,
  isReservedMetaKey,
  mirroredArguments,
  mirroredValue,
  passableMeta,
  readServerMessage,
  readToolResult,
  ToolCallWriter,
  valueNestsDeeperThan,
} from './index.ts'

const client = { name: 'handfast-test', version: '0' }

/** What the specification lets a receiver do with a header. */
function decode(value: string): string {
  const encoded = /^=\?base64\?(.*)\?=$/s.exec(value)?.[1]
  return encoded === undefined ? value : Buffer.from(encoded, 'base64').toString('utf8')
}

describe('a value in a header', () => {
  it('comes out as it went in, whatever it is, and never breaks the header', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('=?base64?eA==?=', ' a', 'a ', '', '\r\nx: y', '=?base64?')), (value) => {
        fc.pre(value.isWellFormed())

        const header = headerText(value)

        expect(header).toMatch(/^[\x20-\x7e]*$/)
        expect(header.trim()).toBe(header)
        expect(decode(header)).toBe(value)
      }),
    )
  })
})

describe('annotated arguments', () => {
  const schema = (properties: Record<string, Json>) => ({ type: 'object', properties })

  it('are found below properties alone', () => {
    const inputSchema = schema({
      a: { type: 'string', 'x-mcp-header': 'A' },
      o: { type: 'object', properties: { b: { type: 'integer', 'x-mcp-header': 'b' } } },
    })

    expect(mirroredArguments(inputSchema)).toEqual({
      valid: true,
      arguments: [
        { header: 'mcp-param-a', path: ['a'] },
        { header: 'mcp-param-b', path: ['o', 'b'] },
      ],
    })
  })

  it('that only look annotated are none: a property of that name, a default, an example', () => {
    const inputSchema = schema({
      'x-mcp-header': { type: 'string' },
      d: { type: 'object', default: { 'x-mcp-header': 'D' }, examples: [{ 'x-mcp-header': 'E' }] },
    })

    expect(mirroredArguments(inputSchema)).toEqual({ valid: true, arguments: [] })
  })

  it.each([
    ['at the root', { type: 'string', 'x-mcp-header': 'A' }],
    ['in items', schema({ a: { type: 'array', items: { type: 'string', 'x-mcp-header': 'A' } } })],
    ['in a composition', { anyOf: [schema({ a: { type: 'string', 'x-mcp-header': 'A' } })] }],
    ['in a definition', { $defs: { a: { type: 'string', 'x-mcp-header': 'A' } } }],
    ['in a conditional', { if: schema({ a: { type: 'string', 'x-mcp-header': 'A' } }) }],
    ['on a number', schema({ a: { type: 'number', 'x-mcp-header': 'A' } })],
    ['without a name', schema({ a: { type: 'string', 'x-mcp-header': '' } })],
    ['with a name that is no token', schema({ a: { type: 'string', 'x-mcp-header': 'A: b\r\n' } })],
    ['with a name that is no text', schema({ a: { type: 'string', 'x-mcp-header': true } })],
    ['twice, but for case', schema({ a: { type: 'string', 'x-mcp-header': 'A' }, b: { type: 'string', 'x-mcp-header': 'a' } })],
  ])('%s make a tool unusable', (_, inputSchema) => {
    expect(mirroredArguments(inputSchema as Record<string, Json>)).toMatchObject({ valid: false })
  })

  it('are taken from what was given, not from what every object has', () => {
    expect(mirroredValue({}, ['constructor', 'name'])).toBeUndefined()
    expect(mirroredValue({ a: 1.5 }, ['a'])).toBeUndefined()
    expect(mirroredValue({ a: 2 ** 53 }, ['a'])).toBeUndefined()
    expect(mirroredValue({ a: -0 }, ['a'])).toBe('0')
  })
})

describe('a written call', () => {
  it('is the JSON that it is meant to be, in both eras, with and without progress', () => {
    fc.assert(
      fc.property(fc.string(), fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(), fc.boolean(), (name, args, id, progress) => {
        const writer = new ToolCallWriter('2026-07-28', client, { name, inputSchema: {} })
        const wire = JSON.stringify(args)
        const token = progress ? { progressToken: id } : {}

        const modern = JSON.parse(writer.modernBody(id, wire, progress)) as unknown
        const legacy = JSON.parse(writer.legacyBody(id, wire, progress)) as unknown

        const _meta = {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientInfo': client,
          'io.modelcontextprotocol/clientCapabilities': {},
          ...token,
        }
        const params = { name, arguments: JSON.parse(wire) as unknown }
        expect(modern).toEqual({ jsonrpc: '2.0', id, method: 'tools/call', params: { ...params, _meta } })
        expect(legacy).toEqual({ jsonrpc: '2.0', id, method: 'tools/call', params: progress ? { ...params, _meta: token } : params })
      }),
    )
  })
})

describe("a connector's message", () => {
  it('is sorted or unreadable, never a fault', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue(), fc.record({ id: fc.jsonValue(), method: fc.jsonValue(), result: fc.jsonValue(), error: fc.jsonValue() })),
        (value) => {
          expect(['result', 'error', 'request', 'notification', 'unreadable']).toContain(readServerMessage(value).kind)
        },
      ),
    )
  })

  it('of an error is kept short and on one line', () => {
    const message = readServerMessage({ id: 1, error: { code: -1, message: `a\n\u0007b${'x'.repeat(9_000)}` } })

    expect(message).toMatchObject({ kind: 'error', code: -1, message: expect.stringMatching(/^a bx{1,2000}$/) })
  })
})

describe('the result of a tool', () => {
  it('passes untouched where nothing has to go', () => {
    const value = {
      content: [{ type: 'text', text: 'a', annotations: { priority: 1 }, _meta: { 'org.example/x': 1 } }],
      structuredContent: [1],
      isError: false,
    }

    const read = readToolResult(value)

    expect(read).toEqual({ ok: true, result: value })
    expect(read.ok === true && read.result.content).toBe(value.content)
  })

  it('leaves behind what belongs to the hop', () => {
    const _meta = {
      'io.modelcontextprotocol/serverInfo': { name: 'x', version: '1' },
      'org.example/kept': 1,
      'com.mcp/gone': 1,
      'mcp.example.com/kept': 1,
      progressToken: 3,
    }
    const content = [{ type: 'text', text: 'a', _meta: { 'io.modelcontextprotocol/related-task': {} } }]

    const read = readToolResult({ resultType: 'complete', ttlMs: 5, cacheScope: 'public', content, _meta })

    expect(read).toEqual({
      ok: true,
      result: { content: [{ type: 'text', text: 'a' }], _meta: { 'org.example/kept': 1, 'mcp.example.com/kept': 1 } },
    })
  })

  it.each([
    [{ type: 'hologram', data: 'x' }, '"hologram"'],
    [{ type: 'text' }, 'text'],
    [{ type: 'image', data: 'x' }, 'image'],
    [{ type: 'resource_link', uri: 'x' }, 'link'],
    [{ type: 'resource', resource: { uri: 'x' } }, 'resource'],
    [{}, 'type'],
    ['text', 'content block'],
    [null, 'content block'],
  ])('keeps its other blocks when one is %j', (block, word) => {
    const good = { type: 'text', text: 'good' }

    const read = readToolResult({ content: [good, block, good] } as Json)

    expect(read).toEqual({ ok: true, result: { content: [good, { type: 'text', text: expect.stringContaining(word) }, good] } })
  })

  it.each([null, [], 1, {}, { content: 'x' }, { content: [], isError: 'yes' }, { content: [], _meta: [] }])('is not %j', (value) => {
    expect(readToolResult(value as Json)).toMatchObject({ ok: false, why: 'malformed' })
  })

  it('may be structured content alone', () => {
    expect(readToolResult({ structuredContent: null, content: [] })).toMatchObject({ ok: true, result: { structuredContent: null } })
    expect(readToolResult({ structuredContent: { a: 1 } })).toEqual({ ok: true, result: { content: [], structuredContent: { a: 1 } } })
  })

  it('is read or refused, never a fault', () => {
    fc.assert(
      fc.property(
        fc.record({ content: fc.array(fc.jsonValue()), _meta: fc.dictionary(fc.string(), fc.jsonValue()) }, { requiredKeys: [] }),
        (value) => {
          const read = readToolResult(value as Json)
          if (read.ok === true) for (const block of read.result.content) expect(typeof block.type).toBe('string')
        },
      ),
    )
  })
})

describe('metadata', () => {
  it('keeps for the specification what the second label reserves', () => {
    expect(['io.modelcontextprotocol/x', 'dev.mcp/x', 'tools.mcp.com/x', 'api.modelcontextprotocol.org/x'].every(isReservedMetaKey)).toBe(true)
    expect(['org.example/x', 'mcp.example/x', 'com.example.mcp/x', 'traceparent', '/x'].some(isReservedMetaKey)).toBe(false)
    expect(passableMeta({ 'io.modelcontextprotocol/serverInfo': {} })).toBeUndefined()
  })

  it('is measured in depth without recursing further than the limit', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as Json

    expect(valueNestsDeeperThan(deep, 64)).toBe(true)
    expect(valueNestsDeeperThan([[1]], 2)).toBe(false)
    expect(valueNestsDeeperThan([[[]]], 2)).toBe(true)
  })
})
