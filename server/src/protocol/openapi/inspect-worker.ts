import { parentPort, workerData } from 'node:worker_threads'
import { Refusal } from '../../lib/index.ts'
import type { WorkerAnswer, WorkerJob } from './inspect-in-worker.ts'
import { inspectUpload } from './inspect-upload.ts'

/** Entry point of the thread that inspect-in-worker.ts starts: one upload in, its operations out. */
const BATCH_BYTES = 256 * 1024

function say(answer: WorkerAnswer): void {
  parentPort?.postMessage(answer)
}

function answer({ upload, options }: WorkerJob): void {
  try {
    const { operations, ...about } = inspectUpload(upload, options)
    for (let from = 0; from < operations.length; ) {
      let to = from
      // Schemas are written out for each tool, so tools of one document differ in size by a thousand times.
      for (let size = 0; to < operations.length && size < BATCH_BYTES; to++) size += JSON.stringify(operations[to]).length
      say({ kind: 'operations', batch: operations.slice(from, to) })
      from = to
    }
    say({ kind: 'read', about })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    say({ kind: 'refused', code: error.code, message: error.message, pointer: error.pointer })
  }
}

answer(workerData as WorkerJob)
