import { isObject, type Json, type JsonObject, pointer } from '../../lib/index.ts'
import { ArgumentRefusedError } from './openapi-errors.ts'

/** An argument of the call itself, never one that objects inherit. Null counts as not given. */
export function givenArgument(args: JsonObject, name: string, required: boolean): Json | undefined {
  const value = Object.hasOwn(args, name) ? args[name] : undefined
  if (value !== undefined && value !== null) return value
  if (required) throw new ArgumentRefusedError(`The argument "${name}" is missing.`, pointer(name))
  return undefined
}

/**
 * A value in the pieces that the styles of OpenAPI know: one text, a list of texts, or names with texts. What nests deeper is written as JSON, since
 * no style says how to spell it. Members that are null are left out (RFC 6570 section 2.3: they are undefined).
 */
export type Pieces =
  | { readonly kind: 'one'; readonly text: string }
  | { readonly kind: 'list'; readonly texts: readonly string[] }
  | { readonly kind: 'members'; readonly members: readonly (readonly [string, string])[] }

/** @throws ArgumentRefusedError where it holds half a character */
export function piecesOf(value: Json, argument: string): Pieces {
  if (Array.isArray(value)) {
    const given = (value as readonly Json[]).filter((item) => item !== null)
    return { kind: 'list', texts: given.map((item) => textOf(item, argument)) }
  }
  if (isObject(value)) {
    const members: (readonly [string, string])[] = []
    for (const [name, member] of Object.entries(value)) {
      if (member === null || member === undefined) continue
      members.push([textOf(name, argument), textOf(member, argument)])
    }
    return { kind: 'members', members }
  }
  return { kind: 'one', text: textOf(value, argument) }
}

export function isEmpty(pieces: Pieces): boolean {
  return pieces.kind === 'list' ? pieces.texts.length === 0 : pieces.kind === 'members' && pieces.members.length === 0
}

/** A value as text; what is no plain value as JSON. @throws ArgumentRefusedError */
export function textOf(value: Json, argument: string): string {
  const text = typeof value === 'string' ? value : typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
  if (!text.isWellFormed()) throw new ArgumentRefusedError(`The argument "${argument}" contains half a character.`, pointer(argument))
  return text
}

/** Everything but the unreserved characters (RFC 3986 section 2.3). */
export function encode(text: string): string {
  return PLAIN.test(text) ? text : encodeURIComponent(text).replace(/[!'()*]/g, escaped)
}
const PLAIN = /^[A-Za-z0-9\-._~]*$/

/**
 * With `allowReserved`: reserved characters stay, and so do escapes that are there already (RFC 6570 section 3.2.3). Those that would end the value
 * or begin another one are escaped all the same, as OAS 3.2 section 4.12.2.1 asks.
 */
export function encodeReserved(text: string): string {
  return text.replace(/%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~:/?@!$'()*,;]+/gu, (piece) => (/^%[0-9A-Fa-f]{2}$/.test(piece) ? piece : encode(piece)))
}

function escaped(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
