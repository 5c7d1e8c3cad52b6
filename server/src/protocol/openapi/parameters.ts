import type { CredentialPlacement, ParameterBinding, ParameterStyle } from '@handfast/contract'
import { isObject, type Json, type JsonObject } from '../../lib/index.ts'
import { judgeHeader } from './header-rules.ts'
import { bareType } from './media-types.ts'
import { type Located, resolve } from './references.ts'
import { below, type Schemas } from './schemas.ts'
import { bounded, MAX_FIELD_DESCRIPTION, saidAs, textOf } from './texts.ts'
import { Unusable } from './unusable.ts'
import { isCookieName } from './write-headers.ts'

/** A parameter that can be sent. Its argument's name is given later, when all names are known. */
export type Parameter = Omit<ParameterBinding, 'argument'> & { readonly schema: Located; readonly description?: string }

/** The first one is what is meant where none is named (OAS 3.2 section 4.12.2.3). */
const STYLES: Readonly<Record<ParameterBinding['in'], readonly ParameterStyle[]>> = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form', 'cookie'],
  querystring: ['form'],
}
const MAX_PARAMETERS = 500
const MAX_NAME = 200

/** `notes`: what was left out although the operation is usable. */
export type ReadParameters = { readonly parameters: readonly Parameter[]; readonly notes: readonly string[] }

/**
 * The parameters of one operation: those of its path, and its own, which replace them by place and name (OAS 3.1 section 4.8.10).
 * Left out are those that we fill ourselves, the credential among them, and optional ones that cannot be sent faithfully.
 * @throws Unusable where a required one cannot be sent faithfully.
 */
export function readParameters(schemas: Schemas, lists: readonly Located[], credential: CredentialPlacement): ReadParameters {
  const { root } = schemas.document
  const found = new Map<string, Parameter>()
  const notes: string[] = []
  for (const list of lists) {
    if (list.value === undefined || list.value === null) continue
    if (!Array.isArray(list.value)) throw new Unusable('Parameters are a list.', list.pointer)
    if (list.value.length > MAX_PARAMETERS) throw new Unusable(`There are more than ${MAX_PARAMETERS} parameters.`, list.pointer)
    schemas.effort.spend(list.value.length, list.pointer)
    for (let i = 0; i < list.value.length; i++) {
      const at = below(list, i)
      try {
        const parameter = readParameter(resolve(root, at), credential)
        if (parameter !== undefined)
          found.set(`${parameter.in} ${parameter.in === 'header' ? parameter.name.toLowerCase() : parameter.name}`, parameter)
      } catch (error) {
        if (!(error instanceof Unusable) || isNeeded(root, at)) throw error
        notes.push(error.message)
      }
    }
  }
  return { parameters: [...found.values()], notes }
}

/** Whether a request without this parameter would be another one. What cannot even be found may be needed. */
function isNeeded(root: JsonObject, at: Located): boolean {
  try {
    const { value } = resolve(root, at)
    return !isObject(value) || value['required'] === true || value['in'] === 'path' || typeof value['in'] !== 'string'
  } catch {
    return true
  }
}

