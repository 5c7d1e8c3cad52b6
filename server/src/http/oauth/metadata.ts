import { grantScopes } from '@handfast/contract'
import { resourceOf } from '../../authorization/index.ts'

export const RESOURCE_METADATA = '/.well-known/oauth-protected-resource'

/**
 * RFC 9728: what a resource of ours is and who gives tokens for it. The address is the well-known name with the path of the resource behind it
 * (section 3.1). There is one for every connector that could be, whether or not it is: who may know of it is not decided here.
 * @param path of the request, which begins with the well-known name
 */
export function protectedResource(origin: string, name: string, path: string): object | null {
  const resource = resourceOf(origin, origin + path.slice(RESOURCE_METADATA.length))
  if (resource === null) return null
  return {
    resource: resource.audience,
    authorization_servers: [origin],
    scopes_supported: [...grantScopes],
    bearer_methods_supported: ['header'],
    resource_name: resource.slug === null ? name : `${name}: ${resource.slug}`,
  }
}

/**
 * The header that says which credentials are wanted (RFC 6750 section 3, RFC 9728 section 5.1).
 * @param path of the resource that was asked
 * @param scope everything that the operation takes
 */
export function challenge(origin: string, path: string, scope: string, error?: 'invalid_token' | 'insufficient_scope', description?: string): string {
  const parts = [
    `Bearer realm="handfast"`,
    ...(error === undefined ? [] : [`error="${error}"`]),
    ...(description === undefined ? [] : [`error_description="${description.replaceAll(/[^\x20-\x7e]|["\\]/g, "'")}"`]),
    `resource_metadata="${origin}${RESOURCE_METADATA}${path}"`,
    `scope="${scope}"`,
  ]
  return parts.join(', ')
}
