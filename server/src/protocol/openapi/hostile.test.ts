import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { describe, expect, it } from 'vitest'
import { serve } from '../../../test/loopback-server.ts'
import type { Json } from '../../lib/index.ts'
import { inspectInWorker } from './inspect-in-worker.ts'
import { type Inspection, inspectOperations } from './inspect-operations.ts'
import { inspectUpload } from './inspect-upload.ts'
import { readDocument } from './read-document.ts'

/** Far above the work that they make, far below that of an unbounded reader. In time of the processor, so that other work on the machine does not count. */
const MOST_MS = 5_000

const worked = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

type Outcome = { readonly code?: string; readonly inspection?: Inspection; readonly ms: number }

function read(text: string): Outcome {
  const start = worked()
  try {
    const inspection = inspectOperations(readDocument(text))
    return { inspection, ms: worked() - start }
  } catch (error) {
    return { code: String((error as { readonly code?: string }).code), ms: worked() - start }
  }
}

function document(more: Record<string, Json>): string {
  return JSON.stringify({ openapi: '3.1.0', servers: [{ url: 'https://api.example.com' }], ...more })
}

const post = (schema: Json): Json => ({ post: { requestBody: { content: { 'application/json': { schema } } } } })
const yaml = (lines: readonly string[]) => ['openapi: 3.1.0', ...lines, ''].join('\n')

describe('a hostile document', () => {
  it('with aliases of aliases is refused by what they come to', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
    for (let i = 1; i < 30; i++)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      )

    const outcome = read(yaml(lines))

    expect(outcome.code).toBe('openapi/too-complex')
    expect(outcome.ms).toBeLessThan(MOST_MS)
  })

  it.each([
    ['JSON lists', `{"openapi":"3.1.0","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['JSON objects', `{"openapi":"3.1.0","x":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`],
    ['YAML flow lists', yaml([`x: ${'['.repeat(20_000)}${']'.repeat(20_000)}`])],
    ['YAML lists in lists', yaml(['x:', `  ${'- '.repeat(5_000)}a`])],
  ])('that nests without end in %s is refused', (_, text) => {
    const outcome = read(text)

    expect(outcome.code).toBe('openapi/too-complex')
    expect(outcome.ms).toBeLessThan(MOST_MS)
  })

  it('with a hundred thousand references in a circle costs one operation, not the importer', () => {
    const schemas: Record<string, Json> = {}
    for (let i = 0; i < 100_000; i++) schemas[`S${i}`] = { $ref: `#/components/schemas/S${(i + 1) % 100_000}` }
    const parameter = { name: 'q', in: 'query', schema: { type: 'array', items: { type: 'array', items: {} } } }

    const outcome = read(
      document({
        components: { schemas },
        paths: {
          '/a': post({ type: 'object', properties: { a: { $ref: '#/components/schemas/S0' } } }),
          '/b': post({ $ref: '#/components/schemas/S0' }),
          '/c': { get: {} },
          '/d': { get: { parameters: [parameter] } },
        },
      }),
    )

    expect(outcome.inspection?.operations.map(({ usable }) => usable)).toEqual([false, false, true, true])
    expect(outcome.ms).toBeLessThan(MOST_MS)
  })

  it('whose schemas laugh a billion times stays small, since nothing is written out', () => {
    const schemas: Record<string, Json> = { L0: { type: 'string' } }
    for (let i = 1; i < 60; i++)
      schemas[`L${i}`] = {
        type: 'object',
        properties: Object.fromEntries(['a', 'b', 'c', 'd'].map((key) => [key, { $ref: `#/components/schemas/L${i - 1}` }])),
      }

    const outcome = read(document({ components: { schemas }, paths: { '/a': post({ $ref: '#/components/schemas/L59' }) } }))

    expect(outcome.inspection?.operations[0]?.usable).toBe(true)
    expect(JSON.stringify(outcome.inspection).length).toBeLessThan(100_000)
    expect(outcome.ms).toBeLessThan(MOST_MS)
  })

  it('whose ten thousand paths share one large part is given up where the work runs out', () => {
    const parameters = Array.from({ length: 400 }, (_, i) => ({ name: `p${i}`, in: 'query', schema: { type: 'string' } }))
    const operation = { parameters, responses: {} }
    const shared = { get: operation, post: operation, put: operation, delete: operation }
    const paths: Record<string, Json> = {}
    for (let i = 0; i < 10_000; i++) paths[`/p${i}`] = { $ref: '#/components/pathItems/Shared' }

    const outcome = read(document({ components: { pathItems: { Shared: shared } }, paths }))

    expect(outcome.inspection?.operations).toHaveLength(30_000 + 2_500)
    expect(outcome.inspection?.operations[0]?.usable).toBe(true)
    expect(outcome.inspection?.operations.at(-1)?.usable).toBe(false)
    expect(outcome.ms).toBeLessThan(2 * MOST_MS)
  })

  it('with very many values or keys is read in time or refused', () => {
    const keys = Array.from({ length: 100_000 }, (_, i) => `k${i}: 1`)
    const enumeration = Array.from({ length: 100_000 }, (_, i) => `v${i}`)

    const many = read(`{"openapi":"3.1.0","x":[${'0,'.repeat(1_100_000)}0]}`)
    const wide = read(yaml(keys))
    const long = read(document({ paths: { '/a': post({ type: 'object', properties: { a: { enum: enumeration } } }), '/b': { get: {} } } }))

    expect(many.code).toBe('openapi/too-complex')
    expect(wide.inspection?.operations).toEqual([])
    expect(long.inspection?.operations.map(({ usable }) => usable)).toEqual([false, true])
    for (const { ms } of [many, wide, long]) expect(ms).toBeLessThan(MOST_MS)
  })

  it('with prototype names everywhere changes nobody', () => {
    const names = '"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}'
    const schema = `{"type": "object", "required": ["__proto__", "constructor"], "properties": {${names}}}`
    const text = `{"openapi": "3.1.0", ${names}, "paths": {"__proto__": {}, "/a": {"post": {${names}, "operationId": "__proto__", "requestBody": {"content": {"application/json": {"schema": ${schema}}}}}}}}`

    const outcome = read(text)

    expect(outcome.inspection?.operations).toMatchObject([{ path: '/a', usable: true }])
    expect(Object.keys(outcome.inspection?.operations[0]?.definition?.inputSchema['properties'] ?? {})).toEqual(['constructor'])
    expect({}).not.toHaveProperty('polluted')
  })
})

