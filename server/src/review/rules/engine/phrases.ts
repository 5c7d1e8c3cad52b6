import type { Words } from './read-text.ts'

type Step =
  | { readonly kind: 'word'; readonly words: ReadonlySet<string>; readonly stems: readonly string[]; readonly optional: boolean }
  | { readonly kind: 'gap'; readonly most: number }

/** A way of saying something. */
type Phrase = { readonly first: Step & { readonly kind: 'word' }; readonly rest: readonly Step[] }

/** Finds the first of several phrases in the words of a text, or null. */
export type FindPhrase = (words: Words) => { readonly quote: string } | null

const MOST_GAPS = 3
const WIDEST_GAP = 6

/**
 * Makes a finder of phrases, each written as words with one space between: `ignore|disregard all|any? previous instruct* ..3 now`. `a|b` is either,
 * a last `?` makes it optional, `instruct*` is a beginning, `..3` are up to three other words. A phrase stays within a sentence.
 *
 * The work for one text is linear in its words: from each word on, a phrase reaches only as far as its steps and gaps do, and their number is bounded.
 */
export function phrases(...written: readonly string[]): FindPhrase {
  let index: Index | undefined
  return (text) => {
    index ??= indexOf(written)
    const { words } = text
    for (const [at, word] of words.entries()) {
      const byStem = index.byStem.filter(({ stem }) => word.startsWith(stem)).map(({ phrase }) => phrase)
      for (const { rest } of [...(index.byWord.get(word) ?? []), ...byStem]) {
        const end = reach(text, rest, 0, at + 1, text.sentences[at] ?? 0)
        if (end !== null) return { quote: words.slice(at, end).join(' ').slice(0, 120) }
      }
    }
    return null
  }
}

type Index = {
  readonly byWord: ReadonlyMap<string, readonly Phrase[]>
  readonly byStem: readonly { readonly stem: string; readonly phrase: Phrase }[]
}

function indexOf(written: readonly string[]): Index {
  const byWord = new Map<string, Phrase[]>()
  const byStem: { readonly stem: string; readonly phrase: Phrase }[] = []
  for (const phrase of written.map(readPhrase)) {
    for (const word of phrase.first.words) byWord.set(word, [...(byWord.get(word) ?? []), phrase])
    for (const stem of phrase.first.stems) byStem.push({ stem, phrase })
  }
  return { byWord, byStem }
}

/** Where the phrase ends, or null where it does not go on like this. */
function reach(text: Words, steps: readonly Step[], step: number, at: number, sentence: number): number | null {
  const next = steps[step]
  if (next === undefined) return at
  if (next.kind === 'gap') {
    for (let skipped = 0; skipped <= next.most; skipped++) {
      const end = reach(text, steps, step + 1, at + skipped, sentence)
      if (end !== null) return end
    }
    return null
  }
  const word = text.words[at]
  if (word !== undefined && text.sentences[at] === sentence && fits(next, word)) {
    const end = reach(text, steps, step + 1, at + 1, sentence)
    if (end !== null) return end
  }
  return next.optional ? reach(text, steps, step + 1, at, sentence) : null
}

function fits({ words, stems }: Step & { readonly kind: 'word' }, word: string): boolean {
  return words.has(word) || stems.some((stem) => word.startsWith(stem))
}

function readPhrase(written: string): Phrase {
  const [first, ...rest] = written.split(' ').map(readStep)
  const gaps = rest.filter(({ kind }) => kind === 'gap').length
  if (first === undefined || first.kind === 'gap' || first.optional || gaps > MOST_GAPS) throw new Error(`This is no phrase: ${written}`)
  return { first, rest }
}

function readStep(written: string): Step {
  const gap = /^\.\.(\d)$/.exec(written)
  if (gap !== null) {
    const most = Number(gap[1])
    if (most > WIDEST_GAP) throw new Error(`A gap has at most ${WIDEST_GAP} words: ${written}`)
    return { kind: 'gap', most }
  }
  const optional = written.endsWith('?')
  const choices = (optional ? written.slice(0, -1) : written).split('|')
  return {
    kind: 'word',
    optional,
    words: new Set(choices.filter((choice) => !choice.endsWith('*'))),
    stems: choices.filter((choice) => choice.endsWith('*')).map((choice) => choice.slice(0, -1)),
  }
}
