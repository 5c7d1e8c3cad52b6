import type { OperationBinding } from '@handfast/contract'
import type { JsonObject } from '../../lib/index.ts'
import { fileIdsIn, type Handed, NO_FILES } from './handed-file.ts'
import { ArgumentRefusedError, TargetRefusedError } from './openapi-errors.ts'
import { bodyWriter } from './write-body.ts'
import { headerWriter } from './write-headers.ts'
import { pathWriter } from './write-path.ts'
import { queryWriter } from './write-query.ts'

export type BuiltRequest = {
  readonly method: OperationBinding['method']
  readonly url: URL
  /** Lower-case names. The credential is not among them: whoever sends the request adds it. */
  readonly headers: Record<string, string>
  readonly body?: string | Uint8Array
}

/** Ids of the files that a call names: those whose bytes are sent, and those that the API fetches by a link. */
export type NamedFiles = { readonly bytes: readonly string[]; readonly links: readonly string[] }

export type RequestBuilder = {
  /** Whether arguments may name files; then `filesIn` says which, and they are opened before `build`. */
  readonly takesFiles: boolean
  filesIn(args: JsonObject): NamedFiles
  /** @throws ArgumentRefusedError for a value that cannot be sent */
  build(args: JsonObject, handed?: Handed): BuiltRequest
}

/** Browsers and servers agree on far less; this is what Node's own parser takes without trouble. */
const MAX_URL = 16_384
const ACCEPT = 'application/json, text/plain;q=0.9, */*;q=0.5'

/**
 * Prepares the request that a reviewed operation describes; done once for each operation, and then each call only fills in its arguments. Whatever
 * the arguments, the request goes to the origin of the target and below its path, and has as many path segments as the template.
 * @param target the reviewed base address, http or https; an operation's own server outranks it
 * @throws TargetRefusedError for a target, path or header that requests may not be built from
 */
export function compileRequest(target: string, binding: OperationBinding): RequestBuilder {
  const base = baseOf(binding.server ?? target)
  const { method, parameters } = binding
  const writePath = pathWriter(binding)
  const writeQuery = queryWriter(parameters)
  const writeHeaders = headerWriter(parameters)
  const writeBody = binding.body === undefined ? undefined : bodyWriter(binding.body)
  const { direct, linked } = fileArguments(binding)
  return {
    takesFiles: direct.length + linked.length > 0,
    filesIn: (args) => ({
      bytes: direct.flatMap((name) => fileIdsIn(own(args, name))),
      links: linked.flatMap((name) => (Array.isArray(own(args, name)) ? (own(args, name) as readonly unknown[]).map(String) : [])),
    }),
    build(args, handed = NO_FILES) {
      const path = base.path + writePath(args)
      const url = URL.parse(`${base.origin}${path}${writeQuery(args)}`)
      // The parser must find exactly what was written: if it tidies anything up, something got through that should not have.
      if (url === null || url.origin !== base.origin || url.pathname !== path)
        throw new TargetRefusedError('The target and the path do not make one address.')
      if (url.href.length > MAX_URL) throw new ArgumentRefusedError(`The arguments make an address of more than ${MAX_URL} characters.`, '')
      const headers: Record<string, string> = { accept: ACCEPT }
      writeHeaders(args, headers)
      const written = writeBody?.(args, handed)
      if (written === undefined) return { method, url, headers }
      headers['content-type'] = written.contentType
      return { method, url, headers, body: written.body }
    },
  }
}

function own(args: JsonObject, name: string) {
  return Object.hasOwn(args, name) ? args[name] : undefined
}

function fileArguments({ body }: OperationBinding): { readonly direct: readonly string[]; readonly linked: readonly string[] } {
  if (body === undefined) return { direct: [], linked: [] }
  if (body.writes === 'file') return { direct: body.arguments.kind === 'argument' ? [body.arguments.name] : [], linked: [] }
  const carrying = (kind: 'file' | 'link') => Object.entries(body.fields ?? {}).flatMap(([name, field]) => (field.carries === kind ? [name] : []))
  return { direct: carrying('file'), linked: carrying('link') }
}

function baseOf(target: string): { readonly origin: string; readonly path: string } {
  const url = URL.parse(target)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new TargetRefusedError('The target is not an http or https address.')
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new TargetRefusedError('The target is an origin and a path, without credential, query or fragment.')
  }
  return { origin: url.origin, path: url.pathname.replace(/\/+$/, '') }
}

/** For one call. */
export function buildRequest(target: string, binding: OperationBinding, args: JsonObject, handed?: Handed): BuiltRequest {
  return compileRequest(target, binding).build(args, handed)
}
