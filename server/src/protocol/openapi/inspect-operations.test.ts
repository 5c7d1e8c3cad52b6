import { describe, expect, it } from 'vitest'
import type { Json } from '../../lib/index.ts'
import { type InspectOptions, inspectOperations } from './inspect-operations.ts'
import { readDocument } from './read-document.ts'

type Given = Record<string, Json>

function inspect(document: Given, options?: InspectOptions) {
  return inspectOperations(
    readDocument(JSON.stringify({ openapi: '3.1.0', info: {}, servers: [{ url: 'https://api.example.com/v1' }], ...document })),
    options,
  )
}

/** The one operation of a document whose only path is `/boats/{id}`. */
function judge(operation: Given, more: Given = {}, options?: InspectOptions) {
  const id = { name: 'id', in: 'path', required: true, schema: { type: 'string' } }
  const [only] = inspect({ paths: { '/boats/{id}': { parameters: [id], ...operation } }, ...more }, options).operations
  if (only === undefined) throw new Error('no operation')
  return only
}

const json = (schema: Json): Json => ({ content: { 'application/json': { schema } } })
const query = (name: string, more: Given = {}): Json => ({ name, in: 'query', schema: { type: 'string' }, ...more })

describe('an operation becomes a tool', () => {
  it('with parameters and body properties as one closed object', () => {
    const body = { type: 'object', required: ['name'], properties: { name: { type: 'string' }, length: { type: 'number' } } }
    const operation = judge({
      put: { operationId: 'renameBoat', summary: 'Rename a boat', parameters: [query('notify')], requestBody: json(body) },
    })

    expect(operation).toMatchObject({ tool: 'renameBoat', method: 'PUT', path: '/boats/{id}', usable: true, pointer: '/paths/~1boats~1{id}/put' })
    expect(operation.definition?.inputSchema).toEqual({
      type: 'object',
      properties: { id: { type: 'string' }, notify: { type: 'string' }, name: { type: 'string' }, length: { type: 'number' } },
      required: ['id', 'name'],
      additionalProperties: false,
    })
    expect(operation.binding).toEqual({
      method: 'PUT',
      path: '/boats/{id}',
      pointer: '/paths/~1boats~1{id}/put',
      parameters: [
        { argument: 'id', in: 'path', name: 'id', style: 'simple', explode: false, required: true },
        { argument: 'notify', in: 'query', name: 'notify', style: 'form', explode: true, required: false },
      ],
      body: { mediaType: 'application/json', writes: 'json', required: false, arguments: { kind: 'merged', names: ['name', 'length'] } },
    })
  })

  it('whose parameter gives way where the body has the same name', () => {
    const operation = judge({ post: { requestBody: json({ type: 'object', properties: { id: { type: 'integer' } } }) } })

    expect(operation.definition?.inputSchema['properties']).toEqual({ id_path: { type: 'string' }, id: { type: 'integer' } })
    expect(operation.binding?.parameters).toMatchObject([{ argument: 'id_path', name: 'id' }])
  })

  it('whose parameters of one name in two places are two arguments', () => {
    const operation = judge({ get: { parameters: [query('id'), query('i d'), query('i/d')] } })

    expect(operation.binding?.parameters.map(({ argument, in: place, name }) => [argument, place, name])).toEqual([
      ['id', 'path', 'id'],
      ['id_query', 'query', 'id'],
      ['i_d', 'query', 'i d'],
      ['i_d_query', 'query', 'i/d'],
    ])
  })

  it('with a body that is no plain object as one argument', () => {
    const schemas: readonly Json[] = [
      { type: 'array', items: { type: 'string' } },
      { oneOf: [{ type: 'object' }, { type: 'string' }] },
      { type: 'object', additionalProperties: { type: 'number' } },
      { type: 'object', properties: { 'not a name': {} } },
    ]

    for (const schema of schemas) {
      const operation = judge({ post: { requestBody: { required: true, ...(json(schema) as Given) } } })

      expect(operation.binding?.body?.arguments).toEqual({ kind: 'argument', name: 'body' })
      expect(operation.definition?.inputSchema['required']).toEqual(['id', 'body'])
    }
  })

  it('joining the parts of an allOf, and leaving out what only the API writes', () => {
    const Named = { type: 'object', required: ['name'], properties: { name: { type: 'string' } } }
    const body = {
      allOf: [{ $ref: '#/components/schemas/Named' }, { properties: { createdAt: { type: 'string', readOnly: true }, berth: { type: 'integer' } } }],
    }
    const operation = judge({ post: { requestBody: json(body) } }, { components: { schemas: { Named } } })

    expect(operation.binding?.body?.arguments).toEqual({ kind: 'merged', names: ['name', 'berth'] })
    expect(operation.definition?.inputSchema['required']).toEqual(['id', 'name'])
  })

  it('with effect and consequence from its method, unless the author says otherwise', () => {
    const judged = (method: string, more: Given = {}) => {
      const { effect, consequential } = judge({ [method]: more }).definition ?? {}
      return [effect, consequential]
    }

    expect(judged('get')).toEqual(['read', false])
    expect(judged('head')).toEqual(['read', false])
    expect(judged('post')).toEqual(['change', true])
    expect(judged('patch')).toEqual(['change', true])
    expect(judged('delete')).toEqual(['destructive', true])
    expect(judged('post', { 'x-openai-isConsequential': false })).toEqual(['change', false])
    expect(judged('get', { 'x-openai-isConsequential': true })).toEqual(['read', true])
    expect(judged('get', { 'x-openai-isConsequential': 'yes' })).toEqual(['read', false])
  })

  it('described by its summary and description, cut where they are long', () => {
    const definition = judge({ get: { summary: 'Find a boat', description: `Looks ${'far and wide '.repeat(200)}` } }).definition

    expect(definition?.title).toBe('Find a boat')
    expect(definition?.description).toMatch(/^Find a boat\n\nLooks far/)
    expect(definition?.description.length).toBeLessThanOrEqual(1_000)
    expect(judge({ get: {} }).definition?.description).toBe('GET /boats/{id}')
  })

  it('with an output schema only where success always is one JSON object', () => {
    const ok = json({ type: 'object', properties: { name: { type: 'string' }, key: { type: 'string', writeOnly: true } } })

    expect(judge({ get: { responses: { 200: ok, 404: {} } } }).definition?.outputSchema).toEqual({
      type: 'object',
      properties: { name: { type: 'string' } },
    })
    expect(judge({ get: { responses: { 200: ok, 204: {} } } }).definition).not.toHaveProperty('outputSchema')
    expect(judge({ get: { responses: { 200: json({ type: 'array', items: {} }) } } }).definition).not.toHaveProperty('outputSchema')
  })

  it('without arguments for what we send ourselves', () => {
    const header = (name: string): Json => ({ name, in: 'header', required: true, schema: { type: 'string' } })
    const optional: Json = { name: 'X-Forwarded-For', in: 'header', schema: { type: 'string' } }
    const operation = judge({ get: { parameters: [header('Accept'), header('authorization'), header('Content-Type'), header('X-Trace'), optional] } })

    expect(Object.keys(operation.definition?.inputSchema['properties'] ?? {})).toEqual(['id', 'X-Trace'])
  })

  it('under a path that carries a fragment, which is never sent', () => {
    const { operations } = inspect({ paths: { '/tokens#refresh': { post: {} } } })

    expect(operations).toMatchObject([{ path: '/tokens#refresh', usable: true, binding: { path: '/tokens' } }])
  })
})

