import { isObject, type JsonObject } from '../lib/index.ts'
import {
  type ClientInfo,
  HEADER_MISMATCH,
  LATEST_MODERN,
  LEGACY_VERSIONS,
  MISSING_CAPABILITY,
  MODERN_VERSIONS,
  modernRequest,
  shortText,
  UNSUPPORTED_VERSION,
} from '../protocol/mcp/index.ts'
import type { Exchanged, Outgoing } from './exchange.ts'
import { UpstreamNotUnderstoodError } from './upstream-errors.ts'
import type { Wire } from './wire.ts'

export type Verdict =
  | {
      readonly era: 'modern'
      readonly version: string
      /** The connector itself named a legacy revision too, so a legacy assistant can be served in its own era. */
      readonly alsoLegacy: boolean
      /** What `server/discover` said, for the review. */
      readonly discovered: JsonObject
    }
  | { readonly era: 'legacy' }

export type Asking = Pick<Outgoing, 'route' | 'reason' | 'timeoutMs' | 'maxBytes' | 'signal' | 'withKey'>

/**
 * Finds out which era a connector speaks by asking `server/discover` (2026-07-28 basic/versioning). A result or a modern error means modern;
 * any other no of the 400s, and any answer that is no discovery, means legacy. 401, 403, 5xx and silence say nothing about the era and are thrown.
 */
export async function detectEra(wire: Wire, client: ClientInfo, id: number, asking: Asking): Promise<Verdict> {
  const first = modernRequest(LATEST_MODERN, client, id, 'server/discover')
  const answer = await wire.post({ ...asking, ...first, headers: { ...first.headers, ...asking.route.headers }, id, harmless: true })
  return judge(answer)
}

function judge(answer: Exchanged): Verdict {
  if (answer.kind === 'result') {
    const result = answer.result
    if (!isObject(result) || !Array.isArray(result['supportedVersions'])) return { era: 'legacy' }
    return agree(result['supportedVersions'], result)
  }
  if (answer.kind !== 'error') return { era: 'legacy' }
  const { code, data } = answer.error
  if (code === UNSUPPORTED_VERSION) {
    const supported = isObject(data) && Array.isArray(data['supported']) ? data['supported'] : []
    return agree(supported, {})
  }
  if (code === HEADER_MISMATCH || code === MISSING_CAPABILITY) return { era: 'modern', version: LATEST_MODERN, alsoLegacy: false, discovered: {} }
  return { era: 'legacy' }
}

/** The newest revision that both sides speak. */
function agree(supported: readonly unknown[], discovered: JsonObject): Verdict {
  const alsoLegacy = LEGACY_VERSIONS.some((version) => supported.includes(version))
  const version = MODERN_VERSIONS.find((candidate) => supported.includes(candidate))
  if (version !== undefined) return { era: 'modern', version, alsoLegacy, discovered }
  if (alsoLegacy) return { era: 'legacy' }
  const named = supported
    .slice(0, 8)
    .map((text) => shortText(text, 32))
    .join(', ')
  throw new UpstreamNotUnderstoodError(`The connector speaks no revision of the protocol that is spoken here (it names: ${named || 'none'}).`, 'no')
}
