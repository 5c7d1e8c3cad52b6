import type { ReleaseTool } from '@handfast/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../lib/index.ts'
import { inFormat, ownNameBehind, vendorName } from './vendor-tools.ts'

const slugs = fc.stringMatching(/^[a-z][a-z0-9-]{1,30}$/)
const names = fc.stringMatching(/^[A-Za-z0-9_.\-/]{1,128}$/)
const tool = (name: string, more: object = {}) => ({ name, description: '', inputSchema: { type: 'object' }, ...more }) as unknown as ReleaseTool

describe('the name of a tool in an API of a model', () => {
  it('fits, keeps the connector in front, and leads back to the one tool that it was made from', () => {
    fc.assert(
      fc.property(slugs, fc.uniqueArray(names, { minLength: 1, maxLength: 20 }), (slug, own) => {
        const tools = own.map((name) => tool(name))
        const made = own.map((name) => vendorName(`${slug}_${name}`))

        expect(new Set(made).size).toBe(own.length)
        made.forEach((name, at) => {
          expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
          expect(name.slice(0, name.indexOf('_'))).toBe(slug)
          expect(ownNameBehind(name, slug, tools) ?? name.slice(slug.length + 1)).toBe(own[at])
        })
      }),
      { numRuns: 500, seed: 3 },
    )
  })

  it('comes with a schema whose root every API takes, whatever the connector wrote there', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('type', 'oneOf', 'anyOf', 'allOf', 'not', 'enum', 'required', '$defs', 'properties'), fc.jsonValue()),
        (inputSchema) => {
          const listed = { name: 'a_b', description: 'x', inputSchema } as unknown as JsonObject
          const { input_schema: schema } = inFormat('anthropic', listed) as { readonly input_schema: JsonObject }

          expect(schema['type']).toBe('object')
          expect(schema).toHaveProperty('properties')
          expect(Object.keys(schema).filter((keyword) => ['oneOf', 'anyOf', 'allOf', 'not', 'enum'].includes(keyword))).toEqual([])
        },
      ),
      { numRuns: 300, seed: 4 },
    )
  })
})
