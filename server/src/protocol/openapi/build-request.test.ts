import type { OperationBinding, ParameterBinding } from '@handfast/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../lib/index.ts'
import { buildRequest } from './build-request.ts'

const TARGET = 'https://api.example.com/v1'

function parameter(place: ParameterBinding['in'], name: string, more: Partial<ParameterBinding> = {}): ParameterBinding {
  return {
    argument: name,
    in: place,
    name,
    style: place === 'query' ? 'form' : 'simple',
    explode: place === 'query',
    required: place === 'path',
    ...more,
  }
}

function operation(path: string, parameters: readonly ParameterBinding[], more: Partial<OperationBinding> = {}): OperationBinding {
  return { method: 'GET', path, parameters, pointer: '/paths', ...more }
}

const form = (more: Partial<NonNullable<OperationBinding['body']>>): Partial<OperationBinding> => ({
  method: 'POST',
  body: { mediaType: 'application/json', required: false, arguments: { kind: 'merged', names: ['name', 'tags'] }, ...more },
})

function refusal(binding: OperationBinding, args: JsonObject, target = TARGET): unknown {
  try {
    return buildRequest(target, binding, args)
  } catch (error) {
    return error
  }
}

describe('a request', () => {
  it('puts each argument where the operation says', () => {
    const parameters = [
      parameter('path', 'id'),
      parameter('query', 'tag'),
      parameter('query', 'ids', { explode: false }),
      parameter('header', 'X-Trace'),
    ]
    const args = { id: 'a b', tag: ['x&y', 'é'], ids: [1, 2, 'c,d'], 'X-Trace': 'abc' }

    const request = buildRequest(TARGET, operation('/boats/{id}/log', parameters), args)

    expect(request.url.href).toBe('https://api.example.com/v1/boats/a%20b/log?tag=x%26y&tag=%C3%A9&ids=1,2,c%2Cd')
    expect(request).toMatchObject({ method: 'GET', headers: { 'x-trace': 'abc', accept: expect.stringContaining('application/json') } })
    expect(request).not.toHaveProperty('body')
  })

  it('leaves out what is not given, null and empty lists', () => {
    const parameters = [
      parameter('query', 'a'),
      parameter('query', 'b'),
      parameter('query', 'c'),
      parameter('query', 'd'),
      parameter('header', 'X-E'),
    ]

    const { url, headers } = buildRequest(TARGET, operation('/x', parameters), { b: null, c: [], d: '' })

    expect(url.search).toBe('?d=')
    expect(Object.keys(headers)).toEqual(['accept'])
  })

  it('carries a JSON body of the merged arguments that were given', () => {
    const request = buildRequest(TARGET, operation('/x', [], form({})), { name: 'n', tags: null, other: 1 })

    expect(request.headers['content-type']).toBe('application/json')
    expect(request.body).toBe('{"name":"n","tags":null}')
  })

  it('has no body where none is needed, and an empty object where one is', () => {
    expect(buildRequest(TARGET, operation('/x', [], form({})), {})).not.toHaveProperty('body')
    expect(buildRequest(TARGET, operation('/x', [], form({ required: true })), {}).body).toBe('{}')
  })

  it('carries one argument as the whole body', () => {
    const body = form({ required: true, arguments: { kind: 'argument', name: 'body' } })

    expect(buildRequest(TARGET, operation('/x', [], body), { body: [1, 2] }).body).toBe('[1,2]')
    expect(refusal(operation('/x', [], body), {})).toMatchObject({ code: 'openapi/argument', pointer: '/body' })
  })

  it('carries a form that its reader takes apart into the same values', () => {
    const binding = operation('/x', [], form({ mediaType: 'application/x-www-form-urlencoded' }))

    const request = buildRequest(TARGET, binding, { name: 'a&b=c d', tags: ['x', 'y+z'] })

    expect(request.headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect([...new URLSearchParams(String(request.body))]).toEqual([
      ['name', 'a&b=c d'],
      ['tags', 'x'],
      ['tags', 'y+z'],
    ])
  })

  it('is refused where a required argument is missing or is no text', () => {
    const binding = operation('/x/{id}', [parameter('path', 'id'), parameter('query', 'q', { required: true })])

    expect(refusal(binding, { q: '1' })).toMatchObject({ code: 'openapi/argument', pointer: '/id' })
    expect(refusal(binding, { id: '1' })).toMatchObject({ code: 'openapi/argument', pointer: '/q' })
    expect(refusal(binding, { id: '1', q: '\ud800' })).toMatchObject({ code: 'openapi/argument', pointer: '/q' })
  })

  it('takes arguments from the call itself, not from what objects inherit', () => {
    expect(refusal(operation('/x/{constructor}', [parameter('path', 'constructor')]), {})).toMatchObject({ code: 'openapi/argument' })
  })
})

describe('the address', () => {
  it.each(['', '.', '..', 'a/b', '../x', 'a\\b', '%2e%2e', '%2F', 'x%2fy', '%252F', '%25252e%2e', 'a\nb', 'a\0', '%00', '%0d%0a', '\ud800'])(
    'is not changed by the path value %j',
    (value) => {
      expect(refusal(operation('/files/{name}/meta', [parameter('path', 'name')]), { name: value })).toMatchObject({
        code: 'openapi/argument',
        pointer: '/name',
      })
    },
  )

  it('is not changed by dots that two values make together', () => {
    const parameters = [parameter('path', 'a'), parameter('path', 'b')]

    expect(refusal(operation('/x/{a}{b}', parameters), { a: '.', b: '.' })).toMatchObject({ code: 'openapi/argument' })
    expect(refusal(operation('/x/.{a}', parameters), { a: '.' })).toMatchObject({ code: 'openapi/argument' })
    expect(refusal(operation('/x/{a}', parameters), { a: [] })).toMatchObject({ code: 'openapi/argument' })
  })

  it('never leaves the target, whatever the path value', () => {
    const binding = operation('/files/{name}/meta', [parameter('path', 'name'), parameter('query', 'q')])
    const nasty = fc.constantFrom(
      '..',
      '.',
      '/',
      '\\',
      '%2e',
      '%2f',
      '%',
      '?',
      '#',
      '@',
      ':',
      ';',
      '//evil.example',
      'http://evil.example/',
      '\t',
      ' ',
      'é',
      '😀',
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(nasty, { maxLength: 6 }).map((parts) => parts.join('')),
    )
    let sent = 0

    fc.assert(
      fc.property(text, text, (name, q) => {
        const outcome = refusal(binding, { name, q })
        if (outcome instanceof Error) {
          expect(outcome).toMatchObject({ code: 'openapi/argument' })
          return
        }
        sent++
        const { url } = outcome as ReturnType<typeof buildRequest>
        // Read again from its text, as the other side does.
        const read = new URL(url.href)
        const segments = read.pathname.split('/')
        expect(read.origin).toBe('https://api.example.com')
        expect([segments.length, segments[1], segments[2], segments[4]]).toEqual([5, 'v1', 'files', 'meta'])
        expect(decodeURIComponent(segments[3] ?? '')).toBe(name)
        expect(read.searchParams.get('q')).toBe(q)
        expect(read.hash).toBe('')
      }),
      { numRuns: 3_000 },
    )
    expect(sent).toBeGreaterThan(300)
  })

  it.each(['ftp://example.com', 'https://me:pw@example.com', 'https://example.com/?a=1', 'https://example.com/#a', '/relative', ''])(
    'is not built from the target %j',
    (target) => {
      expect(refusal(operation('/x', []), {}, target)).toMatchObject({ code: 'openapi/target' })
    },
  )

  it.each(['//evil.example/x', '/a/../../b', '/a?b', '/a#b', 'a', '/\\evil.example', '@evil.example'])(
    'keeps its origin with the reviewed path %j',
    (path) => {
      const outcome = refusal(operation(path, []), {})

      if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'openapi/target' })
      else expect((outcome as ReturnType<typeof buildRequest>).url.href.startsWith('https://api.example.com/v1/')).toBe(true)
    },
  )

  it('writes the fixed part of a path as an address may hold it', () => {
    expect(buildRequest(TARGET, operation('/a %20b/%C3%A9/é/x:y@z/5%', []), {}).url.pathname).toBe('/v1/a%20%20b/%C3%A9/%C3%A9/x:y@z/5%25')
  })
})

