import { wordsIn } from '../engine/parameters.ts'
import { toolRule } from '../engine/tool-rule.ts'

const PROMISES = new Set(
  'best official important preferred recommended priority primary favorite favourite trusted verified ultimate mandatory required'.split(' '),
)
const PLEADS = /(?:pick|choose|use|call|select)_?(?:me|this|first|always)(?=_|$)|^always_|must_use|_first_always/i

export const promisingName = toolRule({
  id: 'promising-name',
  severity: 'warns',
  clause: '2e-ii',
  title: 'Names that praise or plead',
  remedy: { who: 'developer', what: 'Name the tool after what it does, as a verb with its object.' },
  source: 'OpenAI app guidelines',
  *each({ name }, at) {
    const words = wordsIn(name)
    const first = words[0] ?? ''
    // `list_required_fields` says what is listed; `best_search` says which search to take.
    const word = PROMISES.has(first) && words.length > 1 ? first : PLEADS.exec(name)?.[0]
    if (word !== undefined) yield { pointer: `${at}/name`, message: `"${name}" asks to be chosen ("${word}") instead of saying what it does.` }
  },
})
