import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readOptions } from './options.ts'
import { freePort, type Running, start } from './process.ts'
import { bringUp } from './run.ts'
import { contestants, type Site } from './servers.ts'

const folder = mkdtempSync(join(tmpdir(), 'handfast-bench-test-'))
let upstream: Running
let site: Site

beforeAll(async () => {
  const port = String(await freePort())
  const command = [process.execPath, fileURLToPath(new URL('./upstream.ts', import.meta.url)), '--port', port, '--extra', '40', '--tools', '3']
  upstream = start(command, { name: 'upstream', folder, core: null })
  site = { folder, pinning: null, upstream: `http://127.0.0.1:${port}`, extraBytes: 40, tools: 3 }
})

afterAll(() => {
  upstream.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('a server to compare with', () => {
  // Handfast itself is proven end to end elsewhere; here it is the others that must be treated fairly.
  const others = contestants().filter(({ kind }) => kind !== 'handfast')

  it.each(others)(
    '$name gives every row a correct echo with what the upstream adds',
    async (contestant) => {
      const { ready, skipped } = await bringUp(contestant, () => true, site, readOptions(['--extra', '40']))
      for (const { started } of ready) started.process.stop()

      expect(skipped).toEqual([])
      expect(ready.map(({ row }) => row.name)).toEqual(contestant.rows)
    },
    60_000,
  )

  it('that cannot be started is left out with its reason, and the others go on', async () => {
    const broken = {
      name: 'broken',
      rows: ['one', 'two'],
      kind: 'peer' as const,
      note: '',
      start: () => Promise.reject(new Error('no such command')),
    }

    const { ready, skipped } = await bringUp(broken, (row) => row === 'two', site, readOptions([]))

    expect(ready).toEqual([])
    expect(skipped).toEqual([{ name: 'two', reason: 'no such command' }])
  })
})
