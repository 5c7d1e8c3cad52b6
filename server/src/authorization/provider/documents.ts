import type { Client, KoaContextWithOIDC } from 'oidc-provider'
import { DAY, MINUTE, SECOND } from '../../lib/index.ts'

/** How assistants with a document at their own address are let in (draft-ietf-oauth-client-id-metadata-document). */
export type DocumentRules = {
  /** Host names whose documents count, such as `example.com` or `*.example.com`. Empty: all. */
  readonly hosts: readonly string[]
  /** Counts a document that has to be fetched for this request. Throws when there were too many. */
  readonly count: (ctx: KoaContextWithOIDC) => void
  readonly isOff: (clientId: string) => Promise<boolean>
}

const LONGEST = 500

export function documentPolicy({ hosts, count, isOff }: DocumentRules) {
  const asked = new WeakSet<object>()
  const mayBe = async (clientId: string): Promise<boolean> => {
    const url = URL.parse(clientId)
    // MCP 2026-07-28 authorization: an https address with a path.
    if (url === null || clientId.length > LONGEST || url.pathname === '/' || url.href !== clientId) return false
    return isHostAllowed(url.hostname, hosts) && !(await isOff(clientId))
  }
  return {
    enabled: true,
    ack: 'draft-02',
    cacheDuration: { min: MINUTE / SECOND, max: DAY / SECOND },
    allowFetch: async (ctx: KoaContextWithOIDC, clientId: string) => {
      // To say what went wrong, the provider looks for the client again; one that failed is not asked twice for one request.
      if (asked.has(ctx.req) || !(await mayBe(clientId))) return false
      asked.add(ctx.req)
      try {
        count(ctx)
      } catch {
        return false
      }
      return true
    },
    allowClient: async (_: KoaContextWithOIDC, client: Client) => mayBe(client.clientId),
  }
}

/** True where a rule names the host itself, or with a leading `*.` any host below. */
export function isHostAllowed(host: string, rules: readonly string[]): boolean {
  if (rules.length === 0) return true
  return rules.some((rule) => {
    const wanted = rule.toLowerCase()
    return wanted.startsWith('*.') ? host.endsWith(wanted.slice(1)) && host.length > wanted.length - 1 : host === wanted
  })
}
