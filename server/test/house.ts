import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Role } from '@handfast/contract'
import { noticeLookups } from '../src/assembly/index.ts'
import { type Authorization, type AuthorizationServer, createAuthorization } from '../src/authorization/index.ts'
import { HandedFiles } from '../src/files/index.ts'
import { type AnyEndpoint, type Api, allEndpoints, createApi, serveEndpoints } from '../src/http/api/index.ts'
import { environmentSource, Keys } from '../src/keys/index.ts'
import { MovableClock, type UserId, type WorkspaceId } from '../src/lib/index.ts'
import { createNotifying, type Notifying } from '../src/notices/index.ts'
import { createPeople, type People, type PeopleOptions, type Profile } from '../src/people/index.ts'
import { createPlatform, type Platform } from '../src/platform/index.ts'
import { parseMasterKeys, Sealing } from '../src/sealing/index.ts'
import { Enforcement, openStorage, type Storage } from '../src/storage/index.ts'
import { AccessLog } from '../src/vault/index.ts'
import { authorizationServerOver } from './authorizing.ts'
import { type ChoosingRooms, choosingRooms, MASTER_KEY } from './choosing.ts'
import type { TestDatabaseKind } from './databases.ts'
import { type IncidentRooms, incidentRoomsOver } from './incidents.ts'
import { plainNotifying } from './notifying.ts'
import { type PublishingRooms, publishingRooms } from './publishing.ts'
import { cheapHash } from './quick-secrets.ts'
import { hear } from './vigil.ts'

export const START = 1_795_000_000_000
export const PASSWORD = 'correct horse battery'
export const SOURCE = { address: '203.0.113.7', agent: 'a test' } as const

/** Storage with the rooms behind the control API; no HTTP. */
export type Rooms = ChoosingRooms &
  IncidentRooms &
  Omit<PublishingRooms, typeof Symbol.asyncDispose> &
  AsyncDisposable & {
    readonly storage: Storage
    readonly enforcement: Enforcement
    readonly clock: MovableClock
    readonly people: People
    readonly authorization: Authorization
    readonly authorizationServer: AuthorizationServer
    readonly platform: Platform
    readonly keys: Keys
    readonly accessLog: AccessLog
    readonly files: HandedFiles
    readonly home: WorkspaceId
    readonly notifying: Notifying
    /** Token of the link for the first operator. */
    readonly welcome: string
  }

export async function openRooms(
  kind: TestDatabaseKind,
  profile: Profile = 'house',
  given: Partial<Pick<PeopleOptions, 'egress' | 'sessionRules' | 'providers' | 'providersByHttpLoopback' | 'publicUrl'>> = {},
): Promise<Rooms> {
  const database = await kind.open()
  const storage = await openStorage(database.place, { nodeId: 'node_test' })
  const enforcement = new Enforcement(storage)
  await enforcement.start()
  const clock = new MovableClock(START)
  const sealing = new Sealing({ storage, clock, enforcement, masterKeys: parseMasterKeys(MASTER_KEY) })
  const people = createPeople({ storage, clock, enforcement, profile, sealing, passwordCost: cheapHash, ...given })
  const authorization = createAuthorization({ storage, clock, enforcement, people })
  const base = { storage, clock, enforcement }
  const publishing = publishingRooms(base, profile)
  const { welcome, workspace } = await people.start()
  const keys = new Keys({ storage, clock, node: 'node_test', sources: [environmentSource(MASTER_KEY)] })
  await keys.open()
  const choosing = choosingRooms({ ...base, people, authorization, directory: publishing.directory })
  const { developers, schedule, outbox } = publishing
  const lookups = noticeLookups({ storage, people, developers, choices: choosing.choices, operatorMail: [] })
  const notifying = createNotifying({ ...base, schedule, outbox, sealing, lookups, ...plainNotifying() })
  return {
    ...publishing,
    ...choosing,
    ...incidentRoomsOver(publishing, sealing),
    home: workspace,
    notifying,
    storage,
    enforcement,
    clock,
    people,
    authorization,
    authorizationServer: authorizationServerOver({ ...base, sealing, people, authorization }),
    platform: createPlatform(base),
    keys,
    accessLog: new AccessLog(storage),
    files: new HandedFiles({ ...base, sealing, origin: () => 'https://house.example' }),
    welcome: welcome ?? '',
    [Symbol.asyncDispose]: async () => {
      await authorization.close()
      await publishing[Symbol.asyncDispose]()
      await storage.close()
      await database[Symbol.asyncDispose]()
    },
  }
}

