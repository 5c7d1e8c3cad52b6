import {
  attestationIds,
  type ConnectorDetail,
  exportStatements,
  type ManifestInput,
  type ReleaseDetail,
  type Role,
  type SubmittedRelease,
} from '@handfast/contract'
import { describe, expect, it } from 'vitest'
import { databases, type TestDatabaseKind } from '../../../test/databases.ts'
import { Client, codeOf, PASSWORD, SOURCE } from '../../../test/house.ts'
import { proves } from '../../../test/proves.ts'
import { manifestFor, restaurant } from '../../../test/publishing.ts'
import { Town } from '../../../test/town.ts'
import { statementEdition } from '../../developers/index.ts'
import { DAY, newId, type UserId } from '../../lib/index.ts'
import { write } from '../../storage/index.ts'

proves('review/four-eyes', 'review/appeals', 'review/test-account')

/** Says for the town's developer what a public server wants to know; what it proves by mail and domain is told in the room of the developers. */
async function provesWhoItIs({ app, developer }: Town, user: UserId): Promise<void> {
  const { db } = app.storage
  const now = app.clock.now()
  const of = { workspace_id: app.workspace, developer_id: developer }
  const profile = { region: null, website: null, registration_number: null, privacy_url: null, support_url: null, changed_at: now }
  const code = { code_hash: null, code_sent_at: null, code_expires_at: null, codes_sent: 0, codes_since: null, attempts: 0 }
  const verified = { created_by: user, created_at: now, verified_at: now, verified_until: now + 365 * DAY, removed_at: null }
  const contacts = (['legal', 'security', 'support'] as const).map((purpose) => ({
    ...of,
    ...code,
    ...verified,
    id: newId('dct'),
    purpose,
    email: `${purpose}@heron.example`,
  }))
  const proven = { method: 'dns', proven_at: now, checked_at: now, failures: 0, failure: null, lost_at: null, removed_at: null }
  const domain = { ...of, ...proven, id: newId('dom'), domain: 'heron.example', token: 'x', asked_by: user, asked_at: now }
  await app.storage.write([
    write(db.insertInto('developer_profiles').values({ ...of, ...profile, legal_name: 'Heron Ltd', address: '1 Quay' })),
    write(db.insertInto('developer_contacts').values(contacts)),
    write(db.insertInto('developer_domains').values(domain)),
  ])
  const answers = Object.fromEntries(exportStatements.map((one) => [one, true])) as Record<(typeof exportStatements)[number], boolean>
  await app.rooms.developers.state(app.workspace, developer, statementEdition, answers, user)
}

/** A public server that Olga runs. Dora publishes on it and may review, as Rita and Rob may who belong to no developer. */
async function openPublic(kind: TestDatabaseKind) {
  const town = await Town.open(kind, { settings: { profile: 'public', secondReviewFromRisk: 101 } })
  const clientOf = async (name: string) => {
    const client = new Client(town.url)
    await client.signIn(name, PASSWORD)
    return client
  }
  const { people } = town.app.rooms
  const joins = async (name: string, roles: readonly Role[]) => {
    const { token } = await people.invite(town.olga.user, { name, email: `${name.toLowerCase()}@example.org`, roles })
    return (await people.acceptInvitation({ token, password: PASSWORD }, SOURCE)).user
  }
  const user = await joins('Dora', ['user', 'developer', 'reviewer'])
  for (const name of ['Rita', 'Rob']) await joins(name, ['user', 'reviewer'])
  const { developer, app } = town
  await app.rooms.developers.setMember({ workspace: app.workspace, developer, user, role: 'member', by: town.olga.user })
  await provesWhoItIs(town, user)
  const [dora, rita, rob] = await Promise.all([clientOf('Dora'), clientOf('Rita'), clientOf('Rob')])
  await dora.send('POST', '/api/v1/connectors', { developer, slug: 'heron', kind: 'mcp', name: 'The Grey Heron' })
  const handsIn = (manifest: ManifestInput, more: object = {}) =>
    dora.send('POST', '/api/v1/connectors/heron/releases', { manifest, attests: attestationIds, ...more })
  return { town, dora, rita, rob, handsIn, [Symbol.asyncDispose]: () => town[Symbol.asyncDispose]() }
}

const RELEASE = '/api/v1/connectors/heron/releases/1'

