import type { OperationBinding, ReleaseTool, ToolEffect } from '@handfast/contract'
import { isObject, type JsonObject } from '../../lib/index.ts'
import { makeInput } from './make-input.ts'
import { outputSchema } from './output-schema.ts'
import { readParameters } from './parameters.ts'
import { placeholders, refusePath } from './path-template.ts'
import type { Located } from './references.ts'
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

/** One operation as a tool. @throws Unusable */
export function makeTool(from: ToolSource): ReleaseTool {
  const { operation, schemas } = from
  const { root } = schemas.document
  if (!isObject(operation.value)) throw new Unusable('Here an operation is expected.', operation.pointer)
  const method = methodOf(from.method, operation.pointer)
  // Authors tell operations of one path apart by a fragment (`/token#refresh`). Fragments are never sent (RFC 9110 section 4.2.5).
  const template = from.path.replace(/#.*$/s, '')
  refusePath(template, operation.pointer)
  const path = `${prefixOf(from)}${template}`
  const obstacle = from.security.obstacle(operation.value['security'])
  if (obstacle !== undefined) throw new Unusable(obstacle, `${operation.pointer}/security`)

  const lists = [below(from.item, 'parameters'), below(operation, 'parameters')]
  const parameters = readParameters(schemas, lists, from.security.placement).filter(
    ({ in: place, name }) => place !== 'path' || placeholders(template).includes(name),
  )
  for (const name of placeholders(template)) {
    if (parameters.some((parameter) => parameter.in === 'path' && parameter.name === name)) continue
    throw new Unusable(`The path names {${name.slice(0, 60)}}, and no path parameter of that name is declared.`, operation.pointer)
  }
  const body = bodyOf(schemas, below(operation, 'requestBody'), method)
  const input = makeInput(schemas, parameters, body, operation.pointer)
  const output = outputSchema(root, operation, schemas)
  const binding: OperationBinding = {
    method,
    path,
    parameters: input.parameters,
    ...(input.body ? { body: input.body } : {}),
    pointer: operation.pointer,
  }
  return {
    name: from.name,
    ...words(operation.value, method, from.path),
    ...consequences(operation.value, method),
    inputSchema: input.schema,
    ...(output ? { outputSchema: output } : {}),
    operation: binding,
  }
}

function methodOf(method: string, pointer: string): OperationBinding['method'] {
  switch (method) {
    case 'GET':
    case 'HEAD':
    case 'POST':
    case 'PUT':
    case 'PATCH':
    case 'DELETE':
    case 'OPTIONS':
      return method
    default:
      throw new Unusable(`The method ${method} is not supported.`, pointer)
  }
}

/** A connector has one target. An operation with servers of its own is usable where one of them is that target, or lies below it. */
function prefixOf(from: ToolSource): string {
  const own = [below(from.operation, 'servers'), below(from.item, 'servers')].find((list) => Array.isArray(list.value) && list.value.length > 0)
  if (own === undefined || from.target === undefined) return ''
  const { urls } = readServers(own.value, from.source)
  const target = from.target.replace(/\/+$/, '')
  const inside = urls.find((url) => url === target || url.startsWith(`${target}/`))
  if (inside !== undefined) return inside.slice(target.length)
  const where = urls[0] ?? 'an address that is not complete'
  throw new Unusable(
    `This operation lives at ${where.slice(0, 200)}, not below ${target.slice(0, 200)}. Import it with that server as a connector of its own.`,
    own.pointer,
  )
}

function bodyOf(schemas: Schemas, given: Located, method: OperationBinding['method']): Body | undefined {
  if (given.value === undefined) return undefined
  return method === 'GET' || method === 'HEAD' ? bodyOfRead(schemas, given) : readBody(schemas, given)
}

/** A GET with a body means nothing in HTTP (RFC 9110 section 9.3.1). Where it may be left out, it is. */
function bodyOfRead(schemas: Schemas, given: Located): undefined {
  if (readBody(schemas, given)?.required === true)
    throw new Unusable('A request that only reads cannot carry a body, and this one has to.', given.pointer)
  return undefined
}

function words(operation: JsonObject, method: string, path: string): { readonly title?: string; readonly description: string } {
  const summary = textOf(operation['summary'])
  const long = textOf(operation['description'])
  const both = summary !== undefined && long !== undefined && !long.startsWith(summary) ? `${summary}\n\n${long}` : (long ?? summary)
  const description = bounded(both ?? `${method} ${path}`, MAX_TOOL_DESCRIPTION)
  return { ...(summary === undefined ? {} : { title: bounded(summary, MAX_TITLE) }), description }
}

/** What the method promises (RFC 9110 section 9.2); the review may decide otherwise. */
function consequences(operation: JsonObject, method: OperationBinding['method']): Pick<ReleaseTool, 'effect' | 'consequential' | 'annotations'> {
  const effect: ToolEffect = method === 'GET' || method === 'HEAD' ? 'read' : method === 'DELETE' ? 'destructive' : 'change'
  const told = operation['x-openai-isConsequential']
  const annotations = {
    readOnlyHint: effect === 'read',
    destructiveHint: effect === 'destructive',
    idempotentHint: method !== 'POST' && method !== 'PATCH',
    openWorldHint: true,
  }
  return { effect, consequential: typeof told === 'boolean' ? told : effect !== 'read', annotations }
}
