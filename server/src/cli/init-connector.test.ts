import { manifest, manifestJsonSchema } from '@handfast/contract'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { commentedManifest } from './init-connector.ts'

describe('a manifest to begin with', () => {
  it.each(['mcp', 'openapi'] as const)('of kind %s can be handed in as it is written, and has a word about every field', (kind) => {
    const text = commentedManifest({ slug: 'heron', name: 'The "Grey" Heron: tables', kind, url: 'https://api.heron.example/mcp' })

    const read = manifest.safeParse(parse(text))
    expect(read.error?.issues ?? []).toEqual([])
    expect(read.data).toMatchObject({
      slug: 'heron',
      name: 'The "Grey" Heron: tables',
      kind,
      tests: [],
      probes: { badInput: false, wrongAudience: false },
    })
    const fields = Object.entries((manifestJsonSchema() as { readonly properties: Record<string, { readonly description?: string }> }).properties)
    expect(fields.length).toBeGreaterThan(20)
    for (const [name, { description }] of fields) {
      expect(text).toMatch(new RegExp(`^(# )?${name}:`, 'm'))
      const [first = ''] = (description ?? '').split(/(?<=\w{4,})\s/)
      expect(first, name).not.toBe('')
      expect(text, name).toContain(first)
    }
  })

  it('describes manifests that the server takes, and no others', () => {
    const schema = manifestJsonSchema() as { readonly required: readonly string[]; readonly additionalProperties: unknown }

    expect(schema.required).toEqual(['slug', 'name', 'kind', 'url', 'description'])
    expect(schema.additionalProperties).toBe(false)
  })
})
