import type { ManifestInput } from '@handfast/contract'
import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { proves } from '../../../test/proves.ts'
import { manifestFor, openPublishing, restaurantTools } from '../../../test/publishing.ts'
import { json, modernConnector, result } from '../../../test/scripted-connector.ts'
import { AccessLog, ProbeKeys } from '../../vault/index.ts'
import { evidenceOf } from './evidence.ts'

proves('review/probes', 'review/test-account')

const KEY = 'tk-canary-7f3a'

/** A restaurant with a key: it refuses others, knows four tables, answers table 13 with a word, and repeats the key where it should not. */
function kitchen(asksKey = true) {
  return modernConnector((incoming, response) => {
    if (asksKey && incoming.method !== 'tools/list' && incoming.request.headers.authorization !== `Bearer ${KEY}`)
      return json(response, { error: 'who are you' }, 401, { 'www-authenticate': 'Bearer realm="kitchen"' })
    if (incoming.method === 'tools/list')
      return result(response, incoming.id, { resultType: 'complete', tools: restaurantTools, ttlMs: 0, cacheScope: 'private' })
    const given = (incoming.params['arguments'] ?? {}) as { readonly day?: unknown; readonly guests?: unknown; readonly table?: unknown }
    const say = (text: string, structuredContent: object | null, isError = false) =>
      result(response, incoming.id, {
        resultType: 'complete',
        content: [{ type: 'text', text }],
        ...(structuredContent === null ? {} : { structuredContent: structuredContent as never }),
        isError,
      })
    if (typeof given.day !== 'string' && incoming.params['name'] === 'find_table') return say('Which day?', null, true)
    if (given.guests === 13) return say('unlucky', { table: 'none' })
    if (given.guests === 99) return say(`no table, says ${KEY}`, null, true)
    return say('table 4', { table: 4, chef: { name: 'Ines' } })
  })
}

const tests = [
  {
    name: 'finds a table',
    kind: 'positive',
    tool: 'find_table',
    arguments: { day: '2026-12-01' },
    expect: { fields: { '/table': 4 }, contains: ['table 4'] },
  },
  {
    name: 'has no room for a crowd',
    kind: 'negative',
    tool: 'find_table',
    arguments: { day: '2026-12-01', guests: 99 },
    expect: { contains: ['no table'] },
  },
  { name: 'needs a day', kind: 'negative', tool: 'find_table', arguments: { guests: 2 } },
  { name: 'knows thirteen', kind: 'positive', tool: 'find_table', arguments: { day: '2026-12-01', guests: 13 } },
] as const satisfies ManifestInput['tests']

