const LONGEST = 80
/** Controls, what turns the direction of writing, what has no width, private use and halves of pairs: none of it belongs into a name. */
const HIDDEN = /\p{Cc}|\p{Cf}|\p{Co}|\p{Cn}|\p{Cs}|\u034f|[\u115f\u1160\u3164\uffa0]|[\u17b4\u17b5]|[\ufe00-\ufe0f]/gu
/** More than this many marks on one letter are there to cover the lines above and below. */
const PILED = /(\p{M}{2})\p{M}+/gu

/** A name that somebody chose for themselves, as it can be shown beside what nobody can choose: one line, no tricks, not longer than a name is. */
export function shownName(name: unknown): string {
  if (typeof name !== 'string') return ''
  const text = name
    .slice(0, 2_000)
    .normalize('NFC')
    .replaceAll(/\p{Z}|[\t\n\r\f\v]/gu, ' ')
    .replaceAll(HIDDEN, '')
    .replaceAll(PILED, '$1')
    .replaceAll(/ {2,}/g, ' ')
    .trim()
  const letters = [...text]
  return letters.length > LONGEST
    ? `${letters
        .slice(0, LONGEST - 1)
        .join('')
        .trimEnd()}…`
    : text
}
