import type { BodyBinding } from '@handfast/contract'
import { isObject, type Json, type JsonObject, pointer } from '../../lib/index.ts'
import { textOf } from './argument-values.ts'
import { type FileLink, fileOf, type Handed, MAX_LINKED_FILES } from './handed-file.ts'
import { ArgumentRefusedError } from './openapi-errors.ts'
import { writeMultipart } from './write-multipart.ts'
import { type Pair, pairWriter } from './write-query.ts'

export type WrittenBody = { readonly contentType: string; readonly body: string | Uint8Array }

/** @returns undefined where nothing is sent */
export type BodyWriter = (args: JsonObject, handed: Handed) => WrittenBody | undefined

export function bodyWriter(body: BodyBinding): BodyWriter {
  const writes = body.writes ?? (body.mediaType === 'application/x-www-form-urlencoded' ? 'form' : 'json')
  const { mediaType: contentType } = body
  const fields = body.fields ?? {}
  switch (writes) {
    case 'json': {
      const value = valueReader(body)
      const linked = Object.keys(fields).filter((name) => fields[name]?.carries === 'link')
      return (args, handed) => {
        const given = value(args)
        if (given === undefined) return undefined
        return { contentType, body: JSON.stringify(linked.length === 0 ? given : withLinks(given, linked, handed)) }
      }
    }
    case 'text': {
      const value = valueReader(body)
      return (args) => {
        const given = value(args)
        return given === undefined ? undefined : { contentType, body: textOf(given, argumentOf(body)) }
      }
    }
    case 'file': {
      const value = valueReader(body)
      return (args, handed) => {
        const given = value(args)
        if (given === undefined) return undefined
        const file = fileOf(given, argumentOf(body), handed)
        return { contentType: contentType.includes('*') ? file.mediaType : contentType, body: file.bytes }
      }
    }
    case 'form': {
      const entries = entriesReader(body)
      return (args) => {
        const given = entries(args)
        return given === undefined ? undefined : { contentType, body: writeForm(given, fields) }
      }
    }
    case 'multipart': {
      const entries = entriesReader(body)
      return (args, handed) => {
        const given = entries(args)
        return given === undefined ? undefined : writeMultipart(given, fields, handed)
      }
    }
  }
}

function argumentOf(body: BodyBinding): string {
  return body.arguments.kind === 'argument' ? body.arguments.name : 'body'
}

/** The body as one value: an argument, or an object of several. */
function valueReader(body: BodyBinding): (args: JsonObject) => Json | undefined {
  const { required } = body
  if (body.arguments.kind === 'argument') {
    const { name } = body.arguments
    return (args) => {
      const value = Object.hasOwn(args, name) ? args[name] : undefined
      if (value === undefined && required) throw new ArgumentRefusedError(`The argument "${name}" is missing.`, pointer(name))
      return value
    }
  }
  const { names } = body.arguments
  return (args) => {
    const given: Record<string, Json> = {}
    let some = false
    for (const name of names) {
      const value = Object.hasOwn(args, name) ? args[name] : undefined
      if (value === undefined) continue
      // A plain assignment to __proto__ would set the prototype instead.
      Object.defineProperty(given, name, { value, enumerable: true })
      some = true
    }
    return some || required ? given : undefined
  }
}

function entriesReader(body: BodyBinding): (args: JsonObject) => readonly (readonly [string, Json])[] | undefined {
  const value = valueReader(body)
  return (args) => {
    const given = value(args)
    if (given === undefined) return undefined
    if (!isObject(given)) throw new ArgumentRefusedError('The body is a form: an object of names and values.', pointer(argumentOf(body)))
    return Object.entries(given).flatMap(([name, member]) => (member === undefined ? [] : [[name, member] as const]))
  }
}

/** `application/x-www-form-urlencoded` (WHATWG URL section 5). Without an encoding of its own, a list repeats its field. */
function writeForm(given: readonly (readonly [string, Json])[], fields: NonNullable<BodyBinding['fields']>): string {
  const pairs: Pair[] = []
  for (const [name, value] of given) {
    if (value === null) continue
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined
    const isDocument = field?.contentType !== undefined && field.style === undefined && field.explode === undefined
    pairs.push(...formPairs(name, value, isDocument ? { contentType: field.contentType } : (field ?? {})))
  }
  return pairs.map((pair) => pair.join('=')).join('&')
}

function formPairs(name: string, value: Json, field: NonNullable<BodyBinding['fields']>[string]): readonly Pair[] {
  const { contentType, style, explode, allowReserved } = field
  if (contentType !== undefined && style === undefined)
    return formCoded(pairWriter(name, { content: /json/i.test(contentType) ? 'application/json' : 'text/plain' })(value, name))
  // An object without a style is a JSON document (OAS 3.2 section 4.15.1.1).
  if (isObject(value) && style === undefined) return formCoded(pairWriter(name, { content: 'application/json' })(value, name))
  const how = {
    ...(style === undefined ? {} : { style }),
    ...(explode === undefined ? {} : { explode }),
    ...(allowReserved === undefined ? {} : { allowReserved }),
  }
  return formCoded(pairWriter(name, how)(value, name))
}

/** In forms a blank is a plus sign, and `*` stays; the delimiter of a style is a blank all the same. */
function formCoded(pairs: readonly Pair[]): readonly Pair[] {
  return pairs.map(([name, value]) => [formText(name), formText(value)])
}

function formText(text: string): string {
  return text.replaceAll('%20', '+').replaceAll('%2A', '*').replaceAll('~', '%7E')
}

/** Ids of files become what an API needs to fetch them. @throws ArgumentRefusedError */
function withLinks(value: Json, names: readonly string[], handed: Handed): Json {
  if (!isObject(value)) return value
  const out: Record<string, Json | undefined> = { ...value }
  for (const name of names) {
    const ids = value[name]
    if (ids === undefined || ids === null) continue
    if (!Array.isArray(ids) || ids.length > MAX_LINKED_FILES)
      throw new ArgumentRefusedError(`The argument "${name}" takes at most ${MAX_LINKED_FILES} ids of files.`, pointer(name))
    out[name] = (ids as readonly Json[]).map((id): FileLink => {
      const link = handed.links.get(String(id))
      if (link === undefined)
        throw new ArgumentRefusedError(`The argument "${name}" names a file that is not there. Hand it over again.`, pointer(name))
      return link
    })
  }
  return out as Json
}