describe('tool names', () => {
  it('are clean, unique and short enough for a prefix', () => {
    const long = `get${'VeryLong'.repeat(12)}`
    const { operations } = inspect({
      paths: {
        '/a': { get: { operationId: 'boats/list all' }, post: { operationId: long }, put: {} },
        '/b/{c}': { get: { operationId: 'boats_list_all' }, post: { operationId: `${long}2` }, delete: { operationId: '日本' } },
      },
    })
    const names = operations.map(({ tool }) => tool)

    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_.-]{1,48}$/)
    expect(names).toContain('boats_list_all')
    expect(names).toContain('put_a')
    expect(names).toContain('delete_b_c')
  })

  it('stay the same when the document is imported again', () => {
    const paths = { '/a': { get: { operationId: 'x' } }, '/b': { get: { operationId: 'x' } }, '/c': { get: { operationId: 'y'.repeat(80) } } }

    expect(inspect({ paths }).operations).toEqual(inspect({ paths }).operations)
  })
})

describe('one bad operation', () => {
  it.each<[string, Given, string, RegExp]>([
    ['a style that there is not', { get: { parameters: [query('f', { required: true, style: 'matrix' })] } }, '/get/parameters/0/style', /matrix/],
    ['a place that there is not', { get: { parameters: [query('f', { required: true, in: 'trailer' })] } }, '/get/parameters/0/in', /trailer/],
    ['a parameter with content', { get: { parameters: [query('f', { required: true, content: {} })] } }, '/get/parameters/0/content', /document/],
    ['a host header', { get: { parameters: [{ name: 'Host', in: 'header', required: true }] } }, '/get/parameters/0/name', /Host/],
    ['a mixed body', { post: { requestBody: { required: true, content: { 'multipart/mixed': {} } } } }, '/post/requestBody/content', /multipart/],
    ['a GET with a body', { get: { requestBody: { required: true, ...(json({ type: 'string' }) as Given) } } }, '/get/requestBody', /body/],
    ['a reference to nothing', { get: { parameters: [{ $ref: '#/components/parameters/None' }] } }, '/get/parameters/0/$ref', /nothing/],
    ['TRACE', { trace: {} }, '/trace', /TRACE/],
    ['no server', { get: { servers: [{ url: 'ftp://other.example.com' }] } }, '/get/servers', /complete address/],
  ])('(%s) is reported with its place, and the others stay usable', (_, bad, place, reason) => {
    const id: Json = { name: 'id', in: 'path', required: true, schema: { type: 'string' } }
    const { operations } = inspect({ paths: { '/boats/{id}': { parameters: [id], ...bad }, '/fine': { get: {} } } })

    expect(operations).toMatchObject([
      { usable: false, pointer: `/paths/~1boats~1{id}${place}`, reason: expect.stringMatching(reason) },
      { path: '/fine', usable: true },
    ])
    expect(operations[0]).not.toHaveProperty('definition')
  })

  it.each(['http://169.254.169.254/latest', 'file:///etc/passwd', 'other.yaml#/Boat', '//evil.example/x', '#anchor'])(
    'that refers to %s is reported, wherever the reference stands',
    (reference) => {
      const ref = { $ref: reference }
      const places: readonly [Given, string][] = [
        [{ get: { parameters: [ref] } }, '/get/parameters/0/$ref'],
        [{ get: { parameters: [query('q', { schema: { type: 'array', items: ref } })] } }, '/get/parameters/0/schema/items/$ref'],
        [{ post: { requestBody: ref } }, '/post/requestBody/$ref'],
        [{ post: { requestBody: json({ type: 'object', properties: { a: { anyOf: [ref] } } }) } }, '/anyOf/0/$ref'],
      ]

      for (const [item, place] of places) {
        const operation = judge(item)

        expect(operation).toMatchObject({ usable: false, reason: expect.stringContaining(reference) })
        expect(operation.pointer.endsWith(place), operation.pointer).toBe(true)
      }
      const answers = judge({ get: { responses: { 200: json({ type: 'object', properties: { a: ref } }) } } })
      expect(answers).toMatchObject({ usable: true, notes: [expect.stringContaining(reference)] })
      expect(answers.definition).not.toHaveProperty('outputSchema')
    },
  )

  it('is usable without its optional parts, and says what was left out', () => {
    const parts = { parameters: [query('f', { style: 'matrix' }), query('g')], requestBody: { content: { 'multipart/mixed': {} } } }
    const operation = judge({ post: parts })

    expect(operation).toMatchObject({ usable: true, notes: [expect.stringContaining('"f"'), expect.stringContaining('multipart/mixed')] })
    expect(Object.keys(operation.definition?.inputSchema['properties'] ?? {})).toEqual(['id', 'g'])
  })

  it('may be a whole path that lives in another file', () => {
    const { operations } = inspect({ paths: { '/boats': { $ref: './boats.yaml' } } })

    expect(operations).toMatchObject([{ method: '*', path: '/boats', usable: false, pointer: '/paths/~1boats/$ref' }])
  })

  it('may leave nothing at all, which is said and not thrown', () => {
    expect(inspect({ paths: {} })).toMatchObject({ operations: [], notes: [expect.stringContaining('no operations')] })
    expect(inspect({ paths: 'nonsense' }).operations).toEqual([])
    expect(inspect({ paths: { '/a': 7, '/b': { get: 'nonsense' }, 'x-extra': {} } }).operations).toMatchObject([
      { path: '/b', usable: false },
      { path: '/a', usable: false },
    ])
  })
})

