import { isDisguised } from '../engine/confusables.ts'
import { textRule } from '../engine/text-rule.ts'

const WORD = /[\p{L}\p{N}\p{M}]+/gu

export const mixedScripts = textRule({
  id: 'mixed-scripts',
  severity: 'warns',
  clause: '2e-ii',
  title: 'Words that mix letters of scripts that look alike',
  remedy: { who: 'developer', what: 'Write the word in one script.' },
  source: 'UTS 39 section 5',
  *read({ pointer, text, part }) {
    if (part === 'value' || /^[\0-\x7f]*$/.test(text)) return
    for (const [word] of text.matchAll(WORD))
      if (isDisguised(word)) {
        const severity = part === 'name' || part === 'title' || part === 'key' ? 'blocks' : 'warns'
        yield {
          pointer,
          severity,
          message: `"${word.slice(0, 60)}" mixes letters of different scripts that look the same, so it is not the word that it seems.`,
        }
        return
      }
  },
})