/** The first operator of these rooms, set up. */
export async function firstOperator(rooms: Rooms, name = 'Olga'): Promise<UserId> {
  const started = await rooms.people.welcome({ token: rooms.welcome, name, email: `${name.toLowerCase()}@example.org`, password: PASSWORD }, SOURCE)
  return started.user
}

/** Somebody with these roles who has accepted an invitation. */
export async function person(rooms: Rooms, name: string, roles: readonly Role[] = ['user']): Promise<UserId> {
  const { token } = await rooms.people.invite('system', { name, email: `${name.toLowerCase()}@example.org`, roles })
  return (await rooms.people.acceptInvitation({ token, password: PASSWORD }, SOURCE)).user
}

export type Logged = { readonly fields: Readonly<Record<string, unknown>>; readonly message: string }
export type House = Rooms & { readonly api: Api; readonly url: string; readonly logged: readonly Logged[] }
export type HouseOptions = {
  readonly profile?: Profile
  readonly publicUrl?: string
  /** Served instead of the real endpoints, which it is given. */
  readonly endpoints?: (real: readonly AnyEndpoint[]) => readonly AnyEndpoint[]
  readonly trustedProxies?: readonly string[]
}

/** The control API over real HTTP on a loopback port. */
export async function openHouse(kind: TestDatabaseKind, options: HouseOptions = {}): Promise<House> {
  const rooms = await openRooms(kind, options.profile)
  const logged: Logged[] = []
  const server: Server = createServer((request, response) => api.handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const settings = {
    publicUrl: new URL(options.publicUrl ?? url),
    name: 'Test house',
    version: '0.0.0',
    key: new Uint8Array(32).fill(7),
    clock: rooms.clock,
    log: { error: (fields: Readonly<Record<string, unknown>>, message: string) => void logged.push({ fields, message }) },
    ...(options.trustedProxies === undefined ? {} : { trustedProxies: options.trustedProxies }),
  }
  const { endpoints } = options
  const api =
    endpoints === undefined ? await createApi(rooms, settings) : await serveEndpoints(rooms, endpoints(allEndpoints(rooms, settings)), settings)
  return {
    ...rooms,
    api,
    url,
    logged,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await api.close()
      await rooms[Symbol.asyncDispose]()
    },
  }
}

/** What came back. `body` is what the JSON said; empty where there was none. */
export type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string; readonly body: Said }
export type Said = { readonly [name: string]: Said } & { readonly code?: string }

/** What came back, in the shape that a test expects; what is not so shows in what the test asks of it. */
export function read<Shape>({ text }: Pick<Answer, 'text'>): Shape {
  return JSON.parse(text)
}

/** A browser, or a program: keeps a cookie, sends the proof that it was given, and any header it is told to. */
export class Client {
  readonly #url: string
  cookie: string | null = null
  csrf: string | null = null

  constructor(url: string) {
    this.#url = url
  }

  /** Headers given as null are left out. */
  async send(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string | null>> = {}): Promise<Answer> {
    const all: Record<string, string | null> = {
      'content-type': body === undefined ? null : 'application/json',
      cookie: this.cookie,
      'x-handfast-csrf': method === 'GET' ? null : this.csrf,
      ...headers,
    }
    const sent = Object.fromEntries(Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== null))
    const answer = await exchange(
      `${this.#url}${path}`,
      method,
      sent,
      body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    )
    hear(`${method} ${path.split('?', 1)[0]}`, `${JSON.stringify(answer.headers)} ${answer.text}`)
    const [set] = answer.headers['set-cookie'] ?? []
    if (set !== undefined) this.cookie = set.includes('Max-Age=0') ? null : (set.split(';', 1)[0] ?? null)
    const proof: unknown = answer.body['csrf']
    if (typeof proof === 'string') this.csrf = proof
    return answer
  }

  get(path: string, headers: Readonly<Record<string, string | null>> = {}): Promise<Answer> {
    return this.send('GET', path, undefined, headers)
  }

  signIn(name: string, password = PASSWORD): Promise<Answer> {
    return this.send('POST', '/api/v1/session', { email: `${name.toLowerCase()}@example.org`, password })
  }
}

function exchange(url: string, method: string, headers: Record<string, string>, body: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // Stated, since node:http states it by itself for POST, PUT and PATCH only.
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const sent = request(url, { method, headers: { ...headers, ...length } }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        const json = (response.headers['content-type'] ?? '').startsWith('application/json')
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: json ? (JSON.parse(text) as Said) : {} })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** The code of a refusal. */
export function codeOf(answer: Answer): unknown {
  return answer.body['error']?.['code']
}
