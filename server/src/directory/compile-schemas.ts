import { Worker } from 'node:worker_threads'
import { LRUCache } from 'lru-cache'
import { sha256 } from '../lib/index.ts'
import type { CompileAnswer, CompiledTool, CompileJob, ToolSchemas } from './compile-schemas-messages.ts'
import { SchemaInvalidError, SchemaTooCostlyError } from './directory-errors.ts'

export type { CompiledTool, ToolSchemas }

/** Processor time for the schemas of one release, and a little more for each tool, since large releases are honest too (an ordinary tool takes 2 ms). */
const BUDGET_MS = 5_000
const BUDGET_PER_TOOL_MS = 4
const MEMORY_MB = 512
/** On a busy machine the thread may wait for its turn, but not for ever. */
const LONGEST_TIMES = 10

/** What was compiled lately, by the digest of its schemas: the next release of a connector, or another node's, often has the same. In characters. */
const known = new LRUCache<string, readonly CompiledTool[]>({
  maxSize: 16 * 1024 * 1024,
  sizeCalculation: (tools) => tools.reduce((size, { input, output }) => size + input.length + (output?.length ?? 0), 1),
})

let last: Promise<unknown> = Promise.resolve()

/**
 * Compiles the schemas of a release in a thread of its own, which is ended when the time is up: a schema can be made that takes minutes.
 * One release after another, so that submissions cannot take every core.
 * @throws SchemaInvalidError, SchemaTooCostlyError
 */
export function compileSchemas(
  tools: readonly ToolSchemas[],
  budgetMs = BUDGET_MS + tools.length * BUDGET_PER_TOOL_MS,
): Promise<readonly CompiledTool[]> {
  const mine = last.then(() => compileOnce({ tools: tools.map(schemasOnly) }, budgetMs))
  last = mine.catch(() => {})
  return mine
}

async function compileOnce(job: CompileJob, budgetMs: number): Promise<readonly CompiledTool[]> {
  const digest = sha256(JSON.stringify(job))
  const found = known.get(digest)
  if (found !== undefined) return found
  const compiled = await compileNow(job, budgetMs)
  known.set(digest, compiled)
  return compiled
}

async function compileNow(job: CompileJob, budgetMs: number): Promise<readonly CompiledTool[]> {
  const worker = new Worker(
    new URL(import.meta.url.endsWith('.ts') ? './compile-schemas-thread.ts' : './compile-schemas-thread.js', import.meta.url),
    {
      workerData: job,
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    },
  )
  let timer: NodeJS.Timeout | undefined
  const until = performance.now() + budgetMs * LONGEST_TIMES
  try {
    return await new Promise((resolve, reject) => {
      const compiled: CompiledTool[] = []
      const look = async (): Promise<void> => {
        const left = budgetMs - (await usedMs(worker, budgetMs))
        if (left <= 0 || performance.now() > until) reject(new SchemaTooCostlyError())
        else timer = setTimeout(look, left)
      }
      timer = setTimeout(look, budgetMs)
      worker.on('message', (answer: CompileAnswer) => {
        if ('compiled' in answer) for (const tool of answer.compiled) compiled.push(tool)
        else if ('done' in answer) resolve(compiled)
        else reject(new SchemaInvalidError(answer.refused.pointer, answer.refused.message))
      })
      worker.on('error', (error: NodeJS.ErrnoException) => reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new SchemaTooCostlyError() : error))
      worker.on('exit', () => reject(new Error('The compiling thread ended without an answer.')))
    })
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}

/** What the thread has used of a processor; all that passed, where this Node does not tell. */
async function usedMs(worker: Worker, passedMs: number): Promise<number> {
  if (typeof worker.cpuUsage !== 'function') return passedMs
  const { user, system } = await worker.cpuUsage().catch(() => ({ user: passedMs * 1000, system: 0 }))
  return (user + system) / 1000
}

/** Only schemas cross to the thread, whatever else the tools carry. */
function schemasOnly({ name, inputSchema, outputSchema, answerSchema }: ToolSchemas): ToolSchemas {
  const output = outputSchema ?? answerSchema
  return { name, inputSchema, ...(output === undefined ? {} : { outputSchema: output }) }
}
