import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestDatabaseKind } from '../../server/test/databases.ts'
import { Town } from '../../server/test/town.ts'
import type { Eras } from '../fixtures/mcp-wire.ts'
import { type Counts, runSuite } from './suite.ts'
import { startSuiteConnector } from './suite-connector.ts'

export const REVISIONS = ['2026-07-28', '2025-11-25', '2025-06-18'] as const
export type Revision = (typeof REVISIONS)[number]

/** Our port as the suite can use it, which sends no token: everything passes as it is, with Alice's token. */
async function withToken(target: string, token: string): Promise<AsyncDisposable & { readonly url: string }> {
  const to = new URL(target)
  const server = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, authorization: `Bearer ${token}` }
    // A host that names our own port by another name stays one that names our port.
    const { port } = server.address() as AddressInfo
    if (headers.host?.endsWith(`:${port}`) === true) headers.host = headers.host.replace(`:${port}`, `:${to.port}`)
    if (headers.origin?.endsWith(`:${port}`) === true) headers.origin = headers.origin.replace(`:${port}`, `:${to.port}`)
    const onward = request({ host: to.hostname, port: to.port, method: incoming.method, path: incoming.url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      outgoing.flushHeaders()
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    outgoing.on('close', () => onward.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/**
 * The suite as assistant, through a whole Handfast, to a connector of ours that has what the suite asks for.
 * @param eras what the connector speaks, so that what is bridged between eras is measured by the same suite
 */
export async function serverRole(kind: TestDatabaseKind, revision: Revision, eras: Eras = 'both'): Promise<Counts> {
  await using connector = await startSuiteConnector(eras)
  await using town = await Town.open(kind)
  await town.publishes('suite', connector.url)
  await town.enables(town.alice, 'suite')
  await using door = await withToken(town.url, town.alice.token)
  // Only the newer two revisions have a frozen list of what is required; of the oldest everything is.
  const which = revision === '2025-06-18' ? ['--suite', 'all', '--spec-version', revision] : ['--requirements', revision]
  return await runSuite(['server', '--url', `${door.url}/mcp/suite`, ...which], 180_000)
}
