import type { HandedFiles } from '../../files/index.ts'
import type { JsonObject } from '../../lib/index.ts'
import type { Limits } from '../../limits/index.ts'
import type { ToolResult } from '../../protocol/mcp/index.ts'
import { type Upstream, UpstreamBusyError } from '../../upstream/index.ts'
import type { Intended } from '../call.ts'
import { fileDesk } from '../file-desk.ts'
import { CapabilityMissingError, ConnectorRefusedError } from '../gateway-errors.ts'

/** What the connector answered, before it is looked at. */
export type Reply =
  | { readonly kind: 'result'; readonly result: ToolResult }
  | { readonly kind: 'other'; readonly result: JsonObject }
  | { readonly kind: 'asks'; readonly inputRequests: JsonObject; readonly requestState: string | undefined }

export type SendLimits = { readonly timeoutMs: number; readonly maxBytes: number }

/** The one line that leaves the house. A connector's own JSON-RPC error comes back as a tool error that the assistant can read. */
export async function send(
  call: Intended,
  upstream: Upstream,
  limits: Limits,
  { timeoutMs, maxBytes }: SendLimits,
  files?: HandedFiles,
): Promise<Reply> {
  const { principal, standing, release, tool, credential, round } = call
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
      ...(call.other === undefined ? undefined : { other: call.other }),
      ...(call.capabilities === undefined ? undefined : { capabilities: call.capabilities }),
      ...(round === undefined ? undefined : { continuation: { inputResponses: round.inputResponses, requestState: round.inner } }),
      ...(call.watching === undefined ? undefined : { watching: call.watching }),
      ...(call.logLevel === undefined ? undefined : { logLevel: call.logLevel }),
      ...(call.onLog === undefined ? undefined : { onLog: call.onLog }),
      ...(call.trace === undefined ? undefined : { trace: call.trace }),
      ...(files === undefined || tool.operation === undefined ? undefined : { files: fileDesk(files, principal, standing.connector) }),
    })
    switch (answer.kind) {
      case 'result':
      case 'other':
      case 'asks':
        return answer
      case 'lacks':
        throw new CapabilityMissingError(standing.name, answer.capabilities)
      case 'error': {
        if (call.other !== undefined) throw new ConnectorRefusedError(standing.name, answer.code, answer.message, call.name)
        const text = `The connector refused: ${answer.message} (error ${answer.code})`
        return { kind: 'result', result: { content: [{ type: 'text', text }], isError: true } }
      }
    }
  } catch (error) {
    if (error instanceof UpstreamBusyError) limits.backOff(standing.connector, (error.retryAfter ?? 1) * 1000)
    throw error
  }
}
