import { growthRule, pairs } from '../engine/growth-rule.ts'
import { parametersOf } from '../engine/parameters.ts'
import { listed } from '../engine/tool-rule.ts'

export const newArguments = growthRule({
  id: 'new-arguments',
  severity: 'notes',
  clause: '2b-minimum',
  title: 'Arguments that tools did not take before',
  remedy: { who: 'reviewer', what: 'Ask what the new arguments are for, and whether `receives` names them.' },
  source: 'OpenAI app review',
  *compare(content, previous) {
    const grown: { readonly name: string; readonly at: string; readonly fields: readonly string[] }[] = []
    for (const { tool, before, at } of pairs(content, previous)) {
      const known = new Set(parametersOf(before).map(({ pointer }) => pointer))
      const fields = parametersOf(tool)
        .filter(({ pointer }) => !known.has(pointer))
        .map(({ name }) => name)
      if (fields.length > 0) grown.push({ name: tool.name, at, fields })
      yield undefined
    }
    const [first] = grown
    if (first !== undefined)
      yield {
        pointer: `${first.at}/inputSchema`,
        message: `${listed(grown.map(({ name }) => name))} ${grown.length === 1 ? 'takes' : 'take'} more than before, such as "${first.fields[0]?.slice(0, 60)}".`,
        about: grown.map(({ name, fields }) => `${name} ${fields.join(' ')}`).join('\n'),
      }
  },
})
