import { wordsIn } from '../engine/parameters.ts'
import { toolRule } from '../engine/tool-rule.ts'

const EMPTY = new Set(
  'tool function action do run test foo bar baz main handler process execute call method api request data helper util misc thing temp tmp demo'.split(
    ' ',
  ),
)

export const emptyName = toolRule({
  id: 'empty-name',
  severity: 'notes',
  clause: '2e-ii',
  title: 'Names that say nothing',
  remedy: { who: 'developer', what: 'Name the tool after what it does, such as `find_table`.' },
  source: 'OpenAI app guidelines',
  *each({ name }, at) {
    const words = wordsIn(name).filter((word) => !/^\d+$/.test(word))
    if (words.every((word) => EMPTY.has(word.replace(/\d+$/, ''))))
      yield { pointer: `${at}/name`, message: `"${name}" does not say what the tool does.` }
  },
})
