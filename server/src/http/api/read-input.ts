import type { FastifyRequest } from 'fastify'
import { isObject, pointer } from '../../lib/index.ts'
import type { AnyEndpoint } from './endpoint.ts'
import { namesInPath } from './openapi.ts'
import { RequestInvalidError } from './request-errors.ts'

/**
 * What was sent, in the endpoint's shape: names in the path, and the query or the body.
 * @throws RequestInvalidError naming the first field that does not fit
 */
export function readInput(request: FastifyRequest, one: AnyEndpoint): unknown {
  const sent = one.method === 'GET' || one.method === 'DELETE' ? request.query : (request.body ?? {})
  if (!isObject(sent)) throw new RequestInvalidError('', 'the body has to be a JSON object')
  const params = request.params as Readonly<Record<string, string>>
  const result = one.input.safeParse({ ...sent, ...Object.fromEntries(namesInPath(one.path).map((name) => [name, params[name]])) })
  if (result.success) return result.data
  const [issue] = result.error.issues
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const at = [...(issue?.path ?? []), ...unknown].map((step) => (typeof step === 'symbol' ? '' : step))
  throw new RequestInvalidError(pointer(...at), unknown.length > 0 ? 'there is no such field' : (issue?.message ?? 'it has the wrong shape'))
}
