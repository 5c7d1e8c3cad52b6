import { Refusal } from '../../lib/index.ts'
import { migrate, type Place } from '../migrate.ts'
import { copiedTables, LEDGER } from './copied-tables.ts'
import { type Cell, CopyInvalidError, type Head, Running, readLine, type TableLine } from './copy-format.ts'
import { openTarget } from './copy-target.ts'

export class NotEmptyError extends Refusal {
  override readonly name = 'NotEmptyError'
  readonly code = 'storage/not-empty'
  readonly status = 409
  readonly who = 'operator'
  constructor() {
    super('There is data in this database already, and restoring would destroy it. Name an empty one, or say --destroy-existing-data.')
  }
}

export type Restored = { readonly head: Head; readonly tables: number; readonly rows: number }

/**
 * Takes a copy into a database, whole or not at all: everything is one transaction, and it is committed when the digest at the end was right.
 * @param lines of the copy, without their line feeds
 * @throws CopyInvalidError, NotEmptyError, DatabaseInUseError
 */
export async function readCopy(place: Place, lines: AsyncIterable<string>, options: { readonly destroyExistingData: boolean }): Promise<Restored> {
  const reading = lines[Symbol.asyncIterator]()
  const running = new Running()
  const head = await readHead(reading, running)
  await migrate(place)
  await using target = await openTarget(place)
  const missing = head.schema.filter((name) => !target.schema.includes(name))
  if (missing.length > 0 || head.schema.length !== target.schema.length)
    throw new CopyInvalidError(`it has the tables of release ${head.release}; restore it with that release, then upgrade`)
  if (!options.destroyExistingData && (await target.hasData())) throw new NotEmptyError()
  await target.clear(copiedTables.map(({ name }) => name))

  let table: TableLine | null = null
  let position = 0
  let rows = 0
  const seen: string[] = []
  for (;;) {
    const { value: text, done } = await reading.next()
    if (done === true) throw new CopyInvalidError('its end is missing')
    const line = readLine(text)
    if ('end' in line) {
      if (line.end.sha256 !== running.sha256 || line.end.rows !== rows) throw new CopyInvalidError('it was changed or damaged after it was made')
      break
    }
    running.add(text)
    if ('head' in line) throw new CopyInvalidError('a second head stands in it')
    if ('table' in line) {
      table = line.table
      if (copiedTables[seen.length]?.name !== table.table) throw new CopyInvalidError(`the table ${table.table} is not where it belongs`)
      seen.push(table.table)
      await target.into(table.table, table.table === LEDGER ? [...table.columns, 'position'] : table.columns)
      continue
    }
    if (table === null || line.row.length !== table.columns.length) throw new CopyInvalidError('a row does not fit its table')
    rows++
    if (table.table !== LEDGER) await target.add(line.row)
    else {
      position = positionOf(table, line.row, position)
      await target.add([...line.row, position])
    }
  }
  if (seen.length !== copiedTables.length) throw new CopyInvalidError('a table is missing')
  if ((await reading.next()).done !== true) throw new CopyInvalidError('something stands behind its end')
  await target.finish()
  return { head, tables: seen.length, rows }
}

/** The number of an entry follows from its place in the tree, so that a missing one leaves its hole and is found by whoever verifies. */
function positionOf({ columns }: TableLine, row: readonly Cell[], last: number): number {
  const leaf = row[columns.indexOf('leaf_index')]
  return typeof leaf === 'number' ? leaf + 1 : last + 1
}

async function readHead(reading: AsyncIterator<string>, running: Running): Promise<Head> {
  const { value: text, done } = await reading.next()
  if (done === true) throw new CopyInvalidError('it is empty')
  const line = readLine(text)
  if (!('head' in line)) throw new CopyInvalidError('it does not begin like one')
  running.add(text)
  return line.head
}
