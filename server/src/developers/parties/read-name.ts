import anyAscii from 'any-ascii'
import { foreignForms, legalForms, particles } from './legal-forms.ts'
import { asItLooks } from './look-alikes.ts'

/** A name as it is compared: its words as they sound, and as their consonants, whatever script they came in. */
export type ReadName = {
  /** Words as they sound, in the order in which they stand. */
  readonly words: readonly string[]
  /** The consonants of each word; for scripts that do not write vowels. */
  readonly bones: readonly string[]
  /** It was written without vowels, so only the consonants can be compared. */
  readonly bare: boolean
  /** It was written in signs for syllables, whose groups say little about where words end. */
  readonly signs: boolean
}

/** Longer names are compared by what stands in front. */
const LONGEST_NAME = 400
const MOST_WORDS = 24

const ARABIC = /[\p{Script=Arabic}\p{Script=Hebrew}]/u
const SIGNS = /[\p{Script=Han}\p{Script=Hangul}]/u

export function readName(text: string): ReadName {
  let plain = text
    .slice(0, LONGEST_NAME)
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\p{Cf}\p{Cc}]/gu, '')
  for (const form of foreignForms) plain = plain.replaceAll(form, ' ')
  const bare = ARABIC.test(plain)
  const signs = SIGNS.test(plain)
  const words = plain
    .split(/[\s\p{P}\p{S}]+/u)
    .filter((word) => word !== '')
    .flatMap(spell)
    .slice(0, MOST_WORDS)
  const telling = words.filter((word) => !legalForms.has(word) && !particles.has(word))
  const kept = telling.length > 0 ? telling : words
  return { words: kept.map(sound), bones: kept.map(bonesOf), bare, signs }
}

/** One written word in the letters a to z and digits; signs for syllables become a word each. */
function spell(word: string): readonly string[] {
  const seen = asItLooks(word)
  if (SIGNS.test(seen)) return [...seen].map((sign) => letters(anyAscii(sign))).filter((each) => each !== '')
  const spelled = letters(anyAscii(ARABIC.test(seen) ? withoutArticle(seen) : seen))
  // "Abdulkarim", "Abdel Karim" and "Abd al-Karim" are one name.
  const servant = /^abd(?:ul|el|al|ou?l)([a-z]{3,})$/.exec(spelled)
  if (servant?.[1] !== undefined) return ['abd', servant[1]]
  if (/^abd(?:ul|el|al)$/.test(spelled)) return ['abd']
  return spelled === '' ? [] : [spelled]
}

/** The Arabic article is joined to the word behind it, and written or left out at will elsewhere. */
function withoutArticle(word: string): string {
  const rest = word.replace(/^(?:وال|بال|فال|ال|لل)(?=.{2})/u, '')
  return rest.replaceAll(/[\u064b-\u0652\u0640]/gu, '')
}

function letters(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}

const sounds: readonly (readonly [RegExp, string])[] = [
  [/schtsch|shch|chtch|sch|sh/g, '6'],
  [/tsch|tch|cz|ch/g, '4'],
  [/kh/g, 'h'],
  [/zh/g, '7'],
  [/dzh|dj/g, 'j'],
  [/ph/g, 'f'],
  [/th/g, 't'],
  [/dh/g, 'd'],
  [/gh/g, 'g'],
  [/ts|tz/g, '8'],
  [/ck|q/g, 'k'],
  [/x/g, 'ks'],
  [/w/g, 'v'],
  [/ou|oo/g, 'u'],
  [/ee|ie|iy|ij|yi|yy|ii|y/g, 'i'],
  [/j(?=[auoe])/g, 'i'],
  [/c(?=[ei])/g, 's'],
  [/c/g, 'k'],
  [/(.)\1+/g, '$1'],
  [/(?<=[aeiou])h$/g, ''],
  [/(?<=.)ii$/g, 'i'],
]

/** How a word sounds, roughly: spellings that people and offices choose between come out alike. */
export function sound(word: string): string {
  return sounds.reduce((text, [from, to]) => text.replaceAll(from, to), word)
}

/** The consonants that every spelling of an Arabic or Hebrew name keeps. */
function bonesOf(word: string): string {
  return word
    .replaceAll(/sch|sh/g, '6')
    .replaceAll(/kh/g, 'x')
    .replaceAll(/gh/g, 'g')
    .replaceAll(/th/g, 't')
    .replaceAll(/dh/g, 'd')
    .replaceAll(/ph/g, 'f')
    .replaceAll(/[aeiouywv]/g, '')
    .replaceAll(/q|ck|c/g, 'k')
    .replaceAll(/x/g, 'h')
    .replaceAll(/(.)\1+/g, '$1')
    .replace(/(?<=.)h$/, '')
}
