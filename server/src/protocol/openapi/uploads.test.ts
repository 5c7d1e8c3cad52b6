import { gzipSync } from 'node:zlib'
import { strToU8, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { Json } from '../../lib/index.ts'
import { inspectInWorker } from './inspect-in-worker.ts'
import { inspectUpload } from './inspect-upload.ts'

const MAIN = {
  openapi: '3.1.0',
  servers: [{ url: 'https://api.example.com' }],
  paths: {
    '/boats': { get: { operationId: 'listBoats', tags: ['boats'], parameters: [{ $ref: './parts/query.yaml#/Limit' }] } },
    '/boats/{id}': { $ref: 'paths/boat.yaml' },
    '/away': { get: { parameters: [{ $ref: '../outside.yaml#/X' }] } },
    '/file': { get: { parameters: [{ $ref: 'file:///etc/passwd' }] } },
  },
}
const FILES: Record<string, string> = {
  'api/openapi.json': JSON.stringify(MAIN, null, 2),
  'api/parts/query.yaml': 'Limit: {name: limit, in: query, schema: {$ref: "#/Number"}}\nNumber: {type: integer}\n',
  'api/paths/boat.yaml': [
    'parameters: [{name: id, in: path, required: true, schema: {type: string}}]',
    'put:',
    '  operationId: renameBoat',
    '  requestBody: {content: {application/json: {schema: {$ref: "../schemas/boat.json"}}}}',
    'get:',
    '  operationId: getBoat',
    '  parameters: [{name: q, in: query, required: true, style: matrix}]',
  ].join('\n'),
  // It refers to itself, and back into the main document.
  'api/schemas/boat.json': JSON.stringify({
    type: 'object',
    properties: { name: { type: 'string' }, tender: { $ref: 'boat.json' }, '$ref-less': {} },
  }),
}

function tar(files: Readonly<Record<string, string>>): Buffer {
  const blocks = Object.entries(files).flatMap(([name, text]) => {
    const content = Buffer.from(text)
    const header = Buffer.alloc(512)
    header.write(name, 0)
    header.write(content.length.toString(8).padStart(11, '0'), 124)
    header.write('0', 156)
    header.write('ustar', 257)
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1_024)])
}

const zip = (files: Readonly<Record<string, string>>) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])))

describe('an upload of several files', () => {
  it.each([
    ['by name', { files: FILES }],
    ['as one text', { text: JSON.stringify({ files: FILES }) }],
    ['as a zip archive', { archive: zip(FILES) }],
    ['as a tar archive', { archive: tar(FILES) }],
    ['as a compressed tar archive', { archive: gzipSync(tar(FILES)) }],
  ])('(%s) is read as one document, and nothing outside it', async (_, upload) => {
    const { operations, source } = await inspectInWorker(upload)

    expect(operations.map(({ tool, usable, pointer, file, line }) => ({ tool, usable, pointer, file, line }))).toEqual([
      { tool: 'listBoats', usable: true, pointer: '/paths/~1boats/get', file: undefined, line: undefined },
      { tool: 'getBoat', usable: false, pointer: '/get/parameters/0/style', file: 'api/paths/boat.yaml', line: 7 },
      { tool: 'renameBoat', usable: true, pointer: '/put', file: 'api/paths/boat.yaml', line: undefined },
      { tool: 'get_away', usable: false, pointer: '/paths/~1away/get/parameters/0/$ref', file: undefined, line: expect.any(Number) },
      { tool: 'get_file', usable: false, pointer: '/paths/~1file/get/parameters/0/$ref', file: undefined, line: expect.any(Number) },
    ])
    expect(JSON.stringify(operations[0]?.definition?.inputSchema)).toContain('integer')
    // What is kept can be read again, with the same result.
    expect((await inspectInWorker(source)).operations).toEqual(operations)
  })

  it('has to say which file is the document', () => {
    expect(() => inspectUpload({ files: { 'a.yaml': 'x: 1' } })).toThrowError(expect.objectContaining({ code: 'openapi/upload' }))
    expect(() => inspectUpload({ files: { 'a.yaml': 'openapi: 3.1.0', 'b.yaml': 'openapi: 3.1.0' } })).toThrowError(
      expect.objectContaining({ code: 'openapi/upload' }),
    )
    expect(inspectUpload({ files: { 'a.yaml': 'openapi: 3.1.0', 'b.yaml': 'openapi: 3.1.0' }, main: 'b.yaml' }).operations).toEqual([])
  })

  it('is refused where the archive is broken, a bomb, or climbs out', () => {
    const bomb = zipSync({ 'a.json': new Uint8Array(30 * 1024 * 1024) })

    expect(() => inspectUpload({ archive: bomb })).toThrowError(expect.objectContaining({ code: 'openapi/too-large' }))
    expect(() => inspectUpload({ archive: gzipSync(Buffer.alloc(60 * 1024 * 1024)) })).toThrowError(
      expect.objectContaining({ code: 'openapi/too-large' }),
    )
    expect(() => inspectUpload({ archive: Buffer.from('PK\u0003\u0004broken') })).toThrowError(expect.objectContaining({ code: 'openapi/upload' }))
    expect(() => inspectUpload({ archive: tar(FILES).subarray(0, 700) })).toThrowError(expect.objectContaining({ code: 'openapi/upload' }))
    expect(() => inspectUpload({ archive: zip({ '../../openapi.json': '{"openapi":"3.1.0"}' }) })).toThrowError(
      expect.objectContaining({ code: 'openapi/upload' }),
    )
    expect(() => inspectUpload({ archive: zip({ '__proto__.json': '{"openapi":"3.1.0"}', __proto__: '{}' }) })).not.toThrow()
    expect({}).not.toHaveProperty('openapi')
  })
})

