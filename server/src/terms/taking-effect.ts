import { idOf } from '@handfast/contract'
import { z } from 'zod'
import { record } from '../ledger/index.ts'
import { DAY, type DeveloperId, newId, type WorkspaceId } from '../lib/index.ts'
import type { Outbox } from '../notices/index.ts'
import type { Done, Due, Handlers } from '../schedule/index.ts'
import type { Storage, Write } from '../storage/index.ts'
import { judgedAt, type PostedChange } from './change.ts'
import { changeNotice, unservedNotice } from './change-notice.ts'
import { addingDeemed, type Change, type Deemed, type Party, posted, readChange, readDeemed, readParties } from './change-store.ts'
import { EFFECTIVE } from './changes.ts'
import { acceptedThen, type Surroundings } from './in-force.ts'
import { type Tenure, tenuresOf } from './owners.ts'
import { readAcceptances, readEditionRows } from './terms-store.ts'
import { coverageOf, coveringEditions, type Verdict, verdictOf } from './verdict.ts'

export type EffectNeeds = {
  readonly storage: Storage
  readonly outbox: Outbox
  readonly around: Surroundings
  readonly page: (path: string) => string
  /** Names of developers, for the operator. */
  readonly nameOf: (workspace: WorkspaceId, developer: DeveloperId) => Promise<string>
}

/** Connectors that one run looks at; the others follow in the next one, at once. */
const MOST = 200
/** Notices need so long to be found served: before, nobody is told that they were not. */
const GRACE = 3 * DAY
/** How long until the operator is told again of developers whom nothing reached. */
const AGAIN = 7 * DAY

/** What one run leaves to the next. */
const carried = z.object({
  /** When the operator was last told. */
  toldAt: z.number().optional(),
  /** The connector that was looked at last, while not all have been. */
  after: idOf('con').optional(),
  /** The earliest time at which the change begins to bind one of those that were looked at. */
  soonest: z.number().optional(),
  /** Developers whom the notice was not served on, of those that were looked at. */
  unserved: z.array(idOf('dev')).readonly().default([]),
})

/**
 * Writes down, connector by connector, that a change took effect. It changes nothing about what binds whom: that follows from the clock. It looks again
 * until every connector is settled: those whom the notice reached later follow after their own days.
 */
export function effectHandlers(needs: EffectNeeds): Handlers {
  return { [EFFECTIVE]: { work: (due) => takeEffect(needs, due), longest: 5 * 60_000 } }
}

async function takeEffect(needs: EffectNeeds, { workspace: of, subject, now, payload }: Due): Promise<Done> {
  const { storage } = needs
  const workspace = of as WorkspaceId
  const change = await readChange(storage, workspace, subject)
  const known = change === undefined ? undefined : posted(change)
  if (change === undefined || known === undefined || known.withdrawnAt !== null) return {}
  const { toldAt, after, soonest, unserved: before } = carried.parse(payload)
  const told = toldAt === undefined ? {} : { toldAt }
  const looking = await lookerAt(needs, workspace, known, now)
  const parties = await readParties(storage, workspace, after ?? null, MOST)
  const writes: Write[] = []
  const unserved = new Set(before)
  let next = soonest ?? Number.POSITIVE_INFINITY
  for (const party of parties) {
    for (const tenure of tenuresOf(party, await needs.around.handedOver(workspace, party.connector))) {
      const found = await looking(party, tenure)
      if (found.kind === 'later') next = Math.min(next, found.from)
      if (found.kind === 'unserved') unserved.add(tenure.developer)
      if (found.kind === 'due') writes.push(...deeming(storage, workspace, party, tenure.developer, known, found, now))
    }
  }
  const last = parties.at(-1)?.connector
  const soon = Number.isFinite(next) ? { soonest: next } : {}
  if (parties.length === MOST && last !== undefined) return { writes, next: now, payload: { ...told, ...soon, after: last, unserved: [...unserved] } }
  if (unserved.size === 0) return Number.isFinite(next) ? { writes, next: Math.min(next, now + DAY), payload: told } : { writes }
  const heard = Math.max(known.postedAt + GRACE, toldAt === undefined ? 0 : toldAt + AGAIN)
  if (now < heard) return { writes, next: Math.min(next, heard, now + DAY), payload: told }
  const telling = await tellingOf(needs, workspace, change, [...unserved], now)
  return { writes: [...writes, ...telling], next: Math.min(next, now + DAY), payload: { toldAt: now } }
}

