import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { type Answer, Client, codeOf, firstOperator, type House, openHouse, person, read } from '../../../test/house.ts'
import { proves } from '../../../test/proves.ts'
import { manifestFor, restaurant } from '../../../test/publishing.ts'
import { acceptsAs, organisationOf } from '../../../test/publishing-house.ts'
import { Jobs } from '../../jobs/index.ts'
import { type ConnectorId, DAY, rfc3339, sha256 } from '../../lib/index.ts'
import { createLog, Metrics } from '../../telemetry/index.ts'

proves('terms/acceptance', 'terms/changes', 'terms/served', 'terms/choice', 'terms/in-force', 'terms/amendments', 'terms/agreement')

type Row = Readonly<Record<string, unknown>>
const items = (answer: Answer) => read<{ items: readonly Row[] }>(answer).items
const document = (answer: Answer, name = 'usage-policies') =>
  read<{ documents: readonly Row[] }>(answer).documents.find((one) => one['document'] === name)

/** Olga runs it, and Dora publishes as Heron Ltd with a live connector; where a story has them, Uma uses it, and Audra looks on. Each has a browser. */
async function inhabit(house: House, connectorUrl: string, others: readonly ('Uma' | 'Audra')[] = []) {
  await firstOperator(house)
  await person(house, 'Dora', ['user', 'developer'])
  if (others.includes('Uma')) await person(house, 'Uma')
  if (others.includes('Audra')) await person(house, 'Audra', ['auditor'])
  const { workspace } = house.people
  await house.terms.publishShipped(workspace)
  const handlers = { ...house.notifying.handlers(), ...house.terms.handlers }
  const jobs = new Jobs({ ...house, metrics: new Metrics(), log: createLog('silent'), node: 'node_test', workspace, handlers })
  const [olga, dora, uma, audra] = ['Olga', 'Dora', 'Uma', 'Audra'].map(() => new Client(house.url)) as [Client, Client, Client, Client]
  const signIn = () => Promise.all([dora.signIn('Dora'), ...others.map((name) => (name === 'Uma' ? uma : audra).signIn(name))])
  await Promise.all([olga.signIn('Olga'), signIn()])
  const developer = String((await dora.send('POST', '/api/v1/developers', { name: 'Heron Ltd', country: 'IE' })).body['id'])
  const { documents } = JSON.parse((await dora.get('/api/v1/terms')).text) as { documents: { document: string; sha256: string; body: string }[] }
  const digests = Object.fromEntries(documents.map((one) => [one.document, one.sha256]))
  const accepted = await dora.send('POST', '/api/v1/acceptances', { developer, documents: digests, authorityAttested: true })
  await dora.send('POST', '/api/v1/connectors', { developer, slug: 'heron', kind: 'mcp', name: 'The Grey Heron' })
  const submitted = await dora.send('POST', '/api/v1/connectors/heron/releases', { manifest: manifestFor(connectorUrl) })
  const decision = { decision: 'approve', digest: submitted.body['digest'] }
  await olga.send('POST', `/api/v1/connectors/heron/releases/${Number(submitted.body['number'])}/decision`, decision)
  const old = documents.find((one) => one.document === 'usage-policies')
  if (old === undefined) throw new Error('there are no usage policies')
  const longer = `${old.body}\n## 6. Something new\n\nTools greet people.\n`
  const class_ = { class: 'material', justification: 'A new duty for developers.' }
  return {
    olga,
    dora,
    uma,
    audra,
    workspace,
    developer,
    accepted,
    old,
    longer,
    draft: (words: Row = class_) => olga.send('POST', '/api/v1/terms/changes', { document: 'usage-policies', body: longer, ...words }),
    post: (id: unknown, more: Row = {}) => olga.send('POST', `/api/v1/terms/changes/${String(id)}/post`, { sha256: sha256(longer), ...more }),
    hands: () => dora.send('POST', '/api/v1/connectors/heron/releases', { manifest: manifestFor(connectorUrl, { description: 'Find a table.' }) }),
    inForce: (on?: string, as = dora) => as.get(`/api/v1/connectors/heron/terms${on === undefined ? '' : `?on=${encodeURIComponent(on)}`}`),
    /** Some time later what is due has been done, and everybody but Olga has signed in again. */
    later: async (ms: number) => {
      house.clock.advance(ms)
      await jobs.runDue()
      await signIn()
    },
    /** Dora says that she received the notice of a change. */
    acknowledges: async (kind = 'terms.changed') => {
      await jobs.runDue()
      const notice = items(await dora.get('/api/v1/notices')).find((one) => one['kind'] === kind)
      return dora.send('POST', `/api/v1/notices/${String(notice?.['id'])}/acknowledge`, {})
    },
  }
}

