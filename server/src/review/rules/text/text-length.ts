import { LONGEST_TEXT } from '../engine/read-text.ts'
import { textRule } from '../engine/text-rule.ts'

export const textLength = textRule({
  id: 'text-length',
  severity: 'blocks',
  clause: '2e-i',
  title: 'Texts that are too long to be read',
  remedy: { who: 'developer', what: 'Shorten the text. What people need to know beside it belongs on a page that is linked.' },
  *read({ pointer, length, part }) {
    if (part !== 'notice' && length > LONGEST_TEXT)
      yield { pointer, message: `This text has ${length} characters, and rules read ${LONGEST_TEXT} of them. Nobody knows what the rest says.` }
  },
})
