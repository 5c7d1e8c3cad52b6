import { Worker } from 'node:worker_threads'
import type { Refusal, RefusalCode } from '../../lib/index.ts'
import { MAX_DOCUMENT_BYTES } from './document-bounds.ts'
import type { InspectedOperation, Inspection, InspectOptions } from './inspect-operations.ts'
import {
  DocumentMalformedError,
  DocumentTooComplexError,
  DocumentTooLargeError,
  DocumentVersionError,
  OverlayInvalidError,
  UploadInvalidError,
} from './openapi-errors.ts'

/** A document as it was handed in: one text, several by their paths, or an archive of them. */
export type Upload = { readonly overlay?: string | undefined } & (
  | { readonly text: string }
  | { readonly files: Readonly<Record<string, string>>; readonly main?: string | undefined }
  | { readonly archive: Uint8Array }
)

/** What was read: the inspection, the untouched document as text, and an overlay that the developer may start from. */
export type Read = Inspection & { readonly source: string; readonly proposal: string }

/** The operations come in batches: taking in a large document at once would keep the thread that serves people busy. */
export type WorkerAnswer =
  | { readonly kind: 'operations'; readonly batch: readonly InspectedOperation[] }
  | { readonly kind: 'read'; readonly about: Omit<Read, 'operations' | 'source'> & { readonly source: string | null } }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly message: string; readonly pointer: string | undefined }
export type WorkerJob = { readonly upload: Upload; readonly options: InspectOptions }

export type WorkerLimits = { readonly timeoutMs: number; readonly memoryMb: number }

const LIMITS: WorkerLimits = { timeoutMs: 20_000, memoryMb: 512 }

/**
 * `readDocument` and `inspectOperations` on a thread of their own, for processes that serve others meanwhile: documents of some megabytes take
 * seconds to read, and hostile ones are ended by the clock and by a memory limit instead of taking the process with them.
 * @throws what `readDocument` throws; DocumentTooComplexError also for a document that takes too long or too much memory
 */
export async function inspectInWorker(given: Upload | string, options: InspectOptions = {}, limits: WorkerLimits = LIMITS): Promise<Read> {
  const upload: Upload = typeof given === 'string' ? { text: given } : given
  // Judged here too, so that nothing oversized is copied to another thread.
  if (sizeOf(upload) > MAX_DOCUMENT_BYTES) throw new DocumentTooLargeError(MAX_DOCUMENT_BYTES)
  const file = new URL(import.meta.url.endsWith('.ts') ? './inspect-worker.ts' : './inspect-worker.js', import.meta.url)
  const worker = new Worker(file, {
    workerData: { upload, options } satisfies WorkerJob,
    resourceLimits: { maxOldGenerationSizeMb: limits.memoryMb },
    // The thread reads text from strangers; it has no business with the process's settings.
    env: {},
    execArgv: [],
  })
  const read = await answerOf(worker, limits.timeoutMs).finally(() => worker.terminate())
  return { ...read, source: read.source ?? ('text' in upload ? upload.text : '') }
}

function sizeOf(upload: Upload): number {
  if ('text' in upload) return upload.text.length
  if ('archive' in upload) return upload.archive.byteLength
  return Object.values(upload.files).reduce((sum, text) => sum + text.length, 0)
}

type Sent = Omit<Read, 'source'> & { readonly source: string | null }

function answerOf(worker: Worker, timeoutMs: number): Promise<Sent> {
  const { promise, resolve, reject } = Promise.withResolvers<Sent>()
  const operations: InspectedOperation[] = []
  const timer = setTimeout(
    () =>
      reject(new DocumentTooComplexError(`The document takes longer than ${timeoutMs} ms to read. JSON is read much faster than YAML; or split it.`)),
    timeoutMs,
  )
  worker.on('message', (answer: WorkerAnswer) => {
    if (answer.kind === 'operations') {
      for (const operation of answer.batch) operations.push(operation)
      // After whatever else waits: the thread has time.
      setImmediate(() => worker.postMessage('more'))
    } else if (answer.kind === 'read') resolve({ ...answer.about, operations })
    else reject(refusal(answer))
  })
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
    case 'openapi/overlay':
      return new OverlayInvalidError(answer.message, answer.pointer ?? '')
    case 'openapi/upload':
      return new UploadInvalidError(answer.message)
    default:
      return new DocumentMalformedError(answer.message)
  }
}