describe.each(databases)('probes on $name', { timeout: 120_000 }, (kind) => {
  it('make the calls that the developer handed in, with the key of the test account, and keep what they found sealed', async () => {
    await using connector = await kitchen()
    await using town = await openPublishing(kind)
    const standing = await town.creates()
    const { id } = await town.submits(manifestFor(connector.url, { credential: { type: 'bearer' }, tests: [...tests] }), null, { reviewerKey: KEY })
    const { workspace } = town
    const keyId = (await new ProbeKeys(town).note(standing))?.id ?? ''

    const queued = await town.review.probes.list(workspace, id)
    await town.works('review.probe')

    expect(queued).toMatchObject([{ state: 'queued', total: 9 }])
    expect(await town.review.probes.list(workspace, id)).toMatchObject([{ state: 'done', done: 9 }])
    const found = await town.review.probes.evidence(workspace, id)
    expect(found?.transport).toMatchObject({ answered: true, tls: null })
    expect(found?.handshake).toMatchObject({ succeeded: true, eras: { modern: '2026-07-28', legacy: null }, listsAgree: true })
    expect(found?.authorization?.withoutToken).toMatchObject({ status: 200 })
    expect(found?.cases.map(({ outcome, fitsSchema }) => [outcome, fitsSchema])).toEqual([
      ['as-expected', true],
      ['as-expected', null],
      ['as-expected', null],
      ['as-expected', false],
    ])
    expect(found?.cases[0]?.keys).toEqual(['/table', '/chef', '/chef/name'])
    // Arguments that do not fit are refused here, so that nothing was sent.
    expect(found?.cases[2]).toMatchObject({ tool: null })
    expect(found?.hostile).toBeNull()
    expect(found?.skipped).toContainEqual({ probe: 'hostile', why: expect.stringContaining('did not agree') })
    expect(JSON.stringify(found)).not.toContain(KEY)
    const rows = await town.storage.db.selectFrom('probe_runs').select('sealed').execute()
    expect(JSON.stringify(rows)).not.toContain('Ines')
    expect(connector.seen.every(({ request }) => request.headers['handfast-reason'] === 'review')).toBe(true)
    const uses = await new AccessLog(town.storage).uses({ workspace, user: town.dora, isOperator: true }, keyId, { after: null, limit: 10 })
    expect(uses.map(({ why }) => why)).toEqual(['review'])
    await expect(
      new AccessLog(town.storage).uses({ workspace, user: town.dora, isOperator: false }, keyId, { after: null, limit: 10 }),
    ).rejects.toMatchObject({ code: 'vault/not-found' })
  })

  it('destroy the key with the decision, and are not made any more then', async () => {
    await using connector = await kitchen()
    await using town = await openPublishing(kind)
    const standing = await town.creates()
    await town.submits(manifestFor(connector.url, { credential: { type: 'bearer' }, tests: [tests[0]] }), null, { reviewerKey: KEY })

    await town.decides(1, true)
    const seen = connector.seen.length
    await town.works('review.probe')

    expect(connector.seen.length).toBe(seen)
    expect(await town.review.probeKeys.note(standing)).toBeNull()
    expect(await town.storage.db.selectFrom('reviewer_credentials').select('sealed').execute()).toEqual([{ sealed: '' }])
    await expect(town.review.probes.ask(standing, 1, town.rita)).rejects.toMatchObject({ code: 'review/decided' })
    const events = (await town.ledger())
      .filter(({ event, facts }) => event.startsWith('credential.') && facts['why'] === 'review')
      .map(({ event }) => event)
    expect(events).toEqual(['credential.stored', 'credential.destroyed'])
  })

  it('try bad input and tokens of others with the agreement of the developer only', async () => {
    await using connector = await kitchen()
    await using town = await openPublishing(kind)
    await town.creates()
    const { id } = await town.submits(
      manifestFor(connector.url, { credential: { type: 'bearer' }, tests: [tests[0]], probes: { badInput: true, wrongAudience: true } }),
      null,
      { reviewerKey: KEY },
    )

    await town.works('review.probe')

    const found = await town.review.probes.evidence(town.workspace, id)
    expect(found?.hostile).toEqual({ wrongAudience: 'refused', badInput: [{ tool: 'find_table', outcome: 'refused', message: 'Which day?' }] })
    expect(found?.authorization?.withUnknownToken).toMatchObject({ status: 200 })
    const tokens = connector.seen
      .map(({ request }) => request.headers.authorization ?? '')
      .filter((header) => header.includes('handfast-review-not-a-token'))
    expect(tokens.length).toBeGreaterThan(0)
  })

  it('try both without asking where each host that calls go to is proven to be of the developer, and nowhere else', async () => {
    await using connector = await kitchen()
    await using town = await openPublishing(kind)
    const standing = await town.creates()
    town.proven.push('heron.example')
    const { id: elsewhere } = await town.submits(manifestFor(connector.url, { credential: { type: 'bearer' } }), null, { reviewerKey: KEY })

    await town.review.probes.ask(standing, 1, town.rita)
    await town.works('review.probe')
    town.proven.push('127.0.0.1')
    const { id } = await town.submits(manifestFor(connector.url, { credential: { type: 'bearer' } }), null, { reviewerKey: KEY })
    await town.review.probes.ask(standing, 2, town.rita)
    await town.works('review.probe')

    expect((await town.review.probes.evidence(town.workspace, elsewhere))?.hostile).toBeNull()
    expect((await town.review.probes.evidence(town.workspace, id))?.hostile).toMatchObject({ wrongAudience: 'refused', badInput: [{}] })
  })

  it('raise the risk, and with it the number of reviewers, where something came out otherwise', async () => {
    await using connector = await kitchen(false)
    await using town = await openPublishing(kind, 'house', { secondReviewFromRisk: 45 })
    const standing = await town.creates()
    const wrong = tests.map((test) => ({ ...test, expect: { contains: ['something else'] } }))
    const { risk } = await town.submits(manifestFor(connector.url, { tests: wrong }))

    await town.works('review.probe')

    const { submission, standing: now } = await town.review.desk.file(standing, 1)
    expect(submission?.risk.score).toBeGreaterThan(risk)
    expect(submission?.risk.because.map(({ why }) => why).join()).toContain('probes came out otherwise')
    expect(now.reviewersNeeded).toBe((submission?.risk.score ?? 0) >= 45 ? 2 : 1)
    expect((await town.sentNotices()).at(-1)).toMatchObject({ kind: 'review.probed' })
  })
})

describe('the evidence of probes', () => {
  it('holds no form of the key, and stays within its bounds', () => {
    const secret = 'ana:correct horse battery'
    const long = 'x'.repeat(19_000)
    const one = {
      name: 'a',
      kind: 'positive',
      tool: 'a',
      outcome: 'as-expected',
      why: null,
      tookMs: 1,
      bytes: 1,
      isError: false,
      fitsSchema: null,
      schemaProblem: null,
      keys: [],
    } as const
    const cases = Array.from({ length: 200 }, () => ({
      ...one,
      text: `${secret} ${Buffer.from(secret).toString('base64')} correct horse battery ${long}`,
    }))
    const kept = evidenceOf({ at: 0, transport: null, handshake: null, authorization: null, hostile: null, cases, pages: [], skipped: [] }, secret)

    const text = JSON.stringify(kept)
    for (const form of [secret, Buffer.from(secret).toString('base64'), 'correct horse battery']) expect(text).not.toContain(form)
    expect(text.length).toBeLessThan(2_000_000)
  })
})