describe('paths', () => {
  it.each(['/a/../b', '/a/%2e%2E/b', '/a?x=1', 'a', '/a\\b', '/a/{x', '/{x}/{x}'])('such as %s make no tool', (path) => {
    const x: Json = { name: 'x', in: 'path', required: true, schema: {} }

    expect(inspect({ paths: { [path]: { parameters: [x], get: {} } } }).operations).toMatchObject([{ usable: false }])
  })

  it('have a parameter for each placeholder, declared or not', () => {
    const { operations } = inspect({ paths: { '/a/{b}': { get: {} } } })

    expect(operations).toMatchObject([{ usable: true, notes: [expect.stringContaining('{b}')], definition: { inputSchema: { required: ['b'] } } }])
  })
})

describe('schemas', () => {
  const properties = (schema: Json, version: string) => {
    const operation = judge({ get: { parameters: [query('q', { schema })] } }, { openapi: version })
    expect(operation.reason).toBeUndefined()
    return operation.definition?.inputSchema['properties'] as Given
  }
  const converted = (schema: Json, version = '3.0.3') => properties(schema, version)['q']

  it('of 3.0 become JSON Schema 2020-12', () => {
    expect(converted({ type: 'string', nullable: true })).toEqual({ type: ['string', 'null'] })
    expect(converted({ type: 'string', nullable: true, enum: ['a'] })).toEqual({ type: ['string', 'null'], enum: ['a', null] })
    expect(converted({ allOf: [{ type: 'string' }], nullable: true, description: 'x' })).toEqual({
      description: 'x',
      anyOf: [{ allOf: [{ type: 'string' }] }, { type: 'null' }],
    })
    expect(converted({ type: 'integer', minimum: 1, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false })).toEqual({
      type: 'integer',
      exclusiveMinimum: 1,
      maximum: 9,
    })
    expect(converted({ type: 'string', example: 'x', discriminator: { propertyName: 'a' }, xml: {}, 'x-own': 1 })).toEqual({
      type: 'string',
      examples: ['x'],
    })
  })

  it('of 3.1 stay what they are, without what has no meaning or no valid value', () => {
    const good = { type: ['string', 'null'], exclusiveMinimum: 3, examples: ['x'], const: null, pattern: '^a+$' }

    expect(converted(good, '3.1.0')).toEqual(good)
    expect(
      converted({ type: 'any', enum: [], allOf: [], pattern: '(', minLength: -1, multipleOf: 0, required: true, $id: 'http://x' }, '3.1.0'),
    ).toEqual({})
  })

  it('take a property that says "required: true" of itself at its word', () => {
    const body = { type: 'object', properties: { todo: { type: 'string', required: true }, note: { type: 'string', required: false } } }
    const schema = judge({ post: { requestBody: json(body) } }, { openapi: '3.0.1' }).definition?.inputSchema

    expect(schema).toMatchObject({ required: ['id', 'todo'], properties: { todo: { type: 'string' }, note: { type: 'string' } } })
    expect(JSON.stringify(schema)).not.toMatch(/"required":(true|false)/)
  })

  it('that contain themselves stay recursive, below $defs', () => {
    const Node = { type: 'object', properties: { next: { $ref: '#/components/schemas/Node' }, name: { type: 'string' } } }
    const operation = judge(
      { post: { requestBody: json({ type: 'object', properties: { head: { $ref: '#/components/schemas/Node' } } }) } },
      { components: { schemas: { Node } } },
    )

    expect(operation.definition?.inputSchema).toMatchObject({
      properties: { head: { $ref: '#/$defs/Node' } },
      $defs: { Node: { type: 'object', properties: { next: { $ref: '#/$defs/Node' }, name: { type: 'string' } } } },
    })
  })

  it('that are nothing but themselves make no tool', () => {
    const A = { allOf: [{ $ref: '#/components/schemas/B' }] }
    const B = { anyOf: [{ type: 'string' }, { $ref: '#/components/schemas/A' }] }
    const operation = judge({ post: { requestBody: json({ $ref: '#/components/schemas/A' }) } }, { components: { schemas: { A, B } } })

    expect(operation).toMatchObject({ usable: false, reason: expect.stringContaining('itself') })
  })

  it('of the same name in two places keep two names', () => {
    const document = {
      components: { schemas: { Boat: { type: 'string' } }, parameters: { Boat: { type: 'integer' } } },
      paths: {
        '/a': {
          post: {
            requestBody: json({
              type: 'object',
              properties: { a: { $ref: '#/components/schemas/Boat' }, b: { $ref: '#/components/parameters/Boat' } },
            }),
          },
        },
      },
    }

    expect(inspect(document).operations[0]?.definition?.inputSchema).toMatchObject({
      properties: { a: { $ref: '#/$defs/Boat' }, b: { $ref: '#/$defs/Boat_2' } },
      $defs: { Boat: { type: 'string' }, Boat_2: { type: 'integer' } },
    })
  })
})

