import { createHmac, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import { type Clock, DAY, HOUR, MINUTE, type UserId } from '../lib/index.ts'
import type { People } from '../people/index.ts'
import type { Sealing } from '../sealing/index.ts'
import type { Enforcement, Storage } from '../storage/index.ts'
import { Assertions } from './assertions.ts'
import { AssistantStore } from './assistant-store.ts'
import { Assistants } from './assistants.ts'
import type { Authorization } from './authorization.ts'
import { RequestOverError } from './authorization-errors.ts'
import { DeviceRequests } from './device-requests.ts'
import { GrantStore } from './grant-store.ts'
import { GrantTokenStore } from './grant-token-store.ts'
import type { FetchLike } from './provider/create-provider.ts'
import { type MakeKey, rotateSigningKeys, signingKeys } from './provider/signing-keys.ts'
import { RateWindow } from './rate-window.ts'
import { RecordStore } from './record-store.ts'
import { Requests } from './requests.ts'

export type AuthorizationServerOptions = {
  /** Whether assistants may register themselves (RFC 7591). */
  readonly registration: boolean
  /** Days after which a registration that nobody uses is let go. */
  readonly unusedDays: number
  /** Hosts whose client documents count; empty: all. */
  readonly documentHosts: readonly string[]
  /** How long an access token lasts, in milliseconds; at most an hour. */
  readonly accessTokenMs: number
  /** After how long without use an assistant that stays connected is forgotten. */
  readonly staysMs: number
}

export type AuthorizationServerNeeds = {
  readonly storage: Storage
  readonly clock: Clock
  readonly enforcement: Enforcement
  readonly sealing: Pick<Sealing, 'seal' | 'open'>
  readonly people: Pick<People, 'standing' | 'workspace' | 'asserted'>
  readonly authorization: Pick<Authorization, 'grants'>
  /** Fetch what assistants say of themselves at their own addresses, through the one way out. */
  readonly fetchDocument: FetchLike
  readonly fetchKeySet: FetchLike
  /** Derived from the master keys: what a browser holds is worth something on this installation only. */
  readonly cookieKey: Uint8Array
  readonly origin: () => string
  readonly options: AuthorizationServerOptions
  readonly onFault: (error: unknown, what: string) => void
  /** Makes the keys that sign identity tokens; the library's where absent. Primes take a while to find. */
  readonly makeKey?: MakeKey
}

/** Who stands at the door with a request of the protocol. */
export type Visit = {
  /** Network address, after the trusted proxies. */
  readonly address: string
  /** The secret that we gave this browser before, if it has one. */
  readonly browser: string | null
  /** Whose console session the browser has, if any. */
  readonly user: UserId | null
  /** Gives the browser a secret of its own. */
  giveBrowser(secret: string): void
  /** Tells a person what went wrong, by the error code of the protocol; nothing is sent to the assistant. */
  tell(res: ServerResponse, error: string): void
}

/** Whatever a stranger can make us keep or fetch, a minute: for one address, and for all. */
const limits = {
  requests: { perKey: 60, inTotal: 3_000, windowMs: MINUTE },
  tokens: { perKey: 300, inTotal: 30_000, windowMs: MINUTE },
  devices: { perKey: 20, inTotal: 600, windowMs: MINUTE },
  registrations: { perKey: 20, inTotal: 500, windowMs: HOUR },
  documents: { perKey: 30, inTotal: 600, windowMs: MINUTE },
} as const

const KEYS_CHANGED = 'signing keys'
const AUTHORIZE = '/oauth/authorize'

/**
 * The authorization server for assistants. The provider behind it is loaded at the first request that needs it: it costs 46 MB, which a process that
 * only serves calls never spends.
 */
export class AuthorizationServer {
  readonly assistants: Assistants
  readonly assertions: Assertions
  readonly requests: Requests
  readonly devices: DeviceRequests
  readonly #needs: AuthorizationServerNeeds
  readonly #records: RecordStore
  readonly #grantStore: GrantStore
  readonly #grantTokens: GrantTokenStore
  readonly #windows: { readonly [name in keyof typeof limits]: RateWindow }
  readonly #visits = new WeakMap<IncomingMessage, Visit>()
  readonly #given = new WeakMap<IncomingMessage, string>()
  readonly #deaf: () => void
  #provider: Promise<Provider> | null = null

  constructor(needs: AuthorizationServerNeeds) {
    const { storage, clock, sealing } = needs
    this.#needs = needs
    const assistantStore = new AssistantStore(storage.db)
    this.#grantStore = new GrantStore(storage.db)
    this.#grantTokens = new GrantTokenStore(storage.db)
    this.#records = new RecordStore(storage, sealing)
    this.assistants = new Assistants(needs, assistantStore, this.#grantStore)
    this.assertions = new Assertions({
      ...needs,
      asserted: () => needs.people.asserted,
      assistants: this.assistants,
      grants: this.#grantStore,
      accessTokenMs: needs.options.accessTokenMs,
    })
    const { grants } = needs.authorization
    const workspace = () => needs.people.workspace
    const client = async (id: string) => (await (await this.#load()).Client.find(id)) ?? null
    const rooms = { ...needs, workspace, records: this.#records, grants, assistants: this.assistants, client }
    this.requests = new Requests(rooms, (secret) => this.#browserHash(secret))
    this.devices = new DeviceRequests(rooms)
    this.#windows = Object.fromEntries(Object.entries(limits).map(([name, limit]) => [name, new RateWindow(clock, limit)])) as never
    this.#deaf = storage.listen(KEYS_CHANGED, () => {
      this.#provider = null
    })
  }

  /** True once the provider is in memory. */
  get loaded(): boolean {
    return this.#provider !== null
  }

  /**
   * Answers a request of the protocol. The door has checked that its path is one of ours.
   * @throws TooManyRequestsError
   */
  async handle(req: IncomingMessage, res: ServerResponse, path: string, visit: Visit): Promise<void> {
    const { pathname } = new URL(path, 'http://x')
    if (pathname === AUTHORIZE) this.#windows.requests.take(visit.address)
    if (pathname === '/oauth/device-authorization') this.#windows.devices.take(visit.address)
    if (pathname === '/oauth/token' || pathname === '/oauth/revoke' || pathname === '/oauth/introspect') this.#windows.tokens.take(visit.address)
    const provider = await this.#load()
    const { cookie: _, 'x-forwarded-host': __, 'x-forwarded-for': ___, ...headers } = req.headers
    const origin = new URL(this.#needs.origin())
    req.headers = { ...headers, host: origin.host, 'x-forwarded-proto': origin.protocol.slice(0, -1), 'x-handfast-address': visit.address }
    const resumed = /^\/oauth\/authorize\/([A-Za-z0-9_-]{1,64})$/.exec(pathname)?.[1]
    if (resumed !== undefined) {
      try {
        await this.requests.requireDecided(resumed, visit.browser, visit.user)
      } catch (error) {
        if (error instanceof RequestOverError) return visit.tell(res, 'request_over')
        throw error
      }
      req.headers.cookie = `${RESUME}=${resumed}`
    }
    this.#visits.set(req, visit)
    await provider.callback()(req, res)
  }

  /** One registers itself. @throws TooManyRequestsError | ClientInvalidError */
  async register(given: unknown, address: string): ReturnType<Assistants['registerItself']> {
    this.#windows.registrations.take(address)
    return await this.assistants.registerItself(this.#needs.people.workspace, given)
  }

  get registrationIsOn(): boolean {
    return this.#needs.options.registration
  }

  /** Makes new keys for identity tokens; those before stay published for a while. */
  async rotateKeys(by: UserId | 'system'): Promise<void> {
    await rotateSigningKeys(this.#keyNeeds(), by)
    this.#provider = null
    this.#needs.storage.notify(KEYS_CHANGED, '')
  }

  /** Lets go of what is over. */
  async tidy(): Promise<void> {
    const { storage, clock, options } = this.#needs
    const now = clock.now()
    await storage.write([this.#records.forgettingExpired(now - HOUR), this.#grantTokens.forgetting(now - DAY), this.assertions.tidying(now - HOUR)])
    await this.assistants.forgetUnused(options.unusedDays)
  }

  close(): void {
    this.#deaf()
  }

  /** What is kept about a browser's secret: good for comparing, and only here. */
  #browserHash(secret: string): string {
    return createHmac('sha256', this.#needs.cookieKey).update(secret).digest('hex')
  }

  #keyNeeds() {
    const { storage, clock, sealing, people, makeKey } = this.#needs
    return { storage, clock, sealing, workspace: () => people.workspace, ...(makeKey === undefined ? {} : { makeKey }) }
  }

  #load(): Promise<Provider> {
    const loading = this.#provider ?? this.#create()
    if (this.#provider === null) {
      this.#provider = loading
      loading.catch(() => {
        if (this.#provider === loading) this.#provider = null
      })
    }
    return loading
  }

  async #create(): Promise<Provider> {
    const { people, options, origin, onFault, authorization, fetchDocument, fetchKeySet } = this.#needs
    const { createProvider } = await import('./provider/create-provider.ts')
    const provider = createProvider({
      ...this.#needs,
      workspace: () => people.workspace,
      records: this.#records,
      grants: authorization.grants,
      grantStore: this.#grantStore,
      grantTokens: this.#grantTokens,
      assistants: this.assistants,
      assertions: this.assertions,
      origin: origin(),
      keys: { keys: (await signingKeys(this.#keyNeeds())) as never },
      documents: {
        hosts: options.documentHosts,
        count: (ctx) => this.#windows.documents.take(this.#visits.get(ctx.req)?.address ?? ''),
        isOff: async (clientId) => ((await this.assistants.byClientId(clientId))?.disabledAt ?? null) !== null,
      },
      // The provider asks for documents without following redirects, and for key sets without saying so. Its own time limit gives way to ours.
      fetch: (input, init) => (init?.redirect === 'manual' ? fetchDocument : fetchKeySet)(input, { ...init, signal: null }),
      accessTokenMs: options.accessTokenMs,
      staysMs: options.staysMs,
      registrationEndpoint: options.registration ? `${origin()}/oauth/register` : undefined,
      mayAct: async (user) => !(await people.standing(user as UserId)).disabled,
      onRequest: async (ctx, id) => this.#bind(ctx.req, id),
      renderError: (ctx, error) => {
        ctx.respond = false
        this.#visits.get(ctx.req)?.tell(ctx.res, error)
      },
    })
    provider.use(async (ctx, next) => {
      await next()
      // Nothing that the provider would have a browser keep; only what says that the request began there.
      if (ctx.res.headersSent) return
      ctx.res.removeHeader('set-cookie')
      const [given, visit] = [this.#given.get(ctx.req), this.#visits.get(ctx.req)]
      if (given !== undefined) visit?.giveBrowser(given)
      const { location } = ctx.response.headers
      if (ctx.path !== AUTHORIZE || visit?.user !== null || location?.startsWith('/authorize/') === true) return
      // Whoever has not signed in is sent nowhere: any assistant that registered could lead people from our address to its own (RFC 9700 section 4.11.2).
      ctx.respond = false
      for (const name of ['location', 'content-length', 'content-type']) ctx.res.removeHeader(name)
      visit.tell(ctx.res, /[?#&]error=([a-z_]+)/.exec(location ?? '')?.[1] ?? 'invalid_request')
    })
    for (const event of ['server_error', 'error'] as const)
      provider.on(event as 'server_error', (_: unknown, error: unknown) => onFault(error ?? _, event))
    return provider
  }

  /** A request that waits for its person belongs to the browser in which it began (RFC 9700 section 4.7). */
  async #bind(req: IncomingMessage, id: string): Promise<string> {
    const visit = this.#visits.get(req)
    const secret = visit?.browser ?? randomBytes(32).toString('base64url')
    this.#given.set(req, secret)
    await this.#records.bindToBrowser('Interaction', id, this.#browserHash(secret))
    return `/authorize/${id}`
  }
}

/** The name under which the provider looks for the request that goes on; the cookie exists between our door and the provider only. */
const RESUME = '_interaction_resume'
