import type { Clock } from '../../lib/index.ts'
import type { ToolResult } from '../../protocol/mcp/index.ts'
import type { Sealing } from '../../sealing/index.ts'
import type { Intended, Passed, Questions } from '../call.ts'
import { InvalidAnswerError } from '../gateway-errors.ts'
import { mergedResult } from '../merged-names.ts'
import { askFor } from '../questions.ts'
import type { Reply } from './send.ts'

export type Sifted = { readonly result: Passed; readonly asks: Questions | null }

/**
 * What may come in: structured content fits the reviewed schema, and questions are ones that may be asked.
 * @throws InvalidAnswerError | QuestionRefusedError
 */
export function sift(call: Intended, reply: Reply, sealing: Sealing, clock: Clock): Sifted {
  if (reply.kind === 'asks') {
    const asks = askFor(call, reply.inputRequests, reply.requestState, sealing, clock)
    const { inputRequests, requestState } = asks
    return { result: { resultType: 'input_required', inputRequests, ...(requestState === undefined ? {} : { requestState }) }, asks }
  }
  const result = reply.kind === 'result' ? fitting(call, reply.result) : reply.result
  return {
    result: (call.scope === null && call.tool.operation === undefined ? mergedResult(call.standing.slug, result) : result) as Passed,
    asks: null,
  }
}

/** Where a result says that its structured content was not as expected; assistants that look can tell it apart. */
const UNCHECKED = 'dev.handfast/unchecked'

/** For releases that are lenient about answers: nothing was promised, so the answer passes and says where it differs. */
function marked(result: ToolResult, { pointer, message }: { readonly pointer: string; readonly message: string }): ToolResult {
  return { ...result, _meta: { ...result._meta, [UNCHECKED]: { pointer, message } } }
}

/** A tool's own error carries no structured content to check. */
function fitting(call: Intended, result: ToolResult): ToolResult {
  const { output } = call.validator
  if (output === null || result.isError === true) return result
  if (result.structuredContent === undefined && call.tool.outputSchema === undefined) return result
  if (result.structuredContent === undefined) throw new InvalidAnswerError('', 'lacks the structured content that the tool declares')
  const wrong = output(result.structuredContent)
  if (wrong === null) return result
  if (call.tool.outputSchema === undefined) return marked(result, wrong)
  throw new InvalidAnswerError(wrong.pointer, wrong.message)
}
