import type { OperationBinding } from '@handfast/contract'
import { type JsonObject, pointer } from '../../lib/index.ts'
import { encode, valuesOf } from './argument-values.ts'
import { ArgumentRefusedError, TargetRefusedError } from './openapi-errors.ts'
import { isDots } from './path-template.ts'

/**
 * The path of a call: the template with its placeholders filled. It has as many segments as the template, and none of them is a dot segment.
 * @throws ArgumentRefusedError, TargetRefusedError where a placeholder has no parameter
 */
export function writePath(binding: OperationBinding, args: JsonObject): string {
  const written = new Map<string, string>()
  for (const parameter of binding.parameters) {
    if (parameter.in !== 'path') continue
    const { argument, name } = parameter
    const parts = valuesOf(parameter, args) ?? []
    for (const part of parts) refusePathValue(part, argument)
    if (parts.length === 0) throw new ArgumentRefusedError(`The argument "${argument}" is missing, and it is part of the address.`, pointer(argument))
    written.set(name, parts.map(encode).join(','))
  }
  return binding.path.replace(/\{([^{}]*)\}|[^{}]+/g, (piece, name: string | undefined) => {
    if (name === undefined) return piece.split('/').map(encodeFixed).join('/')
    const value = written.get(name)
    if (value === undefined) throw new TargetRefusedError(`The path names {${name}}, and nothing fills it.`)
    return value
  })
}

/** Servers differ in when they decode, and some decode twice: a value that could be read as a separator anywhere is not sent. */
function refusePathValue(value: string, argument: string): void {
  if (value === '') throw new ArgumentRefusedError(`The argument "${argument}" is empty, and it is part of the address.`, pointer(argument))
  if (/[/\\\p{Cc}]|%(?:25)*(?:2f|5c|[01][0-9a-f]|7f)/iu.test(value)) {
    throw new ArgumentRefusedError(
      `The argument "${argument}" is part of the address and cannot contain "/", "\\" or control characters.`,
      pointer(argument),
    )
  }
  if (isDots(value)) throw new ArgumentRefusedError(`The argument "${argument}" would step out of its place in the address.`, pointer(argument))
}

/** The fixed part of a path: what a path may hold stays, an escape that is one already stays, the rest is escaped (RFC 3986 section 3.3). */
function encodeFixed(text: string): string {
  return text.replace(/%[0-9A-Fa-f]{2}|%|[^A-Za-z0-9\-._~!$&'()*+,;=:@%]+/gu, (piece) => (/^%.+$/.test(piece) ? piece : encodeURIComponent(piece)))
}
