import { Refusal, refusalBody, type Who } from '../lib/index.ts'

/** Where a command writes. Tests hand in their own. */
export type Streams = { readonly out: (text: string) => void; readonly err: (text: string) => void }

export const processStreams: Streams = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
}

/** 0 good, 1 a finding, 2 wrong usage, 3 it could not be done. */
export type ExitCode = 0 | 1 | 2 | 3

/** The command was asked for something that it cannot mean. Ends with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A running server, or the one that this command started, said no. */
export class ApiRefusedError extends Error {
  override readonly name = 'ApiRefusedError'
  readonly status: number
  readonly body: { readonly code: string; readonly message: string; readonly who: string; readonly pointer?: string }
  constructor(status: number, body: ApiRefusedError['body']) {
    super(body.message)
    this.status = status
    this.body = body
  }
}

/**
 * Names, messages and reasons are strangers' texts. A terminal would obey the escape sequences in them, and direction marks could make one
 * thing look like another, so both are shown as escapes. Line feeds stay only where the caller splits lines itself.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)
}

/** Columns under their names, as wide as what stands in them. Nothing at all for no rows. */
export function table(heads: readonly string[], rows: readonly (readonly unknown[])[]): string {
  if (rows.length === 0) return ''
  const cells = [heads, ...rows.map((row) => row.map((cell) => printable(cell === null || cell === undefined ? '-' : String(cell))))]
  const widths = heads.map((_, at) => Math.max(...cells.map((row) => (row[at] ?? '').length)))
  return cells
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('')
}

export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

/** What a command has to tell: as text for people, or as one JSON document for programs. */
export function tell(streams: Streams, json: boolean, value: unknown, text: string): void {
  streams.out(json ? jsonLine(value) : text)
}

export type ToldError = { readonly code: string; readonly message: string; readonly who: Who | string }

/** What went wrong, in the one shape that errors have everywhere. */
export function describeError(error: unknown): ToldError & Readonly<Record<string, unknown>> {
  if (error instanceof Refusal) return refusalBody(error)
  if (error instanceof ApiRefusedError) return error.body
  if (error instanceof UsageError) return { code: 'cli/usage', message: error.message, who: 'user' }
  if (isSettingsError(error)) return { code: error.code, message: error.message, who: 'operator', problems: error.problems }
  const { message } = error as { readonly message?: unknown }
  return { code: 'cli/fault', message: typeof message === 'string' && message !== '' ? message : String(error), who: 'operator' }
}

/** Statuses that mean: what you asked for cannot be asked for like this. */
const ASKED_WRONGLY: ReadonlySet<number> = new Set([400, 404, 413, 415, 422])

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError || isSettingsError(error)) return 2
  if ((error instanceof Refusal || error instanceof ApiRefusedError) && ASKED_WRONGLY.has(error.status)) return 2
  return 3
}

/**
 * Says what went wrong on standard error, and with `json` also as a document on standard output, since that is what a program reads.
 * A stack trace helps nobody at a prompt.
 */
export function complain(streams: Streams, json: boolean, error: unknown): ExitCode {
  const told = describeError(error)
  if (json) streams.out(jsonLine({ error: told }))
  streams.err(`handfast: ${told.message.split('\n').map(printable).join('\n')}\n`)
  return exitCodeOf(error)
}

function isSettingsError(error: unknown): error is { readonly code: string; readonly message: string; readonly problems: readonly unknown[] } {
  return error instanceof Error && error.name === 'SettingsError'
}
