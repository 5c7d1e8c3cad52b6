import type { CredentialPlacement, OAuthDeclaration, OperationBinding, ReleaseTool } from '@handfast/contract'
import { isObject, type Json } from '../../lib/index.ts'
import { placeOf } from './bundle.ts'
import { type Choice, isChosen } from './choose-operations.ts'
import { factsOf, type OperationFacts, type PlainLink, plainLinksOf } from './document-facts.ts'
import { type Found, findOperations } from './find-operations.ts'
import { makeTool } from './make-tool.ts'
import type { OverlayFinding } from './overlay.ts'
import type { OpenApiDocument } from './read-document.ts'
import { Schemas } from './schemas.ts'
import { readSecurity } from './security.ts'
import { readServers } from './servers.ts'
import { textOf } from './texts.ts'
import { MAX_TOOL_NAME, ToolNames } from './tool-names.ts'
import { Unusable } from './unusable.ts'
import { pointerBefore } from './upgrade-swagger.ts'

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
  /** File of the upload that the pointer is about, where that is not the main document. */
  readonly file?: string
  /** Line of it in that file. */
  readonly line?: number
  readonly tags?: readonly string[]
  /** What was left out of a usable operation. */
  readonly notes?: readonly string[]
  readonly binding?: OperationBinding
  readonly definition?: ReleaseTool
  readonly facts?: OperationFacts
}

export type Inspection = {
  readonly title: string | null
  readonly description: string | null
  readonly operations: readonly InspectedOperation[]
  /** Operations that the choice leaves out. */
  readonly notChosen: number
  /** Addresses below which the operations live; the first is the target unless another is chosen. */
  readonly servers: readonly string[]
  readonly security: CredentialPlacement
  /** How people sign in, where the document says so. */
  readonly signIn?: OAuthDeclaration
  /** What else the developer should know, in words. */
  readonly notes: readonly string[]
  readonly overlayFindings: readonly OverlayFinding[]
  readonly plainLinks: readonly PlainLink[]
}

export type InspectOptions = {
  /** Address of the document itself, against which relative server addresses are resolved. */
  readonly source?: string
  /** The connector's target where it is not the document's first server. */
  readonly server?: string
  /** Where the credential goes, where the developer knows better than the document. */
  readonly credential?: CredentialPlacement
  readonly choice?: Choice
  /** Longest name of a tool: what assistants allow, less the connector's short name. */
  readonly nameRoom?: number
}

/** Judges every operation of a document. Nothing here refuses the document as a whole, and nothing leaves the process. */
export function inspectOperations(document: OpenApiDocument, options: InspectOptions = {}): Inspection {
  const { root } = document
  const servers = readServers(root['servers'], options.source)
  const target = options.server ?? servers.urls[0]
  const { found, lost, notes: passedOver } = findOperations(root)
  const security = readSecurity(
    root,
    found.map(({ operation }) => (isObject(operation.value) ? operation.value['security'] : undefined)),
    options.credential,
  )
  const schemas = new Schemas(document)
  const names = new ToolNames(options.nameRoom ?? MAX_TOOL_NAME)
  const told = (pointer: string) => placeOf(document.wasSwagger === true ? pointerBefore(pointer) : pointer)
  let notChosen = 0
  const operations = found.flatMap((one): readonly InspectedOperation[] => {
    const operationId = isObject(one.operation.value) ? textOf(one.operation.value['operationId']) : undefined
    // Named before anything is chosen: a tool keeps its name whatever else is.
    const tool = names.next(operationId, one.method, one.path)
    const tags = tagsOf(one)
    if (
      options.choice !== undefined &&
      !isChosen({ tool, operationId, method: one.method, path: one.path, tags, words: wordsOf(one) }, options.choice)
    ) {
      notChosen++
      return []
    }
    const about = { tool, method: one.method, path: one.path, ...(tags.length === 0 ? {} : { tags }) }
    try {
      const { tool: definition, notes } = makeTool({ ...one, name: tool, schemas, security, source: options.source, target })
      const left = notes.length === 0 ? {} : { notes }
      return [
        {
          ...about,
          usable: true,
          ...told(one.operation.pointer),
          ...left,
          definition,
          facts: factsOf(one, root),
          ...(definition.operation ? { binding: definition.operation } : {}),
        },
      ]
    } catch (error) {
      if (!(error instanceof Unusable)) throw error
      return [{ ...about, usable: false, reason: error.message, ...told(error.pointer), facts: factsOf(one, root) }]
    }
  })
  const unread = lost.map(({ path, why }): InspectedOperation => {
    return { tool: names.next(undefined, 'any', path), method: '*', path, usable: false, reason: why.message, ...told(why.pointer) }
  })
  const notes = [...document.notes, ...servers.notes, ...security.notes, ...passedOver]
  if (found.length + lost.length === 0) notes.push('The document has no operations under "paths".')
  const { info } = root
  const said = (name: string) => (isObject(info) && typeof info[name] === 'string' ? info[name].slice(0, 10_000) : null)
  return {
    title: said('title'),
    description: said('description') ?? said('summary'),
    operations: [...operations, ...unread],
    notChosen,
    servers: servers.urls,
    security: security.placement,
    ...(security.signIn === undefined ? {} : { signIn: security.signIn }),
    notes,
    overlayFindings: document.overlayFindings ?? [],
    plainLinks: plainLinksOf(root),
  }
}

const MAX_TAGS = 20

function tagsOf({ operation }: Found): readonly string[] {
  const tags: Json | undefined = isObject(operation.value) ? operation.value['tags'] : undefined
  return Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === 'string').slice(0, MAX_TAGS) : []
}

function wordsOf({ operation }: Found): string {
  if (!isObject(operation.value)) return ''
  return `${textOf(operation.value['summary']) ?? ''} ${(textOf(operation.value['description']) ?? '').slice(0, 2_000)}`
}
