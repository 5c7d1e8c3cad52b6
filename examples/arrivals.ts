import { createHash, timingSafeEqual } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'

export type File = Database.Database

/** Opens an example's own SQLite file. What it answers is on disk before it answers, so a kill loses nothing it has confirmed. */
export function openFile(path: string): File {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true })
  const file = new Database(path)
  file.pragma('journal_mode = WAL')
  file.pragma('synchronous = FULL')
  file.pragma('foreign_keys = ON')
  file.pragma('busy_timeout = 2000')
  return file
}

/** One request as it arrived. `requestId` is the caller's `x-request-id`. */
export type Arrival = { readonly id: number; readonly requestId: string | null }

export type Request = {
  readonly requestId: string | null
  /** HTTP method and path. */
  readonly line: string
  /** What was asked for: MCP method, or operation. */
  readonly method: string | null
  readonly tool: string | null
  readonly arguments: string | null
  /** False where the caller's key was missing or wrong. */
  readonly admitted: boolean
}

const schema = `
  create table if not exists requests (
    id integer primary key autoincrement, at integer not null, request_id text, line text not null,
    method text, tool text, arguments text, admitted integer not null
  ) strict;
  create trigger if not exists requests_stay before update on requests begin select raise(abort, 'the log is append-only'); end;
  create trigger if not exists requests_last before delete on requests begin select raise(abort, 'the log is append-only'); end;
`

/** The example's own account of what reached it: append-only, so that it can be held against what a caller claims to have sent. */
export class Arrivals {
  readonly #insert: Database.Statement
  readonly #now: () => number
  constructor(file: File, now: () => number) {
    file.exec(schema)
    this.#insert = file.prepare('insert into requests (at, request_id, line, method, tool, arguments, admitted) values (?, ?, ?, ?, ?, ?, ?)')
    this.#now = now
  }

  record(request: Request): Arrival {
    const { requestId, line, method, tool, arguments: given, admitted } = request
    const { lastInsertRowid } = this.#insert.run(this.#now(), requestId, line, method, tool, given, admitted ? 1 : 0)
    return { id: Number(lastInsertRowid), requestId }
  }
}

/** Compares two keys in a time that tells nothing about how much of them agrees. */
export function sameKey(given: string | undefined, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return given !== undefined && timingSafeEqual(digest(given), digest(expected))
}