describe('the thread that reads documents', () => {
  it('gives the same answer as reading in place', async () => {
    const text = document({
      paths: { '/a/{b}': { get: { parameters: [{ name: 'b', in: 'path', schema: {} }] }, post: { requestBody: { $ref: 'x.yaml' } } } },
    })

    expect(await inspectInWorker(text, { source: 'https://example.com/' })).toEqual(inspectUpload({ text }, { source: 'https://example.com/' }))
  })

  it('hands on why a document was refused', async () => {
    await expect(inspectInWorker('swagger: "1.2"')).rejects.toMatchObject({
      name: 'DocumentVersionError',
      code: 'openapi/version',
      pointer: '/swagger',
    })
    await expect(inspectInWorker('{"openapi"')).rejects.toMatchObject({ code: 'openapi/malformed' })
  })

  it('is ended when its time is over', async () => {
    const large = yaml(Array.from({ length: 200_000 }, (_, i) => `k${i}: [a, b, c]`))

    await expect(inspectInWorker(large, {}, { timeoutMs: 300, memoryMb: 512 })).rejects.toMatchObject({ code: 'openapi/too-complex' })
  })

  it('is ended when it takes too much memory', async () => {
    const large = yaml(Array.from({ length: 200_000 }, (_, i) => `k${i}: [a, b, c]`))

    await expect(inspectInWorker(large, {}, { timeoutMs: 20_000, memoryMb: 32 })).rejects.toMatchObject({ code: 'openapi/too-complex' })
  })
})

describe('references that lead elsewhere', () => {
  it('cause no connection and open no file, wherever they stand', async () => {
    await using elsewhere = await serve((_, response) => void response.end('{}'))
    const opened: string[] = []
    const real = { readFileSync: fs.readFileSync, openSync: fs.openSync, readFile: fs.readFile, open: fs.open, createReadStream: fs.createReadStream }
    const places = [
      `${elsewhere.origin}/x.json`,
      `${elsewhere.origin.replace('http:', '')}/x`,
      'file:///etc/passwd',
      '/etc/passwd',
      '../../../etc/passwd',
    ]
    const ref = (i: number): Json => ({ $ref: places[i % places.length] ?? '' })
    const texts = places.map((place, i) =>
      document({
        $self: place,
        jsonSchemaDialect: place,
        externalDocs: { url: place },
        servers: [{ url: place }],
        components: {
          schemas: {
            A: { $id: place, $schema: place, allOf: [ref(i)] },
            B: { $dynamicRef: place, discriminator: { propertyName: 'a', mapping: { x: place } } },
          },
          securitySchemes: {
            o: { type: 'openIdConnect', openIdConnectUrl: place },
            f: { type: 'oauth2', flows: { authorizationCode: { tokenUrl: place } } },
          },
          examples: { e: { externalValue: place } },
        },
        paths: {
          '/a': ref(i),
          '/b': { parameters: [ref(i)], get: { responses: { 200: ref(i) } } },
          '/c': {
            get: { callbacks: { done: ref(i) }, responses: { 200: { links: { next: { operationRef: place } } } } },
            ...(post(ref(i)) as object),
          },
        },
      }),
    )
    for (const name of Object.keys(real) as (keyof typeof real)[]) {
      const counting = (...args: unknown[]) => {
        opened.push(String(args[0]))
        return (real[name] as (...given: unknown[]) => unknown)(...args)
      }
      Object.assign(fs, { [name]: counting })
    }
    syncBuiltinESMExports()
    try {
      for (const [i, text] of texts.entries()) {
        const overlay = JSON.stringify({ overlay: '1.1.0', info: {}, extends: places[i], actions: [] })
        for (const upload of [
          { text, overlay },
          { files: { 'a/openapi.json': text }, overlay },
        ])
          inspectUpload(upload, { source: 'https://api.example.com/openapi.json' })
      }
    } finally {
      Object.assign(fs, real)
      syncBuiltinESMExports()
    }
    for (const text of texts) await inspectInWorker(text)

    expect(opened).toEqual([])
    expect(elsewhere.connections()).toBe(0)
  })
})
