import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import type { JsonRecord, ReleaseContent, ReleaseTool } from '@handfast/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { proves } from '../../test/proves.ts'
import { manifestFor } from '../../test/publishing.ts'
import { canonicalJson, isObject, type Json, type JsonObject, sha256 } from '../lib/index.ts'
import { composeRelease, readManifest } from './compose-release.ts'
import { canonicalRelease } from './in-pieces.ts'
import { checkRelease } from './release-checks.ts'

proves('directory/digest')

const object = { type: 'object' } as const
const raw = (name: string, more: JsonObject = {}) => ({ name, inputSchema: object, ...more })

/** The same value with the keys of every object in another order. */
function turned(value: Json | undefined): Json {
  if (Array.isArray(value)) return value.map(turned)
  if (!isObject(value)) return value ?? null
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, turned(member)]),
  )
}

function release(tools: readonly Partial<ReleaseTool>[], url = 'https://api.heron.example/mcp'): ReleaseContent {
  const whole = tools.map((tool) => ({ name: 'a', description: '', inputSchema: object, effect: 'read' as const, consequential: false, ...tool }))
  return { ...composeRelease(manifestFor(url), { kind: 'mcp', tools: [raw('a')] }, 'Heron Ltd'), tools: whole }
}

describe('the digest of a release', () => {
  it('does not depend on the order of keys, and does on everything else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
        const digest = (value: unknown) => sha256(canonicalJson({ description: 'x', inputSchema: value } as Json))
        expect(digest(turned(left as Json))).toBe(digest(left))
        // What differs in meaning differs in digest; -0 and 0 are the same JSON.
        const same = isDeepStrictEqual(JSON.parse(JSON.stringify(left)), JSON.parse(JSON.stringify(right)))
        expect(digest(left) === digest(right)).toBe(same)
      }),
    )
  })
})

describe('the canonical text of a large release', () => {
  it('is written in pieces and is the same', async () => {
    const tools = Array.from({ length: 300 }, (_, i) => ({ name: `tool${i}`, description: `🚤 ${'é😀'.repeat(2_000)}` }))
    const content = release(tools)

    const { canonical, digest } = await canonicalRelease(content)

    expect(canonical).toBe(canonicalJson(content))
    expect(digest).toBe(sha256(canonical))
  })
})

describe('composing a release', () => {
  it('takes what a tool does from its hints, and from the manifest where that says otherwise', () => {
    const tools = [
      raw('reads', { annotations: { readOnlyHint: true, destructiveHint: true } }),
      raw('silent'),
      raw('destroys', { annotations: { destructiveHint: true } }),
      raw('odd', { annotations: { readOnlyHint: 'yes' } }),
      raw('corrected'),
      raw('trusted'),
    ]
    const manifest = manifestFor('https://api.heron.example/mcp', { tools: { corrected: { effect: 'read' }, trusted: { consequential: false } } })

    const composed = composeRelease(manifest, { kind: 'mcp', tools }, 'Heron Ltd')

    expect(composed.tools.map(({ effect, consequential }) => [effect, consequential])).toEqual([
      ['read', false],
      ['change', true],
      ['destructive', true],
      ['change', true],
      ['read', false],
      ['change', false],
    ])
  })

  it('refuses a correction for a tool that is not there', () => {
    const composing = () =>
      composeRelease(manifestFor('https://a.example/', { tools: { 'no/tool': {} } }), { kind: 'mcp', tools: [raw('a')] }, 'Heron Ltd')

    expect(composing).toThrowError(expect.objectContaining({ code: 'directory/manifest', pointer: '/tools/no~1tool' }))
  })

  it.each(['restaurant', 'directions'])('reads the manifest of the example %s', (name) => {
    const text = readFileSync(new URL(`../../../examples/manifests/${name}.yaml`, import.meta.url), 'utf8')

    expect(readManifest(parse(text))).toMatchObject({ ownsApi: true, credential: { type: 'none' }, tools: {} })
  })

  it.each([
    ['/slug', { slug: 'Heron' }],
    ['/credential/name', { credential: { type: 'header', name: 'X Key' } }],
    ['/limits/perSecond', { limits: { perSecond: 0 } }],
    ['/receives/0', { receives: [''] }],
  ])('says with the pointer %s where a manifest cannot be used', (pointer, change) => {
    const reading = () => readManifest({ ...manifestFor('https://a.example/'), ...change })

    expect(reading).toThrowError(expect.objectContaining({ code: 'directory/manifest', pointer }))
  })
})

describe('the door for releases', () => {
  const nested = (levels: number): JsonRecord => (levels === 0 ? {} : { type: 'object', properties: { a: nested(levels - 1) } })

  it.each<[string, string, ReleaseContent]>([
    ['no tool', '/tools', release([])],
    ['a name that assistants refuse', '/tools/0/name', release([{ name: 'a b' }])],
    ['two tools of one name', '/tools/1/name', release([{}, {}])],
    ['arguments that are no object', '/tools/0/inputSchema/type', release([{ inputSchema: { type: 'string' } }])],
    [
      'a reference that leaves the schema',
      '/tools/0/inputSchema/properties/a/$ref',
      release([{ inputSchema: { type: 'object', properties: { a: { $ref: 'https://evil.example/schema' } } } }]),
    ],
    ['a schema that nests too deeply', '/tools/0/inputSchema', release([{ inputSchema: nested(40) }])],
    ['an address that is not http', '/target/url', release([{}], 'file:///etc/passwd')],
    ['an address with a password', '/target/url', release([{}], 'https://a:b@heron.example/')],
  ])('refuses %s and points at it', (_, pointer, content) => {
    return expect(checkRelease('heron', content)).rejects.toMatchObject({ pointer, status: 422 })
  })

  it('lets a value called $ref pass, which is data and refers to nothing', () => {
    const inputSchema = { type: 'object', properties: { $ref: { type: 'string' }, a: { const: { $ref: 'https://example.org/' } } } }

    return expect(checkRelease('heron', release([{ inputSchema }]))).resolves.toBeUndefined()
  })

  it('leaves room for the short name of the connector, to the character', async () => {
    await expect(checkRelease('heron', release([{ name: 'x'.repeat(58) }]))).resolves.toBeUndefined()
    await expect(checkRelease('heron', release([{ name: 'x'.repeat(59) }]))).rejects.toMatchObject({ pointer: '/tools/0/name' })
  })
})
