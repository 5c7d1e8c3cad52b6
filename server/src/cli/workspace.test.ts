import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { startEcho } from '../../../e2e/fixtures/echo-connector.ts'
import { handfast, temporaryFolder } from '../../test/command.ts'

const manifest = (url: string) => ({
  slug: 'echo',
  name: 'Echo',
  kind: 'mcp',
  url,
  description: 'Says it again.',
  privacyNotice: 'Echo keeps nothing.',
})

describe('workspaces and their rules from the command line', { timeout: 180_000 }, () => {
  it('are brought to what a platform file declares, and explained', async () => {
    await using echo = await startEcho()
    using folder = temporaryFolder()
    const settings = { HANDFAST_DATA: folder.in('data'), HANDFAST_ALLOW_INTERNAL: `echo=${new URL(echo.url).host}` }
    const file = folder.in('platform.yaml')
    const rules = {
      rules: [
        { id: 'no-notes', verb: 'deny', on: { connectors: ['echo'], tools: ['note'] }, because: 'Ask Nora.' },
        {
          id: 'finance',
          verb: 'ask',
          on: { tools: ['note'] },
          when: [{ at: '/text', longest: 5 }],
          overrides: ['no-notes'],
          approvers: { people: ['nora@example.org'] },
        },
      ],
    }
    writeFileSync(folder.in('rules.yaml'), stringify(rules))
    const declared = {
      operator: { email: 'olga@example.org', name: 'Olga' },
      developer: { name: 'Echo Ltd', country: 'IE', acceptTerms: true },
      connectors: [{ manifest: manifest(echo.url) }],
      workspaces: [
        { name: 'House', first: true },
        {
          name: 'North',
          members: [{ email: 'nora@example.org', name: 'Nora', owner: true }, { email: 'nils@example.org' }],
          groups: [{ name: 'cooks', claim: 'cn=cooks', members: ['nils@example.org'] }],
          policy: 'rules.yaml',
        },
      ],
    }
    writeFileSync(file, stringify(declared))

    const did = await handfast(['apply', '-f', file, '--json'], settings)
    const again = await handfast(['apply', '-f', file, '--json'], settings)
    const listed = await handfast(['workspace', 'list', '--json'], settings)
    const explain = (...more: string[]) =>
      handfast(['policy', 'explain', 'echo', 'note', '--workspace', 'North', '--user', 'nils@example.org', '--json', ...more], settings)
    const long = await explain('--arguments', '{"text":"much too long"}')
    const short = await explain('--arguments', '{"text":"hi"}')
    const undone = await handfast(['policy', 'restore', '0', '--workspace', 'North', '--json'], settings)
    const third = await handfast(['apply', '-f', file, '--dry-run', '--json'], settings)

    expect(did.json()['changes']).toEqual(
      expect.arrayContaining([
        'make the workspace North',
        'make an account for nora@example.org in North',
        'put the declared rules of North in force',
      ]),
    )
    expect(again.json()).toMatchObject({ changes: [] })
    expect(listed.json()).toMatchObject({
      items: [
        { name: 'House', house: true },
        { name: 'North', house: false },
      ],
    })
    expect([long.code, long.json()]).toMatchObject([1, { verdict: 'denied', decidedBy: { rule: 'no-notes', version: 1 } }])
    expect([short.code, short.json()]).toMatchObject([
      1,
      { verdict: 'asks', asks: [{ from: 'others', who: { people: [{ name: 'Nora' }] } }, { from: 'you' }] },
    ])
    expect(undone.json()).toMatchObject({ version: 2 })
    expect(third.json()).toMatchObject({ changes: ['put the declared rules of North in force'] })
  })
})
