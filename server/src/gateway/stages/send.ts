import type { Limits } from '../../limits/index.ts'
import type { ToolResult } from '../../protocol/mcp/index.ts'
import { type Upstream, UpstreamBusyError } from '../../upstream/index.ts'
import type { Intended } from '../call.ts'

export type SendLimits = { readonly timeoutMs: number; readonly maxBytes: number }

/** The one line that leaves the house. A connector's own JSON-RPC error comes back as a tool error that the assistant can read. */
export async function send(call: Intended, upstream: Upstream, limits: Limits, { timeoutMs, maxBytes }: SendLimits): Promise<ToolResult> {
  const { principal, standing, release, tool, credential } = call
  try {
    const answer = await upstream.call({
      callId: call.id,
      connector: standing.connector,
      release: release.id,
      target: release.content.target,
      tool,
      arguments: call.arguments,
      argumentsJson: call.argumentsText,
      credential,
      poolKey: `${principal.user} ${credential?.id ?? ''}`,
      assistantEra: call.era,
      origins: standing.origins,
      timeoutMs,
      maxBytes,
      signal: call.signal,
      ...(call.onProgress === undefined ? undefined : { onProgress: call.onProgress }),
    })
    if (answer.kind === 'result') return answer.result
    return { content: [{ type: 'text', text: `The connector refused: ${answer.message} (error ${answer.code})` }], isError: true }
  } catch (error) {
    if (error instanceof UpstreamBusyError) limits.backOff(standing.connector, (error.retryAfter ?? 1) * 1000)
    throw error
  }
}
