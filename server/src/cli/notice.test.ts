import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { handfast, serving, temporaryFolder } from '../../test/command.ts'
import { statusReport } from '../../test/mail-server.ts'

describe('notices from the command line', { timeout: 300_000 }, () => {
  it('are written, kept as files without a mail server, read, acknowledged, reported on and followed', async () => {
    using folder = temporaryFolder()
    const settings = { HANDFAST_DATA: folder.in('data') }
    const say = (...args: readonly string[]) => handfast(['notice', ...args, '--json'], settings)
    writeFileSync(folder.in('platform.yaml'), stringify({ operator: { email: 'olga@example.org', name: 'Olga' } }))
    writeFileSync(folder.in('words.txt'), 'Is it so?')
    await handfast(['apply', '-f', folder.in('platform.yaml')], settings)
    await using _ = await serving(settings)

    const written = await say('inbox', 'write', '--subject', 'A question', '--file', folder.in('words.txt'))
    // The notice that something arrived, and the confirmation.
    await expect.poll(() => (existsSync(folder.in('data/notices')) ? readdirSync(folder.in('data/notices')).length : 0), { timeout: 60_000 }).toBe(2)
    const inbox = (await say('inbox', 'list')).json()['items'] as readonly { readonly id: string; readonly state: string }[]
    const list = (await say('list')).json() as { readonly items: readonly { readonly id: string; readonly kind: string }[]; readonly counts: unknown }
    const one = list.items.find(({ kind }) => kind === 'notices.received')?.id ?? ''
    const read = await say('read', one)
    const acknowledged = await say('acknowledge', one)
    const deliveries = (await say('deliveries', one)).json()['items'] as readonly Record<string, unknown>[]
    const mail = deliveries.find((each) => each['channel'] === 'e-mail')
    const files = readdirSync(folder.in('data/notices'))
    writeFileSync(folder.in('bounce.eml'), statusReport(String(mail?.['id']), 'failed'))
    const bounced = await say('bounce', folder.in('bounce.eml'))
    const wrong = await say('bounce', folder.in('words.txt'))
    const posted = await say('posted', one, '--address', '1 Quay', '--courier', 'Red Van', '--at', new Date().toISOString())
    const tasks = await say('tasks')
    const doctor = await handfast(['doctor', '--json'], settings)

    expect(written.code).toBe(0)
    expect(inbox).toMatchObject([{ id: written.json()['id'], state: 'open' }])
    expect(list.counts).toEqual({ unseen: 2, unacknowledged: 0 })
    expect(String(read.json()['body'])).toContain(String(written.json()['id']))
    expect(acknowledged.code).toBe(0)
    expect(files).toContain(`${mail?.['id']}.eml`)
    expect(readFileSync(folder.in(`data/notices/${mail?.['id']}.eml`), 'latin1')).toContain('To: olga@example.org')
    expect([bounced.json(), wrong.code]).toMatchObject([{ kind: 'failed', counted: true }, 2])
    expect([posted.code, tasks.code]).toEqual([0, 0])
    expect(doctor.json()['checks']).toContainEqual(
      expect.objectContaining({ check: 'mail', state: 'note', message: expect.stringContaining('1 wait') }),
    )
  })
})
