import { z } from 'zod'
import { type AnyEndpoint, download } from './endpoint.ts'
import type { Policy } from './policy.ts'

type JsonSchema = { readonly [key: string]: unknown }

const errorSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'who'],
      properties: {
        code: { type: 'string', description: 'Stable; programs branch on it' },
        message: { type: 'string' },
        who: { enum: ['user', 'developer', 'operator', 'assistant', 'wait'], description: 'Whose move it is' },
        pointer: { type: 'string', description: 'JSON pointer into what was sent' },
        link: { type: 'string', description: 'A page where a person can act on it' },
        ref: { type: 'string', description: 'Names the log entry of a failure on our side' },
      },
    },
  },
} as const

/** The OpenAPI 3.1 description of the control API, computed from the endpoints themselves, so that it cannot say anything else. */
export function describeApi(
  endpoints: readonly AnyEndpoint[],
  site: { readonly publicUrl: URL; readonly name: string; readonly version: string },
): JsonSchema {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const endpoint of endpoints) {
    paths[endpoint.path] ??= {}
    Object.assign(paths[endpoint.path] ?? {}, { [endpoint.method.toLowerCase()]: operation(endpoint) })
  }
  return {
    openapi: '3.1.0',
    info: { title: `${site.name}: control API`, version: site.version },
    servers: [{ url: site.publicUrl.origin }],
    paths,
    components: {
      schemas: { Error: errorSchema },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: site.publicUrl.protocol === 'https:' ? '__Host-handfast' : 'handfast' },
        token: { type: 'http', scheme: 'bearer' },
      },
    },
  }
}

function operation(endpoint: AnyEndpoint): JsonSchema {
  const input = jsonSchema(endpoint.input, 'input')
  const properties = (input['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>
  const required = (input['required'] ?? []) as readonly string[]
  const inPath = namesInPath(endpoint.path)
  const rest = Object.keys(properties).filter((name) => !inPath.includes(name))
  const inQuery = endpoint.method === 'GET' || endpoint.method === 'DELETE'
  const parameter = (name: string, where: 'path' | 'query') => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: properties[name] ?? { type: 'string' },
  })
  const parameters = [...inPath.map((name) => parameter(name, 'path')), ...(inQuery ? rest.map((name) => parameter(name, 'query')) : [])]
  return {
    operationId: operationId(endpoint),
    summary: endpoint.summary,
    security: security(endpoint.policy),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(inQuery || rest.length === 0 ? {} : { requestBody: body(input, rest, required) }),
    responses: { ...success(endpoint), default: { description: 'A refusal, or a failure', content: json({ $ref: '#/components/schemas/Error' }) } },
    'x-handfast-policy': endpoint.policy,
    'x-handfast-ledger': endpoint.ledger,
  }
}

function body(input: JsonSchema, names: readonly string[], required: readonly string[]): JsonSchema {
  const properties = input['properties'] as Readonly<Record<string, JsonSchema>>
  const needed = required.filter((name) => names.includes(name))
  const schema = {
    ...input,
    properties: Object.fromEntries(names.map((name) => [name, properties[name]])),
    required: needed,
  }
  return { required: needed.length > 0, content: json(schema) }
}

function success(endpoint: AnyEndpoint): JsonSchema {
  if (answersNothing(endpoint)) return { 204: { description: 'Done' } }
  // A file has a type of its own, which depends on what it is.
  if (endpoint.output === download) return { 200: { description: 'A file', content: { '*/*': {} } } }
  const shape = json(jsonSchema(endpoint.output, 'output'))
  const content = endpoint.streams === true ? { ...shape, 'text/event-stream': {} } : shape
  return Object.fromEntries([endpoint.status ?? 200, ...(endpoint.alsoStatus ?? [])].map((status) => [status, { description: 'Done', content }]))
}

export function answersNothing(endpoint: AnyEndpoint): boolean {
  return endpoint.output instanceof z.ZodVoid
}

function json(schema: JsonSchema): JsonSchema {
  return { 'application/json': { schema } }
}

function jsonSchema(shape: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io, unrepresentable: 'any' }) as JsonSchema
  return schema
}

/** Names in braces, in the order of the path. */
export function namesInPath(path: string): readonly string[] {
  return [...path.matchAll(/\{([a-zA-Z]+)\}/g)].map((match) => match[1] ?? '')
}

/** `DELETE /api/v1/sessions/{id}` is `delete-sessions-id`: stable as long as the address is. */
function operationId(endpoint: AnyEndpoint): string {
  const words = endpoint.path.slice('/api/v1/'.length).replaceAll(/[{}]/g, '').split(/[/.]/)
  return [endpoint.method.toLowerCase(), ...words].join('-')
}

function security(policy: Policy): readonly Readonly<Record<string, readonly string[]>>[] {
  switch (policy.kind) {
    case 'public':
      return []
    case 'session':
      return [{ session: [] }]
    case 'token':
      return [{ token: [] }]
    case 'session-or-token':
      return [{ session: [] }, { token: [] }]
  }
}
