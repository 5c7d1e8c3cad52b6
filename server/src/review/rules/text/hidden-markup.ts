import { textRule } from '../engine/text-rule.ts'

const COMMENT = /<!--|\[(?:\/\/|comment|_|#)\]: ?(?:#|<>) ?[("']/i
const ACTIVE = /<(?:script|iframe|object|embed|form|meta|link|base|svg|style)\b|\bon(?:click|load|error|mouseover)\s?=/i
const UNSEEN =
  /style\s?=\s?["'][^"'>]{0,200}(?:display\s?:\s?none|visibility\s?:\s?hidden|font-size\s?:\s?0|opacity\s?:\s?0|color\s?:\s?(?:white|#fff))/i

export const hiddenMarkup = textRule({
  id: 'hidden-markup',
  severity: 'blocks',
  clause: '2e-i',
  title: 'Markup that hides text or does something',
  remedy: { who: 'developer', what: 'Write plain text. What people should not see, assistants should not read either.' },
  source: 'Anthropic directory policy 2',
  *read({ pointer, text, part }) {
    if (part === 'value') return
    if (UNSEEN.test(text)) yield { pointer, message: 'There is markup that makes text invisible to people.' }
    else if (COMMENT.test(text))
      yield { pointer, severity: 'warns', message: 'There is a comment of markup: assistants read it, and people are not shown it.' }
    else {
      const active = ACTIVE.exec(text)
      if (active !== null) yield { pointer, severity: 'warns', message: `There is active markup ("${active[0].trim().slice(0, 20)}").` }
    }
  },
})
