import { createServer } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { closeServer, listen } from './listen.ts'

describe('a server that stops', () => {
  it('does not wait for a connection that was opened ahead and never used', { timeout: 10_000 }, async () => {
    const server = createServer((_, res) => res.end())
    const port = await listen(server, '127.0.0.1', 0, 'HANDFAST_PORT')
    const arrived = new Promise((resolve) => server.once('connection', resolve))
    const ahead = connect(port, '127.0.0.1')
    const ended = new Promise((resolve) => ahead.once('close', resolve))
    await arrived

    await closeServer(server, 60_000)

    await ended
    expect(server.listening).toBe(false)
  })

  it('says which program has to give way when the port is taken', async () => {
    const first = createServer()
    const port = await listen(first, '127.0.0.1', 0, 'HANDFAST_PORT')

    const second = listen(createServer(), '127.0.0.1', port, 'HANDFAST_PORT')

    await expect(second).rejects.toMatchObject({ code: 'config/port-taken', who: 'operator' })
    await closeServer(first, 1_000)
  })
})
