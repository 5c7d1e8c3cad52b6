import type { ParameterBinding } from '@handfast/contract'
import { type JsonObject, pointer } from '../../lib/index.ts'
import { encode, givenArgument, isEmpty, piecesOf } from './argument-values.ts'
import { isFieldValue, judgeHeader } from './header-rules.ts'
import { ArgumentRefusedError, TargetRefusedError } from './openapi-errors.ts'
import { contentText } from './write-query.ts'

/** Adds the headers of a call, cookies among them, under lower-case names. */
export type HeaderWriter = (args: JsonObject, headers: Record<string, string>) => void

/** @throws TargetRefusedError where a release declares a header that no argument may set */
export function headerWriter(parameters: readonly ParameterBinding[]): HeaderWriter {
  const headers = parameters.filter((parameter) => parameter.in === 'header')
  const cookies = parameters.filter((parameter) => parameter.in === 'cookie')
  // Also judged at import; releases live longer than one version of these rules.
  for (const { name } of headers)
    if (judgeHeader(name) !== 'sent') throw new TargetRefusedError(`The header "${name.slice(0, 60)}" may not be set by an argument.`)
  for (const { name } of cookies) if (!isCookieName(name)) throw new TargetRefusedError(`A cookie cannot be called "${name.slice(0, 60)}".`)
  return (args, out) => {
    for (const parameter of headers) {
      const value = fieldValue(parameter, args)
      if (value !== undefined) out[parameter.name.toLowerCase()] = value
    }
    const crumbs = cookies.flatMap((parameter) => cookiePairs(parameter, args))
    if (crumbs.length > 0) out['cookie'] = crumbs.join('; ')
  }
}

/** Style `simple`, without percent-encoding (OAS 3.2 section 4.12.2.3). */
function fieldValue(parameter: ParameterBinding, args: JsonObject): string | undefined {
  const { argument, required, explode, content } = parameter
  const given = givenArgument(args, argument, required)
  if (given === undefined) return undefined
  const value = content === undefined ? simple(parameter) : contentText(given, content, argument)
  if (value === undefined) return undefined
  if (!isFieldValue(value)) {
    throw new ArgumentRefusedError(
      `The argument "${argument}" is sent as a header: visible ASCII characters only, no line breaks.`,
      pointer(argument),
    )
  }
  return value

  function simple(of: ParameterBinding): string | undefined {
    const pieces = piecesOf(given ?? null, of.argument)
    if (isEmpty(pieces)) return undefined
    if (pieces.kind === 'one') return pieces.text
    const texts = pieces.kind === 'list' ? pieces.texts : pieces.members.flat()
    if (texts.some((text) => text.includes(',')) || (explode && pieces.kind === 'members' && texts.some((text) => text.includes('='))))
      throw new ArgumentRefusedError(`A value of "${argument}" contains a comma, which separates the values of this header.`, pointer(argument))
    return pieces.kind === 'members' && explode ? pieces.members.map((member) => member.join('=')).join(',') : texts.join(',')
  }
}

/** Style `form`; values are percent-encoded, or with style `cookie` sent as they are (OAS 3.2 section 4.12.2.3). */
function cookiePairs(parameter: ParameterBinding, args: JsonObject): readonly string[] {
  const { argument, required, explode, content, name, style } = parameter
  const value = givenArgument(args, argument, required)
  if (value === undefined) return []
  const write = style === 'cookie' ? (text: string) => cookieText(text, argument) : encode
  if (content !== undefined) return [`${name}=${encode(contentText(value, content, argument))}`]
  const pieces = piecesOf(value, argument)
  if (isEmpty(pieces)) return []
  switch (pieces.kind) {
    case 'one':
      return [`${name}=${write(pieces.text)}`]
    case 'list':
      return explode ? pieces.texts.map((text) => `${name}=${write(text)}`) : [`${name}=${pieces.texts.map(encode).join('%2C')}`]
    case 'members': {
      if (!explode) return [`${name}=${pieces.members.map(([member, text]) => `${encode(member)}%2C${encode(text)}`).join('%2C')}`]
      // Members become cookies under names that nobody reviewed, the connector's own session among the possible ones.
      throw new ArgumentRefusedError(`The argument "${argument}" cannot be sent: its members would become cookies of their own.`, pointer(argument))
    }
  }
}

/** `cookie-octet` of RFC 6265 section 4.1.1. */
function cookieText(text: string, argument: string): string {
  if (/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/.test(text)) return text
  throw new ArgumentRefusedError(`The argument "${argument}" has characters that a cookie cannot hold.`, pointer(argument))
}

export function isCookieName(name: string): boolean {
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/.test(name)
}
