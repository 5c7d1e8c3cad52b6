import type { FieldBinding } from '@handfast/contract'
import { isObject, type Json } from '../../lib/index.ts'
import { bareType } from './media-types.ts'
import { typesOf } from './parameters.ts'
import { type Located, resolve } from './references.ts'
import type { Body, Property } from './request-body.ts'
import { below, type Schemas } from './schemas.ts'
import { Unusable } from './unusable.ts'

/** The name under which Actions are given links to a person's files. */
const FILE_LINKS = 'openaiFileIdRefs'

const STYLES = ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'] as const

/** How the fields of a body are written: what its encoding objects say (OAS 3.2 section 4.15), and which of them are files. */
export function bodyFields(
  schemas: Schemas,
  media: Located,
  writes: Body['writes'],
  properties: readonly Property[] | undefined,
): Readonly<Record<string, FieldBinding>> {
  const { root } = schemas.document
  if (writes === 'json') {
    const links = properties?.find(({ name }) => name === FILE_LINKS)
    return links !== undefined && typesOf(resolve(root, links.schema).value).includes('array') ? { [FILE_LINKS]: { carries: 'link' } } : {}
  }
  const encodings = below(media, 'encoding')
  const names = new Set([...(properties ?? []).map(({ name }) => name), ...(isObject(encodings.value) ? Object.keys(encodings.value) : [])])
  const fields: Record<string, FieldBinding> = {}
  for (const name of names) {
    if (name === '__proto__') continue
    const encoding = resolve(root, below(encodings, name)).value
    const schema = properties?.find((property) => property.name === name)?.schema
    const field = { ...encodingOf(encoding), ...(writes === 'multipart' && isFile(schemas, schema, encoding) ? { carries: 'file' as const } : {}) }
    if (Object.keys(field).length > 0) fields[name] = field
  }
  return fields
}

function encodingOf(encoding: Json | undefined): FieldBinding {
  if (!isObject(encoding)) return {}
  const style = STYLES.find((known) => known === encoding['style'])
  const contentType = typeof encoding['contentType'] === 'string' ? encoding['contentType'].slice(0, 300) : undefined
  return {
    ...(style === undefined ? {} : { style }),
    ...(typeof encoding['explode'] === 'boolean' ? { explode: encoding['explode'] } : {}),
    ...(encoding['allowReserved'] === true ? { allowReserved: true } : {}),
    // It goes into a header of its own; what could break out of it is left to the value.
    ...(contentType !== undefined && /^[\x20-\x7e]+$/.test(contentType) ? { contentType } : {}),
  }
}

/** Bytes: `format: binary` of 3.0, raw content of 3.1 (OAS 3.2 section 4.15.2), or a list of either. */
function isFile(schemas: Schemas, schema: Located | undefined, encoding: Json | undefined): boolean {
  if (schema === undefined) return false
  const { root } = schemas.document
  try {
    let at = resolve(root, schema)
    if (isObject(at.value) && typesOf(at.value).includes('array') && at.value['items'] !== undefined) at = resolve(root, below(at, 'items'))
    if (!isObject(at.value)) return false
    const { format, contentMediaType, contentEncoding } = at.value
    if (format === 'binary' || at.value['type'] === 'file') return true
    if (typeof contentMediaType === 'string' && contentEncoding === undefined) return !/^(?:text\/|application\/json)/i.test(contentMediaType)
    const told = isObject(encoding) && typeof encoding['contentType'] === 'string' ? bareType(encoding['contentType']) : ''
    return typesOf(at.value).length === 0 && /^(?:image|audio|video|font|application)\//.test(told) && !/json|xml/.test(told)
  } catch (error) {
    if (error instanceof Unusable) return false
    throw error
  }
}
