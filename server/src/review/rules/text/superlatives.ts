import { phrases } from '../engine/phrases.ts'
import { textRule } from '../engine/text-rule.ts'

const praise = phrases(
  'best|greatest|fastest|smartest|leading|ultimate ..2 app|tool|connector|server|service|platform|solution|api|assistant|provider',
  'the best|fastest|greatest|ultimate|only',
  'number one',
  'amazing|awesome|incredible|unbeatable|revolutionary|unparalleled|unmatched|worlds|world',
  'better|faster|cheaper than any|all|every|other',
  'der|die|das beste|schnellste|führende',
  'le|la meilleur|meilleure',
  'el|la mejor',
)

export const superlatives = textRule({
  id: 'superlatives',
  severity: 'notes',
  clause: '2e-ii',
  title: 'Praise and comparisons in the listing',
  remedy: { who: 'developer', what: 'Say what the connector does. Whether it is the best, people find out.' },
  source: 'OpenAI app guidelines; Microsoft certification of connectors',
  *read({ pointer, part, of, words }) {
    if (of !== 'listing' || (part !== 'description' && part !== 'name')) return
    const found = praise(words())
    if (found !== null && !/^(?:the only|world |worlds )/.test(`${found.quote} `))
      yield { pointer, message: `"${found.quote}" praises more than it tells.` }
  },
})
