import { probeRule } from '../engine/probe-rule.ts'

export const resourceMetadata = probeRule({
  id: 'resource-metadata',
  severity: 'warns',
  clause: '1-protocol',
  title: 'Metadata of the protected resource that is missing or for another one',
  remedy: { who: 'developer', what: 'Publish `/.well-known/oauth-protected-resource` with `resource` equal to the address of the server.' },
  source: 'RFC 9728 section 3.3; MCP specification, authorization',
  *judge({ authorization }, { content: { credential, target } }) {
    if (authorization === null || credential.type !== 'oauth2' || target.kind !== 'mcp') return
    const metadata = authorization.resourceMetadata
    const pointer = '/credential'
    if (metadata === null) yield { pointer, message: 'The server publishes no metadata of the protected resource.', about: 'none' }
    else if (metadata.resource === null || !covers(metadata.resource, target.url))
      yield {
        pointer,
        message: `The metadata is for ${metadata.resource?.slice(0, 200) ?? 'nothing'}, and the server is ${target.url}.`,
        about: metadata.resource ?? '',
      }
    else if (metadata.authorizationServers.length === 0) yield { pointer, message: 'The metadata names no authorization server.', about: 'no server' }
  },
})

/** The address itself, or a parent of it at the same origin. */
function covers(resource: string, target: string): boolean {
  const [one, other] = [URL.parse(resource), URL.parse(target)]
  if (one === null || other === null || one.origin !== other.origin) return false
  const path = one.pathname.replace(/\/$/, '')
  return other.pathname === path || other.pathname.startsWith(`${path}/`)
}
