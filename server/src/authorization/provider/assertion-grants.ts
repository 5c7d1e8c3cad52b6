import type Provider from 'oidc-provider'
import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import { SECOND } from '../../lib/index.ts'
import { AssertionRefusal } from '../assertion-refusal.ts'
import type { Assertions } from '../assertions.ts'

export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
/** What assistants may use that vouch for users of their own. */
export const assertionGrants = [JWT_BEARER, TOKEN_EXCHANGE] as const

const type = 'urn:ietf:params:oauth:token-type:'
const ACCESS_TOKEN = `${type}access_token`
const subjectTypes: ReadonlySet<unknown> = new Set([`${type}jwt`, `${type}id_token`, `${type}id-jag`])
/** One of our own: a link that opens a page of the user. */
export const PAGE_LINK = 'urn:handfast:params:oauth:token-type:page-link'

type Handler = (ctx: KoaContextWithOIDC) => Promise<void>

/** The grants by which an assistant says who its user is. The client has been authenticated before either is reached. */
export function addAssertionGrants(provider: Provider, assertions: Assertions, origin: string): void {
  provider.registerGrantType(JWT_BEARER, bearer(assertions) as never, ['assertion', 'scope', 'resource'], [])
  const parameters = [
    'subject_token',
    'subject_token_type',
    'requested_token_type',
    'actor_token',
    'actor_token_type',
    'audience',
    'scope',
    'resource',
    'page',
  ]
  provider.registerGrantType(TOKEN_EXCHANGE, exchange(assertions, origin) as never, parameters, [])
}

/** RFC 7523 section 2.1. */
function bearer(assertions: Assertions): Handler {
  return async (ctx) => {
    const request = requestOf(ctx, 'assertion')
    ctx.body = tokenBody(await assertions.token(request).catch((error) => refuse(error, 'invalid_grant')))
  }
}

/** RFC 8693 section 2. */
function exchange(assertions: Assertions, origin: string): Handler {
  return async (ctx) => {
    const params = ctx.oidc.params ?? {}
    if (!subjectTypes.has(params['subject_token_type'])) throw new errors.InvalidRequest('subject_token_type has to be jwt, id_token or id-jag')
    // Nobody acts for somebody else here (RFC 8693 section 2.1).
    if (params['actor_token'] !== undefined || params['actor_token_type'] !== undefined) throw new errors.InvalidRequest('actor tokens are not taken')
    if (params['audience'] !== undefined) throw new errors.InvalidTarget('name the resource instead')
    const wanted = params['requested_token_type'] ?? ACCESS_TOKEN
    const request = requestOf(ctx, 'subject_token')
    // RFC 8693 section 2.2.2: a subject token that does not count is an invalid request.
    const no = (error: unknown) => refuse(error, 'invalid_request')
    if (wanted === ACCESS_TOKEN) {
      ctx.body = { ...tokenBody(await assertions.token(request).catch(no)), issued_token_type: ACCESS_TOKEN }
      return
    }
    if (wanted !== PAGE_LINK) throw new errors.InvalidRequest('requested_token_type is not one of this server')
    const { token, lastsMs } = await assertions.pageLink({ ...request, page: text(params['page']) }).catch(no)
    const link = `${origin}/hosted#${token}`
    ctx.body = { access_token: token, issued_token_type: PAGE_LINK, token_type: 'N_A', expires_in: Math.floor(lastsMs / SECOND), page_link: link }
  }
}

function requestOf(ctx: KoaContextWithOIDC, name: 'assertion' | 'subject_token') {
  const params = ctx.oidc.params ?? {}
  const { client } = ctx.oidc
  const assertion = text(params[name])
  if (client === undefined || assertion === undefined) throw new errors.InvalidRequest(`missing required parameter ${name}`)
  return { clientId: client.clientId, assertion, scope: text(params['scope']), resource: text(params['resource']) }
}

function tokenBody({ text: token, lastsMs, scopes }: Awaited<ReturnType<Assertions['token']>>) {
  return { access_token: token, token_type: 'Bearer', expires_in: Math.floor(lastsMs / SECOND), scope: scopes.join(' ') }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function refuse(error: unknown, assertionCode: 'invalid_grant' | 'invalid_request'): never {
  if (!(error instanceof AssertionRefusal)) throw error
  const { what, message } = error
  switch (what) {
    case 'client':
      throw new errors.UnauthorizedClient(message)
    case 'scope':
      throw new errors.InvalidScope(message, '')
    case 'target':
      throw new errors.InvalidTarget(message)
    case 'request':
      throw new errors.InvalidRequest(message)
    case 'assertion':
      // The library keeps the description of an invalid grant for itself.
      throw Object.assign(assertionCode === 'invalid_grant' ? new errors.InvalidGrant(message) : new errors.InvalidRequest(message), {
        error_description: message,
      })
  }
}
