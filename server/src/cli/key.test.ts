import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { handfast, serving, temporaryFolder } from '../../test/command.ts'
import { rounds, seeded } from '../../test/rounds.ts'
import { serveTransit } from '../../test/transit-server.ts'

type Listed = { readonly items: readonly { readonly id: string; readonly state: string; readonly records: number }[] }

async function states(settings: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { items } = (await handfast(['key', 'list', '--json'], settings)).json() as unknown as Listed
  return items.map(({ state }) => state)
}

describe('handfast key', () => {
  it('lists the master keys, makes a new one, and says what to do next', async () => {
    using folder = temporaryFolder()
    const settings = { HANDFAST_DATA: folder.path }
    await handfast(['apply', '-f', platformFile(folder)], settings)
    await using _server = await serving(settings)
    const before = readFileSync(folder.in('master.key'), 'utf8')

    const first = await handfast(['key', 'list', '--json'], settings)
    const rotated = await handfast(['key', 'rotate'], settings)
    const listed = await handfast(['key', 'list'], settings)

    expect(first.json()).toMatchObject({ items: [{ state: 'current', source: 'file', lackedBy: [] }], trouble: null })
    expect(rotated).toMatchObject({ code: 0, out: expect.stringContaining('Back it up now') })
    expect(listed.out).toMatch(/current.*\n.*read-only/)
    expect(readFileSync(folder.in('master.key'), 'utf8').split('\n').slice(1).join('\n')).toBe(before)
    for (const said of [first, rotated, listed]) for (const key of before.split('\n').filter(Boolean)) expect(said.out + said.err).not.toContain(key)
  })

  it('prints keys that nobody has', async () => {
    const [one, two] = [await handfast(['key', 'new']), await handfast(['key', 'new'])]

    expect(Buffer.from(one.out, 'base64')).toHaveLength(32)
    expect(one.out).not.toBe(two.out)
  })
})

describe('a process that is killed while keys change', () => {
  it('reads everything afterwards, and goes on where it was', async () => {
    using folder = temporaryFolder()
    const settings = { HANDFAST_DATA: folder.path }
    const random = seeded(11)
    const kills = rounds(500) / 33
    await handfast(['apply', '-f', platformFile(folder)], settings)

    for (let round = 0; round < kills; round++) {
      const server = await serving(settings)
      const rotating = handfast(['key', 'rotate'], settings)
      await new Promise((resolve) => setTimeout(resolve, 300 + random() * 500))
      await server.stop('SIGKILL')
      await rotating
    }
    await using _server = await serving(settings)
    const doctor = await handfast(['doctor', '--json'], settings)

    const found = doctor.json()['checks'] as readonly { readonly check: string; readonly state: string; readonly message: string }[]
    expect(found.filter(({ check, state }) => check === 'master keys' && state === 'wrong')).toEqual([])
    expect((await states(settings)).filter((state) => state === 'current')).toHaveLength(1)
    const people = await handfast(['user', 'list', '--json'], settings)
    expect(people.code).toBe(0)
  }, 180_000)
})

describe('handfast doctor', () => {
  it('names a master key that is missing, and says where the transit engine stands', async () => {
    using folder = temporaryFolder()
    const settings = { HANDFAST_DATA: folder.path }
    await (await serving(settings)).stop()
    writeFileSync(folder.in('master.key'), `${Buffer.alloc(32, 3).toString('base64')}\n`)
    await using bao = await serveTransit()
    bao.engine.tokens.set('short', 120)

    const missing = await handfast(['doctor'], settings)
    const rootToken = await handfast(['doctor'], { ...settings, HANDFAST_TRANSIT_URL: bao.url, HANDFAST_TRANSIT_TOKEN: 'short' })
    const noToken = await handfast(['doctor'], { ...settings, HANDFAST_TRANSIT_URL: bao.url })
    bao.engine.sealed = true
    const sealed = await handfast(['doctor'], { ...settings, HANDFAST_TRANSIT_URL: bao.url, HANDFAST_TRANSIT_TOKEN: 'short' })

    expect(missing).toMatchObject({
      code: 1,
      out: expect.stringMatching(/WRONG {2}master keys: the database is sealed with [0-9a-f]{8}, which is not here/),
    })
    expect(rootToken.out).toContain('WRONG  transit engine: the token ends in 2 minutes')
    expect(noToken.out).toContain('WRONG  transit engine: there is no token for it')
    expect(sealed.out).toContain('503: Vault is sealed')
  })
})

function platformFile(folder: ReturnType<typeof temporaryFolder>): string {
  const file = folder.in('platform.yaml')
  writeFileSync(file, 'operator:\n  name: Olga\n  email: olga@example.org\n')
  return file
}
