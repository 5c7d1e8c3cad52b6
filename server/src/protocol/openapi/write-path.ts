import type { OperationBinding, ParameterBinding } from '@handfast/contract'
import { type JsonObject, pointer } from '../../lib/index.ts'
import { encode, givenArgument, isEmpty, type Pieces, piecesOf } from './argument-values.ts'
import { ArgumentRefusedError, TargetRefusedError } from './openapi-errors.ts'
import { isDots, pathTrouble } from './path-template.ts'
import { contentText } from './write-query.ts'

/**
 * The path of a call: the template with its placeholders filled. It has as many segments as the template, and none of them is a dot segment.
 * @throws ArgumentRefusedError for a value that could be read as more than a part of its segment
 */
export type PathWriter = (args: JsonObject) => string

/** @throws TargetRefusedError where the template is no path, or a placeholder has no parameter */
export function pathWriter({ path, parameters }: Pick<OperationBinding, 'path' | 'parameters'>): PathWriter {
  const trouble = pathTrouble(path)
  if (trouble !== undefined) throw new TargetRefusedError(trouble)
  const byName = new Map(parameters.filter((parameter) => parameter.in === 'path').map((parameter) => [parameter.name, parameter]))
  const parts = [...path.matchAll(/\{([^{}]*)\}|[^{}]+/g)].map((match): string | ((args: JsonObject) => string) => {
    const name = match[1]
    if (name === undefined) return match[0].split('/').map(encodeFixed).join('/')
    const parameter = byName.get(name)
    if (parameter === undefined) throw new TargetRefusedError(`The path names {${name}}, and nothing fills it.`)
    return valueWriter(parameter)
  })
  const only = parts.every((part) => typeof part === 'string') ? parts.join('') : undefined
  if (only !== undefined) return () => only
  return (args) => {
    let written = ''
    for (const part of parts) written += typeof part === 'string' ? part : part(args)
    return written
  }
}

function valueWriter(parameter: ParameterBinding): (args: JsonObject) => string {
  const { argument, content } = parameter
  const missing = () => new ArgumentRefusedError(`The argument "${argument}" is missing, and it is part of the address.`, pointer(argument))
  return (args) => {
    const value = givenArgument(args, argument, false)
    if (value === undefined) throw missing()
    if (content !== undefined) return encode(refusePathValue(contentText(value, content, argument), argument))
    const pieces = piecesOf(value, argument)
    if (isEmpty(pieces)) throw missing()
    for (const piece of flat(pieces)) refusePathValue(piece, argument)
    return spell(parameter, pieces)
  }
}

function flat(pieces: Pieces): readonly string[] {
  return pieces.kind === 'one' ? [pieces.text] : pieces.kind === 'list' ? pieces.texts : pieces.members.flat()
}

/** OAS 3.2 section 4.12.2.3, RFC 6570 sections 3.2.2, 3.2.5 and 3.2.7. */
function spell({ name, style, explode }: ParameterBinding, pieces: Pieces): string {
  const key = encode(name)
  const members = (between: string) =>
    pieces.kind === 'members' ? pieces.members.map(([member, text]) => `${encode(member)}${between}${encode(text)}`) : []
  switch (style) {
    case 'label': {
      if (pieces.kind === 'one') return `.${encode(pieces.text)}`
      if (pieces.kind === 'list') return `.${pieces.texts.map(encode).join(explode ? '.' : ',')}`
      return `.${explode ? members('=').join('.') : members(',').join(',')}`
    }
    case 'matrix': {
      if (pieces.kind === 'one') return `;${key}=${encode(pieces.text)}`
      if (pieces.kind === 'list')
        return explode ? pieces.texts.map((text) => `;${key}=${encode(text)}`).join('') : `;${key}=${pieces.texts.map(encode).join(',')}`
      return explode
        ? members('=')
            .map((member) => `;${member}`)
            .join('')
        : `;${key}=${members(',').join(',')}`
    }
    default: {
      if (pieces.kind === 'one') return encode(pieces.text)
      if (pieces.kind === 'list') return pieces.texts.map(encode).join(',')
      return members(explode ? '=' : ',').join(',')
    }
  }
}

/** Servers differ in when they decode, and some decode twice: a value that could be read as a separator anywhere is not sent. */
function refusePathValue(value: string, argument: string): string {
  if (value === '') throw new ArgumentRefusedError(`The argument "${argument}" is empty, and it is part of the address.`, pointer(argument))
  if (/[/\\\p{Cc}]|%(?:25)*(?:2f|5c|[01][0-9a-f]|7f)/iu.test(value)) {
    throw new ArgumentRefusedError(
      `The argument "${argument}" is part of the address and cannot contain "/", "\\" or control characters.`,
      pointer(argument),
    )
  }
  if (isDots(value)) throw new ArgumentRefusedError(`The argument "${argument}" would step out of its place in the address.`, pointer(argument))
  return value
}

/** The fixed part of a path: what a path may hold stays, an escape that is one already stays, the rest is escaped (RFC 3986 section 3.3). */
function encodeFixed(text: string): string {
  return text.replace(/%[0-9A-Fa-f]{2}|%|[^A-Za-z0-9\-._~!$&'()*+,;=:@%]+/gu, (piece) => (/^%.+$/.test(piece) ? piece : encodeURIComponent(piece)))
}
