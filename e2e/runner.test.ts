import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { Runner, readRunnerFile } from '../server/src/runner/index.ts'
import { databases } from '../server/test/databases.ts'
import { type Inhabitant, Town } from '../server/test/town.ts'

const everything = join(dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/server-everything/package.json')), 'dist/index.js')
const fixture = resolve(import.meta.dirname, 'fixtures/stdio-server.mjs')

async function openRunner() {
  const folder = mkdtempSync(join(tmpdir(), 'handfast-runner-e2e-'))
  const path = join(folder, 'runner.yaml')
  const servers = {
    everything: { command: process.execPath, args: [everything, 'stdio'] },
    personal: { command: process.execPath, args: [fixture], credentialEnv: 'DEMO_KEY' },
  }
  writeFileSync(path, stringify({ port: 0, sandbox: 'off', servers }))
  const runner = new Runner({ file: readRunnerFile(path), environment: (name) => (name === 'PATH' ? process.env['PATH'] : undefined), log: () => {} })
  const { addresses } = await runner.open()
  const addressOf = (server: string) => addresses.find((one) => one.server === server)?.address ?? ''
  return {
    addressOf,
    key: readFileSync(join(folder, 'runner.key'), 'utf8').trim(),
    [Symbol.asyncDispose]: async () => {
      await runner.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

describe.each(databases)('a stdio server behind a runner, governed on $name', (kind) => {
  it('answers through the gateway like any connector', async () => {
    await using runner = await openRunner()
    await using town = await Town.open(kind, { saysKeys: true })
    const id = await town.publishes('everything', runner.addressOf('everything'), { credential: { type: 'bearer' } }, null, runner.key)
    const { origins } = await town.app.rooms.directory.standing(id)
    await town.app.rooms.vault.put({ workspace: town.app.workspace, user: null }, id, runner.key, origins, town.olga.user)
    await town.enables(town.alice, 'everything')

    const told = await town.alice.mcp.call('everything_echo', { message: 'over there' })
    const [call] = await town.calls(town.alice)

    expect(told.body.result.content).toEqual([{ type: 'text', text: 'Echo: over there' }])
    expect(call).toMatchObject({ tool: 'echo', state: 'answered' })
  })

  it('runs as a process of its own for every person, with the key that is theirs', async () => {
    await using runner = await openRunner()
    await using town = await Town.open(kind, { saysKeys: true })
    const address = runner.addressOf('personal')
    const id = await town.publishes('personal', address, { credential: { type: 'bearer' } }, null, 'key-to-list-with')
    const { origins } = await town.app.rooms.directory.standing(id)
    const keyOf = async (who: Inhabitant, secret: string) => {
      await town.app.rooms.vault.put(town.person(who), id, secret, origins, who.user)
      await town.enables(who, 'personal')
      const asked = () => who.mcp.call('personal_environment')
      const first = await asked()
      await town.approves(who)
      const told = first.body.result.isError === true ? await asked() : first
      return JSON.parse(told.body.result.content[0].text).DEMO_KEY as string
    }

    expect([await keyOf(town.alice, 'key-of-alice'), await keyOf(town.bob, 'key-of-bob')]).toEqual(['key-of-alice', 'key-of-bob'])
  })
})
