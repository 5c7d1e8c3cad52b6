import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { Client, codeOf, firstOperator, type House, openHouse, person } from '../../../test/house.ts'
import { statusReport } from '../../../test/mail-server.ts'
import { Jobs } from '../../jobs/index.ts'
import type { UserId } from '../../lib/index.ts'
import type { NewNotice } from '../../notices/index.ts'
import { createLog, Metrics } from '../../telemetry/index.ts'

const SECRET = { authorization: 'Bearer a-secret-for-the-mail-system' }

/** Olga runs it, Dora publishes as Heron Ltd, Ana uses it, Audra looks on. Each has a browser. */
async function inhabit(house: House) {
  await firstOperator(house)
  const dora = await person(house, 'Dora', ['developer'])
  const ana = await person(house, 'Ana')
  await person(house, 'Audra', ['auditor'])
  const workspace = house.people.workspace
  const heron = await house.developers.create({ workspace, name: 'Heron Ltd', country: 'IE', by: dora })
  const jobs = new Jobs({
    ...house,
    metrics: new Metrics(),
    log: createLog('silent'),
    node: 'node_test',
    workspace,
    handlers: house.notifying.handlers(),
  })
  const browsers = await Promise.all(
    ['Olga', 'Dora', 'Ana', 'Audra'].map(async (name) => {
      const client = new Client(house.url)
      await client.signIn(name)
      return client
    }),
  )
  const [olga, doras, anas, audra] = browsers as [Client, Client, Client, Client]
  return {
    heron,
    users: { dora, ana },
    olga,
    dora: doras,
    ana: anas,
    audra,
    tells: async (to: NewNotice['to'], legal = true) => {
      const words = { kind: 'terms.changed', clause: '7a-changes', title: 'The terms change', body: 'From May.' } as const
      const notice = { ...words, workspace, to, legal, connector: null, subject: 'edn_next' }
      await house.storage.write(house.outbox.sending(notice, house.clock.now()))
      await jobs.runDue()
    },
  }
}

const items = (answer: { readonly body: Readonly<Record<string, unknown>> }) => answer.body['items'] as readonly Record<string, unknown>[]
const developer = (heron: string) => ({ kind: 'developer', developer: heron as never, purpose: 'legal' }) as const

