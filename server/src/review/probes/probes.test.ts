import type { ManifestInput } from '@handfast/contract'
import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { proves } from '../../../test/proves.ts'
import { manifestFor, openPublishing, restaurantTools } from '../../../test/publishing.ts'
import { json, modernConnector, result } from '../../../test/scripted-connector.ts'
import { AccessLog, ProbeKeys } from '../../vault/index.ts'
import { evidenceOf, failuresIn } from './evidence.ts'

proves('review/probes', 'review/test-account')

const KEY = 'tk-canary-7f3a'

/**
 * A restaurant with a key: it refuses others, knows four tables, answers table 13 with a word, and repeats the key where it should not.
 * @param called happens before each call is answered
 */
function kitchen(asksKey = true, called: () => Promise<unknown> = async () => {}) {
  return modernConnector(async (incoming, response) => {
    if (asksKey && incoming.method !== 'tools/list' && incoming.request.headers.authorization !== `Bearer ${KEY}`)
      return json(response, { error: 'who are you' }, 401, { 'www-authenticate': 'Bearer realm="kitchen"' })
    if (incoming.method === 'tools/list')
      return result(response, incoming.id, { resultType: 'complete', tools: restaurantTools, ttlMs: 0, cacheScope: 'private' })
    if (incoming.method === 'tools/call') await called()
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
    const [run] = await town.review.probes.list(workspace, id)
    expect(uses.map(({ why, run: of }) => [why, of])).toEqual([['review', run?.id]])
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

  it('say that a token of others was refused only where that is what the answer says', async () => {
    // Its door is open to every token, and it minds what it is asked.
    await using connector = await kitchen(false)
    await using town = await openPublishing(kind)
    const standing = await town.creates()
    const agreeing = { credential: { type: 'bearer' }, probes: { badInput: false, wrongAudience: true } } as const
    const probed = async (tests: ManifestInput['tests']) => {
      const { id, number } = await town.submits(manifestFor(connector.url, { ...agreeing, tests: tests ?? [] }), null, { reviewerKey: KEY })
      await town.review.probes.ask(standing, number, town.rita)
      await town.works('review.probe')
      return town.review.probes.evidence(town.workspace, id)
    }

    const [unasked, asked] = [await probed([]), await probed([tests[0]])]

    expect([unasked?.hostile?.wrongAudience, asked?.hostile?.wrongAudience]).toEqual(['not-tried', 'accepted'])
    expect(unasked?.skipped).toContainEqual({ probe: 'hostile', why: expect.stringContaining('No call showed') })
    const { release } = await town.review.desk.file(standing, 2)
    expect(release.findings).toContainEqual(expect.objectContaining({ rule: 'wrong-audience', severity: 'blocks' }))
  })

  it('try both without asking where each host that calls go to is proven to be of the developer, and nowhere else', async () => {
    await using connector = await kitchen()
    await using town = await openPublishing(kind)
    const standing = await town.creates()
    town.proven.push('heron.example')
    const manifest = manifestFor(connector.url, { credential: { type: 'bearer' }, tests: [tests[0]] })
    const { id: elsewhere } = await town.submits(manifest, null, { reviewerKey: KEY })

    await town.review.probes.ask(standing, 1, town.rita)
    await town.works('review.probe')
    town.proven.push('127.0.0.1')
    const { id } = await town.submits(manifest, null, { reviewerKey: KEY })
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
    expect([risk < 45, (submission?.risk.score ?? 0) >= 45, now.reviewersNeeded]).toEqual([true, true, 2])
    expect((await town.sentNotices()).at(-1)).toMatchObject({ kind: 'review.probed' })
  })

  it('stop with the decision, and change nothing about what was decided while they went on', async () => {
    const decided = { by: async () => {} }
    await using connector = await kitchen(true, () => decided.by())
    await using town = await openPublishing(kind, 'house', { secondReviewFromRisk: 45 })
    const standing = await town.creates()
    const wrong = tests.map((test) => ({ ...test, expect: { contains: ['something else'] } }))
    const { id } = await town.submits(manifestFor(connector.url, { credential: { type: 'bearer' }, tests: wrong }), null, { reviewerKey: KEY })
    decided.by = async () => {
      decided.by = async () => {}
      await town.decides(1, true)
    }

    await town.works('review.probe')

    expect(await town.review.probes.list(town.workspace, id)).toMatchObject([{ state: 'failed', step: 'decided meanwhile' }])
    // One call was under way when it was decided, and none was made after it.
    expect(connector.seen.filter(({ method }) => method === 'tools/call')).toHaveLength(1)
    expect((await town.review.desk.file(standing, 1)).standing).toMatchObject({ state: 'approved', reviewersNeeded: 1 })
    expect((await town.ledger()).findLast(({ event }) => event === 'probe.ended')?.facts).toMatchObject({ unfinished: 'decided meanwhile' })
  })

  it('have whoever decides look again where they ended between the look and the decision', async () => {
    await using connector = await kitchen(false)
    await using town = await openPublishing(kind, 'house', { secondReviewFromRisk: 45 })
    const standing = await town.creates()
    const wrong = tests.map((test) => ({ ...test, expect: { contains: ['something else'] } }))
    await town.submits(manifestFor(connector.url, { tests: wrong }))
    const { probeKeys } = town.review
    const destroying = probeKeys.destroying.bind(probeKeys)
    // The last thing that a decision asks before it is written.
    probeKeys.destroying = async (...of) => {
      await town.works('review.probe')
      return destroying(...of)
    }

    await expect(town.decides(1, true)).rejects.toMatchObject({ code: 'review/looked-anew' })

    expect(await town.directory.standing(standing.connector)).toMatchObject({ status: 'in-review' })
    expect(await town.decides(1, true)).toBe('agree')
  })

  it('can be asked for again where the run was given up, such as when its node died each time', async () => {
    await using connector = await kitchen()
    await using town = await openPublishing(kind)
    const standing = await town.creates()
    const { id } = await town.submits(manifestFor(connector.url, { credential: { type: 'bearer' }, tests: [tests[0]] }), null, { reviewerKey: KEY })
    const open = await town.schedule.list(town.workspace, { state: 'open', after: null, limit: 10 })
    const deadline = open.find((one) => one.kind === 'review.probe')
    if (deadline === undefined) throw new Error('Probes were asked for with the hand-in.')

    await town.storage.write([
      ...(town.review.handlers()['review.probe']?.abandoned?.(deadline, town.clock.now()) ?? []),
      town.schedule.cancelling(deadline),
    ])
    const again = await town.review.probes.ask(standing, 1, town.rita)
    await town.works('review.probe')

    expect((await town.review.probes.list(town.workspace, id)).map(({ id: run, state }) => [run, state])).toEqual([
      [again.id, 'done'],
      [deadline.subject, 'failed'],
    ])
  })
})

describe('the evidence of probes', () => {
  it('holds no form of the key, in names neither, and stays within its bounds', () => {
    const secret = 'ana:correct horse "battery/1'
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
      text: `${secret} ${JSON.stringify({ said: secret })} ${Buffer.from(secret).toString('base64')} correct horse "battery/1 ${long}`,
      keys: ['/ana:correct horse "battery~11'],
      structured: { [secret]: [{ [encodeURIComponent(secret)]: 1 }], [Buffer.from(secret).toString('base64')]: 2 },
    }))
    const found = { at: 0, transport: null, handshake: null, authorization: null, hostile: null, pages: [], skipped: [] }
    const [kept, few] = [evidenceOf({ ...found, cases }, secret), evidenceOf({ ...found, cases: cases.slice(0, 1) }, secret)]

    for (const text of [JSON.stringify(kept), JSON.stringify(few)])
      for (const form of ['correct', 'battery', Buffer.from(secret).toString('base64')]) expect(text).not.toContain(form)
    expect(few.cases[0]?.structured).toEqual({
      '[key of the test account]': [{ '[key of the test account]': 1 }],
      '[key of the test account] 2': 2,
    })
    expect(JSON.stringify(kept).length).toBeLessThan(2_000_000)
  })

  it.each(['keys', 'name', 'text', 'otherwise', 'find_table'])('says what was found also where the key is "%s"', (secret) => {
    const one = {
      name: 'a case',
      kind: 'positive',
      tool: 'find_table',
      outcome: 'otherwise',
      why: 'It differs.',
      tookMs: 1,
      bytes: 1,
      isError: false,
      fitsSchema: null,
      schemaProblem: null,
      keys: ['/table'],
      text: 'four',
      structured: { table: { [secret]: secret } },
    } as const
    const found = { at: 0, transport: null, handshake: null, authorization: null, hostile: null, pages: [], skipped: [], cases: [one] }

    const kept = evidenceOf(found, secret)

    const structured = { table: { '[key of the test account]': '[key of the test account]' } }
    expect(kept.cases).toEqual([{ ...one, structured }])
    expect(failuresIn(kept)).toBe(1)
  })
})
