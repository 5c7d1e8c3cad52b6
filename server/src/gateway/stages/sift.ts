import type { ToolResult } from '../../protocol/mcp/index.ts'
import type { Intended } from '../call.ts'
import { InvalidAnswerError } from '../gateway-errors.ts'

/**
 * What may come in: structured content fits the reviewed schema. A tool's own error carries no structured content to check.
 * @throws InvalidAnswerError
 */
export function sift(call: Intended, result: ToolResult): ToolResult {
  const { output } = call.validator
  if (output === null || result.isError === true) return result
  if (result.structuredContent === undefined) throw new InvalidAnswerError('', 'lacks the structured content that the tool declares')
  const wrong = output(result.structuredContent)
  if (wrong !== null) throw new InvalidAnswerError(wrong.pointer, wrong.message)
  return result
}