describe.each(databases)('a public server on $name', { timeout: 120_000 }, (kind) => {
  it('has nobody approve their own connector, whatever roles they hold, and somebody else do it', async () => {
    await using connector = await restaurant()
    await using place = await openPublic(kind)
    const { dora, rita, handsIn } = place

    const silent = await dora.send('POST', '/api/v1/connectors/heron/releases', { manifest: manifestFor(connector.url) })
    const submitted = await handsIn(manifestFor(connector.url))
    const digest = submitted.body['digest']
    const own = [
      await dora.send('POST', `${RELEASE}/claim`, {}),
      await dora.send('POST', `${RELEASE}/decision`, { decision: 'approve', digest }),
      await dora.send('POST', `${RELEASE}/decision`, { decision: 'request-changes', digest, reason: 'Mine.' }),
    ]
    const between = await dora.get('/api/v1/connectors/heron')
    const queues = await Promise.all([dora, rita].map(async (client) => (await client.get('/api/v1/review/queue')).body['items']))
    const elsewhere = await rita.send('POST', `${RELEASE}/decision`, { decision: 'approve', digest: '0'.repeat(64) })
    const decided = await rita.send('POST', `${RELEASE}/decision`, { decision: 'approve', digest })

    expect((await dora.get('/api/v1/instance')).body).toMatchObject({ profile: 'public' })
    expect(codeOf(silent)).toBe('review/attestation-missing')
    expect(own.map((answer) => [answer.status, codeOf(answer)])).toEqual(own.map(() => [403, 'review/self-review']))
    expect(between.body).toMatchObject({ status: 'in-review', release: null })
    expect(queues).toMatchObject([[{ mayDecide: false }], [{ mayDecide: true }]])
    expect(codeOf(elsewhere)).toBe('review/other-digest')
    expect(decided.body).toEqual({ outcome: 'approve' })
    expect((await rita.get('/api/v1/connectors/heron')).body).toMatchObject({ status: 'live', selfReviewed: false })
  })

  it('tells why a release was turned down, and has the appeal decided by somebody else', async () => {
    await using connector = await restaurant()
    await using place = await openPublic(kind)
    const { dora, rita, rob, handsIn } = place
    const digest = (await handsIn(manifestFor(connector.url))).body['digest']

    const wordless = await rita.send('POST', `${RELEASE}/decision`, { decision: 'reject', digest })
    await rita.send('POST', `${RELEASE}/decision`, { decision: 'reject', digest, reason: 'It is a copy.', ground: 'deception' })
    const { inside } = JSON.parse((await dora.get('/api/v1/connectors/heron')).text) as ConnectorDetail
    const rejection = inside?.decisions.find((one) => one.kind === 'reject')
    const made = await dora.send('POST', '/api/v1/connectors/heron/appeals', { decision: rejection?.id, reason: 'It is the first.' })
    const answerAs = (client: Client, grant: boolean) =>
      client.send('POST', `/api/v1/connectors/heron/appeals/${made.body['id']}/answer`, { grant, reason: 'Looked at again.' })
    const refused = [await answerAs(rita, false), await answerAs(dora, true)]
    const waiting = await rob.get('/api/v1/review/appeals')
    const granted = await answerAs(rob, true)

    expect([codeOf(wordless), wordless.status]).toEqual(['request/invalid', 400])
    expect(rejection).toMatchObject({
      statement: {
        facts: 'It is a copy.',
        ground: 'deception',
        clause: '2e-ii',
        scope: { of: 'release' },
        redress: { until: expect.any(String) },
      },
    })
    expect(made.body).toMatchObject({ about: { kind: 'reject' }, answer: null, dueAt: expect.any(String) })
    expect(refused.map(codeOf)).toEqual(['review/appeal-elsewhere', 'review/appeal-elsewhere'])
    expect(waiting.body).toMatchObject({ items: [{ id: made.body['id'] }] })
    expect(granted.body).toMatchObject({ sameDecider: false, answer: { kind: 'grant-appeal', reason: 'Looked at again.' } })
    expect((await dora.get(RELEASE)).body).toMatchObject({ state: 'submitted' })
    expect((await dora.get('/api/v1/connectors/heron/appeals')).body).toMatchObject({ items: [{ answer: { kind: 'grant-appeal' } }] })
  })

  it('keeps the key of a test account to itself, puts findings aside with a reason, and takes a release back', async () => {
    await using connector = await restaurant()
    await using place = await openPublic(kind)
    const { dora, rita, handsIn } = place
    const manifest = manifestFor(connector.url, { credential: { type: 'bearer' }, description: 'The best place to find a table and book it.' })
    const submitted = await handsIn(manifest, { reviewerKey: 'tk-not-to-be-seen' })
    const { findings } = JSON.parse(submitted.text) as SubmittedRelease

    const given = await rita.get('/api/v1/connectors/heron/reviewer-key')
    const byAStranger = await rita.send('PUT', '/api/v1/connectors/heron/reviewer-key', { secret: 'tk-other' })
    const replaced = await dora.send('PUT', '/api/v1/connectors/heron/reviewer-key', { secret: 'tk-another-one' })
    const detail = JSON.parse((await rita.get(RELEASE)).text) as ReleaseDetail
    const [finding] = detail.findings
    const aside = await rita.send('POST', `${RELEASE}/dismissals`, { finding: finding?.key, reason: 'They are.' })
    const unknown = await rita.send('POST', `${RELEASE}/dismissals`, { finding: 'nothing', reason: 'They are.' })
    await rita.send('POST', `${RELEASE}/claim`, {})
    const givenBack = await rita.send('DELETE', `${RELEASE}/claim`)
    const takenBack = await dora.send('POST', `${RELEASE}/withdraw`, { reason: 'Not yet.' })

    expect(given.body).toMatchObject({ given: true, setAt: expect.any(String) })
    expect(`${submitted.text} ${given.text} ${replaced.text}`).not.toContain('tk-')
    expect(byAStranger.status).toBe(403)
    expect(replaced.body).toMatchObject({ given: true })
    expect(detail.findings.map(({ rule }) => rule).toSorted()).toEqual(findings.map(({ rule }) => rule).toSorted())
    expect((JSON.parse(aside.text) as ReleaseDetail).findings.find(({ key }) => key === finding?.key)).toMatchObject({
      dismissed: { reason: 'They are.' },
    })
    expect(codeOf(unknown)).toBe('review/finding-unknown')
    expect([givenBack.status, takenBack.status]).toEqual([204, 204])
    expect((await rita.get(RELEASE)).body).toMatchObject({ state: 'withdrawn' })
    expect((await rita.get('/api/v1/review/queue')).body).toMatchObject({ items: [] })
    // The decision ended the review, and with it the key.
    expect((await dora.get('/api/v1/connectors/heron/reviewer-key')).body).toMatchObject({ given: false })
  })
})