describe.each(databases)('the terms over the control API on $name', (kind) => {
  it('change by a draft that shows the difference, asks what it is and why, and whose dates nobody can shorten', async () => {
    await using connector = await restaurant()
    await using house = await openHouse(kind)
    const town = await inhabit(house, connector.url)
    const { olga, draft, post } = town
    const now = house.clock.now()

    const same = await olga.send('POST', '/api/v1/terms/changes', { document: 'usage-policies', body: town.old.body })
    const made = await draft({})
    const id = String(made.body['id'])
    const preview = (query = '') => olga.get(`/api/v1/terms/changes/${id}/preview${query}`)
    const unsaid = await preview()
    const half = await olga.send('PATCH', `/api/v1/terms/changes/${id}`, { class: 'material' })
    // An organisation that accepted the terms and has no connector yet is told as well.
    const egret = await organisationOf(town.dora, 'Egret GmbH')
    await acceptsAs(town.dora, egret)
    const unjustified = await post(id)
    const blank = await olga.send('PATCH', `/api/v1/terms/changes/${id}`, { justification: '   ' })
    await olga.send('PATCH', `/api/v1/terms/changes/${id}`, { justification: 'A new duty for developers.' })
    const whole = await preview()
    const soon = rfc3339(now + 15 * DAY - 1)
    const refused = [await preview(`?effectiveAt=${soon}`), await post(id, { effectiveAt: soon }), await post(id, { sha256: 'f'.repeat(64) })]
    const later = await preview(`?effectiveAt=${rfc3339(now + 40 * DAY)}`)

    expect([same.status, codeOf(same)]).toEqual([422, 'terms/no-difference'])
    expect(made).toMatchObject({ status: 201, body: { state: 'draft', class: null, base: town.old.sha256, title: 'Usage policies' } })
    const { difference } = read<{ difference: readonly { kind: string; pieces: readonly { text: string }[] }[] }>(made)
    const differs = difference.filter((one) => one.kind !== 'same').map(({ pieces }) => pieces.map(({ text }) => text.trim()).join(''))
    expect(differs).toEqual(['## 6. Something new', 'Tools greet people.'])
    expect([unsaid, unjustified].map(codeOf)).toEqual(['terms/unjustified', 'terms/unjustified'])
    expect([half.status, blank.status]).toEqual([200, 400])
    expect(whole.body).toMatchObject({
      postedAt: rfc3339(now),
      earliest: rfc3339(now + 15 * DAY),
      effectiveAt: rfc3339(now + 15 * DAY),
      shown: expect.stringContaining('UTC'),
      recipients: [
        { developer: town.developer, name: 'Heron Ltd', connectors: ['heron'] },
        { name: 'Egret GmbH', connectors: [] },
      ],
    })
    expect(refused.map(codeOf)).toEqual(['terms/too-early', 'terms/too-early', 'terms/other-words'])
    expect(refused[0]?.text).toContain(rfc3339(now + 15 * DAY))
    expect(later.body).toMatchObject({ earliest: rfc3339(now + 15 * DAY), effectiveAt: rfc3339(now + 40 * DAY) })
    expect(items(await olga.get('/api/v1/terms/changes'))).toMatchObject([{ id, state: 'draft', postedAt: null }])
    house.clock.advance(1_000)
    const another = await draft()
    const first = await olga.get('/api/v1/terms/changes?limit=1')
    const rest = await olga.get(`/api/v1/terms/changes?limit=1&cursor=${encodeURIComponent(String(first.body['nextCursor']))}`)
    expect([first, rest].map((page) => items(page).map((one) => one['id']))).toEqual([[another.body['id']], [id]])
    expect(rest.body).toMatchObject({ nextCursor: null })
    expect((await town.dora.get(`/api/v1/developers/${town.developer}/acceptances?limit=1`)).body).toMatchObject({ nextCursor: null })
    expect(house.logged).toEqual([])
  })

  it('are drafted by operators only; others see what was posted', async () => {
    await using connector = await restaurant()
    await using house = await openHouse(kind)
    const town = await inhabit(house, connector.url, ['Uma', 'Audra'])
    const { dora, uma, audra, draft, post } = town
    const made = await draft()
    const path = `/api/v1/terms/changes/${String(made.body['id'])}`
    const before = await Promise.all([dora, uma, audra].map((client) => client.get(path)))
    const lists = await Promise.all([dora, uma, audra].map((client) => client.get('/api/v1/terms/changes')))

    const denied = await Promise.all(
      [dora, uma, audra].flatMap((client) => [
        client.send('POST', '/api/v1/terms/changes', { document: 'usage-policies', body: 'Mine.' }),
        client.send('PATCH', path, { justification: 'mine' }),
        client.get(`${path}/preview`),
        client.send('POST', `${path}/post`, { sha256: sha256(town.longer) }),
        client.send('POST', `${path}/withdraw`, { reason: 'mine' }),
      ]),
    )
    await post(made.body['id'])

    expect(before.map(({ status }) => status)).toEqual([404, 404, 200])
    expect(lists.map((list) => items(list).length)).toEqual([0, 0, 1])
    expect([...new Set(denied.map(({ status }) => status))]).toEqual([403])
    for (const client of [dora, uma]) {
      expect(await client.get(path)).toMatchObject({ status: 200, body: { state: 'posted', justification: 'A new duty for developers.' } })
    }
    const editions = items(await uma.get('/api/v1/terms/editions')).filter((one) => one['document'] === 'usage-policies')
    expect(editions).toMatchObject([{ sha256: town.old.sha256 }, { sha256: sha256(town.longer), withdrawnAt: null }])
    expect((await uma.get(`/api/v1/terms/editions/${String(editions[1]?.['id'])}`)).body).toMatchObject({ body: town.longer, language: 'en' })
    expect((await uma.get('/api/v1/terms/coverage')).status).toBe(403)
    expect((await audra.get('/api/v1/terms/coverage')).body).toMatchObject({ clauses: expect.any(Array), waiting: expect.any(Array) })
  })

  it('bind a connector that is still available, 15 days after the notice was served and not before', async () => {
    await using connector = await restaurant()
    await using house = await openHouse(kind)
    const town = await inhabit(house, connector.url, ['Uma', 'Audra'])
    const start = house.clock.now()
    const made = await town.draft()
    const posted = await town.post(made.body['id'])
    const id = String(posted.body['id'])
    await town.later(2 * DAY)
    const waiting = await town.inForce()

    const acknowledged = await town.acknowledges()
    await town.later(15 * DAY - 1)
    const tooEarly = await town.inForce()
    await town.later(1)

    expect(posted.body).toMatchObject({ state: 'posted', effectiveAt: rfc3339(start + 15 * DAY), class: 'material' })
    expect(document(waiting)).toMatchObject({ how: 'accepted', sha256: town.old.sha256, held: [{ change: id, why: 'window', from: null }] })
    expect(waiting.body).toMatchObject({ pending: [{ change: id, document: 'usage-policies', chosen: null }] })
    expect(acknowledged.status).toBe(204)
    expect(document(tooEarly)).toMatchObject({ how: 'accepted', held: [{ why: 'window', from: rfc3339(start + 17 * DAY) }] })
    const bound = { how: 'deemed', by: id, sha256: sha256(town.longer), since: rfc3339(start + 17 * DAY), held: [] }
    expect(document(await town.inForce())).toMatchObject(bound)
    expect(document(await town.inForce(undefined, town.audra))).toMatchObject(bound)
    // A day means its end, in UTC.
    const day = rfc3339(start + 17 * DAY).slice(0, 10)
    expect(document(await town.inForce(day))).toMatchObject(bound)
    expect(document(await town.inForce(rfc3339(start + 16 * DAY).slice(0, 10)))).toMatchObject({ how: 'accepted' })
    expect(document(await town.inForce(rfc3339(start + 17 * DAY - 1)))).toMatchObject({ how: 'accepted' })
    expect((await town.inForce(rfc3339(start - DAY))).status).toBe(404)
    expect((await town.inForce('the ides of March')).status).toBe(400)
    const future = await town.inForce(rfc3339(start + 18 * DAY))
    expect([future.status, codeOf(future), future.body['error']?.['pointer']]).toEqual([400, 'request/invalid', '/on'])
    expect((await town.inForce(day)).body).toMatchObject({ at: rfc3339(house.clock.now()) })
    expect((await town.inForce(undefined, town.uma)).status).toBe(404)
    const deemed = await house.storage.db.selectFrom('ledger_entries').select('body').where('event', '=', 'terms.deemed').execute()
    expect(deemed.map(({ body }) => JSON.parse(body) as Row)).toMatchObject([{ change: id, servedAt: start + 2 * DAY, dueAt: start + 17 * DAY }])
    expect(house.logged).toEqual([])
  })

  it('ask whoever publishes before then what it is to be, say what it means, and keep the answer', async () => {
    await using connector = await restaurant()
    await using house = await openHouse(kind)
    const town = await inhabit(house, connector.url)
    const { dora, olga } = town
    const made = await town.draft()
    const id = String((await town.post(made.body['id'])).body['id'])
    const choose = (choice: string, more: Row = {}, as = dora) =>
      as.send('POST', '/api/v1/connectors/heron/terms/choices', { change: id, choice, ...more })

    const asked = await town.hands()
    const foreign = await choose('wait', {}, olga)
    const unattested = await choose('accept')
    const waits = await choose('wait')
    const handed = await town.hands()
    const accepts = await choose('accept', { authorityAttested: true })
    const again = await choose('accept', { authorityAttested: true })
    await town.later(15 * DAY)

    expect([asked.status, codeOf(asked)]).toEqual([409, 'terms/choice-needed'])
    expect(asked.text).toContain('keep the right to end the agreement before')
    expect([foreign.status, codeOf(unattested)]).toEqual([403, 'terms/authority'])
    expect(waits).toMatchObject({ status: 201, body: { choice: 'wait', acceptance: null } })
    expect(handed.status).toBe(201)
    expect(accepts).toMatchObject({ status: 201, body: { choice: 'accept', acceptance: expect.stringMatching(/^acc_/) } })
    expect(codeOf(again)).toBe('terms/not-current')
    // What somebody said in so many words counts before what is deemed, and needs no service.
    expect(document(await town.inForce())).toMatchObject({ how: 'accepted', by: accepts.body['acceptance'], sha256: sha256(town.longer) })
    const receipt = await dora.get(`/api/v1/acceptances/${String(accepts.body['acceptance'])}/receipt`)
    expect(JSON.parse(String(receipt.body['text']))).toMatchObject({ change: id, documents: [{ sha256: sha256(town.longer) }] })
  })

  it('go on as they were for whoever gives notice of the end before', async () => {
    await using connector = await restaurant()
    await using house = await openHouse(kind)
    const town = await inhabit(house, connector.url)
    const made = await town.draft()
    await town.post(made.body['id'])
    await town.acknowledges()
    await town.later(15 * DAY - 1)

    const left = await town.dora.send('POST', '/api/v1/connectors/heron/notice', { reason: 'these words are not ours' })
    await town.later(20 * DAY)

    expect(left.body).toMatchObject({ state: 'notice-given' })
    expect((await town.inForce()).body).toMatchObject({ ended: false, pending: [] })
    expect(document(await town.inForce())).toMatchObject({ how: 'accepted', sha256: town.old.sha256, held: [{ why: 'leaving', from: null }] })
    await town.later(20 * DAY)
    expect((await town.inForce()).body).toMatchObject({ ended: true })
    expect(document(await town.inForce())).toMatchObject({ how: 'accepted', sha256: town.old.sha256 })
  })

  it('come first for a connector that was suspended when they changed: it is not reinstated before they are accepted', async () => {
    await using connector = await restaurant()
    await using house = await openHouse(kind)
    const town = await inhabit(house, connector.url)
    const { olga, dora, developer } = town
    const made = await town.draft()
    await town.post(made.body['id'])
    await town.acknowledges()
    await olga.send('POST', '/api/v1/connectors/heron/suspend', { reason: 'a leak' })
    await town.later(16 * DAY)
    await olga.signIn('Olga')
    const reinstate = () => olga.send('POST', '/api/v1/connectors/heron/reinstate', { reason: 'it is mended' })

    const early = await reinstate()
    await acceptsAs(dora, developer)

    expect([early.status, codeOf(early)]).toEqual([403, 'terms/not-accepted'])
    expect((await reinstate()).status).toBe(200)
  })

  it('stay as they are where a change is taken back, and whoever was told of it is told', async () => {
    await using connector = await restaurant()
    await using house = await openHouse(kind)
    const town = await inhabit(house, connector.url)
    const made = await town.draft()
    const id = String((await town.post(made.body['id'])).body['id'])
    await town.acknowledges()
    const withdraw = () => town.olga.send('POST', `/api/v1/terms/changes/${id}/withdraw`, { reason: 'a mistake' })

    const withdrawn = await withdraw()
    const again = await withdraw()
    await town.later(20 * DAY)

    expect(withdrawn.body).toMatchObject({ state: 'withdrawn', withdrawnBecause: 'a mistake' })
    expect([again.status, codeOf(again)]).toEqual([409, 'terms/change-settled'])
    expect(items(await town.dora.get('/api/v1/notices')).map((one) => one['kind'])).toContain('terms.change-withdrawn')
    expect(document(await town.inForce())).toMatchObject({ how: 'accepted', sha256: town.old.sha256, held: [] })
    expect((await town.dora.get('/api/v1/terms')).body).toMatchObject({
      documents: expect.arrayContaining([expect.objectContaining({ sha256: town.old.sha256 })]),
    })
  })

  it('give receipts and the whole agreement as files, to whom it is about and to those who look after it', async () => {
    await using connector = await restaurant()
    await using house = await openHouse(kind)
    const town = await inhabit(house, connector.url, ['Uma', 'Audra'])
    const { dora, uma, olga, audra, accepted } = town
    await person(house, 'Rita', ['reviewer'])
    const rita = new Client(house.url)
    await rita.signIn('Rita')
    const receiptAt = `/api/v1/acceptances/${String(accepted.body['id'])}/receipt`
    const agreementAt = '/api/v1/connectors/heron/agreement/export'

    const receipts = await Promise.all([dora, olga, audra].map((client) => client.get(receiptAt)))
    const exports = await Promise.all([dora, olga, audra].map((client) => client.get(agreementAt)))
    const page = await dora.get(`${agreementAt}?format=html`)
    const denied = [
      await uma.get(receiptAt),
      await uma.get(agreementAt),
      await dora.get('/api/v1/acceptances/acc_01a245e27a0075a3bb9869dcac6946d9/receipt'),
    ]

    for (const { body } of receipts) {
      expect(sha256(String(body['text']))).toBe(body['sha256'])
      expect(JSON.parse(String(body['ledger']?.['body']))).toMatchObject({ receipt: body['sha256'], developer: town.developer })
    }
    expect(JSON.parse(String(receipts[0]?.body['text']))).toMatchObject({ acceptance: accepted.body['id'], authorityAttested: true })
    for (const { headers, text } of exports) {
      expect(headers['content-disposition']).toBe('attachment; filename="agreement-heron.json"')
      expect(JSON.parse(text)).toMatchObject({ connector: { slug: 'heron' }, acceptances: [{ id: accepted.body['id'] }] })
    }
    expect(page.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8' })
    expect(page.text).toContain('The Grey Heron')
    expect(page.text).not.toContain('<script')
    expect(denied.map(({ status }) => status)).toEqual([403, 404, 404])
    const byReviewer = [await rita.get(receiptAt), await rita.get(agreementAt), await town.inForce(undefined, rita)]
    expect(byReviewer.map(({ status }) => status)).toEqual([403, 403, 403])
  })

  it('are exported without what a law forbids to tell', async () => {
    await using connector = await restaurant()
    await using house = await openHouse(kind)
    const { olga, dora } = await inhabit(house, connector.url)
    const withheldUntil = rfc3339(house.clock.now() + 20 * DAY)
    const about = { reason: 'order 7 of the court', ground: 'law', withheldUntil }
    const whole = () => dora.get('/api/v1/connectors/heron/agreement/export')

    const suspended = await olga.send('POST', '/api/v1/connectors/heron/suspend', about)
    const before = await whole()
    const { decision } = items(await olga.get('/api/v1/withheld-reasons'))[0] as { readonly decision: { readonly id: string } }
    await olga.send('POST', `/api/v1/decisions/${decision.id}/look-again`, { reason: 'the order was lifted', tell: true })

    expect(suspended.status).toBe(200)
    expect(before.text).not.toContain('order 7')
    expect(JSON.parse(before.text)).toMatchObject({
      decisions: expect.arrayContaining([expect.objectContaining({ kind: 'suspend', reason: '', ground: null })]),
    })
    expect((await whole()).text).toContain('order 7 of the court')
    // Of what the operator is told, the notices about the agreement are the developer's as well; reports, reviews and reasons that are withheld are not.
    const { connector_id: about_ } = await house.storage.db
      .selectFrom('notices')
      .select('connector_id')
      .where('connector_id', 'is not', null)
      .executeTakeFirstOrThrow()
    const told = {
      workspace: house.people.workspace,
      to: { kind: 'operator' },
      clause: '2d-remove',
      legal: false,
      connector: about_ as ConnectorId,
      subject: 'dcs_x',
      title: 'T',
      body: 'B',
    } as const
    for (const kind_ of ['lifecycle.notice-given', 'lifecycle.look-again', 'review.findings', 'incidents.reported'] as const)
      await house.storage.write(house.outbox.sending({ ...told, kind: kind_ }, house.clock.now()))
    const { notices } = JSON.parse((await whole()).text) as { notices: readonly { to: string; kind: string }[] }
    expect(notices.filter(({ to }) => to === 'operator').map((one) => one.kind)).toEqual(['lifecycle.notice-given'])
  })

  it('can be joined by a document for one developer alone, once both have signed exactly its words', async () => {
    await using connector = await restaurant()
    await using house = await openHouse(kind)
    const town = await inhabit(house, connector.url, ['Uma'])
    const { olga, dora, uma, developer } = town
    const words = { connector: 'heron', title: 'A longer notice', body: 'Sixty days.' }
    const offer = (as = olga) => as.send('POST', `/api/v1/developers/${developer}/amendments`, words)
    const sign = (id: unknown, digest: unknown, as = dora) =>
      as.send('POST', `/api/v1/amendments/${String(id)}/sign`, { sha256: digest, authorityAttested: true })

    const byOthers = await Promise.all([offer(dora), offer(uma)])
    const offered = await offer()
    const { id, sha256: digest } = offered.body
    const denied = [await sign(id, digest, uma), await sign(id, digest, olga), await sign(id, 'f'.repeat(64))]
    const signed = await sign(id, digest)
    const late = await olga.send('POST', `/api/v1/amendments/${String(id)}/withdraw`, {})
    const other = await offer()
    const declined = await dora.send('POST', `/api/v1/amendments/${String(other.body['id'])}/withdraw`, {})

    expect(byOthers.map(({ status }) => status)).toEqual([403, 403])
    expect(offered).toMatchObject({ status: 201, body: { signed: null, sha256: sha256('A longer notice\n\nSixty days.') } })
    expect(denied.map(({ status }) => status)).toEqual([403, 404, 409])
    expect(signed.body).toMatchObject({ id, signed: { at: rfc3339(house.clock.now()) } })
    expect(codeOf(late)).toBe('terms/amendment-settled')
    expect(declined.body).toMatchObject({ withdrawnAt: rfc3339(house.clock.now()) })
    expect((await town.inForce()).body).toMatchObject({ amendments: [{ id, title: 'A longer notice' }] })
    expect(items(await dora.get(`/api/v1/developers/${developer}/amendments`))).toHaveLength(2)
    expect((await uma.get(`/api/v1/developers/${developer}/amendments`)).status).toBe(403)
  })
})
