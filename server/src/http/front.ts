import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AuthorizationServer } from '../authorization/index.ts'
import type { Settings } from '../config/index.ts'
import type { LedgerReading } from '../ledger/index.ts'
import { type Clock, MINUTE, SECOND } from '../lib/index.ts'
import type { Log, Metrics } from '../telemetry/index.ts'
import type { PublicTerms } from '../terms/index.ts'
import { version } from '../version.ts'
import { type Api, type ApiRooms, callingEndpoints, createApi, LocalCallers, Site, securityHeaders, toolEndpoints } from './api/index.ts'
import { ConnectDoor } from './connect-door.ts'
import { ConsoleFiles } from './console.ts'
import { ControlDoor, type ControlNeeds } from './control-door.ts'
import { createServer } from './create-server.ts'
import { createEdge, createMetricsServer, serverOptions } from './edge.ts'
import { closeServer, listen } from './listen.ts'
import { McpDoor, type McpRooms } from './mcp/index.ts'
import { OAuthDoor } from './oauth/index.ts'
import { RegistryDoor } from './registry/index.ts'
import { SecurityTxtDoor } from './security-txt-door.ts'
import { TermsDoor } from './terms-door.ts'

export type FrontNeeds = {
  readonly settings: Settings
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly rooms: ApiRooms
  readonly mcpRooms: McpRooms
  readonly authorizationServer: AuthorizationServer
  /** Filled in once the port is known, where no public address is set. */
  readonly site: { publicUrl: string }
  readonly ledger: LedgerReading
  readonly publicTerms: PublicTerms
  /** Throws when the process cannot do its work now. */
  readonly ready: () => Promise<void>
  readonly apiKey: Uint8Array
  readonly consoleFolder: string
}

export type Addresses = { readonly url: string; readonly port: number; readonly metricsPort: number }

/** The doors of one process: the port for everybody and the one for the figures. */
export class Front {
  readonly #needs: FrontNeeds
  #server: Server | null = null
  #metrics: Server | null = null
  #mcp: McpDoor | null = null
  #api: Promise<Api> | null = null
  readonly #localCallers = new LocalCallers()

  constructor(needs: FrontNeeds) {
    this.#needs = needs
  }

  /** @throws PortTakenError */
  async open(): Promise<Addresses> {
    const { settings, metrics, site } = this.#needs
    let handle = (_: IncomingMessage, res: ServerResponse): void => void res.writeHead(503, { 'retry-after': '1' }).end()
    // The port comes first: where no public address is set, everything derives from it.
    this.#server = createServer(serverOptions, (req, res) => handle(req, res))
    const port = await listen(this.#server, settings.host, settings.port, 'HANDFAST_PORT')
    this.#metrics = createMetricsServer(metrics)
    const metricsPort = await listen(this.#metrics, settings.metricsHost, settings.metricsPort, 'HANDFAST_METRICS_PORT').catch(async (error) => {
      await this.close()
      throw error
    })
    site.publicUrl = settings.publicUrl ?? `http://localhost:${port}`
    handle = await this.#build()
    return { url: site.publicUrl, port, metricsPort }
  }

  /** A door for the command line of this machine, on a port of its own; with or without the other doors. */
  async openControl(
    needs: Pick<ControlNeeds, 'about' | 'record'>,
  ): Promise<{ readonly url: string; readonly secret: string; close(): Promise<void> }> {
    const door = new ControlDoor({ ...needs, api: await this.#controlApi(), callers: this.#localCallers })
    return { url: await door.open(), secret: door.secret, close: () => door.close() }
  }

  #controlApi(): Promise<Api> {
    const { settings, clock, log, rooms, mcpRooms, site, apiKey } = this.#needs
    const more = [
      ...toolEndpoints(mcpRooms),
      ...callingEndpoints({ ...rooms, ...mcpRooms }, { publicUrl: () => new URL(site.publicUrl).origin, clock }),
    ]
    const options = {
      publicUrl: new URL(site.publicUrl),
      name: settings.instanceName,
      version,
      key: apiKey,
      clock,
      log,
      trustedProxies: settings.trustedProxies,
      localCallers: this.#localCallers,
    }
    this.#api ??= createApi(rooms, options, more)
    return this.#api
  }

  async #build(): Promise<(req: IncomingMessage, res: ServerResponse) => void> {
    const { settings, metrics, mcpRooms, rooms, clock, site, ledger, ready, consoleFolder, log } = this.#needs
    const publicUrl = new URL(site.publicUrl)
    const about = new Site(publicUrl)
    const api = await this.#controlApi()
    const options = {
      origin: publicUrl.origin,
      version,
      maxRequestBytes: settings.maxRequestBytes,
      pageSize: 500,
      toolSearchFrom: settings.toolSearchFrom,
      listTtlMs: MINUTE,
      keepAliveMs: 15 * SECOND,
    }
    const mcp = new McpDoor(mcpRooms, options, (origin, host) => about.isOwnPage({ origin, host }))
    this.#mcp = mcp
    const oauth = new OAuthDoor({
      server: this.#needs.authorizationServer,
      people: rooms.people,
      site: about,
      clock,
      log,
      name: settings.instanceName,
      trustedProxies: settings.trustedProxies,
    })
    const files = new ConsoleFiles(consoleFolder, securityHeaders(about.https))
    return createEdge({
      mcp,
      api,
      oauth,
      site: about,
      ledger,
      connect: new ConnectDoor(rooms.links, { publicUrl: site.publicUrl, name: settings.instanceName }),
      registry: new RegistryDoor({ ...rooms, log }, { publicUrl, isPublic: settings.publicRegistry }),
      securityTxt: new SecurityTxtDoor(publicUrl.origin, settings, clock),
      terms: new TermsDoor(this.#needs.publicTerms, log, securityHeaders(about.https)),
      console: files,
      metrics,
      log,
      ready,
    })
  }

  /** Open streams are told to end, requests under way get a few seconds. */
  async close(): Promise<void> {
    this.#mcp?.close()
    await Promise.all([this.#server, this.#metrics].map(async (server) => server !== null && (await closeServer(server, 3 * SECOND))))
    await (await this.#api)?.close()
  }
}