/** Answers what is to be done about one connector while it was one developer's. */
async function lookerAt({ storage, around }: EffectNeeds, workspace: WorkspaceId, change: PostedChange, now: number) {
  const rows = await readEditionRows(storage, workspace)
  const covering = coveringEditions(change, rows)
  return async ({ connector }: Party, { developer, since, until }: Tenure): Promise<Verdict> => {
    if (until !== null && until <= change.effectiveAt) return { kind: 'settled' }
    const [deemed, acceptances, { ended }, servedAt] = await Promise.all([
      readDeemed(storage, workspace, connector),
      readAcceptances(storage, workspace, developer),
      around.stoodAt(workspace, connector, now),
      around.servedAt(workspace, change.id, developer),
    ])
    const own = deemed.filter((one) => one.developer === developer)
    const coveredFrom = coverageOf(covering, acceptedThen(acceptances), own)
    const recorded = deemed.some((one) => one.change === change.id)
    const verdict = verdictOf(change, { recorded, ended, coveredFrom, servedAt, since }, now)
    // Whoever gave it away before the change bound them is not bound by it any more.
    if (until !== null && (verdict.kind !== 'due' || verdict.from >= until)) return { kind: 'settled' }
    if (verdict.kind !== 'due') return verdict
    const { available, leaving } = await around.stoodAt(workspace, connector, judgedAt(verdict.from))
    return available && !leaving ? verdict : { kind: 'settled' }
  }
}

/** The operator is told whom the notice has not reached; whoever came after the posting, and was never written to, is written to. */
async function tellingOf(
  { storage, outbox, page, nameOf }: EffectNeeds,
  workspace: WorkspaceId,
  change: Change,
  unserved: readonly DeveloperId[],
  now: number,
): Promise<readonly Write[]> {
  const notice = changeNotice(workspace, change, undefined, page)
  // While the notices are still being written, nobody is written to twice.
  const isSpreading = await outbox.isSpreading(notice, { kind: 'developers' })
  const writes: Write[] = []
  for (const developer of isSpreading ? [] : unserved) {
    if (!(await wasWritten(storage, workspace, change, developer)))
      writes.push(...outbox.sending({ ...notice, to: { kind: 'developer', developer, purpose: 'legal' } }, now))
  }
  const names = await Promise.all(unserved.map((developer) => nameOf(workspace, developer)))
  return [...writes, ...outbox.sending(unservedNotice(workspace, change, names.toSorted()), now)]
}

function deeming(
  storage: Storage,
  workspace: WorkspaceId,
  { connector }: Party,
  developer: DeveloperId,
  change: PostedChange,
  { servedAt, from }: { readonly servedAt: number; readonly from: number },
  at: number,
): readonly Write[] {
  const id = newId('dem', at)
  const { document, edition, sha256 } = change
  const deemed: Deemed = { connector, developer, change: change.id, edition, document, sha256, servedAt, dueAt: from, at }
  const facts = { connector, developer, change: change.id, document, edition, sha256, servedAt, dueAt: from }
  return [
    addingDeemed(storage, workspace, id, deemed),
    record(storage.db, { event: 'terms.deemed', workspace, subject: id, by: 'system', at, facts }),
  ]
}

/** Whether a notice of the change was ever written to a developer; one that came after the posting has none yet. */
async function wasWritten({ db }: Storage, workspace: WorkspaceId, { id }: Change, developer: DeveloperId): Promise<boolean> {
  const query = db.selectFrom('notices').select('id').where('workspace_id', '=', workspace).where('recipient_kind', '=', 'developer')
  return (await query.where('recipient', '=', developer).where('subject', '=', id).limit(1).executeTakeFirst()) !== undefined
}