describe('an overlay', () => {
  const document = {
    ...MAIN,
    paths: { '/boats': { get: { tags: ['a'], summary: 'List' }, post: { operationId: 'x', deprecated: true } }, '/old': { get: {} } },
  }
  const apply = (actions: Json, overlay = '1.0.0') =>
    inspectUpload({ text: JSON.stringify(document), overlay: stringify({ overlay, info: { title: 'o', version: '1' }, actions }) })

  it('changes what is read and leaves the document as it was', () => {
    const read = apply([
      { target: "$.paths['/boats'].get", update: { operationId: 'listBoats', tags: ['b'], summary: 'List all' } },
      { target: '$.paths[?@.get].post', remove: true },
      { target: "$.paths['/old']", remove: true },
      { target: '$.servers', update: { url: 'https://eu.example.com' } },
    ])

    expect(read.operations).toMatchObject([{ tool: 'listBoats', tags: ['a', 'b'], definition: { title: 'List all' } }])
    expect(read.servers).toEqual(['https://api.example.com', 'https://eu.example.com'])
    expect(read.overlayFindings).toEqual([])
    expect(read.source).toBe(JSON.stringify(document))
  })

  it('says which of its actions do nothing', () => {
    const read = apply([
      { target: "$.paths['/gone'].get", remove: true },
      { target: '$', remove: true },
      { target: '$.openapi', update: {} },
      { target: '$.paths' },
    ])

    expect(read.overlayFindings.map(({ action }) => action)).toEqual([0, 1, 2, 3])
    expect(read.operations).toHaveLength(3)
  })

  it('copies, in version 1.1', () => {
    const read = apply([{ target: "$.paths['/old']", copy: "$.paths['/boats']" }], '1.1.0')

    expect(read.operations.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /boats', 'POST /boats', 'GET /old', 'POST /old'])
  })

  it.each<[string, Json]>([
    ['no overlay', { openapi: '3.1.0' }],
    ['a version that is not known', { overlay: '2.0.0', actions: [] }],
    ['no actions', { overlay: '1.0.0' }],
    ['a target that is no path', { overlay: '1.0.0', actions: [{ target: '$.[', remove: true }] }],
    ['an action without a target', { overlay: '1.0.0', actions: [{ remove: true }] }],
  ])('is refused where it is %s', async (_, overlay) => {
    await expect(inspectInWorker({ text: JSON.stringify(document), overlay: JSON.stringify(overlay) })).rejects.toMatchObject({
      code: 'openapi/overlay',
    })
  })

  it('pollutes nothing and ends in time', async () => {
    const hostile = `{"overlay":"1.0.0","actions":[{"target":"$.paths","update":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}]}`
    inspectUpload({ text: JSON.stringify(document), overlay: hostile })
    expect({}).not.toHaveProperty('polluted')

    const slow = JSON.stringify({ overlay: '1.0.0', actions: [{ target: `$..[?search(@.summary, '(a+)+$')]`, remove: true }] })
    const text = JSON.stringify({ ...document, paths: { '/a': { get: { summary: `${'a'.repeat(40)}!` } } } })
    await expect(inspectInWorker({ text, overlay: slow }, {}, { timeoutMs: 1_000, memoryMb: 256 })).rejects.toMatchObject({
      code: 'openapi/too-complex',
    })
  })

  it('is proposed for what has no name, only reads, or cannot be used', () => {
    const text = JSON.stringify({
      openapi: '3.0.0',
      servers: [{ url: 'https://api.example.com' }],
      paths: { '/a': { get: {}, trace: { operationId: 'bad' } }, "/it's": { post: { operationId: 'searchBoats' } } },
    })
    const { proposal } = inspectUpload({ text })

    const { operations, overlayFindings } = inspectUpload({ text, overlay: proposal })
    expect(overlayFindings).toEqual([])
    expect(operations.map(({ tool, usable }) => [tool, usable])).toEqual([
      ['get_a', true],
      ['searchBoats', true],
    ])
    expect(operations[1]?.definition?.consequential).toBe(false)
    expect(proposal).toContain('operationId: get_a')
  })
})

describe('choosing operations', () => {
  const operation = (operationId: string, ...tags: string[]): Json => ({ operationId, tags, summary: `Does ${operationId}` })
  const text = JSON.stringify({
    openapi: '3.0.0',
    servers: [{ url: 'https://api.example.com' }],
    paths: {
      '/boats': { get: operation('listBoats', 'boats'), post: operation('createBoat', 'boats') },
      '/boats/{id}/crew': { get: operation('listCrew', 'crew') },
      '/ports': { get: operation('listPorts', 'ports') },
    },
  })
  const chosen = (choice: object) => inspectUpload({ text }, { choice }).operations.map(({ tool }) => tool)

  it('goes by tag, path, words and names', () => {
    expect(chosen({})).toHaveLength(4)
    expect(chosen({ tags: ['boats'] })).toEqual(['listBoats', 'createBoat'])
    expect(chosen({ tags: ['boats', 'crew'], search: 'LIST' })).toEqual(['listBoats', 'listCrew'])
    expect(chosen({ paths: ['/boats/**'] })).toEqual(['listBoats', 'createBoat', 'listCrew'])
    expect(chosen({ paths: ['/boats/*/crew'] })).toEqual(['listCrew'])
    expect(chosen({ include: ['listPorts'] })).toEqual(['listPorts'])
    expect(chosen({ tags: ['crew'], include: ['listPorts'] })).toEqual(['listCrew', 'listPorts'])
    expect(chosen({ exclude: ['createBoat'] })).toEqual(['listBoats', 'listCrew', 'listPorts'])
    expect(inspectUpload({ text }, { choice: { tags: ['crew'] } }).notChosen).toBe(3)
  })
})

describe('Swagger 2.0', () => {
  it('is converted, with what it keeps in other places', () => {
    const { operations, servers, security } = inspectUpload({
      text: JSON.stringify({
        swagger: '2.0',
        host: 'api.example.com',
        basePath: '/v2',
        consumes: ['application/json'],
        securityDefinitions: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } },
        security: [{ key: [] }],
        parameters: { Boat: { in: 'body', name: 'boat', required: true, schema: { $ref: '#/definitions/Boat' } } },
        definitions: { Boat: { type: 'object', required: ['name'], properties: { name: { type: 'string', 'x-nullable': true } } } },
        paths: {
          '/boats': {
            get: { parameters: [{ name: 'ids', in: 'query', type: 'array', items: { type: 'integer' }, collectionFormat: 'pipes' }] },
            post: { parameters: [{ $ref: '#/parameters/Boat' }] },
            put: { consumes: ['multipart/form-data'], parameters: [{ name: 'photo', in: 'formData', type: 'file', required: true }] },
          },
          '/bad': { get: { parameters: [{ $ref: '#/parameters/None' }] } },
        },
      }),
    })

    expect(servers).toEqual(['https://api.example.com/v2'])
    expect(security).toEqual({ type: 'header', name: 'X-Key' })
    expect(operations).toMatchObject([
      { binding: { parameters: [{ name: 'ids', style: 'pipeDelimited', explode: false }] } },
      { binding: { body: { writes: 'json', required: true, arguments: { kind: 'merged', names: ['name'] } } } },
      { binding: { body: { writes: 'multipart', fields: { photo: { carries: 'file' } } } } },
      { usable: false, pointer: '/paths/~1bad/get/parameters' },
    ])
  })
})
