import { isObject, type Json, type JsonObject, pointer } from '../../lib/index.ts'
import type { Found } from './find-operations.ts'
import { textOf } from './texts.ts'

/** What an operation says about itself that does not become part of its tool, for whoever reviews it. */
export type OperationFacts = {
  readonly operationId: string | null
  readonly deprecated: boolean
  /** At most 500 characters. */
  readonly summary: string | null
  readonly descriptionLength: number
  /** Statuses that it declares, such as `200`, `4XX`, `default`. */
  readonly answers: readonly string[]
  /** Length of the longest text of a parameter. */
  readonly longestParameterText: number
  /** `x-openai-isConsequential`; null where it is not there. */
  readonly consequential: boolean | null
  /** It cannot be called without a credential (OAS 3.1 section 4.8.30): none of the ways that `security` lists is empty. */
  readonly guarded: boolean
}

const MOST_ANSWERS = 30
const MOST_PARAMETERS = 200

export function factsOf({ item, operation }: Found, root: JsonObject): OperationFacts {
  const value: JsonObject = isObject(operation.value) ? operation.value : {}
  const shared = isObject(item.value) ? item.value['parameters'] : undefined
  const consequential = value['x-openai-isConsequential']
  return {
    operationId: textOf(value['operationId']) ?? null,
    deprecated: value['deprecated'] === true,
    summary: textOf(value['summary'])?.slice(0, 500) ?? null,
    descriptionLength: lengthOf(value['description']),
    answers: isObject(value['responses']) ? Object.keys(value['responses']).slice(0, MOST_ANSWERS) : [],
    longestParameterText: Math.max(longestIn(shared), longestIn(value['parameters'])),
    consequential: typeof consequential === 'boolean' ? consequential : null,
    guarded: isGuarded(value['security'] ?? root['security']),
  }
}

function isGuarded(security: Json | undefined): boolean {
  return Array.isArray(security) && security.length > 0 && security.every((way) => isObject(way) && Object.keys(way).length > 0)
}

function lengthOf(value: Json | undefined): number {
  return typeof value === 'string' ? value.length : 0
}

function longestIn(parameters: Json | undefined): number {
  if (!Array.isArray(parameters)) return 0
  return parameters.slice(0, MOST_PARAMETERS).reduce<number>((most, one) => Math.max(most, isObject(one) ? lengthOf(one['description']) : 0), 0)
}

/** An address by http, which whoever follows it would read, or send something to, unencrypted. */
export type PlainLink = { readonly pointer: string; readonly url: string }

/** The addresses by http that the head of a document names: servers, licence, contact, terms, further documentation. */
export function plainLinksOf(root: JsonObject): readonly PlainLink[] {
  const info = isObject(root['info']) ? root['info'] : {}
  const servers = Array.isArray(root['servers']) ? root['servers'].slice(0, 20) : []
  const places: readonly (readonly [string, Json | undefined])[] = [
    ['/info/termsOfService', info['termsOfService']],
    ['/info/contact/url', memberOf(info['contact'], 'url')],
    ['/info/license/url', memberOf(info['license'], 'url')],
    ['/externalDocs/url', memberOf(root['externalDocs'], 'url')],
    ...servers.map((server, index) => [pointer('servers', index, 'url'), memberOf(server, 'url')] as const),
  ]
  return places.flatMap(([at, url]) => (typeof url === 'string' && /^http:\/\//i.test(url) ? [{ pointer: at, url: url.slice(0, 300) }] : []))
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) ? value[name] : undefined
}
