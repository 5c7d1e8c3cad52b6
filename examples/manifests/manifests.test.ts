import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

describe.each(['restaurant', 'directions'])('the manifest of %s', (name) => {
  it('declares what a release needs, and nothing by accident', () => {
    const manifest = parse(readFileSync(new URL(`${name}.yaml`, import.meta.url), 'utf8')) as Record<string, unknown>

    expect(manifest).toEqual({
      slug: expect.stringMatching(/^[a-z][a-z0-9-]{1,30}$/),
      name: expect.any(String),
      kind: name === 'restaurant' ? 'mcp' : 'openapi',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+/),
      ...(name === 'directions' ? { document: `${manifest['url']}/openapi.json` } : {}),
      description: expect.any(String),
      ownsApi: true,
      receives: expect.arrayContaining([expect.any(String)]),
      privacyNotice: expect.stringMatching(/\n$/),
      credential: { type: 'none' },
      limits: { perSecond: expect.any(Number), burst: expect.any(Number), concurrency: expect.any(Number) },
    })
  })
})