describe('servers', () => {
  const servers = (list: Json, options?: InspectOptions) => inspect({ servers: list, paths: {} }, options)

  it('have their variables filled with a default that is allowed', () => {
    const variables = { region: { default: 'mars', enum: ['eu', 'us'] }, version: { default: 'v2' } }

    expect(servers([{ url: 'https://{region}.example.com/{version}/', variables }]).servers).toEqual([
      'https://eu.example.com/v2',
      'https://us.example.com/v2',
    ])
  })

  it('are resolved against the address of the document', () => {
    expect(servers([{ url: '../api' }], { source: 'https://example.com/docs/v1/openapi.json' }).servers).toEqual(['https://example.com/docs/api'])
    expect(servers([], { source: 'https://example.com/docs/openapi.json' }).servers).toEqual(['https://example.com'])
    expect(servers([{ url: '/api' }])).toMatchObject({ servers: [], notes: [expect.stringContaining('/api'), expect.anything()] })
  })

  it('are passed over where they carry a credential or are not HTTP', () => {
    expect(servers([{ url: 'https://me:secret@example.com' }, { url: 'ftp://example.com' }, { url: 'https://{x}.example.com' }]).servers).toEqual([])
  })

  it('of an operation count where they lie below the target', () => {
    const operation = judge({ get: { servers: [{ url: 'https://api.example.com/v1/marine/' }] } })

    expect(operation.binding?.path).toBe('/marine/boats/{id}')
    expect(judge({ get: { servers: [{ url: 'https://api.example.com/v12' }] } }).binding).toMatchObject({
      path: '/boats/{id}',
      server: 'https://api.example.com/v12',
    })
    expect(judge({ get: { servers: [{ url: 'https://up.example.com' }] } }, {}, { server: 'https://up.example.com' })).toMatchObject({ usable: true })
  })
})

