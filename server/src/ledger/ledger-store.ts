import { type SqlBool, sql } from 'kysely'
import { type Storage, type Write, write } from '../storage/index.ts'
import type { Tile } from './tiles.ts'

export type Leaf = { readonly leaf_index: number; readonly body: string }
export type StoredCheckpoint = { readonly size: number; readonly root: string; readonly note: string; readonly at: number }

type PlacedRow = Leaf & { readonly workspace_id: string; readonly at: number; readonly event: string; readonly subject: string }

/** The only SQL about the tree. */
export type LedgerStore = ReturnType<typeof ledgerStore>

export function ledgerStore({ db, dialect, write: commit }: Storage) {
  return {
    dialect,

    /** Entries with leaf index from `from` up to, not including, `to`, in order. What is missing is simply not there: the caller counts. */
    leaves(from: number, to: number): Promise<Leaf[]> {
      const query = db.selectFrom('ledger_entries').select(['leaf_index', 'body'])
      // Where the index follows from the position, the position is the key that the database can search.
      const ranged = dialect.ordersCommits
        ? query.where('position', '>', from).where('position', '<=', to).orderBy('position')
        : query.where('leaf_index', '>=', from).where('leaf_index', '<', to).orderBy('leaf_index')
      return ranged.$castTo<Leaf>().execute()
    },

    /**
     * Gives the next leaf indexes to rows that have none, lowest position first, and says to how many. Never by a cursor: rows commit out of order,
     * and one that commits late still has none, so it is found.
     * Safe when two processes believe that they lead: numbers go without gaps from the greatest one, the column is unique and a row is numbered once,
     * so whoever comes second either changes nothing, continues behind the first, or is undone. Indexes that were signed are never given again,
     * even when their rows are gone.
     */
    async place(limit: number): Promise<number> {
      const query = sql`update ledger_entries set leaf_index = numbered.leaf from (
          select unplaced.position, row_number() over (order by unplaced.position)
            + greatest((select coalesce(max(leaf_index), -1) from ledger_entries), (select coalesce(max(size), 0) - 1 from ledger_checkpoints)) as leaf
          from (select position from ledger_entries where leaf_index is null order by position limit ${limit}) as unplaced
        ) as numbered where ledger_entries.position = numbered.position and ledger_entries.leaf_index is null`
      const [result] = await commit([write({ compile: () => query.compile(db) })])
      return result?.changes ?? 0
    },

    latest(): Promise<StoredCheckpoint | undefined> {
      return db.selectFrom('ledger_checkpoints').selectAll().orderBy('size', 'desc').limit(1).executeTakeFirst()
    },

    /** Stored checkpoints by size, from the first one greater than `after`. */
    checkpoints(after: number, limit: number): Promise<StoredCheckpoint[]> {
      return db.selectFrom('ledger_checkpoints').selectAll().where('size', '>', after).orderBy('size').limit(limit).execute()
    },

    async tile(level: number, tile: number): Promise<Buffer | undefined> {
      const row = await db.selectFrom('ledger_tiles').select('hashes').where('level', '=', level).where('tile', '=', tile).executeTakeFirst()
      return row === undefined ? undefined : Buffer.from(row.hashes)
    },

    /** A tile together with the size that was signed when it was read. */
    async tileWithSize(level: number, tile: number): Promise<{ readonly hashes: Buffer; readonly size: number } | undefined> {
      const row = await db
        .selectFrom('ledger_tiles')
        .select((eb) => [
          'hashes',
          eb
            .selectFrom('ledger_checkpoints')
            .select((checkpoint) => checkpoint.fn.max('size').as('size'))
            .as('size'),
        ])
        .where('level', '=', level)
        .where('tile', '=', tile)
        .executeTakeFirst()
      return row === undefined ? undefined : { hashes: Buffer.from(row.hashes), size: row.size ?? 0 }
    },

    /** How many tiles are stored, and the size of the latest checkpoint, at one moment. */
    async extent(): Promise<{ readonly tiles: number; readonly size: number }> {
      const row = await db
        .selectNoFrom((eb) => [
          eb
            .selectFrom('ledger_tiles')
            .select((tile) => tile.fn.countAll<number>().as('tiles'))
            .as('tiles'),
          eb
            .selectFrom('ledger_checkpoints')
            .select((checkpoint) => checkpoint.fn.max('size').as('size'))
            .as('size'),
        ])
        .executeTakeFirstOrThrow()
      return { tiles: row.tiles ?? 0, size: row.size ?? 0 }
    },

    /** Whole rows that have a place, by leaf index, behind `after`; from the very first when that is null. */
    placed(after: number | null, limit: number): Promise<PlacedRow[]> {
      const query = db.selectFrom('ledger_entries').selectAll().limit(limit)
      const ranged = dialect.ordersCommits
        ? query.$if(after !== null, (q) => q.where('position', '>', (after ?? 0) + 1)).orderBy('position')
        : query
            .where('leaf_index', 'is not', null)
            .$if(after !== null, (q) => q.where('leaf_index', '>', after))
            .orderBy('leaf_index')
      return ranged.$castTo<PlacedRow>().execute()
    },

    /** Tiles and the checkpoint that needs them, in one transaction: a crash leaves both or neither. Storing them twice changes nothing. */
    async keep(tiles: readonly Tile[], checkpoint: StoredCheckpoint): Promise<void> {
      const writes: Write[] = tiles.map((tile) =>
        write(
          db
            .insertInto('ledger_tiles')
            .values(tile)
            .onConflict((conflict) =>
              conflict
                .columns(['level', 'tile'])
                .doUpdateSet({ hashes: (eb) => eb.ref('excluded.hashes') })
                // A tile only grows: a process that has lost the lead and not noticed must not take hashes back.
                .where(sql<SqlBool>`length(excluded.hashes) > length(ledger_tiles.hashes)`),
            ),
        ),
      )
      const signed = db
        .insertInto('ledger_checkpoints')
        .values(checkpoint)
        .onConflict((conflict) => conflict.column('size').doNothing())
      await commit([...writes, write(signed)])
    },
  }
}