describe.each(databases)('notices over the control API on $name', (kind) => {
  it('are read, seen and acknowledged by whoever they are for', async () => {
    await using house = await openHouse(kind)
    const town = await inhabit(house)
    await town.tells(developer(town.heron))

    const [notice] = items(await town.dora.get('/api/v1/notices'))
    const before = (await town.dora.get('/api/v1/notices/counts')).body
    const seen = await town.dora.send('POST', `/api/v1/notices/${notice?.['id']}/seen`, {})
    const acknowledged = await town.dora.send('POST', `/api/v1/notices/${notice?.['id']}/acknowledge`, {})
    const detail = await town.dora.get(`/api/v1/notices/${notice?.['id']}`)

    expect(before).toEqual({ unseen: 1, unacknowledged: 1 })
    expect([seen.status, acknowledged.status]).toEqual([204, 204])
    expect((await town.dora.get('/api/v1/notices/counts')).body).toEqual({ unseen: 0, unacknowledged: 0 })
    expect(items(await town.dora.get(`/api/v1/developers/${town.heron}/notices`))).toMatchObject([{ id: notice?.['id'], legal: true }])
    expect(detail.body['deliveries']).toMatchObject([
      { channel: 'in-app', state: 'acknowledged', steps: [{ state: 'accepted' }, { state: 'seen' }, { state: 'acknowledged' }] },
      { channel: 'e-mail', state: 'queued', place: 'dora@example.org' },
    ])
    expect(await house.outbox.servedAt(house.people.workspace, 'edn_next', developer(town.heron))).toBe(house.clock.now())
  })

  it('are nobody else’s: not by their id, nor by their list, nor by their copy', async () => {
    await using house = await openHouse(kind)
    const town = await inhabit(house)
    await town.tells(developer(town.heron))
    const [notice] = items(await town.dora.get('/api/v1/notices'))
    const { body } = await town.audra.get(`/api/v1/notices/${notice?.['id']}`)
    const mail = (body['deliveries'] as unknown as readonly { readonly id: string; readonly channel: string }[]).find(
      (one) => one.channel === 'e-mail',
    )
    const copy = `/api/v1/notices/${notice?.['id']}/deliveries/${mail?.id}/copy`

    const denied = await Promise.all([
      town.ana.get(`/api/v1/notices/${notice?.['id']}`),
      town.ana.get(copy),
      town.ana.get(`/api/v1/developers/${town.heron}/notices`),
      town.ana.send('POST', `/api/v1/notices/${notice?.['id']}/acknowledge`, {}),
      town.audra.send('POST', `/api/v1/notices/${notice?.['id']}/acknowledge`, {}),
      town.audra.send('POST', `/api/v1/notices/${notice?.['id']}/posted`, {}),
      town.ana.get('/api/v1/notices/sent'),
    ])

    expect(denied.map(({ status }) => status)).toEqual([404, 404, 403, 404, 404, 403, 403])
    expect(items(await town.ana.get('/api/v1/notices'))).toEqual([])
    for (const client of [town.dora, town.olga, town.audra]) expect((await client.get(copy)).text).toContain('\r\nSubject: The terms change\r\n')
  })

  it('that came back are reported by whoever has the secret, as a message or as JSON', async () => {
    await using house = await openHouse(kind)
    const town = await inhabit(house)
    await town.tells({ kind: 'user', user: town.users.ana as UserId })
    const { id } = await house.storage.db.selectFrom('notice_deliveries').select('id').where('channel', '=', 'e-mail').executeTakeFirstOrThrow()
    const mailSystem = new Client(house.url)
    const report = statusReport(id, 'failed')

    const raw = await mailSystem.send('POST', '/api/v1/mail-reports', report, { ...SECRET, 'content-type': 'message/rfc822' })
    const asJson = await mailSystem.send('POST', '/api/v1/mail-reports', { message: report }, SECRET)
    const wrong = await mailSystem.send('POST', '/api/v1/mail-reports', { message: report }, { authorization: 'Bearer a-secret-for-the-mail-systen' })
    const none = await mailSystem.send('POST', '/api/v1/mail-reports', { message: report })
    const other = await mailSystem.send('POST', '/api/v1/mail-reports', { message: 'Subject: hello\n\nHow are you?' }, SECRET)
    const huge = await mailSystem.send('POST', '/api/v1/mail-reports', { message: 'x'.repeat(600_000) }, SECRET)

    expect(raw.body).toMatchObject({ delivery: id, kind: 'failed', counted: true })
    expect(asJson.body).toMatchObject({ counted: false })
    expect([wrong, none].map(codeOf)).toEqual(['notices/report-door', 'notices/report-door'])
    expect([other.status, huge.status]).toEqual([422, 413])
    const tasks = await town.olga.get('/api/v1/notices/tasks')
    expect(items(tasks)).toMatchObject([{ notice: { subject: 'edn_next' }, closedAt: null }])
  })

  it('are written to the operator by those within and without, and answered', async () => {
    await using house = await openHouse(kind)
    const town = await inhabit(house)
    const words = { subject: 'Ending the agreement', body: 'We end it.' }
    const stranger = new Client(house.url)

    const written = await town.dora.send('POST', '/api/v1/letters', { ...words, developer: town.heron })
    const foreign = await town.ana.send('POST', '/api/v1/letters', { ...words, developer: town.heron })
    const outside = await stranger.send('POST', '/api/v1/letters/from-outside', { ...words, name: 'Sam', email: 'sam@elsewhere.example' })
    const recorded = { ...words, channel: 'post', name: 'Sid', receivedAt: new Date(house.clock.now() - 1_000).toISOString() }
    const byPost = await town.olga.send('POST', '/api/v1/letters/recorded', recorded)
    const id = String(written.body['id'])
    const given = await town.olga.send('PATCH', `/api/v1/letters/${id}`, { state: 'in hand' })
    const answered = await town.olga.send('POST', `/api/v1/letters/${id}/answer`, { text: 'Understood.' })

    expect([written, foreign, outside, byPost, given, answered].map(({ status }) => status)).toEqual([201, 403, 201, 201, 200, 204])
    expect(items(await town.audra.get('/api/v1/letters')).map((one) => (one['from'] as { readonly name: string }).name)).toEqual([
      'Sid',
      'Sam',
      'Dora',
    ])
    expect((await town.dora.get(`/api/v1/letters/mine/${id}`)).body).toMatchObject({ state: 'answered', answers: [{ text: 'Understood.' }] })
    expect((await town.ana.get(`/api/v1/letters/mine/${id}`)).status).toBe(404)
    expect((await town.ana.get('/api/v1/letters')).status).toBe(403)
    expect((await stranger.get('/api/v1/notices/addresses')).body).toMatchObject({ operator: 'Fennick Town Council', copyTo: null })
  })

  it('go to webhooks that owners of the organisation see to, and nobody else', async () => {
    await using house = await openHouse(kind)
    const town = await inhabit(house)

    const made = await town.dora.send('POST', '/api/v1/webhooks', { developer: town.heron, url: 'https://hooks.example/in' })
    const path = `/api/v1/webhooks/${made.body['id']}`
    const rotated = await town.dora.send('POST', `${path}/rotate`, {})
    const others = await Promise.all([
      town.ana.send('POST', '/api/v1/webhooks', { developer: town.heron, url: 'https://hooks.example/in' }),
      town.ana.send('POST', '/api/v1/webhooks', { url: 'https://hooks.example/in' }),
      town.ana.send('POST', `${path}/rotate`, {}),
      town.olga.send('DELETE', path),
      town.ana.get('/api/v1/webhooks'),
      town.olga.get('/api/v1/webhooks'),
    ])
    const stopped = await town.dora.send('POST', `${path}/stop`, {})
    const listed = await town.dora.get(`/api/v1/webhooks?developer=${town.heron}`)
    const removed = await town.dora.send('DELETE', path)

    expect(made.body['secret']).toMatch(/^whsec_/)
    expect(rotated.body['secret']).not.toBe(made.body['secret'])
    expect(others.map(({ status }) => status)).toEqual([403, 404, 404, 404, 404, 200])
    expect([stopped.body['stoppedBecause'], removed.status]).toEqual(['somebody stopped it', 204])
    expect(listed.text).not.toContain('whsec_')
  })

  it('stand in the copy of a person’s data, and are gone once they are erased', async () => {
    await using house = await openHouse(kind)
    const town = await inhabit(house)
    await town.tells({ kind: 'user', user: town.users.ana as UserId }, false)
    await town.ana.send('PUT', '/api/v1/notices/preferences', { muted: ['lifecycle.gone'] })
    await town.ana.send('POST', '/api/v1/letters', { subject: 'A question', body: 'Is it so?' })

    const copy = JSON.parse((await town.ana.get('/api/v1/me/export')).text) as Record<string, unknown>
    const erased = await town.ana.send('POST', '/api/v1/me/erase', {})

    expect(copy).toMatchObject({
      notices: [{ title: 'The terms change', deliveries: [{ channel: 'in-app' }, { channel: 'e-mail', place: 'ana@example.org' }] }],
      mutedNotices: ['lifecycle.gone'],
      letters: [{ subject: 'A question' }],
    })
    expect(erased.status).toBe(204)
    const left = await house.storage.db.selectFrom('notices').select('title').where('recipient', '=', town.users.ana).execute()
    expect(left).toEqual([])
  })
})
