import type { Json } from '../../lib/index.ts'

/** Longest texts that assistants are given; some cut harder themselves. */
export const MAX_TOOL_DESCRIPTION = 1_000
export const MAX_FIELD_DESCRIPTION = 700
export const MAX_TITLE = 100

/** The text, cut at a word where one ends near the limit. */
export function bounded(text: string, limit: number): string {
  // Cut first: a megabyte of blanks, shared by all operations, is not searched again and again.
  const trimmed = text.slice(0, 8 * limit).trim()
  if (trimmed.length <= limit) return trimmed.toWellFormed()
  const cut = trimmed.slice(0, limit - 1)
  const space = cut.lastIndexOf(' ')
  return `${(space > limit * 0.8 ? cut.slice(0, space) : cut).trimEnd()}…`.toWellFormed()
}

/** What stands there, for a message. `String` of what a document holds would call a member of it that is named `toString`. */
export function saidAs(value: Json | undefined): string {
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')).slice(0, 100)
}

export function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value.slice(0, 8_000).trim() !== '' ? value : undefined
}