function readParameter(at: Located, credential: CredentialPlacement): Parameter | undefined {
  const given = at.value
  if (!isObject(given) || typeof given['name'] !== 'string') throw new Unusable('Here a parameter with a name is expected.', at.pointer)
  const { name } = given
  if (name === '' || name.length > MAX_NAME || !name.isWellFormed())
    throw new Unusable('The name of the parameter cannot be sent.', `${at.pointer}/name`)
  const required = given['required'] === true
  const shown = JSON.stringify(name.slice(0, 60))
  const place = given['in']
  if (!isPlace(place))
    throw new Unusable(`The parameter ${shown} is sent in "${saidAs(place).slice(0, 30)}", which is not supported.`, `${at.pointer}/in`)
  if (place === credential.type && isSameField(place, name, credential.name)) return undefined
  if (place === 'header') {
    const judgement = judgeHeader(name)
    if (judgement === 'ours' || (judgement === 'forbidden' && !required)) return undefined
    if (judgement === 'forbidden') throw new Unusable(`The header ${shown} may not be set by an argument.`, `${at.pointer}/name`)
  }
  if (place === 'cookie' && !isCookieName(name)) throw new Unusable(`A cookie cannot be called ${shown}.`, `${at.pointer}/name`)
  const [usual = 'form'] = STYLES[place]
  const style = (given['style'] ?? usual) as ParameterStyle
  if (!STYLES[place].includes(style)) {
    throw new Unusable(`The parameter ${shown} has the style "${saidAs(style).slice(0, 30)}", which there is not in ${place}.`, `${at.pointer}/style`)
  }
  const content = contentOf(at, shown)
  const description = textOf(given['description'])
  const { example, examples } = given
  return {
    in: place,
    name,
    style,
    explode: typeof given['explode'] === 'boolean' ? given['explode'] : style === 'form' || style === 'deepObject' || style === 'cookie',
    required: required || place === 'path',
    ...(given['allowReserved'] === true && place === 'query' ? { allowReserved: true } : {}),
    ...(content === undefined ? {} : { content: content.mediaType }),
    schema: withExample(content?.schema ?? schemaOf(at, given), example ?? firstExample(examples)),
    ...(description === undefined ? {} : { description: bounded(description, MAX_FIELD_DESCRIPTION) }),
  }
}

function isPlace(place: Json | undefined): place is ParameterBinding['in'] {
  return typeof place === 'string' && Object.hasOwn(STYLES, place)
}

/** Without a schema any text goes. What Swagger 2 wrote beside the name is a schema too. */
function schemaOf(at: Located, given: JsonObject): Located {
  const schema = below(at, 'schema')
  if (schema.value !== undefined) return schema
  return {
    value:
      typeof given['type'] === 'string' ? (({ name: _n, in: _i, required: _r, ...rest }) => rest)(given as Record<string, Json>) : { type: 'string' },
    pointer: schema.pointer,
  }
}

/** A parameter that is a document of its own has one media type (OAS 3.2 section 4.12.2.2). */
function contentOf(at: Located, shown: string): { readonly mediaType: string; readonly schema: Located } | undefined {
  const content = below(at, 'content')
  if (content.value === undefined) return undefined
  const types = isObject(content.value) ? Object.keys(content.value) : []
  const found = types.find((type) => isJsonType(bareType(type)) || ['text/plain', 'application/x-www-form-urlencoded'].includes(bareType(type)))
  if (found === undefined) throw new Unusable(`The parameter ${shown} is a document of a type that is not supported.`, content.pointer)
  const schema = below(below(content, found), 'schema')
  const type = bareType(found)
  return { mediaType: isJsonType(type) ? 'application/json' : type, schema: schema.value === undefined ? { ...schema, value: {} } : schema }
}

function isJsonType(type: string): boolean {
  return type === 'application/json' || type.endsWith('+json')
}

function firstExample(examples: Json | undefined): Json | undefined {
  const first = isObject(examples) ? Object.values(examples)[0] : undefined
  return isObject(first) ? first['value'] : undefined
}

/** An example beside the schema says more than one inside, which other operations share. */
function withExample(schema: Located, example: Json | undefined): Located {
  if (example === undefined || !isObject(schema.value) || typeof schema.value['$ref'] === 'string') return schema
  return { ...schema, value: { ...schema.value, example } }
}

export function typesOf(schema: Json | undefined): readonly Json[] {
  if (!isObject(schema)) return []
  const type = schema['type']
  if (type === undefined && isObject(schema['properties'])) return ['object']
  return Array.isArray(type) ? type : type === undefined ? [] : [type]
}

/** Field names of headers do not care for case. */
function isSameField(place: ParameterBinding['in'], a: string, b: string): boolean {
  return place === 'header' ? a.toLowerCase() === b.toLowerCase() : a === b
}