describe('a header', () => {
  it.each(['a\r\nX-Evil: 1', 'a\nb', 'a\0', ' a', 'a ', 'é', '\u007f', 'a\u2028b'])('is not sent with the value %j', (value) => {
    expect(refusal(operation('/x', [parameter('header', 'X-A')]), { 'X-A': value })).toMatchObject({ code: 'openapi/argument', pointer: '/X-A' })
  })

  it.each([
    'Host',
    'authorization',
    'Cookie',
    'Content-Length',
    'Connection',
    'Transfer-Encoding',
    'TE',
    'Upgrade',
    'Proxy-Authorization',
    'Forwarded',
    'X-Forwarded-Host',
  ])('%s is never set by an argument, not even where a release says so', (name) => {
    expect(refusal(operation('/x', [parameter('header', name)]), { [name]: 'a' })).toMatchObject({ code: 'openapi/target' })
  })

  it.each(['Accept-Encoding', 'X-HTTP-Method-Override', 'X-Original-URL', 'bad name', 'bad\r\nname', ''])(
    'named %j is never set by an argument',
    (name) => {
      expect(refusal(operation('/x', [parameter('header', name)]), { [name]: 'a' })).toMatchObject({ code: 'openapi/target' })
    },
  )

  it('joins a list by commas, and refuses a comma inside', () => {
    const binding = operation('/x', [parameter('header', 'X-A')])

    expect(buildRequest(TARGET, binding, { 'X-A': ['a', 'b'] }).headers['x-a']).toBe('a,b')
    expect(refusal(binding, { 'X-A': ['a', 'b,c'] })).toMatchObject({ code: 'openapi/argument' })
  })
})

