import type { CredentialPlacement, OperationBinding, ReleaseTool } from '@handfast/contract'
import { isObject, type JsonObject } from '../../lib/index.ts'
import { makeTool } from './make-tool.ts'
import type { OpenApiDocument } from './read-document.ts'
import { isReference, type Located, resolve } from './references.ts'
import { below, Schemas } from './schemas.ts'
import { readSecurity } from './security.ts'
import { readServers } from './servers.ts'
import { textOf } from './texts.ts'
import { ToolNames } from './tool-names.ts'
import { Unusable } from './unusable.ts'

/** One operation of a document: a tool, or the reason why it is none. */
export type InspectedOperation = {
  readonly tool: string
  /** `GET` and so on; `*` where a whole path could not be read. */
  readonly method: string
  readonly path: string
  readonly usable: boolean
  /** Why it is not usable, for its developer. */
  readonly reason?: string
  /** What the reason is about, or the operation itself. A JSON pointer (RFC 6901). */
  readonly pointer: string
  readonly binding?: OperationBinding
  readonly definition?: ReleaseTool
}

export type Inspection = {
  readonly operations: readonly InspectedOperation[]
  /** Addresses below which the operations live; the first is the target unless another is chosen. */
  readonly servers: readonly string[]
  readonly security: CredentialPlacement
  /** What else the developer should know, in words. */
  readonly notes: readonly string[]
}

export type InspectOptions = {
  /** Address of the document itself, against which relative server addresses are resolved. */
  readonly source?: string
  /** The connector's target where it is not the document's first server. */
  readonly server?: string
  /** Where the credential goes, where the developer knows better than the document. */
  readonly credential?: CredentialPlacement
}

/** OAS 3.1 section 4.8.9, in the order in which people read them. */
const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options', 'trace'] as const

/** The largest real catalogues have some thousands. */
const MAX_OPERATIONS = 30_000

type Found = { readonly method: string; readonly path: string; readonly item: Located; readonly operation: Located }

/** Judges every operation of a document. Nothing here refuses the document as a whole, and nothing leaves the process. */
export function inspectOperations(document: OpenApiDocument, options: InspectOptions = {}): Inspection {
  const { root } = document
  const servers = readServers(root['servers'], options.source)
  const target = options.server ?? servers.urls[0]
  const { found, lost } = findOperations(root)
  const security = readSecurity(
    root,
    found.map(({ operation }) => (isObject(operation.value) ? operation.value['security'] : undefined)),
    options.credential,
  )
  const schemas = new Schemas(document)
  const names = new ToolNames()
  const operations = found.map((one): InspectedOperation => {
    const tool = names.next(isObject(one.operation.value) ? textOf(one.operation.value['operationId']) : undefined, one.method, one.path)
    const about = { tool, method: one.method, path: one.path }
    try {
      const definition = makeTool({ ...one, name: tool, schemas, security, source: options.source, target })
      return {
        ...about,
        usable: true,
        pointer: one.operation.pointer,
        definition,
        ...(definition.operation ? { binding: definition.operation } : {}),
      }
    } catch (error) {
      if (!(error instanceof Unusable)) throw error
      return { ...about, usable: false, reason: error.message, pointer: error.pointer }
    }
  })
  const unread = lost.map(({ path, why }): InspectedOperation => {
    return { tool: names.next(undefined, 'any', path), method: '*', path, usable: false, reason: why.message, pointer: why.pointer }
  })
  const notes = [...document.notes, ...servers.notes, ...security.notes]
  if (found.length + lost.length === 0) notes.push('The document has no operations under "paths".')
  return { operations: [...operations, ...unread], servers: servers.urls, security: security.placement, notes }
}

function findOperations(root: JsonObject): {
  readonly found: readonly Found[]
  readonly lost: readonly { readonly path: string; readonly why: Unusable }[]
} {
  const found: Found[] = []
  const lost: { readonly path: string; readonly why: Unusable }[] = []
  const paths = below({ value: root, pointer: '' }, 'paths')
  if (!isObject(paths.value)) return { found, lost }
  for (const path of Object.keys(paths.value)) {
    if (path.startsWith('x-')) continue
    try {
      const item = resolve(root, below(paths, path))
      if (!isObject(item.value)) throw new Unusable('Here a path with its operations is expected.', item.pointer)
      for (const method of METHODS) {
        const operation = below(item, method)
        if (operation.value === undefined) continue
        if (found.length >= MAX_OPERATIONS)
          throw new Unusable(`Only the first ${MAX_OPERATIONS} operations of a document are looked at.`, operation.pointer)
        const real = isReference(operation.value) ? { value: undefined, pointer: operation.pointer } : operation
        found.push({ method: method.toUpperCase(), path, item, operation: real })
      }
    } catch (error) {
      if (!(error instanceof Unusable)) throw error
      lost.push({ path, why: error })
    }
  }
  return { found, lost }
}
