import type { Authorization } from '../../authorization/index.ts'
import type { Directory } from '../../directory/index.ts'
import type { Catalogue, Gateway, Letters, Retrieval, Sessions } from '../../gateway/index.ts'
import type { Sealing } from '../../sealing/index.ts'
import type { Log, Metrics } from '../../telemetry/index.ts'

/** Hears that what may be called changed: the newest change taken in, and the keys of each one that follows. */
export type Changes = { readonly known: number; onChange(hear: (keys: readonly string[]) => void): () => void }

/** What the MCP doors are handed. */
export type McpRooms = {
  readonly authorization: Authorization
  readonly gateway: Gateway
  readonly catalogue: Catalogue
  readonly directory: Directory
  readonly retrieval: Retrieval
  readonly sessions: Sessions
  readonly letters: Letters
  readonly sealing: Sealing
  readonly changes: Changes
  readonly metrics: Metrics
  readonly log: Log
}

export type McpOptions = {
  /** The one origin of this server, without a slash. */
  readonly origin: string
  readonly version: string
  readonly maxRequestBytes: number
  /** With more tools than that, a person's merged list offers a search for them; 0: never. */
  readonly toolSearchFrom: number
  /** Tools in one page of a list. */
  readonly pageSize: number
  /** How long assistants may keep a list, in milliseconds. */
  readonly listTtlMs: number
  /** Said on every open stream this often, so that nothing in between closes it. */
  readonly keepAliveMs: number
}
