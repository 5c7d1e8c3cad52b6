import { randomUUID } from 'node:crypto'
import type { Arrival, File } from '../arrivals.ts'

export type SavedPlace = { readonly id: string; readonly label: string; readonly place: string; readonly note: string | null }

const schema = `
  create table if not exists saved_places (id text primary key, label text not null collate nocase unique, place text not null, note text) strict;
  create table if not exists effects (
    id integer primary key autoincrement, at integer not null, kind text not null check (kind in ('saved', 'deleted')),
    saved_place text not null, request integer not null references requests (id), request_id text
  ) strict;
  create trigger if not exists effects_stay before update on effects begin select raise(abort, 'the log is append-only'); end;
  create trigger if not exists effects_last before delete on effects begin select raise(abort, 'the log is append-only'); end;
`

/** The only SQL about saved places. Each change leaves a row in `effects`, in its own transaction, naming the request that caused it. */
export class SavedPlaces {
  readonly #file: File
  readonly #now: () => number
  constructor(file: File, now: () => number) {
    this.#file = file
    this.#now = now
    file.exec(schema)
  }

  list(): SavedPlace[] {
    return this.#file.prepare<unknown[], SavedPlace>('select id, label, place, note from saved_places order by label').all()
  }

  /** Two saves under one label: exactly one succeeds, the other gets undefined. */
  save(wanted: Omit<SavedPlace, 'id'>, because: Arrival): SavedPlace | undefined {
    const save = this.#file.transaction((): SavedPlace | undefined => {
      const saved = { id: randomUUID(), ...wanted }
      const sql = 'insert into saved_places (id, label, place, note) values (@id, @label, @place, @note) on conflict do nothing'
      if (this.#file.prepare(sql).run(saved).changes === 0) return undefined
      this.#leaveEffect('saved', saved.id, because)
      return saved
    })
    return save.immediate()
  }

  /** False when there was nothing to delete. */
  delete(id: string, because: Arrival): boolean {
    const forget = this.#file.transaction((): boolean => {
      if (this.#file.prepare('delete from saved_places where id = ?').run(id).changes === 0) return false
      this.#leaveEffect('deleted', id, because)
      return true
    })
    return forget.immediate()
  }

  #leaveEffect(kind: 'saved' | 'deleted', id: string, because: Arrival): void {
    const sql = 'insert into effects (at, kind, saved_place, request, request_id) values (?, ?, ?, ?, ?)'
    this.#file.prepare(sql).run(this.#now(), kind, id, because.id, because.requestId)
  }
}
