/**
 * A text of an assistant's own making, as a database can keep it: cut to a length, without halves of characters, and without U+0000, which
 * PostgreSQL takes in no text. Rows are committed together, so one that is refused would take those of other people's calls with it.
 */
export function keepable(text: string, most: number): string {
  return text.slice(0, most).toWellFormed().replaceAll('\u0000', '\ufffd')
}
