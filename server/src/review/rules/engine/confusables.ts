/**
 * Characters outside ASCII that look like one letter or digit of it, as hexadecimal code points. Taken from Unicode's table of confusables (UTS 39
 * section 4, confusables.txt 13.0.0, © Unicode, Inc., Unicode License v3, https://www.unicode.org/license.txt), without those that NFKC and lower
 * case already bring to ASCII.
 */
const LOOKALIKES = {
  2: '1a7 14bf a6ef a75a',
  3: '21c a7ab 118ca 16f3b',
  4: '13ce 118af',
  5: '118bb',
  6: '431 13ee 2cd2 118d5',
  7: '104d2 118c6',
  8: '223 9ea a6a 1031a 1e8cb',
  9: '9ed a67 b68 d6d 2cca a76e 118cc 118d6',
  a: '251 3b1 430 15c5 a4ee 102a0 16f40',
  b: '184 1472 15af 15f7 a4d0 10282 102a1 10301',
  c: '3f2 441 1d04 2ca5 a4da abaf 102a2 10302 1043d 1051c 118e9 118f2',
  d: '501 13e7 146f 15de 15ea a4d2 a4d3',
  e: '435 4bd 2d39 a4f0 ab32 10286',
  f: '3dc 584 15b4 1e9d a4dd a799 ab35 10287 102a5 10525 118c2 1d7ca',
  g: '18d 261 581 1d83 a4d6',
  h: '4bb 570 13c2 157c 2c8e a4e7 102cf',
  i: '131 269 26a 37a 3b9 456 4cf a647 ab75 118c3',
  j: '3f3 458 148d a4d9 a7b2',
  k: '16d5 a4d7 10518',
  l: '1c0 5d5 5df 627 661 6f1 7ca 14aa 16c1 2c92 2d4f a4e1 a4f2 1028a 10309 10320 10526 118b2 16f16 16f28 1e8c7',
  m: '39c 3fa 15f0 16d6 2c98 a4df 102b0 10311 1d6b3 1d6ed 1d727 1d761 1d79b',
  n: '578 57c 2c9a a4e0 10513',
  o: '3bf 3c3 43e 585 5e1 647 665 6be 6c1 6d5 6f5 7c0 966 9e6 a66 ae6 b20 b66 be6 c66 ce6 d20 d66 e50 ed0 101d 1040 10ff 12d0 1d0f 1d11 2c9f 2d54 3007 a4f3 ab3d 10292 102ab 1042c 104ea 10516 114d0 118c8 118d7 118e0',
  p: '3c1 440 146d 2ca3 a4d1 10295',
  q: '51b 563 566 2d55',
  r: '1a6 433 1587 1d26 2c85 a4e3 ab47 ab48 ab81 104b4 16f35',
  s: '1bd 455 54f 13d5 a4e2 a731 abaa 10296 10448 118c1 16f3a',
  t: '2ca6 a4d4 10297 102b1 10315 16f0a',
  u: '28b 3c5 57d 1200 144c 1d1c a4f4 a79f ab4e ab52 104f6 118d8 16f42',
  v: '3bd 475 5d8 667 6f7 142f 1d20 2d38 a4e6 a6df aba9 1051d 11706 118c0 16f08',
  w: '26f 461 51d 561 13d4 1d21 a4ea ab83 1170a 1170e 1170f 118e6 118ef',
  x: '3a7 445 1541 157d 16b7 2d5d a4eb 10290 102b4 10317 10322 10527 118ec 1d6be 1d6f8 1d732 1d76c 1d7a6',
  y: '263 28f 3b3 443 4af 10e7 13a9 13bd 1d8c 1eff 2ca8 a4ec ab5a 102b2 118dc 16f43',
  z: '396 1d22 a4dc ab93 102f5 118a9 118c4 118e5 1d6ad 1d6e7 1d721 1d75b 1d795',
} as const

const ascii: ReadonlyMap<string, string> = new Map(
  Object.entries(LOOKALIKES).flatMap(([letter, points]) =>
    points.split(' ').map((point) => [String.fromCodePoint(Number.parseInt(point, 16)), letter]),
  ),
)

/** The word in ASCII where each of its characters is, or looks like, a letter or digit of ASCII; otherwise the word itself. */
export function latinOf(word: string): string {
  if (/^[\0-\x7f]*$/.test(word)) return word
  let latin = ''
  for (const character of word) {
    const plain = character < '\x80' ? character : ascii.get(character)
    if (plain === undefined) return word
    latin += plain
  }
  return latin
}

/** What a name looks like: two names with one skeleton are hard to tell apart. */
export function skeletonOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[\p{M}\p{Cf}]/gu, '')
  return [...plain]
    .map((character) => ascii.get(character) ?? character)
    .join('')
    .replaceAll(/[\s\-_.]/gu, '')
    .replaceAll('0', 'o')
    .replaceAll(/[1i|]/g, 'l')
}

/** Whether a word holds letters of ASCII beside letters of another script that look like them. */
export function isDisguised(word: string): boolean {
  return (
    /[a-z]/i.test(word) &&
    [...word.normalize('NFC').toLowerCase()].some(
      (character) => ascii.has(character) && /\P{Script=Latin}/u.test(character) && /\p{L}/u.test(character),
    )
  )
}
