import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { type Answer, type Client, codeOf, read } from '../../../test/house.ts'
import { proves } from '../../../test/proves.ts'
import { manifestFor, restaurant } from '../../../test/publishing.ts'
import { acceptsAs, openPublishingHouse, organisationOf } from '../../../test/publishing-house.ts'
import { DAY } from '../../lib/index.ts'

proves('directory/acceptance-first', 'directory/catalogue')
proves('lifecycle/reasons-told', 'lifecycle/survival', 'lifecycle/at-once')

/** Everything up to a release that waits for its reviewer. */
async function submitsAs(client: Client, url: string): Promise<{ readonly developer: string; readonly submitted: Answer }> {
  const developer = await organisationOf(client, 'Heron Ltd')
  await acceptsAs(client, developer)
  await client.send('POST', '/api/v1/connectors', { developer, slug: 'heron', kind: 'mcp', name: 'The Grey Heron' })
  const submitted = await client.send('POST', '/api/v1/connectors/heron/releases', { manifest: manifestFor(url) })
  return { developer, submitted }
}

describe.each(databases)('publishing over HTTP on $name', (kind) => {
  it('takes a connector from accepted terms to live, and stops it', async () => {
    await using connector = await restaurant()
    await using town = await openPublishingHouse(kind)
    const { dora, olga, uma } = town

    const { submitted } = await submitsAs(dora, connector.url)
    const before = await uma.get('/api/v1/connectors')
    const decided = await olga.send('POST', '/api/v1/connectors/heron/releases/1/decision', { decision: 'approve', digest: submitted.body['digest'] })
    const seen = await uma.get('/api/v1/connectors/heron')
    const stopped = await dora.send('POST', '/api/v1/connectors/heron/suspend', { reason: 'the kitchen is on fire' })

    expect(submitted).toMatchObject({ status: 201, body: { number: 1, tools: 2, left: [] } })
    expect(before.body).toMatchObject({ items: [], nextCursor: null })
    expect([decided.status, decided.body]).toEqual([200, { outcome: 'approve' }])
    expect(seen.body).toMatchObject({ status: 'live', tools: 2, inside: null, publishedBy: { developer: 'Heron Ltd', ownsApi: false } })
    expect(stopped.body).toMatchObject({ status: 'suspended' })
    expect((await uma.get('/api/v1/connectors/heron')).body).toMatchObject({ status: 'suspended', statusReason: 'the kitchen is on fire' })
    expect(town.faults).toEqual([])
  })

  it('makes no connector before the exact documents in force are accepted', async () => {
    await using town = await openPublishingHouse(kind)
    const { dora } = town
    const made = await dora.send('POST', '/api/v1/developers', { name: 'Heron Ltd', country: 'IE' })
    const developer = String(made.body['id'])
    const create = () => dora.send('POST', '/api/v1/connectors', { developer, slug: 'heron', kind: 'mcp', name: 'The Grey Heron' })

    const before = await create()
    const wrong = await dora.send('POST', '/api/v1/acceptances', { developer, documents: { terms: 'f'.repeat(64) }, authorityAttested: true })
    const receipt = await acceptsAs(dora, developer)
    const after = await create()

    expect([before.status, codeOf(before)]).toEqual([403, 'terms/not-accepted'])
    expect([wrong.status, codeOf(wrong)]).toEqual([409, 'terms/not-current'])
    expect(receipt).toMatchObject({ status: 201, body: { entity: 'Fennick Council Europe', developer, authorityAttested: true } })
    expect(after).toMatchObject({ status: 201, body: { status: 'draft', slug: 'heron' } })
    expect((await dora.get(`/api/v1/developers/${developer}/acceptances`)).body).toMatchObject({ items: [receipt.body] })
  })

  it('shows addresses and what is not published to nobody outside', async () => {
    await using connector = await restaurant()
    await using town = await openPublishingHouse(kind)
    const { dora, olga, uma } = town
    const { submitted } = await submitsAs(dora, connector.url)
    const digest = submitted.body['digest']

    const draft = await uma.get('/api/v1/connectors/heron')
    await olga.send('POST', '/api/v1/connectors/heron/releases/1/decision', { decision: 'approve', digest })
    const answers = await Promise.all(
      ['/api/v1/connectors', '/api/v1/connectors/heron', '/api/v1/connectors/heron/releases/1'].map((path) => uma.get(path)),
    )
    const steered = await uma.send('POST', '/api/v1/connectors/heron/remove', { reason: 'mine' })

    expect([draft.status, answers[2]?.status, steered.status]).toEqual([404, 404, 404])
    const address = new URL(connector.url).host
    for (const { text } of [draft, ...answers]) expect(text).not.toContain(address)
    expect((await dora.get('/api/v1/connectors/heron/releases/1')).body).toMatchObject({
      digest,
      content: { target: { url: connector.url } },
      findings: expect.arrayContaining([expect.objectContaining({ rule: 'target-address' })]),
    })
    expect((await olga.get('/api/v1/connectors/heron')).body).toMatchObject({
      inside: { url: connector.url, decisions: [{ kind: 'submit' }, { kind: 'approve' }] },
    })
  })

  it('lets owners say who belongs, and keeps one owner', async () => {
    await using town = await openPublishingHouse(kind)
    const { dora, uma } = town
    const made = await dora.send('POST', '/api/v1/developers', { name: 'Heron Ltd', country: 'IE' })
    const path = `/api/v1/developers/${String(made.body['id'])}/members`
    const idOf = async (client: Client) => String((await client.get('/api/v1/session')).body['user']?.['id'])
    const [doraId, umaId] = [await idOf(dora), await idOf(uma)]

    const outside = await uma.get(path)
    const added = await dora.send('PUT', `${path}/${umaId}`, { role: 'member' })
    const byMember = await uma.send('PUT', `${path}/${umaId}`, { role: 'owner' })
    const lastOwner = await dora.send('DELETE', `${path}/${doraId}`)

    expect([outside.status, codeOf(outside)]).toEqual([403, 'developers/not-a-member'])
    expect(added.status).toBe(204)
    expect(codeOf(byMember)).toBe('developers/not-a-member')
    expect([lastOwner.status, codeOf(lastOwner)]).toEqual([409, 'request/conflict'])
    expect((await uma.get(path)).body).toMatchObject({
      items: expect.arrayContaining([
        { user: umaId, role: 'member' },
        { user: doraId, role: 'owner' },
      ]),
    })
  })

  it('ends an agreement with notice of either side, which both can take back, and shows what is left of it', async () => {
    await using connector = await restaurant()
    await using town = await openPublishingHouse(kind)
    const { dora, olga, uma } = town
    const { submitted } = await submitsAs(dora, connector.url)
    await olga.send('POST', '/api/v1/connectors/heron/releases/1/decision', { decision: 'approve', digest: submitted.body['digest'] })
    const soon = new Date(town.clock.now() + 30 * DAY - 1).toISOString()

    const tooSoon = await dora.send('POST', '/api/v1/connectors/heron/notice', { reason: 'we close', endsAt: soon })
    const given = await dora.send('POST', '/api/v1/connectors/heron/notice', { reason: 'we close' })
    const seen = await uma.get('/api/v1/connectors/heron')
    const byStranger = await uma.get('/api/v1/connectors/heron/agreement')
    await dora.send('POST', '/api/v1/connectors/heron/notice/withdraw', { reason: 'we stay' })
    const agreed = await olga.send('POST', '/api/v1/connectors/heron/notice/agree', { reason: 'gladly' })
    const noGround = await dora.send('POST', '/api/v1/connectors/heron/end', { reason: 'enough', ground: 'material-breach' })
    const ended = await dora.send('POST', '/api/v1/connectors/heron/end', { reason: 'enough', ground: 'exposure-to-risk' })
    const tombstone = await uma.get('/api/v1/connectors/heron')
    const removals = await uma.get('/api/v1/removals')
    const taken = await olga.send('POST', '/api/v1/developers', { name: 'Other Ltd', country: 'IE' })
    await acceptsAs(olga, String(taken.body['id']))

    expect([tooSoon.status, codeOf(tooSoon)]).toEqual([422, 'lifecycle/time'])
    expect(given.body).toMatchObject({
      state: 'notice-given',
      notices: [{ by: 'developer', statement: { ground: 'discontinued', facts: 'we close' } }],
    })
    expect(seen.body).toMatchObject({ status: 'ending', endsAt: new Date(town.clock.now() + 30 * DAY).toISOString(), tombstone: null })
    expect(byStranger.status).toBe(404)
    expect(agreed.body).toMatchObject({ state: 'in-force', endsAt: null, notices: [] })
    expect([noGround.status, codeOf(noGround)]).toEqual([422, 'lifecycle/ground'])
    expect(ended.body).toMatchObject({
      state: 'ended',
      survives: expect.arrayContaining([expect.objectContaining({ clause: '2c-history' })]),
      deletions: [{ deletes: 'credentials' }, { deletes: 'caches' }, { deletes: 'marks' }],
    })
    expect(tombstone).toMatchObject({
      status: 200,
      body: {
        status: 'removed',
        tombstone: { ground: 'exposure-to-risk', why: expect.stringContaining('expose the developer'), remains: [{}, {}, {}] },
      },
    })
    expect(JSON.stringify(tombstone.body)).not.toContain('enough')
    expect(removals.body).toMatchObject({ items: [{ slug: 'heron', ground: 'exposure-to-risk' }] })
    const again = await olga.send('POST', '/api/v1/connectors', { developer: taken.body['id'], slug: 'heron', kind: 'mcp', name: 'Mine now' })
    expect([again.status, codeOf(again)]).toEqual([409, 'directory/slug-taken'])
    expect(town.faults).toEqual([])
  })

  it('does not tell what a law forbids to tell, to nobody but the operator, who looks at it again', async () => {
    await using connector = await restaurant()
    await using town = await openPublishingHouse(kind)
    const { dora, olga, uma } = town
    const { submitted } = await submitsAs(dora, connector.url)
    await olga.send('POST', '/api/v1/connectors/heron/releases/1/decision', { decision: 'approve', digest: submitted.body['digest'] })
    const withheldUntil = new Date(town.clock.now() + 20 * DAY).toISOString()

    await olga.send('POST', '/api/v1/connectors/heron/suspend', { reason: 'order 7 of the court', ground: 'law', withheldUntil })
    const shown = await Promise.all([dora, uma].map((one) => one.get('/api/v1/connectors/heron')))
    const list = await olga.get('/api/v1/withheld-reasons')
    const forbidden = await dora.get('/api/v1/withheld-reasons')
    const [withheld] = read<{ items: { decision: { id: string } }[] }>(list).items
    const told = await olga.send('POST', `/api/v1/decisions/${withheld?.decision.id}/look-again`, { reason: 'the order was lifted', tell: true })

    for (const { text } of shown) expect(text).not.toContain('order 7')
    expect(shown[0]?.body).toMatchObject({ status: 'suspended', statusReason: 'The reason cannot be told at present.' })
    expect(list.body).toMatchObject({ items: [{ slug: 'heron', lookedAtAgain: withheldUntil, decision: { reason: 'order 7 of the court' } }] })
    expect(forbidden.status).toBe(403)
    expect(told.status).toBe(204)
    expect((await dora.get('/api/v1/connectors/heron')).body).toMatchObject({ statusReason: 'order 7 of the court' })
    expect((await olga.get('/api/v1/withheld-reasons')).body).toMatchObject({ items: [] })
    expect(town.faults).toEqual([])
  })
})
