/** Letters of other alphabets that look like Latin ones, by what they look like. Only for words that mix alphabets: an honest word does not. */
const pairs = 'аa вb сc ԁd еe нh іi јj кk ӏl мm оo рp ѕs тt уy хx ԝw ѵv ɡg ' + 'αa βb ϲc εe ηn ιi κk νv οo ρp τt υu χx γy ωw'
const latinFor: ReadonlyMap<string, string> = new Map(pairs.split(' ').map((pair) => [[...pair][0] ?? '', [...pair][1] ?? '']))

const LATIN = /\p{Script=Latin}/u
const OTHER = /[\p{Script=Cyrillic}\p{Script=Greek}]/u

/** Whether a word mixes Latin letters with Cyrillic or Greek ones. */
export function mixesAlphabets(word: string): boolean {
  return LATIN.test(word) && OTHER.test(word)
}

/** The word as it looks: where it mixes alphabets, every look-alike is read as the Latin letter. */
export function asItLooks(word: string): string {
  return mixesAlphabets(word) ? [...word].map((letter) => latinFor.get(letter) ?? letter).join('') : word
}

/** What two names would have in common to somebody who only looks: every look-alike as the Latin letter, without case, marks and spaces. */
export function skeleton(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[\p{M}\p{Cf}\s\p{P}]/gu, '')
  return [...plain]
    .map((letter) => latinFor.get(letter) ?? letter)
    .join('')
    .replaceAll('0', 'o')
    .replaceAll('1', 'l')
    .replaceAll('rn', 'm')
}
