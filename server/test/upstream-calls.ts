import type { ReleaseTool } from '@handfast/contract'
import { createEgress, type Resolver } from '../src/egress/index.ts'
import { type Clock, newId } from '../src/lib/index.ts'
import { createUpstream, type UpstreamCall } from '../src/upstream/index.ts'

export const greet: ReleaseTool = {
  name: 'greet',
  description: 'Says hello.',
  inputSchema: { type: 'object', properties: { name: { type: 'string' } } },
  effect: 'read',
  consequential: false,
}

/** The upstream room over the real way out, opened for 127.0.0.1. */
export function openUpstream(
  options: {
    readonly clock?: Clock
    readonly maxSessions?: number
    readonly askMs?: number
    readonly resolve?: Resolver
    readonly sse?: boolean
  } = {},
) {
  const egress = createEgress({
    allow: [],
    dangerouslyAllowPrivateAddresses: true,
    ...(options.resolve === undefined ? {} : { resolve: options.resolve }),
  })
  const upstream = createUpstream({ egress, client: { name: 'handfast-test', version: '0' }, ...options })
  return Object.assign(upstream, {
    [Symbol.asyncDispose]: async () => {
      await upstream.close()
      await egress.close()
    },
  })
}

/** A call of `greet` by Alice, but for what a test says otherwise. */
export function callTo(url: string, change: Partial<UpstreamCall> = {}): UpstreamCall {
  return {
    callId: newId('call'),
    connector: 'con_test',
    release: 'rel_test',
    target: { kind: 'mcp', url },
    tool: greet,
    arguments: { name: 'Alice' },
    credential: null,
    poolKey: 'alice',
    assistantEra: 'modern',
    origins: [new URL(url).origin],
    timeoutMs: 5_000,
    maxBytes: 1_000_000,
    signal: new AbortController().signal,
    ...change,
  }
}
