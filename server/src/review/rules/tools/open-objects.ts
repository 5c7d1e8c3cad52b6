import { isRecord, parametersOf } from '../engine/parameters.ts'
import { toolRule } from '../engine/tool-rule.ts'

export const openObjects = toolRule({
  id: 'open-objects',
  severity: 'notes',
  clause: '2b-minimum',
  title: 'Arguments that take any object',
  remedy: { who: 'developer', what: 'Name the fields. What is not named cannot be shown to people, minimised or checked.' },
  source: 'OpenAI app guidelines',
  *each(tool, at) {
    const found = parametersOf(tool).filter(({ schema, depth }) => depth === 0 && isOpen(schema))
    const [first] = found
    if (first !== undefined)
      yield {
        pointer: `${at}${first.pointer}`,
        message: `"${tool.name}" takes any object as "${first.name.slice(0, 60)}"${found.length === 1 ? '' : ` and ${found.length - 1} more`}: nobody can see what is sent.`,
      }
  },
})

function isOpen(schema: Parameters<typeof isRecord>[0]): boolean {
  if (
    !isRecord(schema) ||
    schema['type'] !== 'object' ||
    ['anyOf', 'oneOf', 'allOf', '$ref', 'patternProperties'].some((key) => schema[key] !== undefined)
  )
    return false
  const { properties, additionalProperties } = schema
  const named = isRecord(properties) && Object.keys(properties).length > 0
  return !named && additionalProperties !== false && !(isRecord(additionalProperties) && Object.keys(additionalProperties).length > 0)
}
