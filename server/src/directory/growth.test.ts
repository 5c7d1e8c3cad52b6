import type { JsonRecord, ReleaseTool, ToolEffect } from '@handfast/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { growthSince, reachOf } from './growth.ts'

const effects = ['read', 'change', 'destructive'] as const
const tool = (name: string, effect: ToolEffect, inputSchema: JsonRecord = { type: 'object', additionalProperties: false }): ReleaseTool => ({
  name,
  description: '',
  inputSchema,
  effect,
  consequential: effect !== 'read',
})
const closed = (names: readonly string[]): JsonRecord => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
  additionalProperties: false,
})
const anyTool = fc
  .tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(...effects), fc.uniqueArray(fc.constantFrom('x', 'y', 'z', '__proto__', 'a/b')))
  .map(([name, effect, fields]) => tool(name, effect, closed(fields)))
const anyRelease = fc.uniqueArray(anyTool, { selector: ({ name }) => name })

describe('growth from release to release', () => {
  it('is nothing between a release and itself', () => {
    fc.assert(
      fc.property(anyRelease, (tools) => {
        expect(growthSince(reachOf(tools), tools)).toEqual([])
      }),
    )
  })

  it('names every tool that does more than was agreed to, and no other', () => {
    fc.assert(
      fc.property(anyRelease, anyRelease, (before, after) => {
        const grown = new Set(growthSince(reachOf(before), after).map((one) => one.tool))
        for (const now of after) {
          const then = before.find(({ name }) => name === now.name)
          const fields = (one: ReleaseTool) => Object.keys(one.inputSchema['properties'] as object)
          const more =
            then === undefined ||
            effects.indexOf(now.effect) > effects.indexOf(then.effect) ||
            fields(now).some((field) => !fields(then).includes(field))
          expect([now.name, grown.has(now.name)]).toEqual([now.name, more])
        }
      }),
    )
  })

  it.each<[string, JsonRecord, JsonRecord, readonly string[]]>([
    ['a place inside an object', { properties: { who: closed(['name']) } }, { properties: { who: closed(['name', 'phone']) } }, ['/who/phone']],
    ['a place inside a list', { properties: { l: { items: closed([]) } } }, { properties: { l: { items: closed(['x']) } } }, ['/l/-/x']],
    ['a branch', { anyOf: [closed(['x'])] }, { anyOf: [closed(['x']), closed(['y'])] }, ['/y']],
    ['what a reference leads to', { $defs: { p: closed(['x']) } }, { $defs: { p: closed(['x', 'y']) } }, ['/y']],
    ['an object that takes anything', closed(['x']), { type: 'object', properties: { x: {} } }, ['/*']],
  ])('sees %s', (_, before, after, fields) => {
    expect(growthSince(reachOf([tool('a', 'read', before)]), [tool('a', 'read', after)])).toMatchObject([{ tool: 'a', fields }])
  })

  it('ends, however deep a schema nests', () => {
    let schema: JsonRecord = closed(['x'])
    for (let depth = 0; depth < 5_000; depth++) schema = { properties: { a: schema } }

    expect(growthSince(new Map(), [tool('a', 'read', schema)])).toHaveLength(1)
    expect(reachOf([tool('a', 'read', schema)]).size).toBe(1)
  })
})
