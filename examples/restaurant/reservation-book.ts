import { randomInt } from 'node:crypto'
import type { Arrival, File } from '../arrivals.ts'
import { clockTime, HouseRefusal, type Sitting, type Table, tables } from './house.ts'

export type Booking = {
  readonly id: string
  readonly table: string
  readonly date: string
  readonly time: string
  /** The table is free again at this time. */
  readonly until: string
  readonly name: string
  readonly party_size: number
  readonly status: 'booked' | 'cancelled'
}

type Row = Omit<Booking, 'time' | 'until'> & { readonly starts_at: number; readonly ends_at: number }

const schema = `
  create table if not exists tables (id text primary key, seats integer not null, place text not null) strict;
  create table if not exists reservations (
    id text primary key, table_id text not null references tables (id), date text not null, starts_at integer not null, ends_at integer not null,
    name text not null, party_size integer not null, status text not null check (status in ('booked', 'cancelled'))
  ) strict;
  create index if not exists reservations_by_table on reservations (table_id, date);
  create table if not exists effects (
    id integer primary key autoincrement, at integer not null, kind text not null check (kind in ('booked', 'cancelled')),
    reservation text not null references reservations (id), request integer not null references requests (id), request_id text
  ) strict;
  create trigger if not exists effects_stay before update on effects begin select raise(abort, 'the log is append-only'); end;
  create trigger if not exists effects_last before delete on effects begin select raise(abort, 'the log is append-only'); end;
`

const columns = 'id, table_id as "table", date, starts_at, ends_at, name, party_size, status'
const taken = `select 1 from reservations r where r.table_id = t.id and r.date = @date and r.status = 'booked'
  and r.starts_at < @endsAt and r.ends_at > @startsAt`

/** The only SQL about reservations. Each change leaves a row in `effects`, in its own transaction, naming the request that caused it. */
export class ReservationBook {
  readonly #file: File
  readonly #now: () => number
  constructor(file: File, now: () => number) {
    this.#file = file
    this.#now = now
    file.exec(schema)
    const seed = file.prepare('insert or ignore into tables (id, seats, place) values (@id, @seats, @place)')
    for (const table of tables) seed.run(table)
  }

  /** Tables that seat the party and are free for the whole sitting, the smallest first. */
  freeTables(sitting: Sitting, partySize: number): Table[] {
    const sql = `select id, seats, place from tables t where seats >= @partySize and not exists (${taken}) order by seats, id`
    return this.#file.prepare<unknown[], Table>(sql).all({ ...sitting, partySize })
  }

  /**
   * Two guests asking for one table at once: exactly one gets it, also from two processes on one file.
   * @throws HouseRefusal when there is no such table, it is too small, or it is taken.
   */
  book(tableId: string, sitting: Sitting, guest: { readonly name: string; readonly partySize: number }, because: Arrival): Booking {
    const book = this.#file.transaction((): Booking => {
      const table = this.#file.prepare<unknown[], Table>('select id, seats, place from tables where id = ?').get(tableId)
      if (table === undefined) throw new HouseRefusal(`We have no table ${tableId}. Our tables are ${tables.map(({ id }) => id).join(', ')}.`)
      if (table.seats < guest.partySize) throw new HouseRefusal(`Table ${tableId} seats ${table.seats}, not ${guest.partySize}.`)
      const free = this.freeTables(sitting, guest.partySize).map(({ id }) => id)
      if (!free.includes(tableId)) {
        const others = free.length === 0 ? 'No other table is free then.' : `Free then: ${free.join(', ')}.`
        throw new HouseRefusal(`Table ${tableId} is taken on ${sitting.date} at ${clockTime(sitting.startsAt)}. ${others}`)
      }
      const id = reference()
      const sql = `insert into reservations (id, table_id, date, starts_at, ends_at, name, party_size, status)
        values (@id, @tableId, @date, @startsAt, @endsAt, @name, @partySize, 'booked')`
      this.#file.prepare(sql).run({ id, tableId, ...sitting, ...guest })
      this.#leaveEffect('booked', id, because)
      return this.#booking(id)
    })
    return book.immediate()
  }

  /**
   * Cancelling what is already cancelled changes nothing and answers the same.
   * @throws HouseRefusal when there is no such booking.
   */
  cancel(id: string, because: Arrival): Booking {
    const cancel = this.#file.transaction((): Booking => {
      if (this.#booking(id).status === 'booked') {
        this.#file.prepare("update reservations set status = 'cancelled' where id = ?").run(id)
        this.#leaveEffect('cancelled', id, because)
      }
      return this.#booking(id)
    })
    return cancel.immediate()
  }

  /** What is booked under a name from today on, the earliest first. */
  bookingsOf(name: string, today: string): Booking[] {
    const sql = `select ${columns} from reservations where name = ? collate nocase and date >= ? order by date, starts_at, id limit 100`
    return this.#file.prepare<unknown[], Row>(sql).all(name, today).map(booking)
  }

  #booking(id: string): Booking {
    const row = this.#file.prepare<unknown[], Row>(`select ${columns} from reservations where id = ?`).get(id)
    if (row === undefined) throw new HouseRefusal(`There is no booking ${id}.`)
    return booking(row)
  }

  #leaveEffect(kind: Booking['status'], id: string, because: Arrival): void {
    const sql = 'insert into effects (at, kind, reservation, request, request_id) values (?, ?, ?, ?, ?)'
    this.#file.prepare(sql).run(this.#now(), kind, id, because.id, because.requestId)
  }
}

function booking({ id, table, date, starts_at, ends_at, name, party_size, status }: Row): Booking {
  return { id, table, date, time: clockTime(starts_at), until: clockTime(ends_at), name, party_size, status }
}

/** Short enough to be read out on the telephone, without letters that sound or look alike. */
function reference(): string {
  const letters = '23456789BCDFGHJKLMNPQRSTVWXYZ'
  return `GH-${Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join('')}`
}
