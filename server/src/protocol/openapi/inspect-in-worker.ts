import { Worker } from 'node:worker_threads'
import type { Refusal, RefusalCode } from '../../lib/index.ts'
import type { Inspection, InspectOptions } from './inspect-operations.ts'
import { DocumentMalformedError, DocumentTooComplexError, DocumentTooLargeError, DocumentVersionError } from './openapi-errors.ts'
import { MAX_DOCUMENT_BYTES } from './read-document.ts'

export type WorkerAnswer =
  | { readonly kind: 'read'; readonly inspection: Inspection }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly message: string; readonly pointer: string | undefined }

export type WorkerLimits = { readonly timeoutMs: number; readonly memoryMb: number }

const LIMITS: WorkerLimits = { timeoutMs: 10_000, memoryMb: 512 }

/**
 * `readDocument` and `inspectOperations` on a thread of their own, for processes that serve others meanwhile: documents of some megabytes take
 * seconds to read, and hostile ones are ended by the clock and by a memory limit instead of taking the process with them.
 * @throws what `readDocument` throws; DocumentTooComplexError also for a document that takes too long or too much memory
 */
export async function inspectInWorker(text: string, options: InspectOptions = {}, limits: WorkerLimits = LIMITS): Promise<Inspection> {
  // Judged here too, so that nothing oversized is copied to another thread.
  if (text.length > MAX_DOCUMENT_BYTES) throw new DocumentTooLargeError(MAX_DOCUMENT_BYTES)
  const file = new URL(import.meta.url.endsWith('.ts') ? './inspect-worker.ts' : './inspect-worker.js', import.meta.url)
  const worker = new Worker(file, {
    workerData: { text, options },
    resourceLimits: { maxOldGenerationSizeMb: limits.memoryMb },
    // The thread reads text from strangers; it has no business with the process's settings.
    env: {},
    execArgv: [],
  })
  const answer = await answerOf(worker, limits.timeoutMs).finally(() => worker.terminate())
  if (answer.kind === 'read') return answer.inspection
  throw refusal(answer)
}

function answerOf(worker: Worker, timeoutMs: number): Promise<WorkerAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<WorkerAnswer>()
  const timer = setTimeout(
    () =>
      reject(new DocumentTooComplexError(`The document takes longer than ${timeoutMs} ms to read. JSON is read much faster than YAML; or split it.`)),
    timeoutMs,
  )
  worker.once('message', resolve)
  worker.once('error', (error) => {
    const isMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    reject(isMemory ? new DocumentTooComplexError('The document takes too much memory to read. Split it.') : error)
  })
  worker.once('exit', () => reject(new Error('The thread that reads documents ended without an answer.')))
  return promise.finally(() => clearTimeout(timer))
}

function refusal(answer: WorkerAnswer & { readonly kind: 'refused' }): Refusal {
  switch (answer.code) {
    case 'openapi/version':
      return new DocumentVersionError(answer.message, answer.pointer ?? '')
    case 'openapi/too-large':
      return new DocumentTooLargeError(MAX_DOCUMENT_BYTES)
    case 'openapi/too-complex':
      return new DocumentTooComplexError(answer.message)
    default:
      return new DocumentMalformedError(answer.message)
  }
}
