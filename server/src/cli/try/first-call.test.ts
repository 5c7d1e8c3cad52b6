import type { JsonRecord, ReleaseTool } from '@handfast/contract'
import { describe, expect, it } from 'vitest'
import { argumentsFor, chooseFirstCall } from './first-call.ts'

function tool(name: string, schema: JsonRecord, change: Partial<ReleaseTool> = {}): ReleaseTool {
  return { name, description: '', inputSchema: { type: 'object', ...schema }, effect: 'read', consequential: false, ...change }
}

const city = { properties: { city: { type: 'string' } }, required: ['city'] }
const knownCity = { properties: { city: { type: 'string', examples: ['Cork'] } }, required: ['city'] }

describe('the first call', () => {
  it('goes to a tool that only reads and wants nothing, before one that can be filled from its examples', () => {
    const tools = [tool('weather', knownCity), tool('delete_all', {}, { effect: 'destructive', consequential: true }), tool('stations', {})]

    expect(chooseFirstCall(tools)).toMatchObject({ tool: { name: 'stations' }, arguments: {} })
    expect(chooseFirstCall(tools.slice(0, 2))).toMatchObject({ tool: { name: 'weather' }, arguments: { city: 'Cork' } })
  })

  it('is never one that changes something, or that nobody knows what to say to', () => {
    expect(chooseFirstCall([tool('weather', city), tool('book', {}, { effect: 'change', consequential: true })])).toBeUndefined()
  })

  it.each(['get-env', 'listApiKeys', 'show_token', 'environment'])('is not %s, whose answer may not belong on a screen', (name) => {
    expect(chooseFirstCall([tool(name, {})])).toBeUndefined()
  })

  it.each(['monkeys', 'list_envelopes', 'getTurnkeyHouses'])('may be %s, which only sounds like a secret', (name) => {
    expect(chooseFirstCall([tool(name, {})])?.tool.name).toBe(name)
  })
})

describe('arguments from a schema', () => {
  it('are its defaults, constants, examples and choices, in objects too, and only what is required', () => {
    const schema = {
      type: 'object',
      properties: {
        unit: { enum: ['metre', 'mile'] },
        kind: { const: 'walk' },
        limit: { type: 'integer', default: 10 },
        from: { type: 'object', properties: { place: { example: 'station' } }, required: ['place'] },
        note: { type: 'string', default: 'left out' },
      },
      required: ['unit', 'kind', 'limit', 'from'],
    }

    expect(argumentsFor(schema)).toEqual({ unit: 'metre', kind: 'walk', limit: 10, from: { place: 'station' } })
  })

  it('are none where a required one has no example, or where it refers to itself', () => {
    const endless: Record<string, unknown> = { type: 'object', required: ['self'] }
    endless['properties'] = { self: endless }

    expect(argumentsFor({ type: 'object', ...city })).toBeUndefined()
    expect(argumentsFor(endless as JsonRecord)).toBeUndefined()
    expect(argumentsFor({ type: 'object', required: ['constructor'], properties: {} })).toBeUndefined()
  })
})
