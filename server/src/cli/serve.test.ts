import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { handfast, serving, temporaryFolder } from '../../test/command.ts'

type Control = { readonly url: string; readonly secret: string }
const controlOf = (data: string): Control => JSON.parse(readFileSync(`${data}/control.json`, 'utf8')) as Control

describe('handfast serve', { timeout: 120_000 }, () => {
  it('says where it is and how the first operator comes in, and ends in order when told to', async () => {
    using folder = temporaryFolder()
    const server = await serving({ HANDFAST_DATA: folder.path })

    const health = await fetch(`${server.url}/healthz`)
    const code = await server.stop()

    expect(health.status).toBe(200)
    expect(server.welcome).toMatch(new RegExp(`^${server.url}/welcome#[\\w-]{43}$`))
    expect(code).toBe(0)
    expect(existsSync(folder.in('control.json'))).toBe(false)
  })

  it('names the port that is taken and how to choose another', async () => {
    using folder = temporaryFolder()
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo

    const { code, err, json } = await handfast(['serve', '--no-console', '--json', '--port', String(port)], { HANDFAST_DATA: folder.path })
    other.close()

    expect(code).toBe(3)
    expect(err).toContain(`Port ${port} on 127.0.0.1 is taken by another program`)
    expect(err).toContain('HANDFAST_PORT')
    expect(json()).toMatchObject({ error: { code: 'config/port-taken', who: 'operator' } })
  })

  it('refuses a data folder that it cannot write, and says why', async () => {
    using folder = temporaryFolder()
    writeFileSync(folder.in('a-file'), '')

    const { code, err } = await handfast(['serve', '--no-console', '--data', folder.in('a-file/below')])

    expect(code).toBe(3)
    expect(err).toContain('cannot be written (a part of the path is a file)')
    expect(err).not.toMatch(/\n {4}at /)
  })

  it('refuses to be the second process on one SQLite file', async () => {
    using folder = temporaryFolder()
    await using _ = await serving({ HANDFAST_DATA: folder.path })

    const { code, json } = await handfast(['serve', '--no-console', '--json'], { HANDFAST_DATA: folder.path })

    expect(code).toBe(3)
    expect(json()).toMatchObject({ error: { code: 'storage/in-use', message: expect.stringContaining('Another Handfast process') } })
  })

  it('shouts about dangerous settings', async () => {
    using folder = temporaryFolder()
    await using server = await serving({ HANDFAST_DATA: folder.path, HANDFAST_DANGEROUSLY_ALLOW_PRIVATE_ADDRESSES: 'true' })

    expect(server.said.err).toContain('DANGER: EVERY CONNECTOR CAN REACH THIS MACHINE')
  })

  it('is what commands talk to while it runs, and they work without it as well', async () => {
    using folder = temporaryFolder()
    const settings = { HANDFAST_DATA: folder.path }
    const server = await serving(settings)

    const made = await handfast(['user', 'create', 'olga@example.org', '--name', 'Olga', '--json'], settings)
    const signed = await fetch(`${server.url}/api/v1/instance`).then((answer) => answer.json())
    await server.stop()
    const listed = await handfast(['user', 'list', '--json'], settings)

    expect(made.code).toBe(0)
    expect(signed).toMatchObject({ setUp: true })
    expect(listed.json()).toMatchObject({ items: [{ email: 'olga@example.org', state: 'active', roles: expect.arrayContaining(['operator']) }] })
  })
})

describe('the door of the command line', { timeout: 120_000 }, () => {
  it('is opened by a secret that only the owner of the data folder can read', async () => {
    using folder = temporaryFolder()
    await using _ = await serving({ HANDFAST_DATA: folder.path })

    expect(statSync(folder.in('control.json')).mode & 0o777).toBe(0o600)
    expect(new URL(controlOf(folder.path).url).hostname).toBe('127.0.0.1')
  })

  it('stays shut without the secret, behind a proxy, and for pages; and the secret opens no other door', async () => {
    using folder = temporaryFolder()
    await using server = await serving({ HANDFAST_DATA: folder.path })
    const { url, secret } = controlOf(folder.path)
    const right = { authorization: `Handfast-Local ${secret}` }
    const ask = async (origin: string, headers: Record<string, string>) => (await fetch(`${origin}/api/v1/users`, { headers })).status

    const wrong = `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`
    const user = 'usr_0190163d8694739bb2b5a2d9d8ef1111'

    expect(await fetch(`${url}/about`, { headers: right }).then((answer) => answer.status)).toBe(200)
    expect(await ask(url, {})).toBe(401)
    expect(await ask(url, { authorization: `Handfast-Local ${wrong}` })).toBe(401)
    expect(await ask(url, { ...right, 'x-forwarded-for': '203.0.113.7' })).toBe(401)
    expect(await ask(url, { ...right, origin: 'https://evil.example' })).toBe(401)
    // Without an account to act for, and for one that there is not, nothing is granted.
    expect(await ask(url, right)).toBe(401)
    expect(await ask(url, { ...right, 'x-handfast-as': user })).toBe(401)
    expect(await ask(server.url, { ...right, 'x-handfast-as': user })).toBe(401)
  })

  it('leaves an entry for each change that it lets through, besides that of the change', async () => {
    using folder = temporaryFolder()
    const settings = { HANDFAST_DATA: folder.path }
    await handfast(['user', 'create', 'olga@example.org'], settings)
    await handfast(['token', 'create'], settings)
    await handfast(['ledger', 'export', folder.in('copy')], settings)

    const entries = readFileSync(folder.in('copy/tile/entries/000.p') + partOf(folder.in('copy')), 'latin1')

    expect(entries).toContain('"event":"machine.acted"')
    expect(entries).toContain('"path":"/api/v1/tokens"')
    expect(entries).toContain('"event":"token.created"')
  })
})

/** The name of the only, unfinished bundle: how many entries it has. */
function partOf(copy: string): string {
  return `/${readFileSync(`${copy}/checkpoint`, 'utf8').split('\n')[1]}`
}
