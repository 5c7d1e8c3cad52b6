import type { FieldBinding, ParameterBinding } from '@handfast/contract'
import { isObject, type Json, type JsonObject, pointer } from '../../lib/index.ts'
import { encode, encodeReserved, givenArgument, isEmpty, piecesOf, textOf } from './argument-values.ts'
import { ArgumentRefusedError, TargetRefusedError } from './openapi-errors.ts'

/** Name and value of one pair of a query or a form, both escaped. */
export type Pair = readonly [name: string, value: string]
type PairWriter = (value: Json, argument: string) => readonly Pair[]

/** The delimiters, as an address may hold them. */
const DELIMITER = { form: ',', spaceDelimited: '%20', pipeDelimited: '%7C' } as const
const MOST_PAIRS = 5_000

/** How one field of a query or form is written (OAS 3.2 section 4.12.2.3). */
export function pairWriter(name: string, how: Pick<FieldBinding, 'style' | 'explode' | 'allowReserved'> & { readonly content?: string }): PairWriter {
  const { style = 'form', explode = style === 'form' || style === 'deepObject', content } = how
  const write = how.allowReserved === true ? encodeReserved : encode
  const key = encode(name)
  if (content !== undefined) return (value, argument) => [[key, write(contentText(value, content, argument))]]
  if (style === 'deepObject') return (value, argument) => deepPairs(name, value, argument, write)
  const delimiter = DELIMITER[style]
  return (value, argument) => {
    const pieces = piecesOf(value, argument)
    if (isEmpty(pieces)) return []
    switch (pieces.kind) {
      case 'one':
        return [[key, write(pieces.text)]]
      case 'list':
        return explode ? pieces.texts.map((text): Pair => [key, write(text)]) : [[key, pieces.texts.map(write).join(delimiter)]]
      case 'members':
        if (explode) return pieces.members.map(([member, text]): Pair => [encode(member), write(text)])
        return [[key, pieces.members.map(([member, text]) => `${encode(member)}${delimiter}${write(text)}`).join(delimiter)]]
    }
  }
}

/** A value as a document of a media type. */
export function contentText(value: Json, mediaType: string, argument: string): string {
  return mediaType === 'text/plain' ? textOf(value, argument) : textOf(JSON.stringify(value), argument)
}

/** `a[b]=1`, and for what nests `a[b][c]=1` and `a[b]=1&a[b]=2`: beyond the first level no standard decides, and this is what servers read. */
function deepPairs(name: string, value: Json, argument: string, write: (text: string) => string): readonly Pair[] {
  const pairs: Pair[] = []
  const add = (key: string, member: Json | undefined): void => {
    if (member === null || member === undefined) return
    if (pairs.length >= MOST_PAIRS) throw new ArgumentRefusedError(`The argument "${argument}" has too many members.`, pointer(argument))
    if (Array.isArray(member)) for (const item of member as readonly Json[]) add(key, isObject(item) ? JSON.stringify(item) : item)
    else if (isObject(member)) for (const [step, below] of Object.entries(member)) add(`${key}[${textOf(step, argument)}]`, below)
    else pairs.push([encode(key), write(textOf(member, argument))])
  }
  add(name, value)
  return pairs
}

/** The query of a call, with its question mark, or nothing. @param taken names that no member of an argument may use: the credential's */
export type QueryWriter = (args: JsonObject) => string

export function queryWriter(parameters: readonly ParameterBinding[]): QueryWriter {
  const whole = parameters.find((parameter) => parameter.in === 'querystring')
  if (whole !== undefined) return (args) => wholeQuery(whole, args)
  const declared = parameters.filter((parameter) => parameter.in === 'query')
  if (declared.length === 0) return () => ''
  const names = new Set(declared.map(({ name }) => encode(name)))
  const writers = declared.map((parameter) => {
    const { argument, required, name, style, explode } = parameter
    const plain = style === 'simple' || style === 'label' || style === 'matrix' || style === 'cookie'
    if (plain) throw new TargetRefusedError(`The parameter "${name.slice(0, 60)}" has a style that queries do not have.`)
    const { allowReserved, content } = parameter
    const write = pairWriter(name, {
      style,
      explode,
      ...(allowReserved === undefined ? {} : { allowReserved }),
      ...(content === undefined ? {} : { content }),
    })
    return { argument, required, own: encode(name), loose: explode && style === 'form' && content === undefined, write }
  })
  return (args) => {
    let query = ''
    for (const { argument, required, own, loose, write } of writers) {
      const value = givenArgument(args, argument, required)
      if (value === undefined) continue
      for (const [name, text] of write(value, argument)) {
        // The members of an exploded object are parameters of their own; none may pass for one that was declared.
        if (loose && name !== own && names.has(name))
          throw new ArgumentRefusedError(`A member of "${argument}" has the name of another parameter.`, pointer(argument))
        query += `${query === '' ? '?' : '&'}${name}=${text}`
      }
    }
    return query
  }
}

function wholeQuery(parameter: ParameterBinding, args: JsonObject): string {
  const { argument, required, content = 'application/json' } = parameter
  const value = givenArgument(args, argument, required)
  if (value === undefined) return ''
  if (content !== 'application/x-www-form-urlencoded') return `?${encode(contentText(value, content, argument))}`
  if (!isObject(value)) throw new ArgumentRefusedError(`The argument "${argument}" is an object of names and values.`, pointer(argument))
  const pairs = Object.entries(value).flatMap(([name, member]) =>
    member === null || member === undefined ? [] : pairWriter(name, {})(member, argument),
  )
  return pairs.length === 0 ? '' : `?${pairs.map((pair) => pair.join('=')).join('&')}`
}
