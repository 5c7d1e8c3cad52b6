import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Role } from '@handfast/contract'
import { serveEndpoints } from '../src/http/api/create-api.ts'
import type { ApiRooms } from '../src/http/api/endpoints/index.ts'
import { publishingEndpoints } from '../src/http/api/endpoints/publishing.ts'
import { sessionEndpoints } from '../src/http/api/endpoints/session.ts'
import { readLedger } from '../src/ledger/index.ts'
import type { TestDatabaseKind } from './databases.ts'
import { type Answer, Client, firstOperator, openRooms, person, read } from './house.ts'
import { publishingRooms } from './publishing.ts'

/** The part of the control API that is about publishing, on a port, with Olga, who runs it, Dora and Eva, who publish, and Uma, who uses. */
export async function openPublishingHouse(kind: TestDatabaseKind) {
  const rooms = await openRooms(kind)
  const publishing = publishingRooms(rooms)
  const server: Server = createServer((request, response) => api.handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const faults: unknown[] = []
  const log = { error: (fields: Readonly<Record<string, unknown>>) => void faults.push(fields) }
  const options = { publicUrl: new URL(url), name: 'Town', version: '0', key: new Uint8Array(32).fill(7), clock: rooms.clock, log }
  // Only who people are is asked of the rooms here; the endpoints bring their own.
  const gate = rooms as unknown as ApiRooms
  const needs = { ...publishing, people: rooms.people, ledger: readLedger(rooms.storage) }
  const api = await serveEndpoints(gate, [...sessionEndpoints(rooms), ...publishingEndpoints(needs, options)], options)
  const olgaId = await firstOperator(rooms)
  const publisher: readonly Role[] = ['user', 'developer']
  const doraId = await person(rooms, 'Dora', publisher)
  await person(rooms, 'Eva', publisher)
  await person(rooms, 'Uma')
  const { workspace } = await rooms.people.standing(olgaId)
  await publishing.terms.publishShipped(workspace)
  const clientOf = async (name: string) => {
    const client = new Client(url)
    const answer = await client.signIn(name)
    if (answer.status !== 200) throw new Error(answer.text)
    return client
  }
  const [olga, dora, eva, uma] = [await clientOf('Olga'), await clientOf('Dora'), await clientOf('Eva'), await clientOf('Uma')]
  return {
    ...{ url, olga, dora, eva, uma, olgaId, doraId, faults, workspace, storage: rooms.storage, clock: rooms.clock },
    stranger: new Client(url),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await api.close()
      await publishing[Symbol.asyncDispose]()
      await rooms[Symbol.asyncDispose]()
    },
  }
}

/** Makes an organisation. */
export async function organisationOf(client: Client, name: string): Promise<string> {
  return String((await client.send('POST', '/api/v1/developers', { name, country: 'IE' })).body['id'])
}

/** Accepts what is in force, whole, for an organisation. */
export async function acceptsAs(client: Client, developer: string): Promise<Answer> {
  const { documents } = read<{ documents: { document: string; sha256: string }[] }>(await client.get('/api/v1/terms'))
  const digests = Object.fromEntries(documents.map(({ document, sha256 }) => [document, sha256]))
  return client.send('POST', '/api/v1/acceptances', { developer, documents: digests, authorityAttested: true })
}
