import { probeRule } from '../engine/probe-rule.ts'

const CURRENT = new Set(['2025-06-18', '2025-11-25', '2026-07-28'])

export const handshake = probeRule({
  id: 'handshake',
  severity: 'warns',
  clause: '1-protocol',
  title: 'Servers that do not speak MCP, or an old revision of it',
  remedy: { who: 'developer', what: 'Serve Streamable HTTP at a revision that is in use.' },
  source: 'MCP specification, lifecycle and transports; Anthropic directory policy 5',
  *judge({ handshake: met }) {
    if (met === null) return
    const pointer = '/target/url'
    if (!met.succeeded) yield { pointer, message: `The handshake failed: ${met.failure ?? 'without a reason'}.`, about: 'failed' }
    else if (met.transport === 'sse')
      yield { pointer, severity: 'notes', message: 'The server speaks the transport of 2024 (HTTP with SSE), which is deprecated.', about: 'sse' }
    else if (met.version !== null && !CURRENT.has(met.version))
      yield { pointer, severity: 'notes', message: `The server speaks the revision ${met.version.slice(0, 40)}.`, about: met.version }
  },
})
