import { CsvError, parse } from 'csv-parse'
import { ListInvalidError, MOST_COLUMNS, MOST_RECORD } from './list-bounds.ts'

/** So many rows are read before others get a turn. */
const AT_ONCE = 200

/** Rows of a CSV file as they arrive. @throws ListInvalidError for what is no CSV, and for rows beyond all measure */
export async function* readCsv(
  bytes: AsyncIterable<Uint8Array>,
  options: { readonly header: boolean },
): AsyncGenerator<readonly string[] | Record<string, string>> {
  const parser = parse({
    bom: true,
    columns: options.header,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MOST_RECORD,
    relax_quotes: true,
  })
  const feeding = feed(bytes, parser)
  try {
    let count = 0
    for await (const row of parser as AsyncIterable<readonly string[] | Record<string, string>>) {
      const width = Array.isArray(row) ? row.length : Object.keys(row).length
      if (width > MOST_COLUMNS) throw new ListInvalidError('a row has too many columns')
      yield row
      if (++count % AT_ONCE === 0) await new Promise(setImmediate)
    }
    await feeding
  } catch (error) {
    if (error instanceof CsvError) throw new ListInvalidError(`it is no CSV, near line ${String((error as { lines?: number }).lines ?? '?')}`)
    throw error
  } finally {
    parser.destroy()
    await feeding.catch(() => {})
  }
}

async function feed(bytes: AsyncIterable<Uint8Array>, parser: ReturnType<typeof parse>): Promise<void> {
  try {
    for await (const piece of decoded(bytes)) {
      if (parser.destroyed) return
      if (!parser.write(piece)) await drained(parser)
    }
    parser.end()
  } catch (error) {
    parser.destroy(error as Error)
  }
}

function drained(parser: ReturnType<typeof parse>): Promise<void> {
  return new Promise((resolve) => {
    const events = ['drain', 'close', 'error']
    const done = () => {
      for (const event of events) parser.off(event, done)
      resolve()
    }
    for (const event of events) parser.on(event, done)
  })
}

/** Text in UTF-8; bytes that are none are read as Windows-1252, which is what older files are in. */
export async function* decoded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const strict = new TextDecoder('utf-8', { fatal: true })
  const western = new TextDecoder('windows-1252')
  let isWestern = false
  for await (const piece of bytes) {
    if (isWestern) yield western.decode(piece, { stream: true })
    else
      try {
        yield strict.decode(piece, { stream: true })
      } catch {
        isWestern = true
        yield western.decode(piece, { stream: true })
      }
  }
}
