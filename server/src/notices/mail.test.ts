import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { openMailServer, statusReport } from '../../test/mail-server.ts'
import { NOW, type NotifyingTown, notifyingOver, openNotifying } from '../../test/notifying.ts'
import { proves } from '../../test/proves.ts'
import { DAY, HOUR, MINUTE, sha256 } from '../lib/index.ts'

proves('notices/e-mail-receipt', 'notices/next-address', 'notices/archive', 'notices/operator-tasks')

let post: Awaited<ReturnType<typeof openMailServer>>
beforeAll(async () => {
  post = await openMailServer()
})
afterAll(() => post[Symbol.asyncDispose]())

/** The mails of a town, oldest first, with the state of each. */
async function mails(town: NotifyingTown) {
  const rows = await town.storage.db.selectFrom('notice_deliveries').selectAll().where('channel', '=', 'e-mail').orderBy('id').execute()
  return rows.map(({ id, place, state, served_at }) => ({ id, place, state, servedAt: served_at }))
}

function fresh(mood: typeof post.state.mood = 'takes') {
  post.arrived.length = 0
  Object.assign(post.state, { mood, attempts: 0 })
  return post.arrived
}

const servedOn = (town: NotifyingTown) =>
  town.outbox.servedAt(town.workspace, 'edn_next', { kind: 'developer', developer: town.heron, purpose: 'legal' })

