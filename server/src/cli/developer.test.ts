import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { handfast, serving, temporaryFolder } from '../../test/command.ts'

describe('organisations from the command line', { timeout: 240_000 }, () => {
  it('say who they are, are compared with a list once somebody answers for it, and are held', async () => {
    using folder = temporaryFolder()
    const settings = { HANDFAST_DATA: folder.in('data') }
    const declared = {
      operator: { email: 'olga@example.org', name: 'Olga' },
      developer: { name: 'Brackenford Maritime', country: 'PA', acceptTerms: true },
    }
    writeFileSync(folder.in('platform.yaml'), stringify(declared))
    writeFileSync(folder.in('sdn.csv'), '101,"BRACKENFORD MARITIME S.A.",-0- ,"INVENTED"\r\n')
    writeFileSync(folder.in('add.csv'), '101,1,"Calle Nueve 12","Colon","Panama",-0-\r\n')
    await handfast(['apply', '-f', folder.in('platform.yaml'), '--json'], settings)
    await using _server = await serving(settings)
    const run = (...args: string[]) => handfast(['developer', ...args, '--json'], settings)
    const who = 'Brackenford Maritime'

    const early = await run('lists', 'import', '--source', 'ofac-sdn', folder.in('sdn.csv'))
    const said = await run('profile', who, '--legal-name', 'Brackenford Maritime Ltd')
    const on = await run('checks', 'on', '--jurisdiction', 'Aldhaven', '--basis', 'its trade act', '--decider', 'olga@example.org')
    const imported = await run('lists', 'import', '--source', 'ofac-sdn', '--date', '2026-11-20', folder.in('sdn.csv'), folder.in('add.csv'))
    // Due work is taken up within a second; each of these commands takes longer than that.
    let held = await run('holds')
    for (let times = 0; times < 40 && (held.json()['items'] as unknown[]).length === 0; times++) held = await run('holds')
    const open = await run('checks', 'list', '--open')

    expect([early.code, early.json()['error']]).toMatchObject([3, { code: 'developers/party-checks-off' }])
    expect([said.code, on.code, imported.code]).toEqual([0, 0, 0])
    expect(said.json()).toMatchObject({ legalName: 'Brackenford Maritime Ltd', address: null })
    expect(held.json()).toMatchObject({ items: [{ state: 'placed', cause: 'party-check', overdue: false }] })
    const [check] = open.json()['items'] as { id: string; answer: string; matches: { source: string; entry: string; country: string }[] }[]
    expect(check).toMatchObject({ answer: 'potential-match', matches: [{ source: 'ofac-sdn', entry: '101', country: 'agrees' }] })
    expect(open.code).toBe(1)
    const decided = await run(
      'checks',
      'decide',
      check?.id ?? '',
      '--source',
      'ofac-sdn',
      '--entry',
      '101',
      '--verdict',
      'not-the-same',
      '--reason',
      'another register',
    )
    expect(decided.code).toBe(0)
    // In whose name is asked of everything that is done here.
    expect((await run('show', who, '--as', 'nobody@example.org')).code).not.toBe(0)
    expect((await run('show', who)).json()).toMatchObject({ held: false, statementsDue: true, lacking: [] })
  })
})
