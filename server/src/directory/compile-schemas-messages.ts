import type { JsonRecord } from '@handfast/contract'

/** What the compiling thread is started with. */
export type CompileJob = { readonly tools: readonly ToolSchemas[] }
export type ToolSchemas = {
  readonly name: string
  readonly inputSchema: JsonRecord
  readonly outputSchema?: JsonRecord
  /** Checked where no output schema is promised. */
  readonly answerSchema?: JsonRecord
}

/** Validators of one tool as source text. */
export type CompiledTool = {
  readonly name: string
  readonly input: string
  readonly output: string | null
  readonly uncheckedPatterns: readonly string[]
}

/** What it answers: tools as they are done, then the end, or the first schema that has no meaning. */
export type CompileAnswer =
  | { readonly compiled: readonly CompiledTool[] }
  | { readonly done: true }
  | { readonly refused: { readonly pointer: string; readonly message: string } }
