import { describe, expect, it } from 'vitest'
import { MAX_DOCUMENT_BYTES } from './document-bounds.ts'
import { readDocument } from './read-document.ts'

const EMPTY = { openapi: '3.1.0', info: { title: 'Tide tables', version: '1' }, paths: {} }

function refusal(text: string): unknown {
  try {
    readDocument(text)
  } catch (error) {
    return error
  }
  return undefined
}

describe('reading a document', () => {
  it('understands JSON and YAML alike', () => {
    const yaml = ['openapi: 3.1.0', 'info:', '  title: Tide tables', "  version: '1'", 'paths: {}'].join('\n')

    const documents = [readDocument(JSON.stringify(EMPTY)), readDocument(yaml), readDocument(`\uFEFF${yaml}`)]

    for (const document of documents) expect(document).toEqual({ version: '3.1', root: EMPTY, notes: [] })
  })

  it('keeps status codes as the text they were written as', () => {
    const { root } = readDocument('openapi: 3.0.3\npaths:\n  /a:\n    get:\n      responses:\n        200: {description: fine}\n        0x10: {}\n')

    expect(root).toMatchObject({ paths: { '/a': { get: { responses: { '200': { description: 'fine' }, '0x10': {} } } } } })
  })

  it('tells 3.0 from 3.1, also where the quotes were forgotten', () => {
    expect(readDocument('openapi: 3.0').version).toBe('3.0')
    expect(readDocument('openapi: 3.1').version).toBe('3.1')
    expect(readDocument('{"openapi":"3.0.4"}').version).toBe('3.0')
    expect(readDocument('{"openapi":"3.1.2"}').version).toBe('3.1')
    expect(readDocument('{"openapi":"3.2.0"}').version).toBe('3.2')
    expect(readDocument('swagger: 2.0\npaths: {}')).toMatchObject({ version: '3.0', wasSwagger: true })
  })

  it('names the line and the field of a version that it does not read', () => {
    expect(refusal('# old\nswagger: "1.2"\n')).toMatchObject({
      code: 'openapi/version',
      pointer: '/swagger',
      message: expect.stringContaining('line 2, field "swagger"'),
    })
    expect(refusal('{\n "info": {},\n "openapi": "4.0.0"}')).toMatchObject({ code: 'openapi/version', message: expect.stringContaining('line 3') })
    expect(refusal('openapi: 3.10.0')).toMatchObject({ code: 'openapi/version' })
    expect(refusal('title: not an API')).toMatchObject({ code: 'openapi/version', pointer: '/openapi' })
  })

  it('refuses what is neither JSON nor YAML, and says where', () => {
    expect(refusal('openapi: 3.1.0\n  paths: [')).toMatchObject({ code: 'openapi/malformed', message: expect.stringMatching(/line \d/) })
    expect(refusal('{"openapi": ')).toMatchObject({ code: 'openapi/malformed' })
    expect(refusal('just words')).toMatchObject({ code: 'openapi/malformed' })
    expect(refusal('')).toMatchObject({ code: 'openapi/malformed' })
    expect(refusal('openapi: 3.1.0\n---\nopenapi: 3.1.0\n')).toMatchObject({ code: 'openapi/malformed' })
  })

  it('refuses a key that stands twice, with its line', () => {
    expect(refusal('openapi: 3.1.0\npaths: {}\npaths: {}\n')).toMatchObject({
      code: 'openapi/malformed',
      message: 'Line 3: the key "paths" stands twice.',
    })
  })

  it('knows no tags but those of YAML itself', () => {
    expect(refusal('openapi: 3.1.0\ninfo: !!js/function "function () {}"\n')).toMatchObject({ code: 'openapi/malformed' })
    expect(refusal('openapi: 3.1.0\ninfo: !include other.yaml\n')).toMatchObject({ code: 'openapi/malformed' })
    expect(readDocument('openapi: 3.1.0\ninfo: {version: !!str 1}\n').root).toMatchObject({ info: { version: '1' } })
  })

  it('shares aliased parts, and does not merge', () => {
    const { root } = readDocument('openapi: 3.1.0\na: &part {x: 1}\nb: *part\nc:\n  <<: *part\n')

    expect(root).toMatchObject({ a: { x: 1 }, b: { x: 1 }, c: { '<<': { x: 1 } } })
  })

  it('refuses an alias that contains itself or names nothing', () => {
    expect(refusal('openapi: 3.1.0\na: &part [*part]\n')).toMatchObject({ code: 'openapi/malformed' })
    expect(refusal('openapi: 3.1.0\na: *nothing\n')).toMatchObject({ code: 'openapi/malformed' })
  })

  it('leaves out fields that would swap a prototype, and says so', () => {
    const documents = [
      '{"openapi":"3.1.0","info":{"__proto__":{"polluted":true},"title":"a"}}',
      'openapi: 3.1.0\ninfo:\n  __proto__: {polluted: true}\n  title: a\n',
    ]

    for (const text of documents) {
      const document = readDocument(text)

      expect(document.notes).toHaveLength(1)
      expect(Object.keys(document.root['info'] ?? {})).toEqual(['title'])
      expect(document.root['info']).not.toHaveProperty('polluted')
    }
    expect({}).not.toHaveProperty('polluted')
  })

  it('has a size limit', () => {
    expect(refusal(`{"openapi":"3.1.0","x":"${'a'.repeat(MAX_DOCUMENT_BYTES)}"}`)).toMatchObject({ code: 'openapi/too-large' })
    // Two bytes each: fewer characters than bytes.
    expect(refusal(`{"openapi":"3.1.0","x":"${'é'.repeat(MAX_DOCUMENT_BYTES / 2)}"}`)).toMatchObject({ code: 'openapi/too-large' })
  })
})
