import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { handfast, temporaryFolder } from '../../test/command.ts'
import { printable, table } from './say.ts'

describe('the command handfast', { timeout: 120_000 }, () => {
  it('ends with 2 and says what there is when it is used wrongly', async () => {
    const ended = await Promise.all([
      handfast(['fly']),
      handfast(['serve', '--prot', '1', '--json']),
      handfast(['token', 'revoke']),
      handfast(['apply']),
    ])

    expect(ended.map(({ code }) => code)).toEqual([2, 2, 2, 2])
    expect(ended.map(({ err }) => err.split('\n')[0])).toEqual([
      "handfast: unknown command 'fly'",
      "handfast: unknown option '--prot'",
      "handfast: missing required argument 'id'",
      'handfast: Name the platform file with -f. `handfast apply --schema` says what may stand in it.',
    ])
    expect(ended[1]?.json()).toEqual({ error: { code: 'cli/usage', message: expect.stringContaining("unknown option '--prot'"), who: 'user' } })
  })

  it('reports three mistakes in the settings at once, each with its fix', async () => {
    using folder = temporaryFolder()
    const config = folder.in('handfast.yaml')
    writeFileSync(config, 'hsot: 0.0.0.0\nconcurrentCalls: 0\n')

    const { code, err, json } = await handfast(['serve', '--json', '--config', config], { HANDFAST_PUBLIC_URL: 'connect.example.org' })

    expect(code).toBe(2)
    expect(json()).toMatchObject({ error: { code: 'config/invalid', problems: [{}, {}, {}] } })
    for (const said of ['hsot', 'Did you mean host?', 'concurrentCalls', 'HANDFAST_PUBLIC_URL', 'has to be an origin']) expect(err).toContain(said)
    expect(err).not.toMatch(/\n {4}at /)
  })

  it('lists every command with what it does, and every setting with its variable', async () => {
    const [help, settings] = await Promise.all([handfast(['--help']), handfast(['settings', '--json'])])

    for (const name of [
      'serve',
      'apply',
      'user',
      'token',
      'connector',
      'migrate',
      'backup',
      'restore',
      'ledger',
      'openapi',
      'egress',
      'doctor',
      'assistant',
    ])
      expect(help.out).toMatch(new RegExp(`^  ${name} .*\\w`, 'm'))
    expect(settings.json()).toMatchObject({ settings: expect.arrayContaining([expect.objectContaining({ variable: 'HANDFAST_PUBLIC_URL' })]) })
  })

  it('says whether an address may be reached, by which rule, and by the exit code', async () => {
    const [inner, outer] = await Promise.all([
      handfast(['egress', 'explain', 'https://api.example.org/', '--resolve', '93.184.216.34,10.0.0.7', '--json']),
      handfast(['egress', 'explain', 'https://api.example.org/', '--resolve', '93.184.216.34', '--json']),
    ])

    expect([inner.code, outer.code]).toEqual([1, 0])
    expect(inner.json()).toMatchObject({ allowed: false, rule: expect.stringContaining('10.0.0.0/8') })
    expect(outer.json()).toMatchObject({ allowed: true, addresses: ['93.184.216.34'] })
  })

  it('prints a completion that bash can read and that completes', async () => {
    using folder = temporaryFolder()
    const { out } = await handfast(['completion', 'bash'])
    const script = folder.in('completion.bash')
    writeFileSync(script, out)
    const bash = async (...args: readonly string[]) => (await promisify(execFile)('bash', [...args])).stdout.trim().split(/\s+/)

    await bash('-n', script)
    const complete = (words: string) =>
      `source ${script}; COMP_WORDS=(handfast ${words}); COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 )); _handfast; echo "\${COMPREPLY[@]}"`

    expect(await bash('-c', complete('token ""'))).toEqual(['create', 'list', 'revoke'])
    expect(await bash('-c', complete('connector --json ap'))).toEqual(['approve', 'appeal'])
    expect(await bash('-c', complete('backup --d'))).toEqual(['--data', '--database-url'])
  })
})

describe('what is shown on a terminal', { timeout: 120_000 }, () => {
  it('shows escape sequences and direction marks of strangers instead of obeying them', () => {
    const name = 'Bank\u001b[2K\rof \u202eecnarF\u200b'

    expect(printable(name)).toBe('Bank\\u001b[2K\\u000dof \\u202eecnarF\\u200b')
    expect(table(['NAME'], [[name]])).toBe(`NAME\nBank\\u001b[2K\\u000dof \\u202eecnarF\\u200b\n`)
  })
})
