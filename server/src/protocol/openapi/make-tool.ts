import type { OperationBinding, ReleaseTool, ToolEffect } from '@handfast/contract'
import { isObject, type JsonObject } from '../../lib/index.ts'
import { makeInput } from './make-input.ts'
import { answersHtml, outputSchema } from './output-schema.ts'
import { type Parameter, readParameters } from './parameters.ts'
import { placeholders, refusePath } from './path-template.ts'
import { type Located, resolve } from './references.ts'
import { type Body, readBody } from './request-body.ts'
import { below, type Schemas } from './schemas.ts'
import type { Security } from './security.ts'
import { readServers } from './servers.ts'
import { bounded, MAX_TITLE, MAX_TOOL_DESCRIPTION, textOf } from './texts.ts'
import { Unusable } from './unusable.ts'

export type ToolSource = {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly item: Located
  readonly operation: Located
  readonly schemas: Schemas
  readonly security: Security
  readonly source: string | undefined
  readonly target: string | undefined
}

/** A tool, and what of its operation was left out. */
export type MadeTool = { readonly tool: ReleaseTool; readonly notes: readonly string[] }

/** One operation as a tool. @throws Unusable */
export function makeTool(from: ToolSource): MadeTool {
  const { operation, schemas } = from
  const { root } = schemas.document
  if (!isObject(operation.value)) throw new Unusable('Here an operation is expected.', operation.pointer)
  const method = methodOf(from.method, operation.pointer)
  // Authors tell operations of one path apart by a fragment (`/token#refresh`). Fragments are never sent (RFC 9110 section 4.2.5).
  const template = from.path.replace(/#.*$/s, '')
  refusePath(template, operation.pointer)
  const place = placeOf(from)
  const path = `${place.prefix}${template}`
  const obstacle = from.security.obstacle(operation.value['security'])
  if (obstacle !== undefined) throw new Unusable(obstacle, `${operation.pointer}/security`)

  const lists = [below(from.item, 'parameters'), below(operation, 'parameters')]
  const read = readParameters(schemas, lists, from.security.placement)
  const notes = [...read.notes]
  const parameters = read.parameters.filter(({ in: where, name }) => where !== 'path' || placeholders(template).includes(name))
  for (const name of placeholders(template)) {
    if (parameters.some((parameter) => parameter.in === 'path' && parameter.name === name)) continue
    if (name === '' || name.length > 200) throw new Unusable('The path has a placeholder without a usable name.', operation.pointer)
    parameters.push(impliedParameter(name, operation.pointer))
    notes.push(`The path names {${name.slice(0, 60)}}, and no path parameter of that name is declared: it is taken as text.`)
  }
  const body = bodyOf(schemas, below(operation, 'requestBody'), method, notes)
  const input = makeInput(schemas, parameters, body, operation.pointer)
  const { output, note } = outputSchema(root, operation, schemas)
  if (note !== undefined) notes.push(note)
  const binding: OperationBinding = {
    method,
    path,
    ...(place.server === undefined ? {} : { server: place.server }),
    parameters: input.parameters,
    ...(input.body ? { body: input.body } : {}),
    ...(answersHtml(root, operation) ? { answersHtml: true } : {}),
    pointer: operation.pointer,
  }
  const tool = {
    name: from.name,
    ...words(operation.value, method, from.path),
    ...consequences(operation.value, method),
    inputSchema: input.schema,
    ...(output ? { outputSchema: output } : {}),
    operation: binding,
  }
  return { tool, notes }
}

function impliedParameter(name: string, pointer: string): Parameter {
  return { in: 'path', name, style: 'simple', explode: false, required: true, schema: { value: { type: 'string' }, pointer } }
}

/** Any method that reads or changes what an address names; the others would turn the connection itself into something else. */
function methodOf(method: string, pointer: string): OperationBinding['method'] {
  if (/^[A-Z][A-Z0-9-]{0,19}$/.test(method) && !['CONNECT', 'TRACE', 'TRACK'].includes(method)) return method
  throw new Unusable(`The method ${method.slice(0, 30)} is not supported.`, pointer)
}

/**
 * An operation with servers of its own lives at the connector's target where one of them is that target or lies below it, and otherwise at the first
 * that is a complete address. That address is part of the release, so the review sees it and calls may go nowhere else.
 */
function placeOf(from: ToolSource): { readonly prefix: string; readonly server?: string } {
  const own = [below(from.operation, 'servers'), below(from.item, 'servers')].find((list) => Array.isArray(list.value) && list.value.length > 0)
  if (own === undefined || from.target === undefined) return { prefix: '' }
  const { urls } = readServers(own.value, from.source)
  const target = from.target.replace(/\/+$/, '')
  const inside = urls.find((url) => url === target || url.startsWith(`${target}/`))
  if (inside !== undefined) return { prefix: inside.slice(target.length) }
  const [server] = urls
  if (server !== undefined) return { prefix: '', server }
  throw new Unusable('This operation has servers of its own, and none of them is a complete address.', own.pointer)
}

/** An optional body that cannot be written is left out; the rest of the operation works without it. */
function bodyOf(schemas: Schemas, given: Located, method: OperationBinding['method'], notes: string[]): Body | undefined {
  try {
    const body = readBody(schemas, given)
    if (method !== 'GET' && method !== 'HEAD') return body
    // A GET with a body means nothing in HTTP (RFC 9110 section 9.3.1). Where it may be left out, it is.
    if (body?.required === true) throw new Unusable('A request that only reads cannot carry a body, and this one has to.', given.pointer)
    if (body !== undefined) notes.push('Its body was left out: a request that only reads cannot carry one.')
    return undefined
  } catch (error) {
    if (!(error instanceof Unusable) || !error.isUnsupported || isRequired(schemas, given)) throw error
    notes.push(error.message)
    return undefined
  }
}

function isRequired(schemas: Schemas, given: Located): boolean {
  try {
    const { value } = resolve(schemas.document.root, given)
    return !isObject(value) || value['required'] === true
  } catch {
    return true
  }
}

function words(operation: JsonObject, method: string, path: string): { readonly title?: string; readonly description: string } {
  const summary = textOf(operation['summary'])
  const long = textOf(operation['description'])
  const both = summary !== undefined && long !== undefined && !long.startsWith(summary) ? `${summary}\n\n${long}` : (long ?? summary)
  const marked = `${operation['deprecated'] === true ? '[Deprecated] ' : ''}${both ?? `${method} ${path}`}`
  const description = bounded(marked, MAX_TOOL_DESCRIPTION)
  return { ...(summary === undefined ? {} : { title: bounded(summary, MAX_TITLE) }), description }
}

/** Methods that are safe (RFC 9110 section 9.2.1; QUERY is one by OAS 3.2 section 4.9). */
const READS = new Set(['GET', 'HEAD', 'QUERY'])
const IDEMPOTENT = new Set(['GET', 'HEAD', 'QUERY', 'OPTIONS', 'PUT', 'DELETE'])

/** What the method promises (RFC 9110 section 9.2); the review may decide otherwise. */
function consequences(operation: JsonObject, method: OperationBinding['method']): Pick<ReleaseTool, 'effect' | 'consequential' | 'annotations'> {
  const effect: ToolEffect = READS.has(method) ? 'read' : method === 'DELETE' ? 'destructive' : 'change'
  const told = operation['x-openai-isConsequential']
  const annotations = {
    readOnlyHint: effect === 'read',
    destructiveHint: effect === 'destructive',
    idempotentHint: IDEMPOTENT.has(method),
    openWorldHint: true,
  }
  return { effect, consequential: typeof told === 'boolean' ? told : effect !== 'read', annotations }
}
