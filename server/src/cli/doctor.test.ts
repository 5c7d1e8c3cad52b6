import { chmodSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { handfast, serving, temporaryFolder } from '../../test/command.ts'

type Check = { readonly check: string; readonly state: string; readonly message: string; readonly fix?: string }
const checksOf = ({ json }: { json: () => Record<string, unknown> }) => json()['checks'] as readonly Check[]

describe('handfast doctor', { timeout: 120_000 }, () => {
  it('finds nothing wrong with a fresh server, and comes to its doors as an assistant would', async () => {
    using folder = temporaryFolder()
    await using server = await serving({ HANDFAST_DATA: folder.path })

    const told = await handfast(['doctor', '--whole-ledger', '--json'], { HANDFAST_DATA: folder.path, HANDFAST_PUBLIC_URL: server.url })

    expect(checksOf(told).filter(({ state }) => state === 'wrong')).toEqual([])
    expect(told.code).toBe(0)
    expect(checksOf(told).map(({ check }) => check)).toEqual(
      expect.arrayContaining(['ledger', '/readyz', '/api/v1/instance', 'MCP without a token', 'who gives tokens (RFC 8414)']),
    )
  })

  it('says of everything that is unsafe how to mend it', async () => {
    using folder = temporaryFolder()
    await handfast(['migrate'], { HANDFAST_DATA: folder.path })
    await handfast(['user', 'create', 'olga@example.org'], { HANDFAST_DATA: folder.path })
    chmodSync(folder.in('master.key'), 0o644)
    chmodSync(folder.path, 0o755)

    const told = await handfast(['doctor', '--json'], {
      HANDFAST_DATA: folder.path,
      HANDFAST_HOST: '0.0.0.0',
      HANDFAST_TRUSTED_PROXIES: '0.0.0.0/0',
      HANDFAST_MOVABLE_CLOCK: 'true',
    })

    const wrong = checksOf(told).filter(({ state }) => state === 'wrong')
    expect(told.code).toBe(1)
    expect(wrong.map(({ check }) => check)).toEqual(['public address', 'trusted proxies', 'dangerous settings', 'data folder', 'master key'])
    expect(wrong.every(({ fix }) => fix !== undefined && fix !== '')).toBe(true)
  })

  it('changes nothing where nothing was started yet', async () => {
    using folder = temporaryFolder()

    const told = await handfast(['doctor'], { HANDFAST_DATA: folder.in('not-there') })

    expect(told.code).toBe(0)
    expect(told.out).toContain('is not there yet; the first start makes it')
  })
})
