import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { type Arrival, serve } from '../../test/loopback-server.ts'
import { NOW, type NotifyingTown, openNotifying } from '../../test/notifying.ts'
import { proves } from '../../test/proves.ts'
import { DAY, SECOND } from '../lib/index.ts'

proves('notices/signed-webhooks')

/** A program that takes webhooks, and answers as it is told. */
async function openReceiver() {
  const state = { status: 204 }
  const server = await serve((_, response) => response.writeHead(state.status).end())
  return Object.assign(server, { state, url: `${server.origin}/hook` })
}

/** Checks a message as the specification of Standard Webhooks tells receivers to, with nothing of the sender's. */
function isSigned({ headers, body }: Arrival, secret: string): boolean {
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const expected = createHmac('sha256', key).update(content).digest('base64')
  return String(headers['webhook-signature']).split(' ').includes(`v1,${expected}`)
}

const hook = (town: NotifyingTown, url: string, kinds: readonly string[] = []) => ({
  workspace: town.workspace,
  developer: town.heron,
  url,
  kinds,
  by: town.dora,
})
const told = async (town: NotifyingTown) => (await town.sent()).filter((line) => line.startsWith('webhook')).map((line) => line.split(' ')[2])

describe.each(databases)('webhooks on $name', (kind) => {
  it('are told what concerns their organisation, of the kinds that they asked for, signed by their own secret', async () => {
    await using receiver = await openReceiver()
    await using town = await openNotifying(kind)
    const { secret } = await town.webhooks.add(hook(town, receiver.url, ['terms.changed']))
    const other = await town.webhooks.add({ ...hook(town, `${receiver.url}/operator`), developer: null })

    await town.sends({}, { kind: 'lifecycle.suspended' }, { to: { kind: 'user', user: town.ana } })

    const [message, ...more] = receiver.requests
    const body = JSON.parse(message?.body ?? '') as { readonly type: string; readonly data: Record<string, unknown> }
    expect(more).toEqual([])
    expect(message?.path).toBe('/hook')
    expect(body).toMatchObject({ type: 'terms.changed', data: { title: 'The terms change', legal: true, subject: 'edn_next' } })
    expect(message?.headers['webhook-timestamp']).toBe(String(Math.floor(NOW / 1000)))
    expect([secret, other.secret].map((one) => message !== undefined && isSigned(message, one))).toEqual([true, false])
    expect(await town.outbox.servedAt(town.workspace, 'edn_next', { kind: 'developer', developer: town.heron, purpose: 'legal' })).toBeNull()
  })

  it('are signed by both secrets for a day after the first one was replaced, and by the new one alone from then on', async () => {
    await using receiver = await openReceiver()
    await using town = await openNotifying(kind)
    const { id, secret } = await town.webhooks.add(hook(town, receiver.url))

    const rotated = await town.webhooks.rotate(town.workspace, id, town.dora)
    await town.sends({})
    town.clock.advance(DAY)
    await town.sends({})

    const signed = receiver.requests.map((one) => [isSigned(one, secret), isSigned(one, rotated.secret)])
    expect(signed).toEqual([
      [true, true],
      [false, true],
    ])
    expect(rotated.previousUntil).toBe(NOW + DAY)
  })

  it('are told again by the same id and in the same words until they say that they have it', async () => {
    await using receiver = await openReceiver()
    await using town = await openNotifying(kind)
    await town.webhooks.add(hook(town, receiver.url))
    receiver.state.status = 503

    await town.sends({})
    receiver.state.status = 200
    town.clock.advance(10 * SECOND)
    await town.jobs.runDue()

    const [first, second] = receiver.requests
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect(second?.body).toBe(first?.body)
    expect(second?.headers['webhook-timestamp']).not.toBe(first?.headers['webhook-timestamp'])
    expect(await told(town)).toEqual(['accepted'])
  })

  it('that are away for days, or gone, are stopped, and their people are told so', async () => {
    await using receiver = await openReceiver()
    await using town = await openNotifying(kind)
    await town.webhooks.add(hook(town, receiver.url))
    receiver.state.status = 500

    await town.sends({})
    for (let days = 0; days < 10; days++) {
      town.clock.advance(DAY)
      await town.jobs.runDue()
    }
    const tries = receiver.requests.length
    await town.sends({})

    expect(await told(town)).toEqual(['failed'])
    expect(tries).toBeGreaterThanOrEqual(8)
    expect(receiver.requests.length).toBe(tries)
    expect((await town.webhooks.list(town.workspace, town.heron))[0]?.stoppedAt).not.toBeNull()
    const inbox = await town.reading.inbox(town.workspace, town.dora, { after: null, limit: 9, kind: 'notices.webhook-stopped' })
    expect(inbox.length).toBe(1)

    receiver.state.status = 410
    const again = await town.webhooks.add(hook(town, `${receiver.url}/two`))
    await town.sends({})
    expect((await town.webhooks.get(town.workspace, again.id)).stoppedBecause).toBe('it answered 410')
  })

  it('lead nowhere by themselves: a redirect is no arrival, and an address that carries a secret is none', async () => {
    await using town = await openNotifying(kind)
    await using receiver = await serve((_, response) => response.writeHead(307, { location: 'https://elsewhere.example/' }).end())
    await town.webhooks.add(hook(town, `${receiver.origin}/hook`))

    await town.sends({})

    expect(await told(town)).toEqual(['deferred'])
    for (const url of ['ftp://hooks.example/', 'https://user:secret@hooks.example/', 'https://hooks.example/#part', 'nothing'])
      await expect(town.webhooks.add(hook(town, url))).rejects.toMatchObject({ code: 'notices/webhook-address' })
  })

  it('leave nothing behind that signs', async () => {
    await using town = await openNotifying(kind)
    const { id, secret } = await town.webhooks.add(hook(town, 'https://hooks.example/'))
    await town.webhooks.rotate(town.workspace, id, town.dora)
    const rows = JSON.stringify(await town.storage.db.selectFrom('webhook_secrets').selectAll().execute())

    await town.webhooks.remove(town.workspace, id, town.dora)

    expect(rows).not.toContain(secret.slice(6, 30))
    expect(await town.storage.db.selectFrom('webhook_secrets').selectAll().execute()).toEqual([])
    await expect(town.webhooks.get(town.workspace, id)).rejects.toMatchObject({ code: 'request/not-found' })
  })
})
