import { textRule } from '../engine/text-rule.ts'

/**
 * Characters that a reviewer cannot see and an assistant reads: controls (but for tab and line ends), bidirectional overrides and isolates (Unicode
 * UAX 9), zero-width space, word joiner and other invisible operators, byte order mark, fillers, line and paragraph separators, variation selectors of
 * the supplement and tag characters, which can carry a whole hidden text.
 */
const HIDDEN =
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u115f\u1160\u180e\u200b\u202a-\u202e\u2028\u2029\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\u034f|[\u{e0000}-\u{e0fff}]/u
/** Needed by Persian, Indic scripts, Hebrew and Arabic, and able to tell two equal-looking names apart. */
const AMBIGUOUS = /[\u061c\u200c-\u200f]/u
/** A joiner between two emoji makes one of them. */
const JOINED_EMOJI = /(?<=\p{Extended_Pictographic}|\ufe0f|\p{Emoji_Modifier})\u200d(?=\p{Extended_Pictographic})/gu

export const hiddenCharacters = textRule({
  id: 'hidden-characters',
  severity: 'blocks',
  clause: '2e-i',
  title: 'Characters that people cannot see',
  remedy: { who: 'developer', what: 'Remove the character at the place that is named. Type the text again if it was pasted from elsewhere.' },
  source: 'Unicode UAX 9, UTS 39',
  *read({ pointer, text }) {
    const hidden = HIDDEN.exec(text)
    if (hidden !== null)
      yield { pointer, message: `There is an invisible character (${codePoint(hidden[0])}) at position ${hidden.index}. Remove it.` }
    else if (AMBIGUOUS.test(text) && AMBIGUOUS.test(text.replaceAll(JOINED_EMOJI, '')))
      yield {
        pointer,
        severity: 'warns',
        message: 'There are invisible joining or direction marks. Some languages need them; make sure this text does.',
      }
  },
})

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}
