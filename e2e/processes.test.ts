import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../server/test/databases.ts'
import { McpCaller } from '../server/test/mcp-caller.ts'
import { Town } from '../server/test/town.ts'
import { startEcho } from './fixtures/echo-connector.ts'
import { NotServingError, ServerProcess } from './fixtures/server-process.ts'

async function failsToStart(options: Parameters<typeof ServerProcess.start>[0]): Promise<NotServingError['ended']> {
  try {
    await using server = await ServerProcess.start(options)
    return await server.kill()
  } catch (error) {
    if (error instanceof NotServingError) return error.ended
    throw error
  }
}

describe('a second process', () => {
  let data: string
  beforeAll(() => {
    data = mkdtempSync(join(tmpdir(), 'handfast-processes-'))
  })
  afterAll(() => rmSync(data, { recursive: true, force: true }))

  it('on the same SQLite file is refused with its reason, and the first one goes on', async () => {
    await using first = await ServerProcess.start({ data })

    const second = await failsToStart({ data })

    expect(second.code).not.toBe(0)
    expect(JSON.parse(second.out)).toMatchObject({ error: { code: 'storage/in-use', who: 'operator' } })
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200)
  })

  it('takes over after the first one was killed, without anything to clean up', async () => {
    const first = await ServerProcess.start({ data })
    await first.kill()

    await using second = await ServerProcess.start({ data })

    expect((await fetch(`${second.url}/readyz`)).status).toBe(200)
  })

  it('is told that its port is taken and how to choose another, and leaves the data folder free', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => holder.once('listening', resolve))
    const { port } = holder.address() as { port: number }

    const refused = await failsToStart({ data, port })
    holder.close()
    await using after = await ServerProcess.start({ data })

    expect(refused.code).not.toBe(0)
    expect(JSON.parse(refused.out)).toMatchObject({
      error: { code: 'config/port-taken', who: 'operator', message: expect.stringContaining('HANDFAST_PORT') },
    })
    expect((await fetch(`${after.url}/healthz`)).status).toBe(200)
  })
})

describe.each(databases)('a server on $name that is asked to stop', ({ open }) => {
  it('finishes the calls under way, refuses new ones with 503, and ends with 0', async () => {
    await using database = await open()
    const { place } = database
    await using echo = await startEcho()
    const data = mkdtempSync(join(tmpdir(), 'handfast-processes-'))
    const file = join(data, 'handfast.db')
    const kind = {
      name: place.kind,
      open: async () => ({ place: place.kind === 'sqlite' ? { kind: 'sqlite' as const, file } : place, [Symbol.asyncDispose]: async () => {} }),
    }
    const town = await Town.open(kind, { settings: { data } })
    await town.publishes('echo', echo.url)
    await town.enables(town.alice, 'echo')
    await town.app.rooms.choices.setLevel(town.person(town.alice), '*', 'never')
    const { token } = town.alice
    await town[Symbol.asyncDispose]()
    const server = await ServerProcess.start({ data, ...(place.kind === 'postgres' ? { databaseUrl: place.url } : {}) })
    const mcp = new McpCaller(server.url, token)

    const underWay = Promise.all(['a', 'b', 'c'].map((key) => mcp.call('echo_wait', { key })))
    await Promise.all(['a', 'b', 'c'].map((key) => echo.arrived(key)))
    server.terminate()
    let late = await mcp.call('echo_echo', { text: 'late' })
    while (late.status === 200) late = await mcp.call('echo_echo', { text: 'late' })
    for (const key of ['a', 'b', 'c']) echo.release(key)
    const finished = await underWay
    const ended = await server.ended
    rmSync(data, { recursive: true, force: true })

    expect(late.status).toBe(503)
    expect(late.headers.get('retry-after')).toBe('5')
    expect(late.body.error.data).toMatchObject({ code: 'gateway/stopping', who: 'wait' })
    expect(finished.map(({ body }) => body.result.content[0].text)).toEqual(['a', 'b', 'c'])
    expect([ended.code, ended.signal]).toEqual([0, null])
  }, 60_000)
})
