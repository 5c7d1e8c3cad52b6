/** The compiling thread. It lives for one release, so nothing of one release is left when the next is compiled. */
import { parentPort, workerData } from 'node:worker_threads'
import { pointer } from '../lib/index.ts'
import { compileSchema, SchemaMeaninglessError } from './compile-schemas-ajv.ts'
import type { CompileAnswer, CompiledTool, CompileJob } from './compile-schemas-messages.ts'

const BATCH = 100

function say(answer: CompileAnswer): void {
  parentPort?.postMessage(answer)
}

function compileAll({ tools }: CompileJob): void {
  let batch: CompiledTool[] = []
  for (const [index, tool] of tools.entries()) {
    let side = 'inputSchema'
    try {
      const input = compileSchema(tool.inputSchema)
      side = 'outputSchema'
      const output = tool.outputSchema === undefined ? null : compileSchema(tool.outputSchema)
      const uncheckedPatterns = [...new Set([...input.uncheckedPatterns, ...(output?.uncheckedPatterns ?? [])])]
      batch.push({ name: tool.name, input: input.code, output: output?.code ?? null, uncheckedPatterns })
    } catch (error) {
      if (!(error instanceof SchemaMeaninglessError)) throw error
      say({ refused: { pointer: `${pointer('tools', index, side)}${error.pointer}`, message: error.message } })
      return
    }
    if (batch.length >= BATCH) {
      say({ compiled: batch })
      batch = []
    }
  }
  say({ compiled: batch })
  say({ done: true })
}

compileAll(workerData as CompileJob)
