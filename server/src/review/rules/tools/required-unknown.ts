import { isRecord } from '../engine/parameters.ts'
import { toolRule } from '../engine/tool-rule.ts'

export const requiredUnknown = toolRule({
  id: 'required-unknown',
  severity: 'warns',
  clause: '2b-minimum',
  title: 'Required arguments that the schema does not describe',
  remedy: { who: 'developer', what: 'Describe the argument among `properties`, or take it out of `required`.' },
  source: 'JSON Schema 2020-12 validation section 6.5.3; MCP 2025-06-18, tools',
  *each({ name, inputSchema }, at) {
    const { required, properties } = inputSchema
    if (!Array.isArray(required) || ['anyOf', 'oneOf', 'allOf', '$ref', 'patternProperties'].some((key) => inputSchema[key] !== undefined)) return
    const known = isRecord(properties) ? properties : {}
    const unknown = required.find((one) => typeof one === 'string' && !Object.hasOwn(known, one))
    if (typeof unknown === 'string')
      yield { pointer: `${at}/inputSchema/required`, message: `"${name}" requires "${unknown.slice(0, 60)}", and does not say what that is.` }
  },
})