describe.each(databases)('e-mail on $name', (kind) => {
  it('is handed over once, is not served by that, and is served on the date on which the recipient’s server reports to have it', async () => {
    const arrived = fresh()
    await using town = await openNotifying(kind, { mailer: post.mailer() })

    await town.sends({})
    const [mail] = await mails(town)
    const before = await servedOn(town)
    town.clock.advance(2 * DAY)
    const at = new Date(NOW + DAY).toUTCString()
    const taken = await town.reports.take(statusReport(mail?.id ?? '', 'delivered', { at }))
    const again = await town.reports.take(statusReport(mail?.id ?? '', 'delivered', { at }))

    expect(arrived).toMatchObject([{ from: 'bounces@house.example', to: ['legal@heron.example'], envelopeId: mail?.id }])
    expect([mail?.state, before]).toEqual(['handed over', null])
    expect([taken.counted, again.counted]).toEqual([true, false])
    expect(await servedOn(town)).toBe(Math.floor((NOW + DAY) / 1000) * 1000)
    expect((await mails(town)).map(({ state }) => state)).toEqual(['accepted'])
  })

  it('counts as received at the hand-over only where the operator says that this server keeps the mailboxes, until it comes back', async () => {
    fresh()
    await using town = await openNotifying(kind, { mailer: post.mailer(), receipt: 'hand-over' })

    await town.sends({})
    const before = await servedOn(town)
    await town.reports.take(statusReport((await mails(town))[0]?.id ?? '', 'failed'))

    expect(before).toBe(NOW)
    expect(await servedOn(town)).toBeNull()
  })

  it('that the recipient’s own server delivered stays received, whatever that server sends back afterwards', async () => {
    fresh()
    await using town = await openNotifying(kind, { mailer: post.mailer() })
    await town.sends({})
    const id = (await mails(town))[0]?.id ?? ''
    await town.reports.take(statusReport(id, 'delivered'))

    const late = await town.reports.take(statusReport(id, 'failed'))

    expect(late.counted).toBe(false)
    expect(await servedOn(town)).toBe(NOW)
  })

  it('goes on to the other contacts, then the owners, then the operator’s list, one after the other as each comes back', async () => {
    fresh('refuses')
    await using town = await openNotifying(kind, { mailer: post.mailer() })
    town.known.contacts.set(`${town.heron} support`, ['help@heron.example', 'Legal@Heron.example'])

    await town.sends({})
    await town.jobs.runDue()

    expect((await mails(town)).map(({ place, state }) => `${place} ${state}`)).toEqual([
      'legal@heron.example bounced',
      'help@heron.example bounced',
      'dora@people.example bounced',
    ])
    expect(await servedOn(town)).toBeNull()
    expect((await town.reading.tasks(town.workspace, { open: true, after: null, limit: 9 })).map(({ notice }) => notice.subject)).toEqual([
      'edn_next',
    ])
  })

  it('of other kinds than legal comes before nobody when it comes back', async () => {
    fresh('refuses')
    await using town = await openNotifying(kind, { mailer: post.mailer() })

    await town.sends({ legal: false, to: { kind: 'user', user: town.ana } })

    expect((await mails(town)).map(({ state }) => state)).toEqual(['bounced'])
    expect(await town.reading.tasks(town.workspace, { open: true, after: null, limit: 9 })).toEqual([])
  })

  it('leaves the operator’s list by itself once it was served after all', async () => {
    fresh('refuses')
    await using town = await openNotifying(kind, { mailer: post.mailer() })
    await town.sends({})
    const { id } = await town.storage.db.selectFrom('notices').select('id').executeTakeFirstOrThrow()

    await town.seeingTo.posted(town.workspace, id, { address: '1 Quay, Aldhaven', courier: 'Red Van', handedAt: NOW }, town.olga)

    expect(await town.reading.tasks(town.workspace, { open: true, after: null, limit: 9 })).toEqual([])
    expect(await servedOn(town)).toBe(NOW)
  })

  it.each(['later', 'refuses sender', 'hangs up', 'hangs up after'] as const)(
    'arrives when the server that %s takes it at last, under one Message-ID and in the same words',
    async (mood) => {
      const arrived = fresh(mood)
      await using town = await openNotifying(kind, { mailer: post.mailer() })
      await town.sends({})
      const between = await mails(town)

      post.state.mood = 'takes'
      town.clock.advance(2 * MINUTE)
      await town.jobs.runDue()

      expect(between.map(({ state }) => state)).toEqual(['deferred'])
      expect((await mails(town)).map(({ state }) => state)).toEqual(['handed over'])
      expect(arrived.length).toBe(mood === 'hangs up after' ? 2 : 1)
      expect(new Set(arrived.map(({ raw }) => raw)).size).toBe(1)
      expect(arrived[0]?.raw).toMatch(new RegExp(`^Message-ID: <${between[0]?.id}@house.example>\r$`, 'm'))
      // However often it arrived, it lies in each inbox once.
      expect((await town.reading.inbox(town.workspace, town.dora, { after: null, limit: 9 })).length).toBe(1)
    },
  )

  it('is given up after four days of a server that is never ready, and goes on to the next address', async () => {
    fresh('later')
    await using town = await openNotifying(kind, { mailer: post.mailer() })

    await town.sends({})
    for (let hours = 0; hours < 4 * 24; hours += 6) {
      town.clock.advance(6 * HOUR)
      await town.jobs.runDue()
    }

    expect((await mails(town)).map(({ place, state }) => `${place} ${state}`)).toEqual(['legal@heron.example failed', 'dora@people.example deferred'])
  })

  it('comes before the operator after three days in which nobody reported that it arrived', async () => {
    fresh()
    await using town = await openNotifying(kind, { mailer: post.mailer() })

    await town.sends({})
    town.clock.advance(3 * DAY)
    await town.jobs.runDue()

    expect((await town.reading.tasks(town.workspace, { open: true, after: null, limit: 9 })).length).toBe(1)
  })

  it('is kept exactly as it was sent, for whoever asks later', async () => {
    const arrived = fresh()
    await using town = await openNotifying(kind, { mailer: post.mailer() })

    await town.sends({ title: 'Größe «änderts»', body: 'Zeile eins\n\n.\nFrom der Küste' })

    const copy = await town.reading.copy(town.workspace, (await mails(town))[0]?.id ?? '')
    expect(copy?.content).toBe(arrived[0]?.raw)
    expect(copy?.sha256).toBe(sha256(arrived[0]?.raw ?? ''))
  })

  it('lies in files for their owner’s eyes only where there is no mail server, and is sent from there once there is one', async () => {
    const arrived = fresh()
    const folder = mkdtempSync(join(tmpdir(), 'handfast-mails-'))
    await using town = await openNotifying(kind, { mailFolder: folder })

    await town.sends({})
    const [mail] = await mails(town)
    const [file = ''] = readdirSync(join(folder, 'notices'))
    const { mode } = statSync(join(folder, 'notices', file))

    expect([mail?.state, file]).toEqual(['queued', `${mail?.id}.eml`])
    expect(mode & 0o777).toBe(0o600)
    expect(readFileSync(join(folder, 'notices', file), 'latin1')).toContain('\r\nSubject: The terms change\r\n')
    expect([arrived.length, await servedOn(town)]).toEqual([0, null])

    const { known, clock, storage, enforcement } = town
    const later = notifyingOver(storage, enforcement, { known, clock, mailer: post.mailer() })
    const [notice] = await town.reading.sent(town.workspace, { after: null, limit: 1 })
    await later.seeingTo.again(town.workspace, notice?.id ?? '', mail?.id ?? '', town.olga)
    await later.jobs.runDue()

    expect(arrived.map(({ raw }) => raw)).toEqual([readFileSync(join(folder, 'notices', file), 'latin1')])
    expect((await mails(town)).map(({ state }) => state)).toEqual(['handed over'])
    await later.jobs.stop(0)
    rmSync(folder, { recursive: true })
  })
})
