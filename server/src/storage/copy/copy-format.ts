import { createHash, type Hash } from 'node:crypto'
import { Refusal } from '../../lib/index.ts'

/**
 * A copy of a database as lines of JSON: a head, then for each table a line that names its columns and a line for each row, and an end with the
 * SHA-256 of all lines before it. It says nothing about which database it came from but in the head, so that it can be taken into either.
 */
export type Head = {
  readonly handfast: 'copy'
  readonly format: 1
  /** The release that wrote it. */
  readonly release: string
  /** Migrations that its tables are at. */
  readonly schema: readonly string[]
  /** RFC 3339. */
  readonly at: string
}
export type TableLine = { readonly table: string; readonly columns: readonly string[] }
export type End = { readonly rows: number; readonly sha256: string }
export type Cell = string | number | null | Uint8Array
type WrittenCell = string | number | null | { readonly base64: string }

export class CopyInvalidError extends Refusal {
  override readonly name = 'CopyInvalidError'
  readonly code = 'storage/copy-invalid'
  readonly status = 422
  readonly who = 'operator'
  constructor(problem: string) {
    super(`This is not a whole copy of a Handfast database: ${problem}. Nothing was restored.`)
  }
}

export function rowLine(cells: readonly unknown[]): string {
  const written = cells.map((cell): WrittenCell => {
    if (cell === null || typeof cell === 'string' || typeof cell === 'number') return cell
    if (cell instanceof Uint8Array) return { base64: Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength).toString('base64') }
    throw new TypeError(`a copy has no form for a ${typeof cell}`)
  })
  return JSON.stringify(written)
}

/** One line of a copy, as it was read. */
export type Line = { readonly head: Head } | { readonly table: TableLine } | { readonly row: readonly Cell[] } | { readonly end: End }

/** @throws CopyInvalidError */
export function readLine(text: string): Line {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new CopyInvalidError('a line is not JSON')
  }
  if (Array.isArray(value)) return { row: value.map(readCell) }
  const { handfast, format, table, columns, sha256, rows, schema } = (value ?? {}) as Readonly<Record<string, unknown>>
  if (handfast === 'copy' && format === 1 && Array.isArray(schema)) return { head: value as Head }
  if (typeof table === 'string' && Array.isArray(columns) && columns.every((name) => typeof name === 'string')) return { table: { table, columns } }
  if (typeof sha256 === 'string' && typeof rows === 'number') return { end: { sha256, rows } }
  throw new CopyInvalidError('a line is none that a copy has')
}

function readCell(cell: unknown): Cell {
  if (cell === null || typeof cell === 'string' || typeof cell === 'number') return cell
  const { base64 } = cell as { readonly base64?: unknown }
  if (typeof base64 !== 'string') throw new CopyInvalidError('a row holds something that no column has')
  return Buffer.from(base64, 'base64')
}

/** The digest of the lines so far, each with its line feed. */
export class Running {
  readonly #hash: Hash = createHash('sha256')
  add(line: string): void {
    this.#hash.update(line).update('\n')
  }
  get sha256(): string {
    return this.#hash.digest('hex')
  }
}
