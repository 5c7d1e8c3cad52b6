import { wordsIn } from '../engine/parameters.ts'
import { toolRule } from '../engine/tool-rule.ts'

const MOVES = new Set('transfer pay withdraw deposit send wire remit trade buy sell swap stake charge refund payout'.split(' '))
const MONEY = new Set(
  'money funds payment payments crypto bitcoin btc eth token tokens coin coins stock stocks shares order cash invoice balance wallet usdc'.split(' '),
)

export const moneyMovement = toolRule({
  id: 'money-movement',
  severity: 'warns',
  clause: '2e-ii',
  title: 'Tools that move money',
  remedy: {
    who: 'developer',
    what: 'Have a person say yes to each call: leave the tool consequential, and mark it as destructive where it cannot be taken back.',
  },
  source: 'OpenAI app guidelines; Anthropic directory policy 4',
  *each({ name, effect, consequential }, at) {
    const words = wordsIn(name)
    const verb = words.find((word) => MOVES.has(word))
    const what = words.find((word) => MONEY.has(word) && word !== verb)
    if (
      verb === undefined ||
      what === undefined ||
      ['get', 'list', 'find', 'search', 'check', 'estimate', 'preview', 'quote'].includes(words[0] ?? '')
    )
      return
    if (effect === 'read' || !consequential)
      yield { pointer: `${at}/consequential`, message: `"${name}" moves money by its name, and nobody is asked before.`, about: `${name} unasked` }
    else yield { pointer: `${at}/name`, severity: 'notes', message: `"${name}" moves money by its name. Several stores do not allow that.` }
  },
})
