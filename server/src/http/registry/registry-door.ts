import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Authorization, AuthorizationInvalidError, covers, type Principal, ScopeMissingError } from '../../authorization/index.ts'
import type { Policies } from '../../consent/index.ts'
import { ConnectorNotFoundError, type ConnectorStanding, type Directory, isCallable, type ReviewedRelease } from '../../directory/index.ts'
import { reaches } from '../../gateway/index.ts'
import { type ConnectorId, Refusal, type WorkspaceId } from '../../lib/index.ts'
import type { Lifecycle } from '../../lifecycle/index.ts'
import type { Log } from '../../telemetry/index.ts'
import { challenge } from '../oauth/metadata.ts'
import { cursorOf, readQuery } from './read-query.ts'
import { namespaceOf, serverEntry, type Version, versionText } from './server-entry.ts'

export type RegistryNeeds = {
  readonly authorization: Pick<Authorization, 'peek' | 'identify'>
  readonly directory: Directory
  readonly policies: Policies
  readonly lifecycle: Pick<Lifecycle, 'decisions'>
  readonly people: { readonly workspace: WorkspaceId }
  readonly log: Log
}

type Options = { readonly publicUrl: URL /** Whether callers without a token see it too. */; readonly isPublic: boolean }
/** On whose behalf it is read: a person through an assistant, or nobody in particular. */
type Reader = { readonly workspace: WorkspaceId; readonly principal: Principal | null; allows(slug: string): boolean }
type Told = { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }

const ROOT = '/registry/v0.1/servers'
const PAGE = 100
const NOT_FOUND: Told = { status: 404, body: { error: 'There is no such server here.', code: 'request/not-found' } }

/** What there is to connect to, in the format of an MCP registry (v0.1), to be read. Who sees what is decided as for the directory. */
export class RegistryDoor {
  readonly #needs: RegistryNeeds
  readonly #options: Options
  /** Approved releases, newest last; a new one comes with a new standing. */
  readonly #versions = new WeakMap<ReviewedRelease, Promise<readonly Version[]>>()

  constructor(needs: RegistryNeeds, options: Options) {
    this.#needs = needs
    this.#options = options
  }

  /** False where the path is not one of ours. */
  handle(req: IncomingMessage, path: string, res: ServerResponse): boolean {
    if (!path.startsWith('/registry/')) return false
    this.#answer(req, path).then(
      (told) => send(res, told),
      (error) => send(res, this.#refusal(error)),
    )
    return true
  }

