import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AuthorizationServer, createAuthorization } from '../src/authorization/index.ts'
import { type AnyEndpoint, createApi, Site } from '../src/http/api/index.ts'
import { OAuthDoor } from '../src/http/oauth/index.ts'
import { DAY, HOUR, type UserId } from '../src/lib/index.ts'
import { parseMasterKeys, Sealing } from '../src/sealing/index.ts'
import { MASTER_KEY } from './choosing.ts'
import type { TestDatabaseKind } from './databases.ts'
import { firstOperator, openRooms, person, type Rooms } from './house.ts'
import { sameKey } from './quick-secrets.ts'

/** What lies at an address that assistants name: a body, or a whole answer. */
export type Documents = Map<string, string | (() => Response | Promise<Response>)>

export type HallOptions = {
  readonly documentHosts?: readonly string[]
  readonly registration?: boolean
  readonly trustedProxies?: readonly string[]
  /** What the server believes its address to be; the one that it listens at where absent. */
  readonly publicUrl?: string
}

/** The authorization server with the control API on one port, and Olga, Alice and Bob, who live here. No gateway, no way out. */
export type Hall = AsyncDisposable & {
  readonly rooms: Rooms
  readonly server: AuthorizationServer
  readonly origin: string
  /** Where it really listens. */
  readonly listening: string
  readonly documents: Documents
  /** Addresses that were asked for documents, in order. */
  readonly fetched: readonly string[]
  readonly faults: readonly unknown[]
  readonly endpoints: readonly AnyEndpoint[]
  readonly olga: UserId
  readonly alice: UserId
  readonly bob: UserId
}

export async function openHall(kind: TestDatabaseKind, options: HallOptions = {}): Promise<Hall> {
  const opened = await openRooms(kind)
  const authorization = createAuthorization({ ...opened, origin: () => origin })
  const rooms = { ...opened, authorization }
  const documents: Documents = new Map()
  const fetched: string[] = []
  const faults: unknown[] = []
  let origin = options.publicUrl ?? ''
  const sealing = new Sealing({ ...rooms, masterKeys: parseMasterKeys(MASTER_KEY) })
  const fetches = async (input: string | URL | Request): Promise<Response> => {
    const url = String(input)
    fetched.push(url)
    const found = documents.get(url)
    if (found === undefined) return new Response('nothing here', { status: 404 })
    return typeof found === 'string' ? new Response(found, { headers: { 'content-type': 'application/json' } }) : await found()
  }
  const server = new AuthorizationServer({
    ...rooms,
    sealing,
    fetchDocument: fetches,
    fetchKeySet: fetches,
    cookieKey: new Uint8Array(32).fill(9),
    origin: () => origin,
    options: {
      registration: options.registration ?? true,
      unusedDays: 30,
      documentHosts: options.documentHosts ?? [],
      accessTokenMs: HOUR,
      staysMs: 30 * DAY,
    },
    onFault: (error) => void faults.push(error),
    makeKey: sameKey,
  })
  const listening = createServer((req, res) => {
    const path = (req.url ?? '/').split('?', 1)[0] ?? '/'
    if (path.startsWith('/api/')) api.handle(req, res)
    else door.handle(req, res, path)
  })
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  if (origin === '') origin = `http://localhost:${(listening.address() as AddressInfo).port}`
  const site = new Site(new URL(origin))
  const log = { error: (fields: Readonly<Record<string, unknown>>) => void faults.push(fields['err']) }
  const given = { publicUrl: new URL(origin), name: 'Test hall', version: '0.0.0', key: new Uint8Array(32).fill(7), clock: rooms.clock, log }
  const api = await createApi({ ...rooms, authorizationServer: server }, given)
  const { trustedProxies = [] } = options
  const door = new OAuthDoor({ server, people: rooms.people, site, clock: rooms.clock, log, name: 'Test hall', trustedProxies })
  const olga = await firstOperator(rooms)
  return {
    rooms,
    server,
    origin,
    listening: `http://localhost:${(listening.address() as AddressInfo).port}`,
    documents,
    fetched,
    faults,
    endpoints: api.endpoints,
    olga,
    alice: await person(rooms, 'Alice'),
    bob: await person(rooms, 'Bob'),
    [Symbol.asyncDispose]: async () => {
      listening.closeAllConnections()
      await new Promise((resolve) => listening.close(resolve))
      server.close()
      await api.close()
      await authorization.close()
      await rooms[Symbol.asyncDispose]()
    },
  }
}
