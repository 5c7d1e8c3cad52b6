import Sqlite from 'better-sqlite3'
import { Client, types } from 'pg'
import type { Place } from '../server/src/storage/index.ts'

/** What the tables say, in the words of the tables. */
export type Tables = {
  /** Events about calls by call, in the order in which they were written. */
  readonly events: ReadonlyMap<string, readonly string[]>
  /** Outcomes by call. */
  readonly outcomes: ReadonlyMap<string, string>
}

const entriesSql = "select event, subject from ledger_entries where event like 'call.%' order by position"
const outcomesSql = 'select call_id, state from call_outcomes'

type Entry = { readonly event: string; readonly subject: string }
type Outcome = { readonly call_id: string; readonly state: string }

/** Reads with statements of its own, so that a mistake of the server's storage is not repeated here; also while the server runs. */
export async function readTables(place: Place): Promise<Tables> {
  const [entries, outcomes] = place.kind === 'sqlite' ? fromSqlite(place.file) : await fromPostgres(place.url)
  const events = new Map<string, string[]>()
  for (const { event, subject } of entries) {
    const known = events.get(subject)
    if (known === undefined) events.set(subject, [event])
    else known.push(event)
  }
  return { events, outcomes: new Map(outcomes.map(({ call_id, state }) => [call_id, state])) }
}

function fromSqlite(file: string): [readonly Entry[], readonly Outcome[]] {
  const db = new Sqlite(file, { readonly: true })
  try {
    return db.transaction(() => [db.prepare<[], Entry>(entriesSql).all(), db.prepare<[], Outcome>(outcomesSql).all()] as [Entry[], Outcome[]])()
  } finally {
    db.close()
  }
}

async function fromPostgres(url: string): Promise<[readonly Entry[], readonly Outcome[]]> {
  const client = new Client({ connectionString: url, types })
  await client.connect()
  try {
    await client.query('begin isolation level repeatable read read only')
    const entries = await client.query<Entry>(entriesSql)
    const outcomes = await client.query<Outcome>(outcomesSql)
    return [entries.rows, outcomes.rows]
  } finally {
    await client.end()
  }
}
