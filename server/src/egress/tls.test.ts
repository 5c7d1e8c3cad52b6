import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { expiredCertificate, goodCertificate, otherCertificate, testAuthority, testKey } from '../../test/certificates.ts'
import { serve } from '../../test/loopback-server.ts'
import { createEgress, type EgressOptions, type EgressRequest } from './index.ts'

async function serveTls(cert: string, location?: string) {
  const names: string[] = []
  const server = createServer({ key: testKey, cert }, (request, response) => {
    names.push(`${(request.socket as TLSSocket & { servername: string | false }).servername} ${request.headers.host}`)
    if (location === undefined) response.end('private')
    else response.writeHead(307, { location }).end()
  })
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    names,
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function egressTo(more: Partial<EgressOptions> = {}) {
  return createEgress({
    allow: [{ name: 'loopback', host: '127.0.0.0/8' }],
    resolve: async () => ['127.0.0.1'],
    authorities: [testAuthority],
    ...more,
  })
}

function get(url: string, more: Partial<EgressRequest> = {}): EgressRequest {
  return { url: new URL(url), method: 'GET', headers: {}, reason: 'health', ...more }
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('TLS', () => {
  it('is spoken to the checked address in the name of the host', async () => {
    await using server = await serveTls(goodCertificate)
    await using egress = egressTo()

    const answer = await egress.request(get(`https://api.example:${server.port}/`))

    expect(await answer.body.text()).toBe('private')
    expect(server.names).toEqual([`api.example api.example:${server.port}`])
  })

  it('names the host without its trailing dot', async () => {
    await using server = await serveTls(goodCertificate)
    await using egress = egressTo()

    await (await egress.request(get(`https://api.example.:${server.port}/`))).body.text()

    expect(server.names).toEqual([`api.example api.example.:${server.port}`])
  })

  it('works with an address in the certificate where the URL has an address', async () => {
    await using server = await serveTls(goodCertificate)
    await using egress = egressTo()

    expect(await (await egress.request(get(`https://127.0.0.1:${server.port}/`))).body.text()).toBe('private')
  })

  it.each([
    ['for another name', otherCertificate],
    ['that has expired', expiredCertificate],
  ])('with a certificate %s is refused, and nothing is sent', async (_what, certificate) => {
    await using server = await serveTls(certificate)
    await using egress = egressTo()

    await expect(egress.request(get(`https://api.example:${server.port}/`))).rejects.toMatchObject({
      code: 'egress/unreachable',
      reason: 'certificate',
      who: 'developer',
      sent: false,
    })

    expect(server.names).toEqual([])
  })

  it('with a certificate that no known authority signed is refused, whatever the environment says', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    await using server = await serveTls(goodCertificate)
    await using egress = createEgress({ allow: [{ name: 'loopback', host: '127.0.0.0/8' }], resolve: async () => ['127.0.0.1'] })

    await expect(egress.request(get(`https://api.example:${server.port}/`))).rejects.toMatchObject({
      code: 'egress/unreachable',
      reason: 'certificate',
    })
  })

  it('that turns out to be plain HTTP is refused', async () => {
    await using server = await serve((_request, response) => response.end('plain'))
    await using egress = egressTo()

    await expect(egress.request(get(`https://api.example:${server.port}/`))).rejects.toMatchObject({ code: 'egress/unreachable', sent: false })
  })

  it('is never left by a redirect, not even to a reviewed and opened origin', async () => {
    await using plain = await serve((_request, response) => response.end('plain'))
    await using server = await serveTls(goodCertificate, plain.origin)
    await using egress = egressTo()

    await expect(egress.request(get(`https://api.example:${server.port}/`, { origins: [plain.origin] }))).rejects.toMatchObject({
      code: 'egress/redirect',
    })

    expect(plain.connections()).toBe(0)
  })
})
