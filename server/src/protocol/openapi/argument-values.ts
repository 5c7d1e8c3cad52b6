import type { ParameterBinding } from '@handfast/contract'
import { isObject, type Json, type JsonObject, pointer } from '../../lib/index.ts'
import { ArgumentRefusedError } from './openapi-errors.ts'

/** The values of a parameter as text, or undefined where it is not given.
 * @throws ArgumentRefusedError where it is required and missing, or no plain value */
export function valuesOf(parameter: ParameterBinding, args: JsonObject): readonly string[] | undefined {
  const parts = partsOf(argumentOf(args, parameter.argument), parameter.argument)
  if (parts === undefined && parameter.required)
    throw new ArgumentRefusedError(`The argument "${parameter.argument}" is missing.`, pointer(parameter.argument))
  return parts
}

/** An argument of the call itself, never one that objects inherit. */
export function argumentOf(args: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(args, name) ? args[name] : undefined
}

/** One value or a list of them as text; null counts as not given. @throws ArgumentRefusedError */
export function partsOf(value: Json | undefined, argument: string): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined
  return (Array.isArray(value) ? (value as readonly Json[]) : [value]).map((part) => {
    if (part === null || isObject(part) || Array.isArray(part)) {
      throw new ArgumentRefusedError(`The argument "${argument}" takes single values or a list of them.`, pointer(argument))
    }
    const text = String(part)
    if (!text.isWellFormed()) throw new ArgumentRefusedError(`The argument "${argument}" contains half a character.`, pointer(argument))
    return text
  })
}

/** Everything but the unreserved characters (RFC 3986 section 2.3). */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}
