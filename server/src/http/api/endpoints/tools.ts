import { toolList, toolsQuery } from '@handfast/contract'
import type { Directory } from '../../../directory/index.ts'
import type { Catalogue, ListPosition } from '../../../gateway/index.ts'
import { type JsonObject, rfc3339 } from '../../../lib/index.ts'
import { endingNamed } from '../../sunset.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { token } from '../policy.ts'
import { principalOf } from './calling.ts'
import { inFormat } from './vendor-tools.ts'

/** What an assistant without MCP can call: the catalogue of `/mcp`, with its consent, policies and grants. */
export function toolEndpoints({ catalogue, directory }: { readonly catalogue: Catalogue; readonly directory: Directory }): readonly AnyEndpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/tools',
      summary: 'Tools that this assistant can call for you, in the shape of MCP or of an API of a model',
      policy: token(),
      ledger: { none: 'reading' },
      input: toolsQuery,
      output: toolList,
      handle: async ({ format, connector, limit, cursor }, caller, exchange) => {
        const position = exchange.cursors.open(cursor)
        const after = position === null ? null : (JSON.parse(position) as ListPosition)
        const page = await catalogue.page(principalOf(caller), connector ?? null, 'modern', after, limit)
        if (connector !== undefined) exchange.announceEnd(await endingNamed(directory, caller.workspace, connector))
        return {
          items: page.entries.map((entry) => inFormat(format, merged(JSON.parse(entry) as JsonObject, connector))),
          nextCursor: page.next === null ? null : exchange.cursors.seal(JSON.stringify(page.next)),
          unavailable: page.unavailable.map(({ connector: slug, code, message, who, link }) => ({
            connector: slug,
            code,
            message,
            who,
            ...(link === undefined ? {} : { link }),
          })),
          ending: page.ending.map(({ connector: slug, endsAt }) => ({ connector: slug, endsAt: rfc3339(endsAt) })),
        } as typeof toolList._output
      },
    }),
  ]
}

/** Calls take the names of the merged list, whichever connector's tools were asked for. */
function merged(tool: JsonObject, slug: string | undefined): JsonObject {
  return slug === undefined ? tool : { ...tool, name: `${slug}_${String(tool['name'])}` }
}
