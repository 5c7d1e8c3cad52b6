import { manifest } from '@handfast/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { composeManifest, slugFor } from './compose-manifest.ts'
import { asSetting, ownAddress } from './own-address.ts'

describe('what is put together for somebody who tries an API', () => {
  it('can be handed in whatever the API calls itself', () => {
    fc.assert(
      fc.property(fc.option(fc.string({ unit: 'binary', maxLength: 200 })), fc.option(fc.string({ maxLength: 5_000 })), (title, description) => {
        const url = 'https://api.example.org/v1'
        const slug = slugFor(title, url)
        const composed = composeManifest({ kind: 'openapi', title, description, url, credential: { type: 'bearer' } }, slug)

        expect(manifest.safeParse(composed).error?.issues ?? []).toEqual([])
      }),
    )
  })

  it.each([
    ['ReadMe API', 'https://api.readme.com/v2', 'readme-api'],
    ['Café Zürich', 'https://x.example', 'cafe-zurich'],
    ['天気', 'https://api.weather.example', 'weather-example'],
    [null, 'http://127.0.0.1:3000', 'my-api'],
    ['3 Words', 'https://x.example', 'words'],
  ])('calls %s at %s %s', (title, url, slug) => {
    expect(slugFor(title, url)).toBe(slug)
  })

  it('claims neither that the API is owned nor what becomes of the data', () => {
    const composed = composeManifest({ kind: 'mcp', title: 'X', description: null, url: 'http://localhost:1/mcp', credential: { type: 'none' } }, 'x')

    expect(composed).toMatchObject({ ownsApi: false, name: 'X', privacyNotice: expect.stringContaining('localhost:1') })
  })
})

describe('an address on this machine', () => {
  it.each([
    ['http://localhost:3001/mcp', 'localhost', 3001],
    ['http://127.0.0.1:8080', '127.0.0.1', 8080],
    ['https://127.8.8.8/x', '127.8.8.8', 443],
    ['http://[::1]:4000/', '::1', 4000],
    ['http://0x7f.1:5000/', '127.0.0.1', 5000],
  ])('%s is opened for its one port', (url, host, port) => {
    expect(ownAddress(url, 'try')).toEqual({ name: 'try', host, ports: [port] })
  })

  it.each([
    'https://api.example.org',
    'http://10.0.0.7:3000',
    'http://169.254.169.254/',
    'http://localhost.example.org/',
    'http://[::ffff:10.0.0.1]/',
    'nothing',
  ])('%s is not one', (url) => {
    expect(ownAddress(url, 'try')).toBeNull()
  })

  it('can be said in the environment for later starts', () => {
    expect(asSetting({ name: 'try', host: '127.0.0.1', ports: [3001] })).toBe('HANDFAST_ALLOW_INTERNAL=try=127.0.0.1:3001')
  })
})
