import { record } from '../ledger/index.ts'
import { type ConnectorId, DAY, MINUTE, type WorkspaceId } from '../lib/index.ts'
import { type Due, GiveUpError, type Handler, type Schedule } from '../schedule/index.ts'
import type { Storage, Write } from '../storage/index.ts'
import { type Place, placeOf } from './place.ts'

/**
 * What is deleted after a connector is gone (clauses 2d-remove, 3b-platform-security, 4b-connector-marks, 5b-survival), and how long after. What is
 * not in this list stays: the record, the ledger, and the history that belongs to users.
 */
export const deletions = {
  credentials: { after: 0, says: 'Keys and accounts for it, of users and of workspaces' },
  caches: { after: DAY, says: 'Files on their way to or from it, and what was prepared for its calls' },
  marks: { after: 30 * DAY, says: 'Its logo and other marks' },
} as const

export type Deletion = keyof typeof deletions
const names = Object.keys(deletions) as readonly Deletion[]

export type Deleted = { readonly writes: readonly Write[]; readonly keys?: readonly string[]; readonly count: number }
/** Deletes one of these. Runs at least once; what is in `writes` is written once, with the certificate. */
export type Delete = (of: { readonly workspace: WorkspaceId; readonly connector: ConnectorId; readonly at: number }) => Promise<Deleted>

/** A ground to keep what would be deleted, such as an order of a court; null: none. */
export type IsHeld = (of: Pick<Place, 'workspace' | 'connector' | 'developer'>) => Promise<{ readonly hold: string } | null>

const KIND = 'lifecycle.delete'
/** Accounts of many users are ended one by one. */
const LONGEST = 10 * MINUTE

/** The statements that have everything deleted in its time. @param goneAt when the connector went, which may be long ago where no node was up then */
export function schedulingDeletions(schedule: Schedule, workspace: WorkspaceId, connector: ConnectorId, goneAt: number): readonly Write[] {
  return names.map((name) =>
    schedule.putting({
      workspace,
      kind: KIND,
      subject: `${connector}/${name}`,
      dueAt: goneAt + deletions[name].after,
      payload: { connector, deletes: name },
    }),
  )
}

/** Deletes, and certifies it in the ledger. Where a legal hold stands against it, that is recorded once and asked again every day. */
export function deletionHandler(storage: Storage, ways: Readonly<Record<Deletion, Delete>>, isHeld: IsHeld): Handler {
  return {
    longest: LONGEST,
    work: async ({ workspace: of, payload, dueAt, now }: Due) => {
      const workspace = of as WorkspaceId
      const { connector, deletes, held = null } = payload as { connector: ConnectorId; deletes: Deletion; held?: string | null }
      if (!Object.hasOwn(ways, deletes)) throw new GiveUpError(`Nothing here deletes ${deletes}.`)
      const hold = (await isHeld(await placeOf(storage, workspace, connector)))?.hold ?? null
      const common = { workspace, subject: connector, by: 'system', at: now }
      if (hold !== null) {
        const facts = { deletes, hold, dueAt }
        const known = held === hold ? [] : [record(storage.db, { ...common, event: 'deletion.held', facts })]
        return { writes: known, next: now + DAY, payload: { connector, deletes, held: hold, firstDueAt: payload['firstDueAt'] ?? dueAt } }
      }
      const { writes, keys = [], count } = await ways[deletes]({ workspace, connector, at: now })
      const facts = { deletes, count, dueAt: payload['firstDueAt'] ?? dueAt }
      return { writes: [...writes, record(storage.db, { ...common, event: 'deletion.certified', facts })], keys }
    },
  }
}

export type DeletionState = {
  readonly deletes: Deletion
  readonly says: string
  readonly dueAt: number
  /** When it was done; null: not yet. */
  readonly doneAt: number | null
  readonly count: number | null
  /** The legal hold that keeps it; null: none. */
  readonly hold: string | null
}

/** Where each deletion stands, by the ledger: what was certified is done, what was held is held until it is certified. */
export async function deletionStates(
  { db }: Storage,
  workspace: WorkspaceId,
  connector: ConnectorId,
  goneAt: number,
): Promise<readonly DeletionState[]> {
  const rows = await db
    .selectFrom('ledger_entries')
    .select(['event', 'body', 'at'])
    .where('workspace_id', '=', workspace)
    .where('subject', '=', connector)
    .where('event', 'in', ['deletion.certified', 'deletion.held'])
    .orderBy('position')
    .execute()
  const read = rows.map(({ event, body, at }) => ({ event, at, facts: JSON.parse(body) as { deletes: string; count?: number; hold?: string } }))
  return names.map((deletes) => {
    const mine = read.filter(({ facts }) => facts.deletes === deletes)
    const done = mine.find(({ event }) => event === 'deletion.certified')
    const held = done === undefined ? mine.findLast(({ event }) => event === 'deletion.held') : undefined
    const { after, says } = deletions[deletes]
    return { deletes, says, dueAt: goneAt + after, doneAt: done?.at ?? null, count: done?.facts.count ?? null, hold: held?.facts.hold ?? null }
  })
}
