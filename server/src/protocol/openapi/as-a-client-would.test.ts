import type { OperationBinding, ParameterBinding } from '@handfast/contract'
import fc from 'fast-check'
import createClient, { createFinalURL, createQuerySerializer, defaultPathSerializer } from 'openapi-fetch'
import { describe, expect, it } from 'vitest'
import { rounds } from '../../../test/rounds.ts'
import type { Json, JsonObject } from '../../lib/index.ts'
import { compileRequest } from './build-request.ts'
import { inspectOperations } from './inspect-operations.ts'
import { readDocument } from './read-document.ts'

const BASE = 'https://api.example.com/v1'

/** What the client library takes: text that no address treats specially would prove nothing, so all of Unicode is in. */
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((value) => value.isWellFormed())
const scalar = fc.oneof(text, fc.integer(), fc.boolean())
const list = fc.array(scalar, { minLength: 1, maxLength: 4 })
const key = fc.stringMatching(/^[a-z][a-z0-9_]{0,6}$/)
const members = fc.dictionary(key, scalar, { minKeys: 1, maxKeys: 4, noNullPrototype: true })
/** A path value that can stand in an address at all. */
const plain = fc.stringMatching(/^[A-Za-z0-9_~ é'-]{1,8}$/).filter((value) => value.trim() !== '')

type Query = { readonly style: 'form' | 'deepObject'; readonly explode: boolean; readonly value: Json }
const queryValue: fc.Arbitrary<Query> = fc.oneof(
  fc.record({ style: fc.constant('form' as const), explode: fc.boolean(), value: fc.oneof(scalar, list, members) }),
  fc.record({ style: fc.constant('deepObject' as const), explode: fc.constant(true), value: members }),
)
type Path = { readonly style: 'simple' | 'label' | 'matrix'; readonly explode: boolean; readonly value: Json }
const pathValue: fc.Arbitrary<Path> = fc.record({
  style: fc.constantFrom('simple' as const, 'label' as const, 'matrix' as const),
  explode: fc.boolean(),
  value: fc.oneof(
    plain,
    fc.array(plain, { minLength: 1, maxLength: 3 }),
    fc.dictionary(key, plain, { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
  ),
})

/** The address that openapi-fetch writes. Each query field has a serializer of its own, since the library has one style for all lists. */
function theirs(template: string, paths: Readonly<Record<string, Json>>, queries: readonly (readonly [string, Query])[]): string {
  const url = createFinalURL(template, {
    baseUrl: BASE,
    params: { path: paths },
    querySerializer: () =>
      queries
        .map(([name, { style, explode, value }]) =>
          createQuerySerializer({ array: { style: 'form', explode }, object: { style: style === 'form' ? 'form' : 'deepObject', explode } })({
            [name]: value,
          }),
        )
        .filter(Boolean)
        .join('&'),
    pathSerializer: defaultPathSerializer,
  })
  return normal(new URL(url).href)
}

/** What both mean alike and spell differently: the library leaves `!'()*` and the brackets of deepObject bare, and we escape them. */
function normal(url: string): string {
  return url.replace(/[!'()*[\]]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

function document(operation: JsonObject, path: string): ReturnType<typeof inspectOperations> {
  return inspectOperations(readDocument(JSON.stringify({ openapi: '3.1.0', servers: [{ url: BASE }], paths: { [path]: operation } })))
}

const schemaOf = (value: Json): JsonObject =>
  Array.isArray(value) ? { type: 'array', items: {} } : typeof value === 'object' && value !== null ? { type: 'object' } : {}

describe('requests of generated documents', () => {
  it('have the address that a client library writes, to the byte', () => {
    const queries = fc.uniqueArray(fc.tuple(key, queryValue), { selector: ([name]) => name, maxLength: 4 })
    fc.assert(
      fc.property(fc.array(pathValue, { maxLength: 2 }), queries, (places, given) => {
        // An exploded object may bring a name that another parameter has; that is refused here, and a client sends both.
        const names = given.map(([name]) => name)
        const brought = given.flatMap(([, { style, explode, value }]) =>
          style === 'form' && explode && schemaOf(value)['type'] === 'object' ? Object.keys(value as object) : [],
        )
        fc.pre(new Set([...names, ...brought]).size === names.length + brought.length)
        const template = `/things${places.map((place, i) => `/{${place.style === 'label' ? '.' : place.style === 'matrix' ? ';' : ''}p${i}${place.explode ? '*' : ''}}`).join('')}`
        const path = `/things${places.map((_, i) => `/{p${i}}`).join('')}`
        const parameters = [
          ...places.map(({ style, explode, value }, i) => ({ name: `p${i}`, in: 'path', required: true, style, explode, schema: schemaOf(value) })),
          ...given.map(([name, { style, explode, value }]) => ({ name, in: 'query', style, explode, schema: schemaOf(value) })),
        ]
        const [made] = document({ get: { parameters } as unknown as Json }, path).operations
        const binding = made?.binding as OperationBinding
        const wire = (of: ParameterBinding): Json =>
          (of.in === 'path' ? places[Number(of.name.slice(1))]?.value : given.find(([name]) => name === of.name)?.[1].value) ?? null
        const args = Object.fromEntries(binding.parameters.map((parameter) => [parameter.argument, wire(parameter)]))

        const { url } = compileRequest(BASE, binding).build(args)

        expect(normal(url.href)).toBe(theirs(template, Object.fromEntries(places.map(({ value }, i) => [`p${i}`, value])), given))
      }),
      { numRuns: rounds(20_000) },
    )
  })

  it('have the method, the headers and the body that a client library sends', async () => {
    const methods = fc.constantFrom('put' as const, 'post' as const, 'patch' as const, 'delete' as const)
    const value = fc.jsonValue({ maxDepth: 3 }).filter((json) => json !== undefined)
    const body = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), value, { minKeys: 1, maxKeys: 5, noNullPrototype: true })
    await fc.assert(
      fc.asyncProperty(methods, body, fc.stringMatching(/^[!-~]{1,20}$/), async (method, given, trace) => {
        const properties = Object.fromEntries(Object.keys(given).map((name) => [name, {}]))
        const operation = {
          parameters: [{ name: 'X-Trace', in: 'header', required: true, schema: { type: 'string' } }],
          requestBody: { required: true, content: { 'application/json': { schema: { type: 'object', properties } } } },
        }
        const [made] = document({ [method]: operation }, '/things').operations
        let sent: Request | undefined
        const client = createClient<Record<string, never>>({
          baseUrl: BASE,
          fetch: async (request) => {
            sent = request
            return Response.json({})
          },
        })
        await (client as unknown as { request: (method: string, path: string, init: object) => Promise<unknown> }).request(method, '/things', {
          body: given,
          params: { header: { 'X-Trace': trace } },
        })

        const ours = compileRequest(BASE, made?.binding as OperationBinding).build({ ...(given as JsonObject), 'X-Trace': trace })

        expect(ours.method).toBe(sent?.method.toUpperCase())
        expect(ours.url.href).toBe(sent?.url)
        expect(ours.headers['x-trace']).toBe(sent?.headers.get('x-trace'))
        expect(ours.headers['content-type']).toBe(sent?.headers.get('content-type'))
        expect(ours.body).toBe(await sent?.text())
      }),
      { numRuns: rounds(10_000) },
    )
  })

  it('carry forms and parts that the platform itself writes and reads', async () => {
    const fields = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.oneof(text, list), { minKeys: 1, maxKeys: 4, noNullPrototype: true })
    const file = fc.record({
      name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((name) => name.isWellFormed() && !/[\r\n\0]/.test(name)),
      bytes: fc.uint8Array({ maxLength: 200 }),
    })
    await fc.assert(
      fc.asyncProperty(fields, file, async (given, { name, bytes }) => {
        const properties = Object.fromEntries(Object.entries(given).map(([field, member]) => [field, schemaOf(member as Json)]))
        const of = (mediaType: string, more: JsonObject = {}) => {
          const schema = { type: 'object', properties: { ...properties, ...more } }
          const [made] = document(
            { post: { requestBody: { required: true, content: { [mediaType]: { schema } } } } as unknown as Json },
            '/things',
          ).operations
          return compileRequest(BASE, made?.binding as OperationBinding)
        }
        const flat = Object.entries(given).flatMap(([field, member]) =>
          (Array.isArray(member) ? member : [member]).map((one): [string, string] => [field, String(one)]),
        )

        const form = of('application/x-www-form-urlencoded').build(given as JsonObject)
        const upload = { name, mediaType: 'image/png', data: Buffer.from(bytes).toString('base64') }
        const parts = of('multipart/form-data', { FILE: { type: 'string', format: 'binary' } }).build({ ...(given as JsonObject), FILE: upload })

        expect(form.body).toBe(new URLSearchParams(flat).toString())
        const read = await new Response(Buffer.from(parts.body as Uint8Array), {
          headers: { 'content-type': parts.headers['content-type'] ?? '' },
        }).formData()
        const entries = [...read.entries()]
        expect(entries.filter(([field]) => field !== 'FILE')).toEqual(flat.map(([field, value]) => [field, value]))
        const received = read.get('FILE') as File
        expect([received.name, received.type, Buffer.from(await received.arrayBuffer()).equals(Buffer.from(bytes))]).toEqual([
          name,
          'image/png',
          true,
        ])
      }),
      { numRuns: rounds(5_000) },
    )
  })
})
