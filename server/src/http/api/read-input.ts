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
  const whole: Record<string, unknown> = { ...sent, ...Object.fromEntries(namesInPath(one.path).map((name) => [name, params[name]])) }
  for (const [name, value] of Object.entries(whole)) {
    const at = one.passesOn?.includes(name) === true ? null : unkeepable(value, [name])
    if (at !== null) throw new RequestInvalidError(pointer(...at), 'it holds a character that is none: zero, or half of one')
  }
  const result = one.input.safeParse(whole)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const at = [...(issue?.path ?? []), ...unknown].map((step) => (typeof step === 'symbol' ? '' : step))
  throw new RequestInvalidError(pointer(...at), unknown.length > 0 ? 'there is no such field' : (issue?.message ?? 'it has the wrong shape'))
}

/**
 * Where a text stands that cannot be kept as it was sent: one of the databases takes no U+0000, and halves of surrogate pairs become something else on
 * the way, so that digests would be of what nobody sent.
 */
function unkeepable(value: unknown, at: readonly (string | number)[]): readonly (string | number)[] | null {
  if (typeof value === 'string') return value.includes('\u0000') || !value.isWellFormed() ? at : null
  if (typeof value !== 'object' || value === null) return null
  for (const [name, one] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
    const found = (typeof name === 'string' ? unkeepable(name, at) : null) ?? unkeepable(one, [...at, name])
    if (found !== null) return found
  }
  return null
}
