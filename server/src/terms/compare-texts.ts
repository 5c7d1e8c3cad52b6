/** A piece of a comparison: in both, only in the older text, or only in the newer one. */
export type Piece = { readonly kind: 'same' | 'gone' | 'new'; readonly text: string }
/** A paragraph of a comparison. A changed one has its pieces word by word. */
export type ComparedParagraph = { readonly kind: 'same' | 'gone' | 'new' | 'changed'; readonly pieces: readonly Piece[] }

/** A comparison fills so many cells of its tables in all; what is left then is shown whole from both sides, without looking for what they share. */
const MOST_CELLS = 4_000_000
type Budget = { cells: number }

/** What differs between two texts, paragraph by paragraph, and inside changed paragraphs word by word. */
export function compareTexts(older: string, newer: string): readonly ComparedParagraph[] {
  const budget = { cells: MOST_CELLS }
  const rows = compareLists(paragraphs(older), paragraphs(newer), budget)
  const result: ComparedParagraph[] = []
  for (let at = 0; at < rows.length; ) {
    const gone = run(rows, at, 'gone')
    const added = run(rows, at + gone.length, 'new')
    const paired = Math.min(gone.length, added.length)
    for (let index = 0; index < paired; index++) result.push(changed(gone[index] ?? '', added[index] ?? '', budget))
    for (const text of gone.slice(paired)) result.push({ kind: 'gone', pieces: [{ kind: 'gone', text }] })
    for (const text of added.slice(paired)) result.push({ kind: 'new', pieces: [{ kind: 'new', text }] })
    at += gone.length + added.length
    const row = rows[at]
    if (row?.kind === 'same') {
      result.push({ kind: 'same', pieces: [row] })
      at++
    }
  }
  return result
}

function changed(older: string, newer: string, budget: Budget): ComparedParagraph {
  const pieces = compareLists(words(older), words(newer), budget)
  return { kind: 'changed', pieces: joined(pieces) }
}

/** Items of lists count as paragraphs, so that one that came or went is seen as such. */
function paragraphs(text: string): readonly string[] {
  return text
    .split(/\n{2,}|\n(?= *(?:\d{1,3}\.|[-*]) )/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** Words with the space after them, so that joining them gives the text again. */
function words(text: string): readonly string[] {
  return text.match(/\S+\s*/g) ?? []
}

function run(rows: readonly Piece[], from: number, kind: Piece['kind']): readonly string[] {
  const texts: string[] = []
  for (let at = from; rows[at]?.kind === kind; at++) texts.push(rows[at]?.text ?? '')
  return texts
}

function joined(pieces: readonly Piece[]): readonly Piece[] {
  const result: Piece[] = []
  for (const piece of pieces) {
    const last = result.at(-1)
    if (last?.kind === piece.kind) result[result.length - 1] = { kind: piece.kind, text: last.text + piece.text }
    else result.push(piece)
  }
  return result
}

/** The longest common subsequence of two lists, as pieces: what is gone stands before what is new. Words are compared without the space after them. */
function compareLists(older: readonly string[], newer: readonly string[], budget: Budget): readonly Piece[] {
  const equal = (a: string | undefined, b: string | undefined) => a?.trimEnd() === b?.trimEnd()
  let start = 0
  while (start < older.length && start < newer.length && equal(older[start], newer[start])) start++
  let end = 0
  while (end < older.length - start && end < newer.length - start && equal(older.at(-1 - end), newer.at(-1 - end))) end++
  const [a, b] = [older.slice(start, older.length - end), newer.slice(start, newer.length - end)]
  const same = (text: string): Piece => ({ kind: 'same', text })
  const cells = a.length * b.length
  const isWithin = cells <= budget.cells
  if (isWithin) budget.cells -= cells
  const middle = isWithin ? common(a, b) : [...a.map(gone), ...b.map(added)]
  return [...newer.slice(0, start).map(same), ...middle, ...newer.slice(newer.length - end).map(same)]
}

const gone = (text: string): Piece => ({ kind: 'gone', text })
const added = (text: string): Piece => ({ kind: 'new', text })

function common(a: readonly string[], b: readonly string[]): readonly Piece[] {
  const width = b.length + 1
  const longest = new Uint32Array((a.length + 1) * width)
  const cell = (i: number, j: number) => longest[i * width + j] ?? 0
  // Numbers are compared instead of words, since each cell compares two.
  const numbers = new Map<string, number>()
  const numberOf = (word: string) => {
    const bare = word.trimEnd()
    const known = numbers.get(bare) ?? numbers.size
    numbers.set(bare, known)
    return known
  }
  const [left, right] = [a.map(numberOf), b.map(numberOf)]
  const equal = (i: number, j: number) => left[i] === right[j]
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) longest[i * width + j] = equal(i, j) ? cell(i + 1, j + 1) + 1 : Math.max(cell(i + 1, j), cell(i, j + 1))
  }
  const pieces: Piece[] = []
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    if (equal(i, j)) {
      pieces.push({ kind: 'same', text: b[j] ?? '' })
      i++
      j++
    } else if (cell(i + 1, j) >= cell(i, j + 1)) pieces.push(gone(a[i++] ?? ''))
    else pieces.push(added(b[j++] ?? ''))
  }
  return [...pieces, ...a.slice(i).map(gone), ...b.slice(j).map(added)]
}
