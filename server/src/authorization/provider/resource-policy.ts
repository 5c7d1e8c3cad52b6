import { grantScopes } from '@handfast/contract'
import { errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider'
import { SECOND } from '../../lib/index.ts'
import { resourceOf } from '../resources.ts'

/** RFC 8707: one resource for each request, and it has to be one of ours. Whoever names none means all tools. */
export function resourcePolicy(origin: string, accessTokenMs: number) {
  return {
    enabled: true,
    defaultResource: async (_: KoaContextWithOIDC, __: unknown, oneOf?: string | readonly string[]) => {
      if (Array.isArray(oneOf)) throw new errors.InvalidTarget('name one resource for each token')
      return typeof oneOf === 'string' ? oneOf : `${origin}/mcp`
    },
    useGrantedResource: async () => true,
    getResourceServerInfo: async (ctx: KoaContextWithOIDC, text: string): Promise<ResourceServer> => {
      const asked = ctx.oidc.params?.['resource']
      if (Array.isArray(asked) && asked.length > 1) throw new errors.InvalidTarget('name one resource for each request')
      const resource = resourceOf(origin, text)
      if (resource === null) throw new errors.InvalidTarget('that resource is not one of this server')
      return {
        audience: resource.audience,
        scope: grantScopes.join(' '),
        accessTokenTTL: accessTokenMs / SECOND,
        accessTokenFormat: 'opaque',
      } as ResourceServer
    },
  }
}
