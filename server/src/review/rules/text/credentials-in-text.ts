import { textRule } from '../engine/text-rule.ts'

/** Keys that services write in forms of their own. Every part is of bounded or single-class length. */
const KEYS: readonly (readonly [string, RegExp])[] = [
  ['a key of AWS', /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/],
  ['a token of GitHub', /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})/],
  ['a token of GitLab', /\bglpat-[A-Za-z0-9_-]{20}/],
  ['a token of Slack', /\bxox[abprs]-[0-9]{8,}-[A-Za-z0-9-]{10,}/],
  ['a key of Google', /\bAIza[A-Za-z0-9_-]{35}\b/],
  ['a key of Stripe', /\b[rs]k_live_[A-Za-z0-9]{20,}/],
  ['a key of a model provider', /\bsk-(?:proj-|ant-[a-z0-9]{3,8}-)?[A-Za-z0-9_-]{40,}/],
  ['a token of npm', /\bnpm_[A-Za-z0-9]{36}\b/],
  ['a private key', /-----BEGIN (?:[A-Z]{2,10} )?PRIVATE KEY-----/],
  ['a JSON web token', /\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{20,}/],
]
const ADDRESS = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"'<>{}[\]$]{1,100}:([^\s/:@"'<>]{3,100})@[a-z0-9.-]{3,200}/i
/** What documentation writes in the place of a key. */
const PLACEHOLDER =
  /example|your|xxx|\.\.\.|placeholder|redacted|dummy|sample|test|fake|1234567890|abcdef|password|passwd|secret|token|^pass$|^pw$|^[*x]+$|[<>{}$]/i

export const credentialsInText = textRule({
  id: 'credentials-in-text',
  severity: 'blocks',
  clause: '3b-platform-security',
  title: 'Keys and passwords in texts, defaults and examples',
  remedy: {
    who: 'developer',
    what: 'Remove it, and have the key replaced where it came from: whoever read the text has it. Keys of users go into their account.',
  },
  source: 'OpenAI app guidelines; CWE-798',
  *read({ pointer, text }) {
    if (text.length < 16) return
    const found = KEYS.find(([, pattern]) => isReal(pattern.exec(text)?.[0]))
    if (found !== undefined) yield { pointer, message: `There is ${found[0]} in this text. Everybody who reads it can use it.` }
    else if (isReal(ADDRESS.exec(text)?.[1])) yield { pointer, message: 'There is an address with a name and a password in it.' }
  },
})

function isReal(found: string | undefined): boolean {
  return found !== undefined && !PLACEHOLDER.test(found) && new Set(found).size > Math.min(8, found.length / 2)
}
