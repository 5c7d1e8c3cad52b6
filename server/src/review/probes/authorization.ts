import { randomBytes } from 'node:crypto'
import type { EgressRequest, EgressResponse } from '../../egress/index.ts'
import { isObject, type JsonObject, parseJson, Refusal } from '../../lib/index.ts'
import { LATEST_MODERN, modernRequest } from '../../protocol/mcp/index.ts'
import { PROBE_BYTES, PROBE_TIMEOUT_MS, type ProbeNeeds, type ProbePlan } from './plan.ts'
import type { AuthorizationProbe, ChallengeProbe } from './types.ts'

/** A token that nobody issued. It says what it is to whoever finds it in a log. */
export const madeUpToken = (): string => `handfast-review-not-a-token-${randomBytes(12).toString('hex')}`

/** What a request without a credential, and where that may be tried one with a made-up token, leads to. */
export async function probeAuthorization(needs: ProbeNeeds, plan: ProbePlan): Promise<AuthorizationProbe | null> {
  if (plan.content.credential.type === 'none') return null
  const withoutToken = await challenged(needs, plan, {})
  const withUnknownToken = plan.hostile.wrongAudience ? await challenged(needs, plan, { authorization: `Bearer ${madeUpToken()}` }) : null
  const isOAuth = plan.content.credential.type === 'oauth2'
  const resource = isOAuth ? await resourceMetadata(needs, plan, withoutToken.challenge) : null
  const declared = plan.content.credential.type === 'oauth2' ? plan.content.credential.issuer : undefined
  const issuer = declared ?? resource?.authorizationServers[0]
  return {
    withoutToken,
    withUnknownToken,
    resourceMetadata: resource,
    serverMetadata: issuer === undefined ? null : await serverMetadata(needs, plan, issuer),
  }
}

/** One harmless question: a list for MCP, or the first reading operation of an HTTP API that needs no arguments. */
async function challenged(needs: ProbeNeeds, plan: ProbePlan, headers: Readonly<Record<string, string>>): Promise<ChallengeProbe> {
  const { target, tools } = plan.content
  const mcp = target.kind === 'mcp'
  const asked = mcp ? modernRequest(LATEST_MODERN, { name: 'handfast-review', version: '1' }, 1, 'tools/list') : null
  const reading = tools.find(({ operation }) => operation?.method === 'GET' && !operation.path.includes('{'))?.operation?.path ?? ''
  const url = mcp ? new URL(target.url) : new URL(`${target.url.replace(/\/$/, '')}${reading}`)
  const answer = await ask(needs, plan, {
    url,
    method: mcp ? 'POST' : 'GET',
    headers: { ...asked?.headers, ...headers },
    ...(asked === null ? {} : { body: asked.body }),
  })
  if (answer === null) return { status: 0, challenge: null }
  await answer.body.discard()
  return { status: answer.status, challenge: answer.headers['www-authenticate']?.slice(0, 2_000) ?? null }
}

async function resourceMetadata(needs: ProbeNeeds, plan: ProbePlan, challenge: string | null): Promise<AuthorizationProbe['resourceMetadata']> {
  const target = new URL(plan.content.target.url)
  const named = /resource_metadata="([^"]{1,1000})"/.exec(challenge ?? '')?.[1]
  const path = target.pathname === '/' ? '' : target.pathname
  const places = [named, `${target.origin}/.well-known/oauth-protected-resource${path}`, `${target.origin}/.well-known/oauth-protected-resource`]
  for (const place of places) {
    const url = place === undefined ? null : URL.parse(place)
    if (url === null || url.origin !== target.origin) continue
    const found = await document(needs, plan, url)
    if (found === null) continue
    return {
      url: url.href,
      resource: textIn(found, 'resource'),
      authorizationServers: textsIn(found, 'authorization_servers') ?? [],
      scopesSupported: textsIn(found, 'scopes_supported'),
    }
  }
  return null
}

async function serverMetadata(needs: ProbeNeeds, plan: ProbePlan, issuer: string): Promise<AuthorizationProbe['serverMetadata']> {
  const base = URL.parse(issuer)
  if (base === null) return null
  const path = base.pathname === '/' ? '' : base.pathname
  const places = [
    `${base.origin}/.well-known/oauth-authorization-server${path}`,
    `${base.origin}/.well-known/openid-configuration${path}`,
    `${base.href.replace(/\/$/, '')}/.well-known/openid-configuration`,
  ]
  for (const place of places) {
    const found = await document(needs, plan, new URL(place))
    if (found === null || textIn(found, 'issuer') === null) continue
    return {
      issuer: textIn(found, 'issuer') ?? '',
      codeChallengeMethods: textsIn(found, 'code_challenge_methods_supported'),
      scopesSupported: textsIn(found, 'scopes_supported'),
      authorizationEndpoint: textIn(found, 'authorization_endpoint'),
      tokenEndpoint: textIn(found, 'token_endpoint'),
      revocationEndpoint: textIn(found, 'revocation_endpoint'),
      registrationEndpoint: textIn(found, 'registration_endpoint'),
      clientIdMetadataDocuments: found['client_id_metadata_document_supported'] === true,
    }
  }
  return null
}

async function document(needs: ProbeNeeds, plan: ProbePlan, url: URL): Promise<JsonObject | null> {
  const answer = await ask(needs, plan, { url, method: 'GET', headers: { accept: 'application/json' } })
  if (answer === null) return null
  if (answer.status !== 200) {
    await answer.body.discard()
    return null
  }
  try {
    const read = parseJson(await answer.body.text())
    return isObject(read) ? read : null
  } catch (error) {
    if (error instanceof Refusal) return null
    throw error
  }
}

/** Null: it could not be asked, which the transport probe explains. */
async function ask({ egress }: ProbeNeeds, { signal }: ProbePlan, request: Omit<EgressRequest, 'reason'>): Promise<EgressResponse | null> {
  try {
    return await egress.request({ ...request, reason: 'review', redirects: 0, limits: { totalMs: PROBE_TIMEOUT_MS, maxBytes: PROBE_BYTES }, signal })
  } catch (error) {
    if (signal.aborted || !(error instanceof Refusal)) throw error
    return null
  }
}

function textIn(from: JsonObject, name: string): string | null {
  const value = from[name]
  return typeof value === 'string' ? value.slice(0, 1_000) : null
}

function textsIn(from: JsonObject, name: string): readonly string[] | null {
  const value = from[name]
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string').slice(0, 200) : null
}
