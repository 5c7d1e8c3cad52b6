import { isObject, type Json, type JsonObject, pointerKey, pointerStep } from '../../lib/index.ts'

/** Where the other files of an upload stand inside the one document that is read. */
const FILES = 'x-handfast-files'
const BELOW_FILES = `/${FILES}/`

/**
 * Puts the files of an upload into one document and turns references between them into local ones. A reference to anything that was not handed in
 * stays as it is, and is reported where it stands: nothing is fetched, by network or by disk.
 * @param name path of the main file within the upload, against which its references are read
 * @returns references that were turned; the documents are changed in place
 */
export function bundle(root: Record<string, Json>, name: string, files: ReadonlyMap<string, Json>): number {
  const others = new Map([...files].filter(([path]) => path !== name))
  if (others.size === 0) return 0
  let turned = 0
  const seen = new Set<object>()
  const turnAll = (start: Json, path: string) => {
    const stack: Json[] = [start]
    for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
      if (typeof value !== 'object' || value === null || seen.has(value)) continue
      seen.add(value)
      const object = value as Record<string, Json>
      if (!Array.isArray(value) && typeof object['$ref'] === 'string') {
        const target = turn(object['$ref'], path, name, others)
        if (target !== undefined && target !== object['$ref']) {
          object['$ref'] = target
          turned++
        }
      }
      for (const key of Object.keys(object)) stack.push(object[key] ?? null)
    }
  }
  turnAll(root, name)
  for (const [path, value] of others) turnAll(value, path)
  root[FILES] = Object.fromEntries(others) as Json
  return turned
}

/** The local reference that means the same, or nothing where it leads out of the upload. */
function turn(reference: string, from: string, main: string, others: ReadonlyMap<string, Json>): string | undefined {
  if (reference.length > 2_000) return undefined
  const at = reference.indexOf('#')
  const [file, fragment] = at < 0 ? [reference, ''] : [reference.slice(0, at), reference.slice(at + 1)]
  if (fragment !== '' && !fragment.startsWith('/')) return undefined
  const path = file === '' ? from : pathFrom(from, file)
  if (path === main) return `#${fragment}`
  if (path === undefined || !others.has(path)) return undefined
  return `#/${FILES}/${encodeURIComponent(pointerStep(path))}${fragment}`
}

/** A relative reference within the upload (RFC 3986 section 5.2.4); what has a scheme or a host, or climbs out, is none. */
export function pathFrom(from: string, reference: string): string | undefined {
  if (/^[A-Za-z][A-Za-z0-9+.-]*:|^[/\\]/.test(reference)) return undefined
  let plain: string
  try {
    plain = decodeURIComponent(reference)
  } catch {
    return undefined
  }
  const steps = from.split('/').slice(0, -1)
  for (const step of plain.replaceAll('\\', '/').split('/')) {
    if (step === '' || step === '.') continue
    if (step !== '..') steps.push(step)
    else if (steps.pop() === undefined) return undefined
  }
  return steps.join('/')
}

/** The file that a pointer means, and where in it; the main file has no name. */
export function placeOf(pointer: string): { readonly file?: string; readonly pointer: string } {
  if (!pointer.startsWith(BELOW_FILES)) return { pointer }
  const end = pointer.indexOf('/', BELOW_FILES.length)
  const step = pointer.slice(BELOW_FILES.length, end < 0 ? undefined : end)
  return { file: pointerKey(step), pointer: end < 0 ? '' : pointer.slice(end) }
}

/** Whether a document of the upload could be the one that the others belong to. */
export function isMain(value: Json | undefined): value is JsonObject {
  return isObject(value) && (Object.hasOwn(value, 'openapi') || Object.hasOwn(value, 'swagger'))
}
