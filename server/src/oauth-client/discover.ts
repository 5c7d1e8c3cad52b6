import { z } from 'zod'
import { asFetch, type Egress } from '../egress/index.ts'
import { Refusal } from '../lib/index.ts'
import { type Challenge, NO_CHALLENGE } from './challenge.ts'
import { MetadataRefusedError, ServerUnreachableError, SignInNotFoundError } from './oauth-errors.ts'
import { type AddressRule, type AuthorizationServer, addressFault, readServerMetadata } from './server-metadata.ts'
import { coversResource, resourceIndicator, resourceMetadataAddresses, serverMetadataAddresses } from './well-known.ts'

/** Issuers that a resource may name; more are not tried. */
const MOST_ISSUERS = 3

const resourceDescription = z.object({
  resource: z.string().max(2_048),
  authorization_servers: z.array(z.string().max(2_048)).max(50).optional(),
  scopes_supported: z.array(z.string().max(200)).max(1_000).optional(),
})

/** What a protected resource says about signing in to it. */
export type Resource = {
  /** The value of `resource` in every request (RFC 8707). */
  readonly indicator: string
  /** In its order. */
  readonly issuers: readonly string[]
  readonly scopes: readonly string[]
  /** False: it publishes nothing, and its own origin is taken for the issuer, as servers of 2025-03-26 expect. */
  readonly described: boolean
}

export type DiscoverNeeds = { readonly egress: Egress; readonly rule: AddressRule }

/**
 * What the address that we call says about signing in: at the place that its challenge names, or else below its path and at its root.
 * @throws MetadataRefusedError when it describes something else than itself; ServerUnreachableError
 */
export async function discoverResource(needs: DiscoverNeeds, called: URL, challenge: Challenge = NO_CHALLENGE): Promise<Resource> {
  const addresses = challenge.resourceMetadata === null ? resourceMetadataAddresses(called) : [challenge.resourceMetadata]
  for (const address of addresses) {
    const fault = addressFault(address, needs.rule)
    if (fault !== null) throw new MetadataRefusedError(called.host, `the address of its resource metadata cannot be used: ${fault}`)
    const body = await fetchJson(needs.egress, address)
    if (body === null) continue
    const read = resourceDescription.safeParse(body)
    if (!read.success) throw new MetadataRefusedError(called.host, 'its resource metadata is malformed')
    if (!coversResource(read.data.resource, called))
      throw new MetadataRefusedError(called.host, 'its resource metadata describes another resource (RFC 9728 section 3.3)')
    const issuers = (read.data.authorization_servers ?? []).slice(0, MOST_ISSUERS)
    if (issuers.length === 0) throw new SignInNotFoundError(called.host)
    return { indicator: read.data.resource, issuers, scopes: read.data.scopes_supported ?? [], described: true }
  }
  if (challenge.resourceMetadata !== null) throw new SignInNotFoundError(called.host, { resourceMetadata: challenge.resourceMetadata.slice(0, 500) })
  return { indicator: resourceIndicator(called), issuers: [called.origin], scopes: [], described: false }
}

/**
 * The description of an authorization server, at the places in their order. The first that answers decides: a server that lies at one is not asked at the next.
 * @throws MetadataRefusedError, SignInNotFoundError, ServerUnreachableError
 */
export async function discoverServer(needs: DiscoverNeeds, issuer: string): Promise<AuthorizationServer> {
  const fault = addressFault(issuer, needs.rule)
  const url = URL.parse(issuer)
  if (fault !== null || url === null || url.search !== '')
    throw new MetadataRefusedError(url?.host ?? 'the API', `the issuer it names cannot be used: ${fault ?? 'it has a query (RFC 8414 section 2)'}`)
  for (const address of serverMetadataAddresses(url)) {
    const body = await fetchJson(needs.egress, address)
    if (body !== null) return readServerMetadata(body, issuer, needs.rule)
  }
  throw new SignInNotFoundError(url.host, { issuer: issuer.slice(0, 500) })
}

/** The JSON at an address, or null where there is none. @throws ServerUnreachableError, refusals of egress about the address */
async function fetchJson(egress: Egress, address: string): Promise<unknown> {
  const { host } = new URL(address)
  const get = asFetch(egress, { purpose: 'oauth-discovery' })
  const response = await get(address, { headers: { accept: 'application/json' } }).catch((error: unknown) => {
    if (error instanceof Refusal && nothingThere.has(error.code)) return null
    if (error instanceof Refusal && passing.has(error.code)) throw new ServerUnreachableError(host, { code: error.code }, error)
    throw error
  })
  if (response === null) return null
  if (response.status >= 500) throw new ServerUnreachableError(host, { status: response.status })
  if (response.status !== 200) return null
  try {
    return JSON.parse(await response.text()) as unknown
  } catch {
    // A page for people, which many servers answer with at any address.
    return null
  }
}

const nothingThere: ReadonlySet<string> = new Set(['egress/redirect'])
const passing: ReadonlySet<string> = new Set(['egress/unreachable', 'egress/timed-out', 'egress/name-not-found', 'egress/cancelled'])
