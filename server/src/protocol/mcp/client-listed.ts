import { isObject, type Json, type JsonObject } from '../../lib/index.ts'
import { shortText, valueNestsDeeperThan } from './client-messages.ts'
import { passableMeta } from './client-result.ts'
import { usableTemplate } from './uri-template.ts'

/** A resource, a template or a prompt as the connector lists it, reduced to the members that the specification names. */
export type RawListed = JsonObject & { readonly name: string }
export type ListedKind = 'resources' | 'resourceTemplates' | 'prompts'

/** Something listed that cannot be offered, and why, for its developer. */
export type DroppedListed = { readonly kind: ListedKind; readonly name: string; readonly reason: string }

export type ListedPage =
  | {
      readonly ok: true
      readonly items: readonly RawListed[]
      readonly dropped: readonly DroppedListed[]
      readonly nextCursor: string | undefined
    }
  | { readonly ok: false; readonly reason: string }

const MAX_DEPTH = 16
const MAX_NAME = 256
const MAX_TEXT = 4_000
export const MAX_URI = 2_048
const MAX_ARGUMENTS = 100

/** The method that lists each kind, and where its items stand in the answer. */
export const LIST_METHODS: Readonly<Record<ListedKind, string>> = {
  resources: 'resources/list',
  resourceTemplates: 'resources/templates/list',
  prompts: 'prompts/list',
}

/** Reads one page of a list. An empty text is a valid cursor; only an absent one ends the list. */
export function readListedPage(kind: ListedKind, value: Json): ListedPage {
  if (!isObject(value)) return { ok: false, reason: 'the list is not an object' }
  const listed = value[kind]
  if (!Array.isArray(listed)) return { ok: false, reason: `the answer has no list of ${kind}` }
  const nextCursor = value['nextCursor'] ?? undefined
  if (nextCursor !== undefined && typeof nextCursor !== 'string') return { ok: false, reason: 'the cursor of the next page is not a text' }
  const items: RawListed[] = []
  const dropped: DroppedListed[] = []
  for (const item of listed) {
    const read = readItem(kind, item)
    if (typeof read === 'string') dropped.push({ kind, name: isObject(item) ? shortText(item['name'], MAX_NAME) : '', reason: read })
    else items.push(read)
  }
  return { ok: true, items, dropped, nextCursor }
}

/** The item, or why it cannot be offered. */
function readItem(kind: ListedKind, item: Json): RawListed | string {
  if (!isObject(item)) return 'it is not an object'
  const { name } = item
  if (typeof name !== 'string' || name === '') return 'it has no name'
  if (name.length > MAX_NAME) return `its name is longer than ${MAX_NAME} characters`
  if (valueNestsDeeperThan(item, MAX_DEPTH)) return `it nests deeper than ${MAX_DEPTH} levels`
  for (const field of ['title', 'description', 'mimeType'])
    if (item[field] !== undefined && (typeof item[field] !== 'string' || item[field].length > MAX_TEXT))
      return `its ${field} is no text of at most ${MAX_TEXT} characters`
  const shown = {
    name,
    ...textOf(item, 'title'),
    ...textOf(item, 'description'),
    ...(Array.isArray(item['icons']) ? { icons: item['icons'].filter((icon) => isObject(icon)) } : {}),
    ...metaOf(item['_meta']),
  }
  if (kind === 'prompts') return readPrompt(shown, item['arguments'])
  const about = { ...textOf(item, 'mimeType'), ...(isObject(item['annotations']) ? { annotations: item['annotations'] } : {}) }
  if (kind === 'resources') {
    if (!usableUri(item['uri'])) return 'its address is no URI of at most 2048 characters'
    const { size } = item
    return { uri: item['uri'], ...shown, ...about, ...(Number.isSafeInteger(size) && (size as number) >= 0 ? { size } : {}) } as RawListed
  }
  const template = item['uriTemplate']
  if (typeof template !== 'string' || !usableTemplate(template)) return 'its template is not one of RFC 6570 that is understood here'
  return { uriTemplate: template, ...shown, ...about } as RawListed
}

function readPrompt(shown: RawListed, given: Json | undefined): RawListed | string {
  if (given === undefined) return shown
  if (!Array.isArray(given) || given.length > MAX_ARGUMENTS) return `its arguments are no list of at most ${MAX_ARGUMENTS}`
  const names = new Set<string>()
  const taken: JsonObject[] = []
  for (const argument of given) {
    const name = isObject(argument) ? argument['name'] : undefined
    if (!isObject(argument) || typeof name !== 'string' || name === '' || name.length > MAX_NAME || names.has(name))
      return 'an argument has no name of its own'
    names.add(name)
    taken.push({
      name,
      ...textOf(argument, 'title'),
      ...textOf(argument, 'description'),
      ...(argument['required'] === true ? { required: true } : {}),
    })
  }
  return { ...shown, arguments: taken }
}

/** A URI that can be asked for: a scheme, no spaces, no control characters. */
export function usableUri(value: Json | undefined): value is string {
  return typeof value === 'string' && value.length <= MAX_URI && /^[A-Za-z][A-Za-z0-9+.-]*:[\x21-\x7e]*$/.test(value)
}

function textOf(item: JsonObject, field: string): JsonObject {
  return typeof item[field] === 'string' ? { [field]: item[field] } : {}
}

function metaOf(meta: Json | undefined): JsonObject {
  const kept = isObject(meta) ? passableMeta(meta) : undefined
  return kept === undefined ? {} : { _meta: kept }
}
