import { parametersOf, plainName } from '../engine/parameters.ts'
import { toolRule } from '../engine/tool-rule.ts'

const NAMED =
  /(?:\b(?:the|optional|required)\s{1,3})?`([A-Za-z_][A-Za-z0-9_]{1,50})`\s{1,3}(?:parameter|argument)\b|\b(?:parameter|argument)\s{1,3}`([A-Za-z_][A-Za-z0-9_]{1,50})`/gi

export const absentParameters = toolRule({
  id: 'absent-parameters',
  severity: 'notes',
  clause: '2e-ii',
  title: 'Descriptions that name arguments which do not exist',
  remedy: { who: 'developer', what: 'Bring description and schema together: one of them is out of date.' },
  source: 'OpenAI app guidelines; Anthropic directory policy 2',
  *each(tool, at, { content }) {
    const known = new Set(parametersOf(tool).map(({ name }) => plainName(name)))
    for (const [, before, after] of tool.description.slice(0, 16_000).matchAll(NAMED)) {
      const name = before ?? after ?? ''
      const elsewhere =
        content.tools.length <= 500 &&
        content.tools.some((other) => other !== tool && parametersOf(other).some((parameter) => parameter.name === name))
      if (!known.has(plainName(name)) && !elsewhere)
        return void (yield {
          pointer: `${at}/description`,
          message: `The description of "${tool.name}" speaks of the argument "${name}", and there is none.`,
        })
    }
  },
})