describe('generated operations', () => {
  const name = fc.string({ minLength: 1, maxLength: 12 })
  const scalar = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  const pathValue = fc.oneof(
    fc.integer(),
    fc.string({ unit: 'grapheme-ascii', minLength: 1 }).filter((text) => !/[/\\%]|^\.+$/.test(text)),
  )
  const queries = fc.uniqueArray(fc.record({ name, explode: fc.boolean(), value: fc.oneof(scalar, fc.array(scalar, { maxLength: 4 })) }), {
    selector: (one) => one.name,
    maxLength: 5,
  })

  it('come back from the URL parser with the values that went in', () => {
    fc.assert(
      fc.property(fc.array(pathValue, { minLength: 1, maxLength: 3 }), queries, (places, given) => {
        const parameters = [
          ...places.map((_, i) => parameter('path', `p${i}`)),
          ...given.map((one, i) => parameter('query', one.name, { argument: `q${i}`, explode: one.explode })),
        ]
        const args: Record<string, Json> = {}
        for (const [i, value] of places.entries()) args[`p${i}`] = value
        for (const [i, one] of given.entries()) args[`q${i}`] = one.value
        const path = places.map((_, i) => `/s${i}/{p${i}}`).join('')

        const { url } = buildRequest(TARGET, operation(path, parameters), args)

        const segments = new URL(url.href).pathname.split('/').slice(2)
        for (const [i, value] of places.entries()) expect(decodeURIComponent(segments[2 * i + 1] ?? '')).toBe(String(value))
        const raw = url.search.slice(1).split('&')
        for (const one of given) {
          const values = (Array.isArray(one.value) ? one.value : [one.value]).map(String)
          if (one.explode || values.length === 0) expect(url.searchParams.getAll(one.name)).toEqual(values)
          else {
            const pair = raw.map((text) => text.split('=')).find(([key]) => decodeURIComponent(key ?? '') === one.name)
            expect(pair?.[1]?.split(',').map(decodeURIComponent)).toEqual(values)
          }
        }
      }),
      { numRuns: 1_000 },
    )
  })
})
