import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fetchPurposes } from '../src/egress/index.ts'
import { outboundPlaces } from './outbound.ts'

const sources = join(import.meta.dirname, '../src')

/** Sources outside of egress, with their text. */
const files = readdirSync(sources, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
  .map((entry) => join(entry.parentPath, entry.name))
  .map((file) => ({ path: file.slice(sources.length + 1).replaceAll('\\', '/'), text: readFileSync(file, 'utf8') }))
  .filter(({ path }) => !path.startsWith('egress/'))

/** A name that holds the way out: `egress`, `this.#egress`, `needs.egress`, `this.#needs.egress`. */
const REQUEST = /\begress\s*\??\.request\(/g

describe('the places that send something out', () => {
  it('are those of the list, each with its purpose, its rule for redirects and its limits', () => {
    const found = files
      .map(({ path, text }) => ({ file: path, requests: [...text.matchAll(REQUEST)].length }))
      .filter(({ requests }) => requests > 0)
      .toSorted((a, b) => (a.file < b.file ? -1 : 1))

    expect(found).toEqual(outboundPlaces.map(({ file, requests }) => ({ file, requests })))
    for (const place of outboundPlaces) expect([place.purpose, place.redirects, place.limits]).not.toContain('')
  })

  it('hold the way out under its own name, so that none is overlooked', () => {
    const renamed = files.filter(
      ({ text }) => /\b(?!egress\b)\w+\s*(?:=|:)\s*(?:this\.)?#?(?:needs\.)?egress\.request\b(?!\s*\()/.test(text) || /egress\s*\[/.test(text),
    )

    expect(renamed.map(({ path }) => path)).toEqual([])
  })

  it('follow no redirect with a secret, and are bounded, whatever the purpose', () => {
    const carrying = [
      'oauth-token',
      'oauth-revocation',
      'oauth-registration',
      'account-identity',
      'credential-test',
      'sign-in',
      'key-service',
      'webhook',
    ] as const

    expect(carrying.filter((purpose) => fetchPurposes[purpose].mostRedirects > 0)).toEqual([])
    for (const [purpose, { mostMs, mostBytes }] of Object.entries(fetchPurposes)) {
      expect([purpose, mostMs <= 30_000, mostBytes <= 20 * 1024 * 1024]).toEqual([purpose, true, true])
    }
    expect(fetchPurposes['client-metadata']).toMatchObject({ mostMs: 5_000, mostBytes: 10 * 1024, mostRedirects: 0 })
  })
})
