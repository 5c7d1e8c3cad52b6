import type { FastifyRequest } from 'fastify'
import { type Authorization, AuthorizationInvalidError, covers, ScopeMissingError } from '../../authorization/index.ts'
import type { Clock } from '../../lib/index.ts'
import { type People, PROOF_LASTS, ProofNeededError, SecondFactorNeededError } from '../../people/index.ts'
import type { AwayCookie } from './away-cookie.ts'
import type { Caller, Visitor } from './caller.ts'
import type { AnyEndpoint } from './endpoint.ts'
import type { LocalCallers } from './local-callers.ts'
import {
  CredentialsMissingError,
  CsrfError,
  HostError,
  HostedSessionError,
  OriginError,
  PersonNeededError,
  RoleMissingError,
  SessionOverError,
} from './request-errors.ts'
import type { Seals } from './seals.ts'
import type { SessionCookie } from './session-cookie.ts'
import type { Site } from './site.ts'

/** What it takes to say who calls. */
export type Gate = {
  readonly people: Pick<People, 'anySession' | 'standing'>
  readonly authorization: Pick<Authorization, 'peek' | 'identify'>
  readonly site: Site
  readonly cookie: SessionCookie
  /** The cookie of the browser in which a request of an assistant began. */
  readonly browser: SessionCookie
  /** The cookie of a browser that is away at a provider. */
  readonly away: AwayCookie
  readonly seals: Seals
  readonly clock: Clock
  /** Requests of this machine's command line. None where absent. */
  readonly localCallers?: LocalCallers | undefined
}

/**
 * Decides who calls and whether they may, from the headers alone: nothing of the body is read for somebody who may not.
 * @throws the refusals imported above, and AuthorizationInvalidError
 */
export async function admit(request: FastifyRequest, endpoint: AnyEndpoint, gate: Gate): Promise<Visitor | Caller> {
  const { headers } = request
  if (!gate.site.answersFor(headers.host)) throw new HostError()
  const changes = endpoint.method !== 'GET'
  const fetchSite = headers['sec-fetch-site']
  const page = { origin: headers.origin, host: headers.host, fetchSite: typeof fetchSite === 'string' ? fetchSite : undefined }
  // Reading that leaves an entry, such as taking a copy of one's data, is not set off by a page of another site either.
  if ((changes || typeof endpoint.ledger === 'string') && !gate.site.isOwnPage(page)) throw new OriginError()

  const visitor: Visitor = { address: request.ip, agent: (headers['user-agent'] ?? '').slice(0, 200) }
  const { policy } = endpoint
  if (policy.kind === 'public') return visitor

  const caller = await known(request, visitor, policy.kind, changes, endpoint, gate)
  if (policy.roles.length > 0 && !policy.roles.some((role) => caller.roles.includes(role))) throw new RoleMissingError(policy.roles)
  return caller
}

/** A token that was sent on purpose outranks a cookie that a browser sends by itself. */
async function known(
  request: FastifyRequest,
  visitor: Visitor,
  demanded: 'session' | 'token' | 'session-or-token',
  changes: boolean,
  { fresh, evenLacking, hosted, scope }: Pick<AnyEndpoint, 'fresh' | 'evenLacking' | 'hosted' | 'scope'>,
  { people, authorization, cookie, seals, localCallers, clock }: Gate,
): Promise<Caller> {
  const { headers } = request
  const local = localCallers?.userOf(request.raw)
  if (local !== undefined) {
    const { workspace, roles, disabled } = await people.standing(local)
    if (disabled) throw new SessionOverError()
    if (demanded === 'token') throw new CredentialsMissingError()
    return { ...visitor, user: local, workspace, roles, via: 'session', session: null, strong: true, principal: null }
  }
  const bearer = bearerOf(headers.authorization)
  if (bearer !== null) {
    const principal = authorization.peek(bearer) ?? (await authorization.identify(bearer))
    if (demanded === 'session') throw new PersonNeededError()
    // A token for MCP is good there only (RFC 8707 section 2.2).
    if (principal.granted !== null && principal.granted.audience !== '') throw new AuthorizationInvalidError('audience')
    const needed = scope ?? (changes ? 'connectors:write' : 'connectors:read')
    if (principal.granted !== null && !covers(principal.granted.scopes, needed)) throw new ScopeMissingError(needed)
    const { user, workspace, roles } = principal
    return { ...visitor, user, workspace, roles, via: 'token', session: null, strong: false, principal }
  }
  const secret = cookie.read(headers.cookie)
  if (secret === null || demanded === 'token') throw new CredentialsMissingError()
  const session = await people.anySession(secret)
  if (session === null) throw new SessionOverError()
  if (changes && !seals.isCsrfProof(session.hash, headers['x-handfast-csrf'])) throw new CsrfError()
  if (session.hostedBy !== null && hosted !== true) throw new HostedSessionError()
  if (session.lacks !== null && evenLacking !== true) throw new SecondFactorNeededError()
  if (fresh === true && session.provenAt + PROOF_LASTS <= clock.now()) throw new ProofNeededError()
  const { user, workspace, roles, hash, strong } = session
  return { ...visitor, user, workspace, roles, via: 'session', session: hash, strong, principal: null }
}

/** The access token of a request (RFC 6750 section 2.1), or null. */
export function bearerOf(authorization: string | undefined): string | null {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? null
}