  async #answer(req: IncomingMessage, path: string): Promise<Told> {
    if (req.method !== 'GET')
      return { status: 405, body: { error: 'This registry is read only.', code: 'request/method-not-allowed' }, headers: { allow: 'GET' } }
    const reader = await this.#reader(req.headers.authorization)
    const params = new URL(req.url ?? '', this.#options.publicUrl).searchParams
    if (path === ROOT) return await this.#list(reader, params)
    const found = /^\/registry\/v0\.1\/servers\/([^/]+)\/versions(?:\/([^/]+))?$/.exec(path)
    if (found === null) return NOT_FOUND
    const [name, version] = [decoded(found[1]), decoded(found[2])]
    const standing = await this.#named(reader, name)
    if (standing === null) return NOT_FOUND
    const versions = await this.#versionsOf(standing)
    if (found[2] !== undefined) {
      const one = versions.find((each) => (version === 'latest' ? each.isLatest : versionText(each.number) === version))
      return one === undefined ? NOT_FOUND : { status: 200, body: await this.#entry(standing, one) }
    }
    const servers = await Promise.all(versions.toReversed().map((each) => this.#entry(standing, each)))
    return { status: 200, body: { servers, metadata: { count: servers.length } } }
  }

  async #list(reader: Reader, params: URLSearchParams): Promise<Told> {
    const query = readQuery(params)
    if (query === null)
      return { status: 400, body: { error: 'A parameter cannot be used, or the cursor is not of this list.', code: 'request/invalid' } }
    const { limit, after, search, updatedSince, version } = query
    const servers: unknown[] = []
    let last: { readonly connector: string; readonly number: number } | null = null
    for await (const standing of this.#standings(reader, after?.connector ?? null)) {
      if (search !== '' && !`${this.#nameOf(standing)} ${standing.name}`.toLowerCase().includes(search)) continue
      for (const each of await this.#versionsOf(standing)) {
        if (standing.connector === after?.connector && each.number <= after.number) continue
        if (each.updatedAt < updatedSince) continue
        if (version !== null && !(version === 'latest' ? each.isLatest : versionText(each.number) === version)) continue
        if (last !== null && servers.length === limit)
          return { status: 200, body: { servers, metadata: { count: servers.length, nextCursor: cursorOf(last) } } }
        servers.push(await this.#entry(standing, each))
        last = { connector: standing.connector, number: each.number }
      }
    }
    return { status: 200, body: { servers, metadata: { count: servers.length } } }
  }

  /** What the reader may see, in the order in which connectors were made, from the one named on. */
  async *#standings(reader: Reader, from: string | null): AsyncGenerator<ConnectorStanding, void, undefined> {
    const { directory } = this.#needs
    if (from !== null) {
      const first = await directory.standing(from as ConnectorId).catch(unknown)
      if (first !== undefined && this.#isShown(reader, first)) yield first
    }
    for (let after = from; ; ) {
      const page = await directory.list(reader.workspace, after, PAGE)
      for (const standing of page) if (this.#isShown(reader, standing)) yield standing
      const last = page.at(-1)
      if (last === undefined || page.length < PAGE) return
      after = last.connector
    }
  }

  #isShown({ principal, allows }: Reader, standing: ConnectorStanding): boolean {
    if (standing.release === null || !isCallable(standing) || !standing.listed || !standing.termsAccepted) return false
    return allows(standing.slug) && (principal === null || reaches(principal, standing.connector))
  }

  async #named(reader: Reader, name: string): Promise<ConnectorStanding | null> {
    const [namespace, slug = ''] = name.split('/')
    if (namespace !== namespaceOf(this.#options.publicUrl)) return null
    const standing = await this.#needs.directory.bySlug(reader.workspace, slug).catch(unknown)
    return standing !== undefined && this.#isShown(reader, standing) ? standing : null
  }

  #nameOf({ slug }: ConnectorStanding): string {
    return `${namespaceOf(this.#options.publicUrl)}/${slug}`
  }

  #versionsOf(standing: ConnectorStanding): Promise<readonly Version[]> {
    const { release } = standing
    if (release === null) return Promise.resolve([])
    let known = this.#versions.get(release)
    if (known === undefined) {
      known = this.#readVersions(standing, release)
      this.#versions.set(release, known)
      known.catch(() => this.#versions.delete(release))
    }
    return known
  }

  async #readVersions({ workspace, connector }: ConnectorStanding, live: ReviewedRelease): Promise<readonly Version[]> {
    const { directory, lifecycle } = this.#needs
    const [decisions, releases] = await Promise.all([lifecycle.decisions(workspace, connector), directory.releases(workspace, connector)])
    const approved = decisions.flatMap(({ kind, release: id, digest, at }) => {
      const release = kind === 'approve' ? releases.find((each) => each.id === id && each.digest === digest) : undefined
      return release === undefined ? [] : [{ ...release, reviewedAt: at }]
    })
    const versions = approved.map(({ id, number, digest, createdAt, reviewedAt }, at) => {
      const next = approved[at + 1]?.reviewedAt
      return { number, digest, publishedAt: createdAt, reviewedAt, updatedAt: next ?? reviewedAt, isLatest: id === live.id }
    })
    return versions.toSorted((a, b) => a.number - b.number)
  }

  async #entry({ workspace, connector, slug, release }: ConnectorStanding, version: Version) {
    const content =
      version.isLatest && release !== null ? release.content : (await this.#needs.directory.release(workspace, connector, version.number)).content
    return serverEntry(this.#options.publicUrl, slug, content, version)
  }

  /** @throws AuthorizationInvalidError | ScopeMissingError | TokenNeededError */
  async #reader(header: string | undefined): Promise<Reader> {
    const { authorization, policies, people } = this.#needs
    if (header === undefined) {
      if (!this.#options.isPublic) throw new TokenNeededError()
      const compiled = await policies.compiled(people.workspace)
      return { workspace: people.workspace, principal: null, allows: (slug) => compiled.connectorDenial(slug) === null }
    }
    const bearer = /^Bearer +(\S+) *$/i.exec(header)?.[1] ?? ''
    const principal = authorization.peek(bearer) ?? (await authorization.identify(bearer))
    // A token for MCP is good there only (RFC 8707 section 2.2).
    if (principal.granted !== null && principal.granted.audience !== '') throw new AuthorizationInvalidError('audience')
    if (principal.granted !== null && !covers(principal.granted.scopes, 'connectors:read')) throw new ScopeMissingError('connectors:read')
    const { view } = await policies.of(principal)
    return { workspace: principal.workspace, principal, allows: (slug) => view.policy.connectorDenial(slug) === null }
  }

  #refusal(error: unknown): Told {
    if (!(error instanceof Refusal)) {
      this.#needs.log.error({ err: error }, 'the registry could not be read')
      return { status: 500, body: { error: 'Something failed on our side. The operator finds it in the log.', code: 'request/fault' } }
    }
    const wrong = error.code === 'authorization/missing' ? undefined : 'invalid_token'
    const headers = error.status === 401 ? { 'www-authenticate': challenge(this.#options.publicUrl.origin, '', 'connectors:read', wrong) } : undefined
    return { status: error.status, body: { error: error.message, code: error.code }, ...(headers === undefined ? {} : { headers }) }
  }
}

class TokenNeededError extends Refusal {
  override readonly name = 'TokenNeededError'
  readonly code = 'authorization/missing'
  readonly status = 401
  readonly who = 'user'
  constructor() {
    super('Send an access token in the header Authorization, as "Bearer hfp_…".')
  }
}

function unknown(error: unknown): undefined {
  if (!(error instanceof ConnectorNotFoundError)) throw error
}

/** Names come with their slash escaped. What is escaped wrongly names nothing. */
function decoded(part: string | undefined): string {
  try {
    return decodeURIComponent(part ?? '')
  } catch {
    return ''
  }
}

function send(res: ServerResponse, { status, body, headers }: Told): void {
  if (res.headersSent || res.destroyed) return
  const text = JSON.stringify(body)
  res
    .writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    })
    .end(text)
}
