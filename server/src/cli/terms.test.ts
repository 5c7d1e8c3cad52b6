import { readFileSync, writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { startEcho } from '../../../e2e/fixtures/echo-connector.ts'
import { handfast, serving, temporaryFolder } from '../../test/command.ts'
import { DAY, sha256 } from '../lib/index.ts'
import { clockCommand } from './clock.ts'
import { noticeCommand } from './notice.ts'
import type { Streams } from './say.ts'
import { termsCommand } from './terms.ts'

type Row = Readonly<Record<string, unknown>>

describe('the terms from the command line', { timeout: 600_000 }, () => {
  it('are read, changed, decided about, and in force on a day', async () => {
    await using echo = await startEcho()
    using folder = temporaryFolder()
    const settings = {
      HANDFAST_DATA: folder.in('data'),
      HANDFAST_MOVABLE_CLOCK: 'true',
      HANDFAST_ALLOW_INTERNAL: `echo=${new URL(echo.url).host}`,
    }
    const notice = 'Echo keeps nothing.'
    const manifest = { slug: 'echo', name: 'Echo', kind: 'mcp', url: echo.url, description: 'Says it again.', privacyNotice: notice }
    const declared = {
      operator: { email: 'olga@example.org', name: 'Olga' },
      developer: { name: 'Echo Ltd', country: 'IE', acceptTerms: true },
      connectors: [{ manifest }],
    }
    writeFileSync(folder.in('platform.yaml'), stringify(declared))
    await handfast(['apply', '-f', folder.in('platform.yaml')], settings)
    await using _ = await serving(settings)
    /** In this process, which is quicker; the server is another one. */
    const run = async (make: (streams: Streams) => Command, args: readonly string[]) => {
      const said = { out: '', err: '', refused: '' }
      const streams: Streams = {
        out: (text) => {
          said.out += text
        },
        err: (text) => {
          said.err += text
        },
      }
      await make(streams)
        .parseAsync([...args, '--data', folder.in('data')], { from: 'user' })
        .catch((error: unknown) => {
          said.refused = (error as Error).message
        })
      return { ...said, json: () => JSON.parse(said.out) as Row }
    }
    const say = (...args: readonly string[]) => run(termsCommand, args)
    const asJson = async (...args: readonly string[]) => (await say(...args, '--json')).json()
    const other = async (make: (streams: Streams) => Command, ...args: readonly string[]) => (await run(make, [...args, '--json'])).json()

    const old = (await asJson('show', 'usage-policies')) as { readonly body: string; readonly sha256: string; readonly label: string }
    const words = `${old.body}\n## 6. Something new\n\nTools greet people.\n`
    writeFileSync(folder.in('new.md'), words)
    const drafted = await asJson('change', 'draft', 'usage-policies', folder.in('new.md'))
    const id = String(drafted['id'])
    const shown = await say('change', 'show', id)
    const unclassed = await say('change', 'preview', id)
    await say('change', 'classify', id, '--class', 'material', '--because', 'A new duty.')
    const preview = (await asJson('change', 'preview', id)) as { readonly postedAt: string; readonly earliest: string; readonly recipients: unknown }
    const tooEarly = await say('change', 'post', id, '--sha256', sha256(words), '--effective-at', preview.postedAt)
    const stale = await say('change', 'post', id, '--sha256', sha256(words), '--drafted-at', String(drafted['draftedAt']))
    const posted = await asJson('change', 'post', id, '--sha256', sha256(words))
    const listed = await say('change', 'list')
    const waiting = await say('in-force', 'echo')
    const unsaid = await say('choose', 'echo', id, '--choice', 'accept')
    const waits = await say('choose', 'echo', id, '--choice', 'wait')
    // It goes out a moment after the change is posted.
    const told = async () => ((await other(noticeCommand, 'list'))['items'] as readonly Row[]).find(({ kind }) => kind === 'terms.changed')?.['id']
    await expect.poll(told, { timeout: 30_000 }).toBeDefined()
    await other(noticeCommand, 'acknowledge', String(await told()))
    const moved = (await other(clockCommand, '+16d')) as { readonly now: string }
    const bound = (await asJson('in-force', 'echo')) as { readonly documents: readonly Row[] }
    const dayBefore = new Date(Date.parse(moved.now) - 10 * DAY).toISOString().slice(0, 10)
    const before = (await asJson('in-force', 'echo', '--on', dayBefore)) as { readonly documents: readonly Row[] }
    const differs = await say('diff', 'usage-policies', old.label, String(posted['label']))
    const accepted = await asJson('accept', 'Echo Ltd', '--yes')
    const hesitating = await say('accept', 'Echo Ltd')
    const written = await say('agreement', 'echo', '--html', folder.in('agreement.html'), '--out', folder.in('agreement.json'))
    const settled = await say('change', 'withdraw', id, '--reason', 'no')
    const developer = (bound as unknown as { readonly developer: string }).developer
    writeFileSync(folder.in('more.md'), 'Sixty days.')
    const offered = await asJson('amendment', 'propose', developer, folder.in('more.md'), '--title', 'A longer notice', '--connector', 'echo')
    const signed = await say('amendment', 'sign', String(offered['id']), '--sha256', sha256('A longer notice\n\nSixty days.'), '--yes')
    const amendments = await say('amendment', 'list', developer)

    expect(shown.out).toMatch(/class\s+not said yet/)
    expect(shown.out).toContain('{+## 6. Something new+}')
    expect(unclassed.refused).toContain('Say what the change is')
    expect(Date.parse(preview.earliest) - Date.parse(preview.postedAt)).toBe(15 * DAY)
    expect(preview.recipients).toMatchObject([{ name: 'Echo Ltd', connectors: ['echo'] }])
    expect(tooEarly.refused).toContain('at the earliest')
    expect(stale.refused).toContain('is another one now')
    expect(posted).toMatchObject({ state: 'posted', class: 'material' })
    expect(listed.out).toContain(id)
    expect(waiting.out).toMatch(new RegExp(`usage-policies.*accepted.*window \\(${id}\\)`))
    expect(waiting.out).toContain('not decided')
    expect([unsaid.refused, waits.refused]).toEqual([expect.stringContaining('--yes'), ''])
    const policies = ({ documents }: { readonly documents: readonly Row[] }) => documents.find(({ document }) => document === 'usage-policies')
    expect(policies(bound)).toMatchObject({ how: 'deemed', by: id, sha256: sha256(words) })
    expect(policies(before)).toMatchObject({ how: 'accepted', sha256: old.sha256 })
    expect(differs.out).toBe('{+## 6. Something new+}\n\n{+Tools greet people.+}\n')
    expect(sha256(String(accepted['text']))).toBe(accepted['sha256'])
    expect(hesitating.refused).toContain('Nothing was accepted')
    const file = readFileSync(folder.in('agreement.json'), 'utf8').trim()
    expect(written.out).toContain(sha256(file))
    expect(readFileSync(folder.in('agreement.html'), 'utf8')).toContain(sha256(file))
    expect(JSON.parse(file)).toMatchObject({ deemed: [{ change: id }] })
    expect(settled.refused).toContain('in force already')
    expect(signed.refused).toBe('')
    expect(amendments.out).toContain('A longer notice')
  })
})
