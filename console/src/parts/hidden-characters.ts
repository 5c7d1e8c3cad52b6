/** A piece of text as it is shown: letters as they are, and what would not show, or would reorder what stands beside it, by its code point. */
export type Piece = { readonly text: string } | { readonly code: string; readonly name: string }

const names: Readonly<Record<string, string>> = {
  'U+0000': 'null',
  'U+0009': 'tab',
  'U+000A': 'line break',
  'U+000D': 'carriage return',
  'U+001B': 'escape',
  'U+00AD': 'soft hyphen',
  'U+200B': 'zero-width space',
  'U+200C': 'zero-width non-joiner',
  'U+200D': 'zero-width joiner',
  'U+200E': 'left-to-right mark',
  'U+200F': 'right-to-left mark',
  'U+202A': 'left-to-right embedding',
  'U+202B': 'right-to-left embedding',
  'U+202C': 'end of direction',
  'U+202D': 'left-to-right override',
  'U+202E': 'right-to-left override',
  'U+2060': 'word joiner',
  'U+2066': 'left-to-right isolate',
  'U+2067': 'right-to-left isolate',
  'U+2068': 'first strong isolate',
  'U+2069': 'end of isolate',
  'U+FEFF': 'byte order mark',
}

// Controls, format characters, separators, halves of pairs, whatever fonts leave out, and the blank Braille cell. One variation selector chooses
// the look of the character before it and may stay; a row of them carries hidden text.
const unseen = /(?<=[\ufe00-\ufe0f])[\ufe00-\ufe0f]|(?![\ufe00-\ufe0f])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/gu
/** Padding that pushes the rest of a text out of sight. */
const padding = /[\p{Zs}]{25,}|(?:\r?\n[\p{Zs}\t]*){6,}/gu

function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

/**
 * Splits a text into what is shown as it is and what is named.
 * @param lines whether line breaks and tabs may stay what they are; in names they may not
 */
export function pieces(text: string, lines: boolean): readonly Piece[] {
  const found: Piece[] = []
  const add = (piece: Piece) => found.push(piece)
  const split = (part: string) => {
    let from = 0
    for (const match of part.matchAll(unseen)) {
      const [character] = match
      if (lines && (character === '\n' || character === '\t' || (character === '\r' && part[match.index + 1] === '\n'))) continue
      if (match.index > from) add({ text: part.slice(from, match.index) })
      const code = codeOf(character)
      add({ code, name: names[code] ?? 'character that does not show' })
      from = match.index + character.length
    }
    if (from < part.length) add({ text: part.slice(from) })
  }
  let from = 0
  for (const match of text.matchAll(padding)) {
    split(text.slice(from, match.index))
    add({ code: `${match[0].length} × blank`, name: 'a long run of blanks or empty lines' })
    from = match.index + match[0].length
  }
  split(text.slice(from))
  return found
}

/** The same where only plain text can stand, such as the title of the window. */
export function plainly(text: string): string {
  return pieces(text, false)
    .map((piece) => ('text' in piece ? piece.text : `[${piece.code}]`))
    .join('')
}
