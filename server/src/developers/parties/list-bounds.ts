import { Refusal } from '../../lib/index.ts'

/** What a list file may have. The real ones stay below a quarter of each. */
export const MOST_LIST_BYTES = 192 * 1024 * 1024
/** Of one part, as it is handed in and kept. */
export const MOST_PART_BYTES = 512 * 1024
export const MOST_ENTRIES = 250_000
export const MOST_RECORD = 512 * 1024
export const MOST_COLUMNS = 64
export const MOST_NAMES = 200
export const LONGEST_TEXT = 1_000
export const MOST_PLACES = 100

/** A list file that cannot be used. The one in force stays. */
export class ListInvalidError extends Refusal {
  override readonly name = 'ListInvalidError'
  readonly code = 'developers/list-invalid'
  readonly status = 422
  readonly who = 'operator'
  constructor(because: string) {
    super(`The list cannot be used: ${because}. The one in force stays in force.`)
  }
}

/** Text of a list as data: no control or direction marks, and no longer than is compared. Formulas of spreadsheets are text like any other. */
export function cell(text: unknown): string {
  if (typeof text !== 'string') return ''
  return text
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
    .trim()
    .slice(0, LONGEST_TEXT)
}

export function cells(values: unknown, most: number): readonly string[] {
  if (!Array.isArray(values)) return []
  return [
    ...new Set(
      values
        .slice(0, most)
        .map(cell)
        .filter((text) => text !== ''),
    ),
  ]
}
