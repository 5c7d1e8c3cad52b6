import type { BodyBinding, OperationBinding, ParameterBinding } from '@handfast/contract'
import { type Json, type JsonObject, pointer } from '../../lib/index.ts'
import { argumentOf, encode, partsOf, valuesOf } from './argument-values.ts'
import { isFieldValue, judgeHeader } from './header-rules.ts'
import { ArgumentRefusedError, TargetRefusedError } from './openapi-errors.ts'
import { pathTrouble } from './path-template.ts'
import { writePath } from './write-path.ts'

export type BuiltRequest = {
  readonly method: OperationBinding['method']
  readonly url: URL
  /** Lower-case names. The credential is not among them: whoever sends the request adds it. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** Browsers and servers agree on far less; this is what Node's own parser takes without trouble. */
const MAX_URL = 16_384

/**
 * Turns the arguments of a call into the request that the reviewed operation describes. Whatever the arguments, the request goes to the origin of
 * `target` and below its path, and has as many path segments as the template.
 * @param target the reviewed base address, http or https
 * @throws ArgumentRefusedError for a value that cannot be sent, TargetRefusedError for a target or path that is no base for requests
 */
export function buildRequest(target: string, binding: OperationBinding, args: JsonObject): BuiltRequest {
  const base = baseOf(target)
  const trouble = pathTrouble(binding.path)
  if (trouble !== undefined) throw new TargetRefusedError(trouble)
  const path = base.path + writePath(binding, args)
  const url = URL.parse(`${base.origin}${path}${writeQuery(binding.parameters, args)}`)
  // The parser must find exactly what was written: if it tidies anything up, something got through that should not have.
  if (url === null || url.origin !== base.origin || url.pathname !== path)
    throw new TargetRefusedError('The target and the path do not make one address.')
  if (url.href.length > MAX_URL) throw new ArgumentRefusedError(`The arguments make an address of more than ${MAX_URL} characters.`, '')
  const headers: Record<string, string> = { accept: 'application/json, text/plain;q=0.9, */*;q=0.5', ...writeHeaders(binding.parameters, args) }
  const body = binding.body === undefined ? undefined : writeBody(binding.body, args)
  if (binding.body === undefined || body === undefined) return { method: binding.method, url, headers }
  return { method: binding.method, url, headers: { ...headers, 'content-type': binding.body.mediaType }, body }
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

/** Form style (OAS 3.1 section 4.8.12.3): `a=1&a=2` exploded, `a=1,2` otherwise. An empty list sends nothing. */
function writeQuery(parameters: readonly ParameterBinding[], args: JsonObject): string {
  const pairs: string[] = []
  for (const parameter of parameters) {
    if (parameter.in !== 'query') continue
    const parts = valuesOf(parameter, args)?.map(encode)
    if (parts === undefined || parts.length === 0) continue
    const name = encode(parameter.name)
    if (parameter.explode) for (const part of parts) pairs.push(`${name}=${part}`)
    else pairs.push(`${name}=${parts.join(',')}`)
  }
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

function writeHeaders(parameters: readonly ParameterBinding[], args: JsonObject): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const parameter of parameters) {
    if (parameter.in !== 'header') continue
    const parts = valuesOf(parameter, args)
    if (parts === undefined || parts.length === 0) continue
    // Also judged at import; releases live longer than one version of these rules.
    if (judgeHeader(parameter.name) !== 'sent')
      throw new TargetRefusedError(`The header "${parameter.name.slice(0, 60)}" may not be set by an argument.`)
    const isList = Array.isArray(args[parameter.argument])
    if (isList && parts.some((part) => part.includes(','))) {
      throw new ArgumentRefusedError(
        `A value of "${parameter.argument}" contains a comma, which separates the values of this header.`,
        pointer(parameter.argument),
      )
    }
    const value = parts.join(',')
    if (!isFieldValue(value)) {
      throw new ArgumentRefusedError(
        `The argument "${parameter.argument}" is sent as a header: visible ASCII characters only, no line breaks.`,
        pointer(parameter.argument),
      )
    }
    headers[parameter.name.toLowerCase()] = value
  }
  return headers
}

function writeBody(body: BodyBinding, args: JsonObject): string | undefined {
  if (body.arguments.kind === 'argument') {
    const { name } = body.arguments
    const value = argumentOf(args, name)
    if (value === undefined && body.required) throw new ArgumentRefusedError(`The argument "${name}" is missing.`, pointer(name))
    return value === undefined ? undefined : JSON.stringify(value)
  }
  const given = body.arguments.names.flatMap((name): [string, Json][] => {
    const value = argumentOf(args, name)
    return value === undefined ? [] : [[name, value]]
  })
  if (given.length === 0 && !body.required) return undefined
  return body.mediaType === 'application/json' ? JSON.stringify(Object.fromEntries(given)) : writeForm(given)
}

/** `application/x-www-form-urlencoded` as URLSearchParams writes it: lists repeat their name, null is left out. */
function writeForm(given: readonly (readonly [string, Json])[]): string {
  const form = new URLSearchParams()
  for (const [name, value] of given) for (const part of partsOf(value, name) ?? []) form.append(name, part)
  return form.toString()
}
