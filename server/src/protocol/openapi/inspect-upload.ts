import { isObject, type Json, parseJson } from '../../lib/index.ts'
import { unpack } from './archive.ts'
import { MAX_DOCUMENT_BYTES } from './document-bounds.ts'
import type { Read, Upload } from './inspect-in-worker.ts'
import { type InspectedOperation, type InspectOptions, inspectOperations } from './inspect-operations.ts'
import { linesOf } from './line-numbers.ts'
import { UploadInvalidError } from './openapi-errors.ts'
import { proposeOverlay } from './propose-overlay.ts'
import { mainFileOf, readDocument } from './read-document.ts'

/** More reasons than anybody reads get no line. */
const MOST_LINES = 500

/** Reads an upload and judges it, on the thread that calls. Servers call `inspectInWorker`. */
export function inspectUpload(upload: Upload, options: InspectOptions = {}): Read {
  const { main, files, source } = textsOf(upload)
  const text = main === undefined ? source : (files.get(main) ?? '')
  const document = readDocument(text, {
    files,
    ...(main === undefined ? {} : { name: main }),
    ...(upload.overlay === undefined ? {} : { overlay: upload.overlay }),
    ...(options.source === undefined ? {} : { source: options.source }),
  })
  const inspection = inspectOperations(document, options)
  const operations = withLines(inspection.operations, (file) => (file === undefined ? text : files.get(file)))
  return { ...inspection, operations, source, proposal: proposeOverlay(document.root, { ...inspection, operations }) }
}

/** @throws UploadInvalidError where no file of it is the one to read */
function textsOf(upload: Upload): { readonly main?: string; readonly files: ReadonlyMap<string, string>; readonly source: string } {
  if ('text' in upload) {
    const several = severalIn(upload.text)
    return several === undefined ? { files: new Map(), source: upload.text } : textsOf(several)
  }
  const files = 'archive' in upload ? unpack(upload.archive, MAX_DOCUMENT_BYTES) : new Map(Object.entries(upload.files))
  const [only] = files.values()
  if (only === undefined) throw new UploadInvalidError('The upload has no document: files end in .json, .yaml or .yml.')
  const named = 'files' in upload ? upload.main : undefined
  if (named !== undefined && !files.has(named)) throw new UploadInvalidError(`The upload has no file ${JSON.stringify(named.slice(0, 200))}.`)
  const main = named ?? mainFileOf(files)
  // Kept as one text, whatever it came in, so that what was read can be read again.
  return { main, files, source: JSON.stringify({ main, files: Object.fromEntries(files) }) }
}

/** Several documents as one text: `{"main": path, "files": {path: text}}`. This is how they are kept, and how they are handed in by API. */
function severalIn(text: string): Upload | undefined {
  if (!/^\s*\{\s*"(?:main|files)"\s*:/.test(text)) return undefined
  let value: Json
  try {
    value = parseJson(text)
  } catch {
    return undefined
  }
  if (!isObject(value) || !isObject(value['files']) || Object.hasOwn(value, 'openapi')) return undefined
  const files = Object.entries(value['files']).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[0] !== '__proto__')
  return { files: Object.fromEntries(files), main: typeof value['main'] === 'string' ? value['main'] : undefined }
}

function withLines(
  operations: readonly InspectedOperation[],
  textOf: (file: string | undefined) => string | undefined,
): readonly InspectedOperation[] {
  const wanted = new Map<string | undefined, string[]>()
  for (const { usable, pointer, file } of operations.filter((one) => !one.usable).slice(0, MOST_LINES)) {
    if (usable) continue
    const pointers = wanted.get(file) ?? []
    pointers.push(pointer)
    wanted.set(file, pointers)
  }
  const lines = new Map([...wanted].map(([file, pointers]) => [file, linesOf(textOf(file) ?? '', pointers)] as const))
  return operations.map((operation) => {
    const line = operation.usable ? undefined : lines.get(operation.file)?.get(operation.pointer)
    return line === undefined ? operation : { ...operation, line }
  })
}
