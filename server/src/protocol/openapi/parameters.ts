import type { CredentialPlacement, ParameterBinding } from '@handfast/contract'
import { isObject, type Json, type JsonObject } from '../../lib/index.ts'
import { judgeHeader } from './header-rules.ts'
import { type Located, resolve } from './references.ts'
import { below, type Schemas } from './schemas.ts'
import { bounded, MAX_FIELD_DESCRIPTION, textOf } from './texts.ts'
import { Unusable } from './unusable.ts'

/** A parameter that can be sent. Its argument's name is given later, when all names are known. */
export type Parameter = {
  readonly in: ParameterBinding['in']
  readonly name: string
  readonly style: ParameterBinding['style']
  readonly explode: boolean
  readonly required: boolean
  readonly schema: Located
  readonly description?: string
}

const STYLE = { path: 'simple', query: 'form', header: 'simple' } as const
const MAX_PARAMETERS = 500
const MAX_NAME = 200

/**
 * The parameters of one operation: those of its path, and its own, which replace them by place and name (OAS 3.1 section 4.8.10).
 * Left out are those that we fill ourselves, the credential among them.
 * @throws Unusable where a style, a place or a name cannot be sent faithfully.
 */
export function readParameters(schemas: Schemas, lists: readonly Located[], credential: CredentialPlacement): readonly Parameter[] {
  const { root } = schemas.document
  const found = new Map<string, Parameter>()
  for (const list of lists) {
    if (list.value === undefined) continue
    if (!Array.isArray(list.value)) throw new Unusable('Parameters are a list.', list.pointer)
    if (list.value.length > MAX_PARAMETERS) throw new Unusable(`There are more than ${MAX_PARAMETERS} parameters.`, list.pointer)
    schemas.effort.spend(list.value.length, list.pointer)
    for (let i = 0; i < list.value.length; i++) {
      const parameter = readParameter(root, resolve(root, below(list, i)), credential)
      if (parameter === undefined) continue
      found.set(`${parameter.in} ${parameter.in === 'header' ? parameter.name.toLowerCase() : parameter.name}`, parameter)
    }
  }
  return [...found.values()]
}

function readParameter(root: JsonObject, at: Located, credential: CredentialPlacement): Parameter | undefined {
  const given = at.value
  if (!isObject(given) || typeof given['name'] !== 'string') throw new Unusable('Here a parameter with a name is expected.', at.pointer)
  const { name } = given
  if (name === '' || name.length > MAX_NAME || !name.isWellFormed())
    throw new Unusable('The name of the parameter cannot be sent.', `${at.pointer}/name`)
  const required = given['required'] === true
  const shown = JSON.stringify(name.slice(0, 60))
  const place = given['in']
  if (place !== 'path' && place !== 'query' && place !== 'header') {
    throw new Unusable(`The parameter ${shown} is sent in "${String(place).slice(0, 30)}", which is not supported.`, `${at.pointer}/in`)
  }
  if (place === credential.type && isSameField(place, name, credential.name)) return undefined
  if (place === 'header') {
    const judgement = judgeHeader(name)
    if (judgement === 'ours' || (judgement === 'forbidden' && !required)) return undefined
    if (judgement === 'forbidden') throw new Unusable(`The header ${shown} may not be set by an argument.`, `${at.pointer}/name`)
  }
  const style = given['style'] ?? STYLE[place]
  if (style !== STYLE[place]) {
    const why = `The parameter ${shown} has the style "${String(style).slice(0, 30)}"; only "${STYLE[place]}" is supported in ${place}.`
    throw new Unusable(why, `${at.pointer}/style`)
  }
  if (given['content'] !== undefined)
    throw new Unusable(`The parameter ${shown} is a document of its own ("content"), which is not supported.`, `${at.pointer}/content`)
  const schema = below(at, 'schema')
  refuseObject(root, schema, shown)
  const description = textOf(given['description'])
  return {
    in: place,
    name,
    style: STYLE[place],
    explode: typeof given['explode'] === 'boolean' ? given['explode'] : place === 'query',
    required: required || place === 'path',
    // Without a schema any scalar goes.
    schema: schema.value === undefined ? { value: { type: 'string' }, pointer: schema.pointer } : schema,
    ...(description === undefined ? {} : { description: bounded(description, MAX_FIELD_DESCRIPTION) }),
  }
}

/** The pieces of an object would become parameters under names that nobody reviewed. */
function refuseObject(root: JsonObject, schema: Located, shown: string): void {
  const at = resolve(root, schema)
  if (typesOf(at.value).includes('object'))
    throw new Unusable(`The parameter ${shown} is an object; only single values and lists of them are supported.`, at.pointer)
  if (!isObject(at.value) || !isObject(at.value['items'])) return
  const items = resolve(root, below(at, 'items'))
  const types = typesOf(items.value)
  if (types.includes('object') || types.includes('array')) {
    throw new Unusable(
      `The parameter ${shown} is a list of ${types.includes('object') ? 'objects' : 'lists'}, which is not supported.`,
      items.pointer,
    )
  }
}

export function typesOf(schema: Json | undefined): readonly Json[] {
  if (!isObject(schema)) return []
  const type = schema['type']
  if (type === undefined && isObject(schema['properties'])) return ['object']
  return Array.isArray(type) ? type : type === undefined ? [] : [type]
}

/** Field names of headers do not care for case. */
function isSameField(place: 'query' | 'header', a: string, b: string): boolean {
  return place === 'header' ? a.toLowerCase() === b.toLowerCase() : a === b
}
