import { Refusal } from '../../lib/index.ts'
import { PROBE_BYTES, PROBE_TIMEOUT_MS, type ProbeNeeds, type ProbePlan } from './plan.ts'
import type { HandshakeProbe, TransportProbe } from './types.ts'

/** Does the address answer, and who vouches for it? Redirects are not followed. */
export async function probeTransport({ egress, clock }: ProbeNeeds, { content, signal }: ProbePlan): Promise<TransportProbe> {
  const url = new URL(content.target.url)
  const started = clock.now()
  const about = { url: url.href, redirectedTo: null }
  const tls = await shown(() => egress.showTls(url, signal))
  try {
    const answer = await egress.request({
      url,
      method: 'GET',
      headers: { accept: 'application/json, text/event-stream;q=0.5, */*;q=0.1' },
      reason: 'review',
      redirects: 0,
      limits: { totalMs: PROBE_TIMEOUT_MS, maxBytes: PROBE_BYTES },
      signal,
    })
    await answer.body.discard()
    return { ...about, answered: true, failure: null, status: answer.status, tookMs: clock.now() - started, tls }
  } catch (error) {
    if (signal.aborted || !(error instanceof Refusal)) throw error
    const { to } = error.detail
    const redirected = error.code === 'egress/redirect'
    return {
      ...about,
      answered: redirected,
      failure: error.message,
      status: null,
      redirectedTo: redirected && typeof to === 'string' ? to : null,
      tookMs: clock.now() - started,
      tls,
    }
  }
}

/** What cannot be reached shows nothing; the request says why. */
async function shown<T>(ask: () => Promise<T | null>): Promise<T | null> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof Refusal) return null
    throw error
  }
}

/** The first words with an MCP server, in each era, and whether it lists the same tools twice. */
export async function probeHandshake({ upstream }: ProbeNeeds, { content, credential, signal }: ProbePlan): Promise<HandshakeProbe | null> {
  const { target } = content
  if (target.kind !== 'mcp') return null
  const greeted = await upstream.handshakes(target, credential, signal)
  const eras = { modern: greeted.modern.version, legacy: greeted.legacy.version }
  const version = eras.modern ?? eras.legacy
  if (version === null)
    return {
      succeeded: false,
      failure: greeted.modern.failure ?? greeted.legacy.failure,
      transport: null,
      version,
      eras,
      serverInfo: null,
      listsAgree: null,
    }
  try {
    const first = await upstream.describe(target, credential, signal)
    const second = await upstream.describe(target, credential, signal)
    const { name, version: of } = first.serverInfo ?? {}
    return {
      succeeded: true,
      failure: null,
      transport: 'streamable-http',
      version,
      eras,
      serverInfo: typeof name === 'string' ? { name: name.slice(0, 200), version: typeof of === 'string' ? of.slice(0, 100) : '' } : null,
      listsAgree: JSON.stringify(first.tools) === JSON.stringify(second.tools),
    }
  } catch (error) {
    if (signal.aborted || !(error instanceof Refusal)) throw error
    return { succeeded: true, failure: error.message, transport: 'streamable-http', version, eras, serverInfo: null, listsAgree: null }
  }
}
