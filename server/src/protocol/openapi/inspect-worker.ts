import { parentPort, workerData } from 'node:worker_threads'
import { Refusal } from '../../lib/index.ts'
import type { WorkerAnswer, WorkerJob } from './inspect-in-worker.ts'
import { inspectUpload } from './inspect-upload.ts'

/** Entry point of the thread that inspect-in-worker.ts starts: one upload in, its operations out, each batch when the one before was taken in. */
const BATCH_BYTES = 128 * 1024

function say(answer: WorkerAnswer): void {
  parentPort?.postMessage(answer)
}

function taken(): Promise<unknown> {
  return new Promise((resolve) => parentPort?.once('message', resolve))
}

async function answer({ upload, options }: WorkerJob): Promise<void> {
  try {
    const { operations, ...read } = inspectUpload(upload, options)
    // Whoever handed in one text has it already; copying megabytes back would only keep them from their work.
    const about = 'text' in upload && read.source === upload.text ? { ...read, source: null } : read
    for (let from = 0; from < operations.length; ) {
      let to = from
      // Schemas are written out for each tool, so tools of one document differ in size by a thousand times.
      for (let size = 0; to < operations.length && size < BATCH_BYTES; to++) size += JSON.stringify(operations[to]).length
      say({ kind: 'operations', batch: operations.slice(from, to) })
      await taken()
      from = to
    }
    say({ kind: 'read', about })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    say({ kind: 'refused', code: error.code, message: error.message, pointer: error.pointer })
  }
}

await answer(workerData as WorkerJob)
parentPort?.close()
