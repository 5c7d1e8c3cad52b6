import { isObject, type JsonObject } from '../../lib/index.ts'
import { isReference, type Located, resolve } from './references.ts'
import { below } from './schemas.ts'
import { Unusable } from './unusable.ts'

/** OAS 3.2 section 4.9, in the order in which people read them. */
const METHODS = ['get', 'head', 'query', 'post', 'put', 'patch', 'delete', 'options', 'trace'] as const

/** The largest real catalogues have some thousands. */
const MAX_OPERATIONS = 30_000

export type Found = { readonly method: string; readonly path: string; readonly item: Located; readonly operation: Located }

export type FoundOperations = {
  readonly found: readonly Found[]
  /** Paths that could not be read. */
  readonly lost: readonly { readonly path: string; readonly why: Unusable }[]
  /** What a document has beside operations and what is passed over, in words. */
  readonly notes: readonly string[]
}

/** Every operation under `paths`. Webhooks and callbacks are requests that the API makes, so they are none. */
export function findOperations(root: JsonObject): FoundOperations {
  const found: Found[] = []
  const lost: { readonly path: string; readonly why: Unusable }[] = []
  let callbacks = 0
  const paths = below({ value: root, pointer: '' }, 'paths')
  for (const path of isObject(paths.value) ? Object.keys(paths.value) : []) {
    if (path.startsWith('x-')) continue
    try {
      const item = resolve(root, below(paths, path))
      if (!isObject(item.value)) throw new Unusable('Here a path with its operations is expected.', item.pointer)
      for (const { method, operation } of operationsOf(item)) {
        if (found.length >= MAX_OPERATIONS)
          throw new Unusable(`Only the first ${MAX_OPERATIONS} operations of a document are looked at.`, operation.pointer)
        const real = isReference(operation.value) ? { value: undefined, pointer: operation.pointer } : operation
        if (isObject(real.value) && isObject(real.value['callbacks'])) callbacks++
        found.push({ method, path, item, operation: real })
      }
    } catch (error) {
      if (!(error instanceof Unusable)) throw error
      lost.push({ path, why: error })
    }
  }
  const notes: string[] = []
  const webhooks = isObject(root['webhooks']) ? Object.keys(root['webhooks']).length : 0
  if (webhooks > 0) notes.push(`${webhooks} webhooks were passed over: they are requests that the API makes.`)
  if (callbacks > 0) notes.push(`The callbacks of ${callbacks} operations were passed over: they are requests that the API makes.`)
  return { found, lost, notes }
}

function* operationsOf(item: Located): Generator<{ readonly method: string; readonly operation: Located }> {
  for (const method of METHODS) {
    const operation = below(item, method)
    if (operation.value !== undefined) yield { method: method.toUpperCase(), operation }
  }
  const additional = below(item, 'additionalOperations')
  if (!isObject(additional.value)) return
  for (const method of Object.keys(additional.value)) yield { method, operation: below(additional, method) }
}
