import { describe, expect, it } from 'vitest'
import { databases, type TestDatabaseKind } from '../../../test/databases.ts'
import { type Client, codeOf, read } from '../../../test/house.ts'
import { manifestFor } from '../../../test/publishing.ts'
import { acceptsAs, openPublishingHouse, organisationOf } from '../../../test/publishing-house.ts'

/** The control API with the organisations of Dora and Eva. */
async function openTown(kind: TestDatabaseKind) {
  const house = await openPublishingHouse(kind)
  return { ...house, heron: await organisationOf(house.dora, 'Heron Ltd'), egret: await organisationOf(house.eva, 'Egret GmbH'), accepts: acceptsAs }
}

describe.each(databases)('organisations over HTTP on $name', (kind) => {
  it('say who they are, prove an address from outside, and show nothing to others', async () => {
    await using town = await openTown(kind)
    const { dora, eva, uma, stranger, heron } = town
    const path = `/api/v1/developers/${heron}`

    const said = await dora.send('PUT', `${path}/profile`, { legalName: 'Heron Ltd', address: '2 Quay', privacyUrl: 'https://heron.example/privacy' })
    const wrong = await dora.send('PUT', `${path}/profile`, { privacyUrl: 'javascript:alert(1)' })
    const contact = await dora.send('POST', `${path}/contacts`, { purpose: 'legal', email: 'legal@heron.example' })
    const [mail] = await town.storage.db.selectFrom('notices').select('title').where('recipient', '=', 'legal@heron.example').execute()
    const guessed = await stranger.send('POST', '/api/v1/contact-confirmations', { contact: contact.body['id'], code: 'AAAAA-AAAAA' })
    const confirmed = await stranger.send('POST', '/api/v1/contact-confirmations', { contact: contact.body['id'], code: mail?.title.slice(-11) })
    const domain = await dora.send('POST', `${path}/domains`, { domain: 'Bücher.example' })

    expect([said.status, wrong.status, contact.status, guessed.status, confirmed.status]).toEqual([200, 400, 201, 403, 200])
    expect(codeOf(guessed)).toBe('developers/code-invalid')
    expect(domain.body).toMatchObject({ domain: 'xn--bcher-kva.example', shown: 'bücher.example', state: 'asked' })
    const seen = await dora.get(path)
    expect(seen.body).toMatchObject({
      contacts: [{ purpose: 'legal', state: 'verified' }],
      held: false,
      lacking: [],
      profile: { legalName: 'Heron Ltd' },
    })
    for (const other of [eva, uma]) {
      expect((await other.get(path)).status).toBe(403)
      expect((await other.send('PUT', `${path}/profile`, { legalName: 'x' })).status).toBe(403)
    }
    expect((await town.olga.get(path)).status).toBe(200)
    expect(contact.text).not.toContain(mail?.title.slice(-11) ?? 'x')

    // A name that looks like another one waits for a person of the operator, who says why it is well.
    await eva.send('POST', '/api/v1/developers', { name: 'Hеrоn Ltd', country: 'DE' })
    const found = read<{ items: { id: string; kind: string }[] }>(await town.olga.get('/api/v1/developer-findings'))
    const alike = found.items.find((one) => one.kind === 'name-confusable')?.id ?? ''
    const settle = (client: Client) => client.send('POST', `/api/v1/developer-findings/${alike}/settle`, { reason: 'Both are the same house.' })
    expect([(await settle(eva)).status, (await settle(town.olga)).status, (await settle(town.olga)).status]).toEqual([403, 200, 409])
    const rows = await town.storage.db
      .selectFrom('notices')
      .select(['title', 'body', 'recipient_kind'])
      .where('subject', '=', alike)
      .orderBy('id')
      .execute()
    expect(rows).toMatchObject([
      { recipient_kind: 'developer', title: 'Somebody looks at something that your organisation says about itself' },
      { recipient_kind: 'operator', body: expect.stringContaining(`handfast developer settle ${alike}`) },
      { recipient_kind: 'developer', body: expect.stringContaining('Both are the same house.') },
    ])
    expect((await town.olga.get('/api/v1/developer-findings')).text).not.toContain(alike)
    expect(town.faults).toEqual([])
  })

  it('are held, appeal and go on; a connector changes hands with both yeses; and the four statements are made', async () => {
    await using town = await openTown(kind)
    const { olga, dora, eva, heron, egret, clock } = town
    const held = await olga.send('POST', `/api/v1/developers/${heron}/hold`, { facts: 'Somebody claims your name.' })
    const hold = String(held.body['id'])
    await town.accepts(dora, heron)
    await dora.send('POST', '/api/v1/connectors', { developer: heron, slug: 'heron', kind: 'mcp', name: 'The Grey Heron' })
    const handedIn = await dora.send('POST', '/api/v1/connectors/heron/releases', { manifest: manifestFor('https://heron.example/mcp') })
    expect(codeOf(handedIn)).toBe('developers/held')
    const byOther = await eva.send('POST', `/api/v1/developer-holds/${hold}/appeal`, { text: 'mine' })
    const appealed = await dora.send('POST', `/api/v1/developer-holds/${hold}/appeal`, { text: 'Ours since 1987.' })
    const released = await olga.send('POST', `/api/v1/developer-holds/${hold}/release`, { text: 'True.' })
    expect([held.status, byOther.status, appealed.body['state'], released.body['state']]).toEqual([201, 403, 'appealed', 'released'])
    expect(released.text).not.toContain(town.olgaId)

    const asked = await dora.send('POST', '/api/v1/connectors/heron/transfer', { to: egret, reason: 'sold' })
    const transfer = String(asked.body['id'])
    const early = await eva.send('POST', `/api/v1/transfers/${transfer}/accept`, {})
    await town.accepts(eva, egret)
    const accepted = await eva.send('POST', `/api/v1/transfers/${transfer}/accept`, {})
    const approved = await olga.send('POST', `/api/v1/transfers/${transfer}/decision`, { approve: true, writing: 'Approved, both sides signed.' })
    expect([asked.status, codeOf(early), accepted.body['state'], approved.body['state']]).toEqual([
      201,
      'developers/transfer-not-accepted',
      'accepted',
      'approved',
    ])
    expect((await eva.get('/api/v1/connectors/heron')).body).toMatchObject({ developer: egret })
    expect((await dora.get('/api/v1/connectors/heron')).status).toBe(404)

    const statements = await dora.get(`/api/v1/developers/${heron}/statements`)
    const answers = { location: true, control: true, nationality: true, residence: true }
    const made = await dora.send('POST', `/api/v1/developers/${heron}/statements`, { edition: statements.body['edition'], answers })
    expect([statements.body['due'], made.status]).toEqual([true, 204])
    clock.advance(1)
    expect((await dora.get(`/api/v1/developers/${heron}/statements`)).body).toMatchObject({ due: false, last: { answers } })
    expect(town.faults).toEqual([])
  })

  it('supply marks and name who handles data; users see both, and strangers to a draft see nothing', async () => {
    await using town = await openTown(kind)
    const { olga, dora, eva, uma, heron } = town
    await town.accepts(dora, heron)
    await dora.send('POST', '/api/v1/connectors', { developer: heron, slug: 'heron', kind: 'mcp', name: 'The Grey Heron' })
    const logo = Buffer.from('<svg onload="x()"><rect width="1"/></svg>').toString('base64')
    const kept = await dora.send('PUT', '/api/v1/connectors/heron/brand', { name: 'Heron', attribution: 'by Heron Ltd', logo })
    const { logoSha256 } = read<{ kit: { logoSha256: string } }>(kept).kit
    const file = await dora.get(`/api/v1/connectors/heron/brand/${logoSha256}`)
    const handling = {
      retention: 'a day',
      locations: ['IE'],
      encryptedInTransit: true,
      encryptedAtRest: true,
      usedForTraining: false,
      soldOrShared: false,
      deletionOnRequest: 'at once',
    }

    const named = await dora.send('POST', '/api/v1/connectors/heron/subprocessors', {
      name: 'Nest',
      country: 'IE',
      purpose: 'hosting',
      receives: 'all',
    })
    const declared = await dora.send('PUT', '/api/v1/connectors/heron/data-handling', handling)
    const training = await dora.send('PUT', '/api/v1/connectors/heron/data-handling', { ...handling, usedForTraining: true })
    const marks = await olga.send('PUT', '/api/v1/operator-brand', { name: 'Town', guidelines: 'Do not stretch it.', logo })

    expect([kept.status, file.status, named.status, declared.status, training.status, marks.status]).toEqual([200, 200, 201, 200, 400, 200])
    expect(file.text).toBe('<svg xmlns="http://www.w3.org/2000/svg"><rect width="1"></rect></svg>')
    expect(file.headers['content-disposition']).toContain('attachment')
    expect((await dora.get('/api/v1/connectors/heron/data-handling')).body).toMatchObject({ subprocessors: [{ name: 'Nest' }], declarations: [{}] })
    expect((await dora.get('/api/v1/operator-brand')).body).toMatchObject({ brand: { name: 'Town' }, permission: { granted: true } })
    expect((await eva.get('/api/v1/operator-brand')).body).toMatchObject({ permission: { granted: false } })
    for (const other of [eva, uma]) {
      expect((await other.get('/api/v1/connectors/heron/brand')).status).toBe(404)
      expect((await other.get('/api/v1/connectors/heron/data-handling')).status).toBe(404)
      expect((await other.send('PUT', '/api/v1/connectors/heron/brand', { name: 'x', attribution: 'y' })).status).toBe(404)
    }
    expect(town.faults).toEqual([])
  })

  it('are compared with lists only once an operator said under which law; nobody else sees or decides it', async () => {
    await using town = await openTown(kind)
    const { olga, dora, heron } = town
    const rules = { enabled: true, jurisdiction: 'Aldhaven', legalBasis: 'its trade act', deciders: [town.olgaId] }

    const off = await olga.send('POST', '/api/v1/party-checks/lists', { source: 'ofac-sdn' })
    const owner = await dora.send('POST', `/api/v1/developers/${heron}/owners`, { kind: 'person', name: 'Odile', birthYear: 1970 })
    const vague = await olga.send('PUT', '/api/v1/party-checks/rules', { ...rules, legalBasis: '' })
    const noOperator = await olga.send('PUT', '/api/v1/party-checks/rules', { ...rules, deciders: [town.olgaId, town.doraId] })
    const on = await olga.send('PUT', '/api/v1/party-checks/rules', rules)
    const begun = await olga.send('POST', '/api/v1/party-checks/lists', { source: 'ofac-sdn', publishedOn: '2026-11-20' })
    const list = String(begun.body['id'])
    const base64 = Buffer.from('7,"INVENTED HOLDING",-0- ,"X"\r\n').toString('base64')
    const part = await olga.send('PUT', `/api/v1/party-checks/lists/${list}/parts`, { file: 'sdn.csv', number: 0, base64 })
    const foreign = await olga.send('PUT', `/api/v1/party-checks/lists/${list}/parts`, { file: 'consolidated.csv', number: 0, base64 })
    const finished = await olga.send('POST', `/api/v1/party-checks/lists/${list}/finish`, {})
    const late = await olga.send('PUT', `/api/v1/party-checks/lists/${list}/parts`, { file: 'sdn.csv', number: 1, base64 })

    expect([codeOf(off), codeOf(owner), codeOf(vague)]).toEqual([
      'developers/party-checks-off',
      'developers/party-checks-off',
      'developers/party-rules',
    ])
    expect(noOperator.body['error']).toMatchObject({ code: 'developers/decider-not-operator', pointer: '/deciders/1' })
    expect([on.body['enabled'], begun.status, part.status, foreign.status, finished.status, late.status]).toEqual([true, 201, 204, 422, 204, 404])
    expect((await olga.get('/api/v1/party-checks/lists')).body).toMatchObject({ lists: [{ id: list, state: 'reading' }], embargoes: { own: false } })
    expect((await olga.get('/api/v1/party-checks?open=true')).body).toMatchObject({ items: [], nextCursor: null })
    for (const answer of [
      await dora.get('/api/v1/party-checks'),
      await dora.get('/api/v1/party-checks/rules'),
      await dora.get('/api/v1/all-developers'),
    ])
      expect(codeOf(answer)).toBe('authorization/role')
    expect(town.faults).toEqual([])
  })
})