describe('the credential', () => {
  const securitySchemes = {
    key: { type: 'apiKey', in: 'header', name: 'X-Key' },
    query: { type: 'apiKey', in: 'query', name: 'key' },
    cookie: { type: 'apiKey', in: 'cookie', name: 'sid' },
    basic: { type: 'http', scheme: 'Basic' },
    bearer: { type: 'http', scheme: 'bearer' },
    oauth: { type: 'oauth2', flows: {} },
  }
  const secured = (names: readonly string[], paths: Given = { '/a': { get: {} } }, options?: InspectOptions) =>
    inspect({ components: { securitySchemes }, security: names.map((name) => ({ [name]: [] })), paths }, options)

  it('is found in the scheme that the document asks for', () => {
    expect(secured(['key']).security).toEqual({ type: 'header', name: 'X-Key' })
    expect(secured(['query']).security).toEqual({ type: 'query', name: 'key' })
    expect(secured(['basic']).security).toEqual({ type: 'basic' })
    expect(secured(['cookie', 'bearer']).security).toEqual({ type: 'bearer' })
    expect(secured(['oauth'])).toMatchObject({ security: { type: 'bearer' }, notes: [expect.stringContaining('OAuth 2')] })
    expect(inspect({ paths: { '/a': { get: {} } } }).security).toEqual({ type: 'none' })
  })

  it('is not an argument, where the author lists it as a parameter as well', () => {
    const { operations } = secured(['query'], { '/a': { get: { parameters: [query('key', { required: true }), query('q')] } } })

    expect(operations[0]?.binding?.parameters).toMatchObject([{ name: 'q' }])
  })

  it('serves most operations; one that needs another is reported', () => {
    const paths = {
      '/a': { get: {} },
      '/b': { get: { security: [{ basic: [] }] } },
      '/c': { get: { security: [] } },
      '/d': { get: { security: [{ key: [], basic: [] }] } },
    }
    const usable = (options?: InspectOptions) => secured(['key'], paths, options).operations.map((operation) => operation.usable)

    expect(usable()).toEqual([true, false, true, false])
    expect(usable({ credential: { type: 'bearer' } })).toEqual([true, true, true, true])
  })
})
