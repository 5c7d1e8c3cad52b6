import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { clientRole } from './conformance/client-role.ts'
import { embedded } from './conformance/own-house.ts'
import { REVISIONS, serverRole } from './conformance/server-role.ts'
import { type Counts, expectedFailures } from './conformance/suite.ts'

const MINUTES = 60_000
const required = {
  server: { '2026-07-28': 37, '2025-11-25': 30, '2025-06-18': 27 },
  client: { '2026-07-28': 32, '2025-11-25': 18, '2025-06-18': 5 },
} as const
const failing = ({ scenarios }: Counts): readonly unknown[] => scenarios.filter(({ passed, unscored }) => !passed && unscored === undefined)

describe('the public conformance suite', () => {
  it('is not told to expect any failure', () => {
    const lines = readFileSync(expectedFailures, 'utf8').split('\n')

    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual(['server: []', 'client: []'])
  })

  describe.each(REVISIONS)('in revision %s', (revision) => {
    it('passes as assistant, through the gateway', { timeout: 4 * MINUTES }, async () => {
      const counts = await serverRole(embedded, revision)

      expect(failing(counts)).toEqual([])
      expect(counts.required).toBe(required.server[revision])
    })

    it('passes as connector, driven by our client', { timeout: 11 * MINUTES }, async () => {
      const counts = await clientRole(revision)

      expect(failing(counts)).toEqual([])
      expect(counts.required).toBe(required.client[revision])
    })
  })

  it.each(['2025-11-25', '2025-06-18'] as const)(
    'passes in revision %s to a connector that only speaks 2026-07-28',
    { timeout: 4 * MINUTES },
    async (revision) => {
      const counts = await serverRole(embedded, revision, 'modern')

      expect(failing(counts)).toEqual([])
    },
  )

  it('passes in revision 2026-07-28 to a connector that only speaks 2025-11-25, but for what that revision cannot say', {
    timeout: 4 * MINUTES,
  }, async () => {
    const counts = await serverRole(embedded, '2026-07-28', 'legacy')

    // It has no keys for its questions, and no error for a capability that is missing: it fails in words.
    const cannot = ['input-required-result-basic-elicitation', 'server-stateless']
    expect(counts.scenarios.filter(({ passed, unscored }) => !passed && unscored === undefined).map(({ name }) => name)).toEqual(cannot)
  })
})
