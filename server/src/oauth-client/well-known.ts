/** Where a protected resource may describe itself: below its own path first, then at the root (RFC 9728 section 3.1). */
export function resourceMetadataAddresses(resource: URL): readonly string[] {
  const path = resource.pathname.replace(/\/$/, '')
  const root = `${resource.origin}/.well-known/oauth-protected-resource`
  return path === '' ? [root + resource.search] : [`${root}${path}${resource.search}`, root]
}

/** Where an authorization server may describe itself, in the order of the MCP revision 2025-11-25 (RFC 8414 section 3.1, OpenID Connect Discovery section 4). */
export function serverMetadataAddresses(issuer: URL): readonly string[] {
  const path = issuer.pathname.replace(/\/$/, '')
  const { origin } = issuer
  if (path === '') return [`${origin}/.well-known/oauth-authorization-server`, `${origin}/.well-known/openid-configuration`]
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ]
}

/**
 * Whether what a description calls its resource covers the address that we call: the same origin, and the same path or one above it.
 * A description of somebody else's resource would send our tokens' audience there (RFC 9728 section 3.3).
 */
export function coversResource(described: string, called: URL): boolean {
  const url = URL.parse(described)
  if (url === null || url.origin !== called.origin || url.hash !== '' || url.username !== '' || url.password !== '') return false
  if (url.search !== '' && url.search !== called.search) return false
  const above = url.pathname.replace(/\/$/, '')
  const below = called.pathname.replace(/\/$/, '')
  return above === '' || below === above || below.startsWith(`${above}/`)
}

/** The resource indicator of an address (RFC 8707 section 2): absolute, without a fragment, and without the slash that URLs gain when they are parsed. */
export function resourceIndicator(called: URL): string {
  const copy = new URL(called)
  copy.hash = ''
  return copy.pathname === '/' && copy.search === '' ? copy.origin : copy.href
}
