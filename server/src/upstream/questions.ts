import { isObject, type JsonObject } from '../lib/index.ts'

/** The requests that a connector may have for an assistant, and the capability that each one takes. */
export const ASKABLE: Readonly<Record<string, 'elicitation' | 'sampling' | 'roots'>> = {
  'elicitation/create': 'elicitation',
  'sampling/createMessage': 'sampling',
  'roots/list': 'roots',
}

/**
 * Of what an assistant declared, what we can pass on: forms, pages, questions to its model and its roots. Extensions and tasks are another matter, and
 * nothing here is ever asked for by us in place of a connector.
 */
export function askable(declared: JsonObject): JsonObject {
  const { elicitation, sampling, roots } = declared
  return {
    ...(isObject(elicitation) ? { elicitation: only(elicitation, ['form', 'url']) } : {}),
    ...(isObject(sampling) ? { sampling: only(sampling, ['tools', 'context']) } : {}),
    ...(isObject(roots) ? { roots: {} } : {}),
  }
}

function only(capability: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.filter((name) => isObject(capability[name])).map((name) => [name, {}]))
}

/** Whether an assistant with these capabilities can be asked this. An elicitation without modes means forms alone. */
export function canBeAsked(capabilities: JsonObject, method: string, params: JsonObject): boolean {
  const name = ASKABLE[method]
  const capability = name === undefined ? undefined : capabilities[name]
  if (!isObject(capability)) return false
  if (name !== 'elicitation') return true
  if (params['mode'] === 'url') return isObject(capability['url'])
  return isObject(capability['form']) || Object.keys(capability).length === 0
}

/** Members of a question that belong to the hop it came over. */
export function withoutHop(params: JsonObject): JsonObject {
  const { _meta: _, elicitationId: __, task: ___, ...rest } = params
  return rest
}
