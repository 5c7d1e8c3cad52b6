import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import { describe, expect, it } from 'vitest'
import certificates from '../../test/bad-certificates.json' with { type: 'json' }
import { createEgress } from './index.ts'

/** A server that counts the requests that reached it. */
async function secured(options: TlsOptions) {
  let arrived = 0
  const server = createServer(options, (_request, response) => {
    arrived++
    response.end('private')
  })
  return { ...(await listening(server)), arrived: () => arrived }
}

async function listening(server: ReturnType<typeof createServer> | ReturnType<typeof createTlsServer>) {
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', (socket) => sockets.add(socket))
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function trusting() {
  return createEgress({
    allow: [{ name: 'loopback', host: '127.0.0.0/8' }],
    resolve: async () => ['127.0.0.1'],
    authorities: [certificates.authority],
    limits: { connectMs: 3_000, totalMs: 5_000 },
  })
}

const secret = { authorization: 'Bearer canary' }

describe('A certificate', () => {
  it('that is good is taken, so that the refusals below mean something', async () => {
    await using server = await secured({ key: certificates.good.key, cert: certificates.good.chain })
    await using egress = trusting()

    const answer = await egress.request({ url: new URL(`https://api.example:${server.port}/`), method: 'GET', headers: secret, reason: 'user-call' })

    expect(await answer.body.text()).toBe('private')
  })

  it('can be bad in at least twelve ways', () => {
    expect(certificates.bad.length).toBeGreaterThanOrEqual(12)
  })

  it.each(certificates.bad)('$what is refused, and nothing is sent', async ({ host, key, chain }) => {
    // Security level 0: this server shows what no sane one would.
    await using server = await secured({ key, cert: chain, ciphers: 'DEFAULT@SECLEVEL=0' })
    await using egress = trusting()

    const asked = egress.request({ url: new URL(`https://${host}:${server.port}/`), method: 'GET', headers: secret, reason: 'user-call' })

    await expect(asked).rejects.toMatchObject({ code: 'egress/unreachable', reason: 'certificate', sent: false })
    expect(server.arrived()).toBe(0)
  })
})

describe('A version of TLS', () => {
  const good = { key: certificates.good.key, cert: certificates.good.chain, ciphers: 'ALL@SECLEVEL=0' }

  it.each(['TLSv1', 'TLSv1.1'] as const)('%s is refused', async (version) => {
    await using server = await secured({ ...good, minVersion: version, maxVersion: version })
    await using egress = trusting()

    const asked = egress.request({ url: new URL(`https://api.example:${server.port}/`), method: 'GET', headers: secret, reason: 'user-call' })

    await expect(asked).rejects.toMatchObject({ code: 'egress/unreachable', sent: false })
    expect(server.arrived()).toBe(0)
  })

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('%s is spoken', async (version) => {
    await using server = await secured({ key: good.key, cert: good.cert, minVersion: version, maxVersion: version })
    await using egress = trusting()

    const answer = await egress.request({ url: new URL(`https://api.example:${server.port}/`), method: 'GET', headers: {}, reason: 'user-call' })

    expect(await answer.body.text()).toBe('private')
  })

  it.each(['NULL', 'aNULL', 'RC4', 'DES', '3DES', 'MD5', 'EXPORT'])('with nothing but %s ciphers is refused', async (ciphers) => {
    const options = { ...good, ciphers: `${ciphers}@SECLEVEL=0`, maxVersion: 'TLSv1.2' } as const
    const server = await secured(options).catch(() => null)
    // This build of OpenSSL cannot even be asked for it.
    if (server === null) return
    await using _ = server
    await using egress = trusting()

    const asked = egress.request({ url: new URL(`https://api.example:${server.port}/`), method: 'GET', headers: secret, reason: 'user-call' })

    await expect(asked).rejects.toMatchObject({ code: 'egress/unreachable', sent: false })
    expect(server.arrived()).toBe(0)
  })

  it('of another protocol offered in the handshake is not taken up', async () => {
    const offered: (string | false | null)[] = []
    const raw = createTlsServer({ key: good.key, cert: good.cert, ALPNProtocols: ['h2', 'http/1.1'] }, (socket) => {
      offered.push(socket.alpnProtocol)
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
    })
    await using server = await listening(raw)
    await using egress = trusting()

    const answer = await egress.request({ url: new URL(`https://api.example:${server.port}/`), method: 'GET', headers: {}, reason: 'user-call' })

    expect(await answer.body.text()).toBe('ok')
    expect(offered).toEqual(['http/1.1'])
  })
})
