import { latinOf } from './confusables.ts'
import type { PlacedText } from './texts.ts'

/** Longer texts are read up to here. Nothing hides behind it: `text-length` blocks what is longer. */
export const LONGEST_TEXT = 65_536

/** Words of a text, lower case, with the number of the sentence that each stands in. */
export type Words = { readonly words: readonly string[]; readonly sentences: readonly number[] }

/** A text with its words, which are taken apart when a rule first asks for them and shared by all of them. */
export type TextRead = PlacedText & {
  /** Of the whole text, where `text` is only its beginning. */
  readonly length: number
  readonly words: () => Words
}

export function readText(placed: PlacedText): TextRead {
  let words: Words | undefined
  const text = placed.text.length > LONGEST_TEXT ? placed.text.slice(0, LONGEST_TEXT) : placed.text
  return {
    ...placed,
    text,
    length: placed.text.length,
    words: () => {
      words ??= wordsOf(text)
      return words
    },
  }
}

const WORD_OR_END = /[\p{L}\p{N}\p{M}_]+|[.!?;]+(?=\s|$)|[。！？]|\n(?=\n)/gu
/** Marks that people cannot see, apostrophes and emphasis: "i​gnore", "don't" and "**ignore**" are words like any other. */
const GLUE = /[\p{Cf}'’`*~]/gu

/**
 * Takes a text apart, so that spelling, case, line breaks and lookalike letters make no difference to what it says. Time is linear in the text:
 * both patterns are single classes.
 */
export function wordsOf(text: string): Words {
  const plain = text.normalize('NFKC').toLowerCase().replaceAll(GLUE, '')
  const words: string[] = []
  const sentences: number[] = []
  let sentence = 0
  for (const [piece] of plain.matchAll(WORD_OR_END)) {
    // A point within an address or a file name ends nothing, and a single line end is a wrapped line as often as not.
    if (/^[.!?;。！？\n]/u.test(piece)) sentence++
    else {
      words.push(latinOf(piece))
      sentences.push(sentence)
    }
  }
  return { words, sentences }
}
