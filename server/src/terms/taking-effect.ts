import { record } from '../ledger/index.ts'
import { type ConnectorId, DAY, type DeveloperId, newId, type WorkspaceId } from '../lib/index.ts'
import type { Outbox } from '../notices/index.ts'
import type { Done, Due, Handlers } from '../schedule/index.ts'
import type { Storage, Write } from '../storage/index.ts'
import { bindsFrom, judgedAt, type PostedChange } from './change.ts'
import { changeNotice, unservedNotice } from './change-notice.ts'
import { addingDeemed, type Change, type Deemed, type Party, posted, readChange, readDeemed, readParties } from './change-store.ts'
import { EFFECTIVE } from './changes.ts'
import type { Surroundings } from './in-force.ts'
import { readAcceptances } from './terms-store.ts'

export type EffectNeeds = {
  readonly storage: Storage
  readonly outbox: Outbox
  readonly around: Surroundings
  readonly page: (path: string) => string
  /** Names of developers, for the operator. */
  readonly nameOf: (workspace: WorkspaceId, developer: DeveloperId) => Promise<string>
}

/** Connectors that one run writes down; the others follow in the next one, at once. */
const MOST = 200
/** How long until the operator is told again of developers whom nothing reached. */
const AGAIN = 7 * DAY

/** What the clock says about a change and one connector. `due`: it may bind, if the connector was available then and nobody was leaving. */
export type Verdict =
  | { readonly kind: 'settled' }
  | { readonly kind: 'due'; readonly servedAt: number; readonly from: number }
  | { readonly kind: 'later'; readonly from: number }
  | { readonly kind: 'unserved' }

/** What is known about a change and one connector. */
export type Known = {
  /** That it was written down already. */
  readonly recorded: boolean
  /** Whether the agreement is over by now. */
  readonly ended: boolean
  /** When its developer accepted the edition in so many words, or null. */
  readonly acceptedAt: number | null
  readonly servedAt: number | null
  readonly createdAt: number
}

/**
 * What is to be done about a change and one connector at a time. What came after the moment from which the change binds, such as an acceptance or the
 * end, does not undo that it did: it is written down all the same.
 */
export function verdictOf(change: PostedChange, { recorded, ended, acceptedAt, servedAt, createdAt }: Known, now: number): Verdict {
  if (recorded || change.withdrawnAt !== null) return { kind: 'settled' }
  const from = bindsFrom(change, servedAt)
  const due = from !== null && from <= now
  if (!due && (ended || acceptedAt !== null)) return { kind: 'settled' }
  if (from === null || servedAt === null) return { kind: 'unserved' }
  if (!due) return { kind: 'later', from }
  // A connector that was made after that came into being under an acceptance of its own.
  const before = createdAt > from || (acceptedAt !== null && Math.max(acceptedAt, change.effectiveAt) <= from)
  return before ? { kind: 'settled' } : { kind: 'due', servedAt, from }
}

/**
 * Writes down, connector by connector, that a change took effect. It changes nothing about what binds whom: that follows from the clock. It looks again
 * until every connector is settled: those whom the notice reached later follow after their own days.
 */
export function effectHandlers(needs: EffectNeeds): Handlers {
  return { [EFFECTIVE]: { work: (due) => takeEffect(needs, due), longest: 5 * 60_000 } }
}

async function takeEffect(needs: EffectNeeds, { workspace: of, subject, now, dueAt, payload }: Due): Promise<Done> {
  const { storage, outbox, page } = needs
  const workspace = of as WorkspaceId
  const change = await readChange(storage, workspace, subject)
  const known = change === undefined ? undefined : posted(change)
  if (change === undefined || known === undefined || known.withdrawnAt !== null) return {}
  const writes: Write[] = []
  const unserved = new Set<DeveloperId>()
  let next = Number.POSITIVE_INFINITY
  let deemed = 0
  for await (const party of parties(storage, workspace)) {
    const found = await look(needs, workspace, party, known, now)
    if (found.kind === 'later') next = Math.min(next, found.from)
    if (found.kind === 'unserved') unserved.add(party.developer)
    if (found.kind !== 'due') continue
    if (deemed++ < MOST) writes.push(...deeming(storage, workspace, party, known, found, now))
  }
  if (deemed > MOST) return { writes, next: now, payload }
  const toldAt = typeof payload['toldAt'] === 'number' ? payload['toldAt'] : null
  const tells = unserved.size > 0 && (toldAt === null || toldAt + AGAIN <= now)
  if (tells) {
    for (const developer of unserved) {
      if (!(await wasWritten(storage, workspace, change, developer)))
        writes.push(
          ...outbox.sending({ ...changeNotice(workspace, change, undefined, page), to: { kind: 'developer', developer, purpose: 'legal' } }, now),
        )
    }
    const names = await Promise.all([...unserved].map((developer) => needs.nameOf(workspace, developer)))
    writes.push(...outbox.sending(unservedNotice(workspace, change, names.toSorted()), now))
  }
  if (unserved.size > 0) next = Math.min(next, Math.max(now, dueAt) + DAY)
  if (next === Number.POSITIVE_INFINITY) return { writes }
  return { writes, next: Math.min(next, now + DAY), payload: { ...payload, ...(tells ? { toldAt: now } : {}) } }
}

async function* parties(storage: Storage, workspace: WorkspaceId): AsyncGenerator<Party> {
  for (let after: ConnectorId | null = null; ; ) {
    const page: readonly Party[] = await readParties(storage, workspace, after, 200)
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < 200) return
    after = last.connector
  }
}

async function look({ storage, around }: EffectNeeds, workspace: WorkspaceId, party: Party, change: PostedChange, now: number): Promise<Verdict> {
  const { connector, developer, createdAt } = party
  const [deemed, acceptances, { ended }, servedAt] = await Promise.all([
    readDeemed(storage, workspace, connector),
    readAcceptances(storage, workspace, developer),
    around.stoodAt(workspace, connector, now),
    around.servedAt(workspace, change.id, developer),
  ])
  const accepted = acceptances.filter(({ documents }) => documents.some(({ edition }) => edition === change.edition)).map(({ at }) => at)
  const acceptedAt = accepted.length === 0 ? null : Math.min(...accepted)
  const recorded = deemed.some((one) => one.change === change.id)
  const verdict = verdictOf(change, { recorded, ended, acceptedAt, servedAt, createdAt }, now)
  if (verdict.kind !== 'due') return verdict
  const { available, leaving } = await around.stoodAt(workspace, connector, judgedAt(verdict.from))
  return available && !leaving ? verdict : { kind: 'settled' }
}

function deeming(
  storage: Storage,
  workspace: WorkspaceId,
  { connector, developer }: Party,
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
