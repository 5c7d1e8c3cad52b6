import { isRecord, parametersOf, plainName } from '../engine/parameters.ts'
import { toolRule } from '../engine/tool-rule.ts'

const VERBS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
const METHODS = new Set(['method', 'http_method', 'verb', 'http_verb', 'request_method'])
const PLACES = new Set(['path', 'endpoint', 'url', 'uri', 'route', 'resource_path', 'api_path'])

export const anyMethod = toolRule({
  id: 'any-method',
  severity: 'warns',
  clause: '2b-minimum',
  title: 'Tools that can make any request',
  remedy: { who: 'developer', what: 'Make a tool for each thing that can be done. Nobody can agree to "any request".' },
  source: 'Anthropic directory submission; OpenAI app guidelines',
  *each(tool, at) {
    const parameters = parametersOf(tool).filter(({ depth }) => depth === 0)
    const method = parameters.find(({ name, schema }) => METHODS.has(plainName(name)) && (isVerbs(schema['enum']) || schema['type'] === 'string'))
    const place = parameters.find(({ name }) => PLACES.has(plainName(name)))
    if (method !== undefined && (place !== undefined || isVerbs(method.schema['enum'])) && !isRecord(method.schema['properties']))
      yield {
        pointer: `${at}${method.pointer}`,
        message: `"${tool.name}" takes the method${place === undefined ? '' : ` and the ${plainName(place.name)}`} of a request as arguments, so it can do whatever the API can.`,
      }
  },
})

function isVerbs(values: unknown): boolean {
  return Array.isArray(values) && values.filter((value) => typeof value === 'string' && VERBS.has(value.toUpperCase())).length >= 2
}
