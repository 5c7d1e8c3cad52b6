import { jaroWinkler } from '@skyra/jaro-winkler'
import type { ReadName } from './read-name.ts'

/** Two words are the same word from here on. Below, what they have in common is chance. */
const SAME_WORD = 0.88
const MOST_ROTATED = 6

/** How alike two names are, from 0 to 1. Neither the order of the words nor the script matters, and one missing word costs little. */
export function alike(a: ReadName, b: ReadName): number {
  if (a.words.length === 0 || b.words.length === 0) return 0
  if (a.bare || b.bare) return bareAlike(a, b)
  if (a.signs || b.signs) return joinedAlike(a.words, b.words)
  return Math.max(wordsAlike(a.words, b.words), joinedAlike(a.words, b.words))
}

/** Each word with its best partner, the best pairs first. What finds none counts against it, more in the shorter name. */
function wordsAlike(a: readonly string[], b: readonly string[]): number {
  const pairs = a
    .flatMap((one, i) => b.map((other, j) => ({ i, j, score: wordAlike(one, other), weight: Math.min(one.length, other.length) })))
    .filter(({ score }) => score >= SAME_WORD)
    .sort((x, y) => y.score - x.score || y.weight - x.weight)
  const usedA = new Set<number>()
  const usedB = new Set<number>()
  let matched = 0
  let matchedA = 0
  let matchedB = 0
  for (const { i, j, score } of pairs) {
    if (usedA.has(i) || usedB.has(j)) continue
    usedA.add(i)
    usedB.add(j)
    const one = a[i]?.length ?? 0
    const other = b[j]?.length ?? 0
    matched += score * (one + other)
    matchedA += one
    matchedB += other
  }
  if (matched === 0) return 0
  const quality = matched / (matchedA + matchedB)
  const partA = matchedA / lengthOf(a)
  const partB = matchedB / lengthOf(b)
  // One word in common, such as a given name, says nothing.
  if (usedA.size < 2 && Math.min(partA, partB) < 1) return Math.min(0.5, quality * Math.min(partA, partB))
  return quality * (0.7 * Math.max(partA, partB) + 0.3 * Math.min(partA, partB))
}

function wordAlike(a: string, b: string): number {
  if (a === b) return 1
  // An initial stands for a word, but not as well.
  if (a.length === 1 || b.length === 1) return a[0] === b[0] ? SAME_WORD : 0
  if (Math.min(a.length, b.length) < 4) return 0
  return jaroWinkler(a, b)
}

/** The same letters however they are parted into words, beginning at any word: for scripts and spellings that join and part at will. */
function joinedAlike(a: readonly string[], b: readonly string[]): number {
  const whole = b.join('')
  const turns = Math.min(a.length, MOST_ROTATED)
  let best = 0
  for (let turn = 0; turn < turns; turn++) {
    const turned = [...a.slice(turn), ...a.slice(0, turn)].join('')
    if (turned === whole) return 1
    if (Math.abs(turned.length - whole.length) > 1 || whole.length < 10) continue
    best = Math.max(best, nearly(turned, whole))
  }
  for (let turn = 1; turn < Math.min(b.length, MOST_ROTATED); turn++) {
    const turned = [...b.slice(turn), ...b.slice(0, turn)].join('')
    if (turned === a.join('')) return 1
  }
  return best
}

/** Long texts that differ in one letter. Jaro and Winkler are too kind to them by themselves. */
function nearly(a: string, b: string): number {
  const score = jaroWinkler(a, b)
  return score >= 0.97 ? score - 0.03 : 0
}

/** By consonants alone, which is less: enough of them have to agree. */
function bareAlike(a: ReadName, b: ReadName): number {
  const one = a.bones.filter((word) => word !== '')
  const other = b.bones.filter((word) => word !== '')
  if (lengthOf(one) < 4 || lengthOf(other) < 4) return 0
  const joined = joinedAlike(one, other)
  if (joined === 1) return a.bare && b.bare ? 1 : 0.96
  if (one.length !== other.length) return 0
  const left = [...other]
  const all = one.every((word) => {
    const at = left.indexOf(word)
    if (at >= 0) left.splice(at, 1)
    return at >= 0
  })
  return all ? 0.96 : 0
}

function lengthOf(words: readonly string[]): number {
  return words.reduce((sum, word) => sum + word.length, 0)
}
