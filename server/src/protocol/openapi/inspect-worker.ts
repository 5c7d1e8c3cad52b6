import { parentPort, workerData } from 'node:worker_threads'
import { Refusal } from '../../lib/index.ts'
import type { WorkerAnswer } from './inspect-in-worker.ts'
import { type InspectOptions, inspectOperations } from './inspect-operations.ts'
import { readDocument } from './read-document.ts'

/** Entry point of the thread that inspect-in-worker.ts starts: one document in, one answer out. */
const { text, options } = workerData as { readonly text: string; readonly options: InspectOptions }

function answer(): WorkerAnswer {
  try {
    const document = readDocument(text)
    return { kind: 'read', inspection: inspectOperations(document, options) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { kind: 'refused', code: error.code, message: error.message, pointer: error.pointer }
  }
}

parentPort?.postMessage(answer())
