import type { Finding, Rule } from './rule.ts'
import { textsOf } from './texts.ts'

/**
 * Characters that a reviewer cannot see and an assistant reads: controls (but for tab and line ends), bidirectional overrides and isolates (Unicode
 * UAX 9), zero-width space, word joiner and other invisible operators, byte order mark, fillers, line and paragraph separators, variation selectors of
 * the supplement and tag characters, which can carry a whole hidden text.
 */
const HIDDEN =
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u115f\u1160\u180e\u200b\u202a-\u202e\u2028\u2029\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\u034f|[\u{e0000}-\u{e0fff}]/u
/** Needed by Persian, Indic scripts, Hebrew, Arabic and joined emoji, and able to tell two equal-looking names apart. */
const AMBIGUOUS = /[\u061c\u200c-\u200f]/u

/** Clause 2e-i: no instructions that people cannot see. */
export const hiddenCharacters: Rule = ({ content }) => {
  const findings: Finding[] = []
  for (const { pointer, text } of textsOf(content)) {
    const hidden = HIDDEN.exec(text)
    if (hidden !== null)
      findings.push(finding('blocks', pointer, `There is an invisible character (${codePoint(hidden[0])}) at position ${hidden.index}. Remove it.`))
    else if (AMBIGUOUS.test(text))
      findings.push(finding('warns', pointer, 'There are invisible joining or direction marks. Some languages need them; make sure this text does.'))
  }
  return findings
}

function finding(severity: Finding['severity'], pointer: string, message: string): Finding {
  return { rule: 'hidden-characters', severity, clause: '2e-i', message, pointer }
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}
