import { z } from 'zod'
import { slug } from '../manifest.ts'
import { idOf, pageQuery, time } from './page.ts'

/** `sent`: under way, no outcome yet. `unknown`: the server ended meanwhile, and nobody knows whether the connector acted. */
export const callState = z.enum(['sent', 'answered', 'tool-error', 'failed', 'refused', 'cancelled', 'unknown'])
export type CallState = z.infer<typeof callState>

export const call = z.object({
  id: idOf('call'),
  at: time,
  assistant: z.string(),
  /** Slug of the connector; null where the call named none that there is. */
  connector: z.string().nullable(),
  tool: z.string(),
  /** Such as `mcp/2026-07-28`. */
  protocol: z.string(),
  state: callState,
  /** Code of the refusal or failure. */
  code: z.string().nullable(),
  durationMs: z.number().nullable(),
  /** Since when its answer is not shown, because a complaint about it was upheld. */
  blockedAt: time.nullable(),
})
export type Call = z.infer<typeof call>

/** What was kept of arguments or a result; of a long one only its length in characters. The ledger holds SHA-256 of salt and text. */
export const kept = z.union([z.object({ value: z.json(), salt: z.string().nullable() }), z.object({ omitted: z.int(), salt: z.string().nullable() })])

export const callDetail = call.extend({
  arguments: kept.nullable(),
  result: kept.nullable(),
  /** What the ledger says about the call, oldest first. `proof`: hashes from the leaf upward (RFC 6962), null until a checkpoint covers it. */
  ledger: z.object({
    checkpoint: z.string().nullable(),
    entries: z.array(z.object({ leafIndex: z.int().nullable(), body: z.string(), proof: z.array(z.string()).readonly().nullable() })).readonly(),
  }),
})
export type CallDetail = z.infer<typeof callDetail>

export const callsQuery = pageQuery.extend({
  connector: slug.optional().describe('Only calls of this connector'),
  state: callState.optional(),
})
export type CallsQuery = z.infer<typeof callsQuery>

export const callInPath = z.strictObject({ id: idOf('call') })
