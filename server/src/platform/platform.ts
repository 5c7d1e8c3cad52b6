import { record } from '../ledger/index.ts'
import { type Clock, canonicalJson, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type Storage, write } from '../storage/index.ts'

/** What was declared last, as far as it has to be remembered to see what is new in the next declaration. Digests are SHA-256 in hexadecimal. */
export type Applied = {
  /** Of the platform file. */
  readonly digest: string
  /** Of what each connector was handed in with, by its short name. */
  readonly connectors: Readonly<Record<string, string>>
  /** Milliseconds, UTC. */
  readonly at: number
}

/** Remembers the platform file that was applied last. */
export interface Platform {
  /** Null before the first. */
  last(): Promise<Applied | null>
  /** Keeps what was declared, and leaves in the ledger what it changed. @param changes one line each, without secrets or personal data */
  keep(workspace: WorkspaceId, by: UserId, declared: Omit<Applied, 'at'> & { readonly changes: readonly string[] }): Promise<void>
}

const ROW = 'platform.applied'

export function createPlatform({ storage, clock }: { readonly storage: Storage; readonly clock: Clock }): Platform {
  const { db } = storage
  return {
    async last() {
      const row = await db.selectFrom('settings').select('value').where('name', '=', ROW).executeTakeFirst()
      return row === undefined ? null : (JSON.parse(row.value) as Applied)
    },

    async keep(workspace, by, { digest, connectors, changes }) {
      const at = clock.now()
      const value = canonicalJson({ digest, connectors, at })
      const row = db
        .insertInto('settings')
        .values({ name: ROW, value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
      await storage.write([
        write(row),
        record(db, { event: 'settings.applied', workspace, subject: workspace, by, at, facts: { digest, changes: [...changes] } }),
      ])
    },
  }
}
