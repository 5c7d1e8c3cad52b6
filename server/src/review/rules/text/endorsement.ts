import { phrases } from '../engine/phrases.ts'
import type { Words } from '../engine/read-text.ts'
import { textRule } from '../engine/text-rule.ts'

const PLATFORMS = ['handfast', 'openai', 'chatgpt', 'anthropic', 'claude', 'microsoft', 'copilot', 'google', 'gemini']
const APPROVALS =
  'approved|endorsed|certified|verified|recommended|sponsored|authorized|authorised|backed|featured|vetted|audited|trusted|accredited|supported'

const claims = phrases(
  `${APPROVALS} by the? assistant|platform|directory|operator|store|marketplace`,
  'official|officially|certified|approved|endorsed partner|integration|connector|extension of|for|with the? assistant|platform|directory|operator|store',
  'offizieller|zertifizierter|geprüfter partner|anbieter der|dieser plattform',
  'partenaire|connecteur officiel|certifié|agréé de la plateforme',
  'socio|conector oficial|certificado de la plataforma',
)

export const endorsement = textRule({
  id: 'endorsement',
  severity: 'warns',
  clause: '4a-platform-marks',
  title: 'Claims that the platform made, supports or endorses the connector',
  remedy: { who: 'developer', what: 'Remove the claim. "Works with" is a fact; who reviewed it, the directory says itself.' },
  source: 'OpenAI app guidelines; Anthropic directory terms',
  *read({ pointer, text, part, words }, { content, marks: all }) {
    if (part === 'notice' || part === 'key' || part === 'value' || pointer === '/publishedBy/developer') return
    // Whoever runs the platform may say so of their own connectors.
    const marks = all.filter((mark) => mark !== content.publishedBy.developer)
    const found = claims(words())?.quote ?? claimOf(words(), [...marks, ...PLATFORMS])
    if (found !== null)
      yield {
        pointer,
        message: `"${found}" claims that the platform stands behind this connector.`,
        severity: isOwn(found, marks) ? 'blocks' : 'warns',
      }
    else if (part === 'name' && marks.some((mark) => mark.length > 3 && holds(text, mark)))
      yield { pointer, severity: 'warns', message: 'The name holds a mark of whoever runs this platform, as if it came from there.' }
  },
})

const STANDS_BEHIND = new Set(`${APPROVALS}|partnered|affiliated|partnership|built|made|created|developed|official|officially`.split('|'))
const JOINS = new Set(['by', 'with', 'from', 'for'])

/** `verified by Claude`, `official OpenAI connector`, `in partnership with Google`. */
function claimOf({ words, sentences }: Words, marks: readonly string[]): string | null {
  const firsts = new Set(marks.map((mark) => mark.toLowerCase().split(' ')[0] ?? ''))
  for (const [at, word] of words.entries()) {
    if (!firsts.has(word)) continue
    const before = words[at - 1] ?? ''
    const verb = words[at - 2] ?? ''
    const inOne = sentences[at] === sentences[at - 2]
    if (inOne && JOINS.has(before) && STANDS_BEHIND.has(verb) && !(before === 'for' && /^(?:built|made|created|developed)$/.test(verb)))
      return `${verb} ${before} ${word}`
    if (/^official(?:ly)?$/.test(before) && /^(?:connector|integration|plugin|app|partner|tool|server)s?$/.test(words[at + 1] ?? ''))
      return `${before} ${word} ${words[at + 1]}`
  }
  return null
}

function isOwn(found: string, marks: readonly string[]): boolean {
  return marks.some((mark) => mark.length > 3 && holds(found, mark))
}

function holds(text: string, mark: string): boolean {
  return ` ${text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, ' ')} `.includes(` ${mark.toLowerCase()} `)
}
