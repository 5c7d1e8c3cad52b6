import { record } from '../ledger/index.ts'
import { type Clock, HOUR } from '../lib/index.ts'
import { type Storage, write, writeUnique } from '../storage/index.ts'

class AlreadyEndedError extends Error {}

const SETTLED = 'history.settled-before'
const BATCH = 200
/**
 * An id holds the time at which a call came in, and its row is written later: after its person was waited for, or by a node whose clock is behind.
 * So calls of the last hour are looked at again.
 */
const LATE = HOUR

/**
 * Closes calls whose process is gone without an outcome: they become `unknown`, shown as such, and are never sent again. Run at the start and now and then.
 * The setting remembers up to where every call has an outcome and no more can appear, so that a long history is not read again.
 * @returns how many calls were closed
 */
export async function closeUnfinishedCalls(storage: Storage, clock: Clock): Promise<number> {
  const { db } = storage
  const newest = (await db.selectFrom('calls').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst())?.id
  if (newest === undefined) return 0
  let after = (await db.selectFrom('settings').select('value').where('name', '=', SETTLED).executeTakeFirst())?.value ?? ''
  let settled: string | null = null
  let closed = 0
  const alive = new Map<string, boolean>()
  for (;;) {
    const open = await unfinished(storage, after)
    for (const call of open) {
      if (!alive.has(call.node_id)) alive.set(call.node_id, await storage.isAlive(call.node_id))
      if (alive.get(call.node_id) === true) settled ??= after
      else if (await close(storage, call, clock.now())) closed++
      after = call.id
    }
    if (open.length < BATCH) break
  }
  const recent = `call_${(clock.now() - LATE).toString(16).padStart(12, '0')}`
  const value = [settled ?? newest, newest, recent].sort()[0] ?? ''
  const mark = db
    .insertInto('settings')
    .values({ name: SETTLED, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
  await storage.write([write(mark)])
  return closed
}

type Unfinished = Awaited<ReturnType<typeof unfinished>>[number]

function unfinished({ db }: Storage, after: string) {
  return db
    .selectFrom('calls')
    .leftJoin('call_outcomes', 'call_outcomes.call_id', 'calls.id')
    .select(['calls.id', 'calls.workspace_id', 'calls.user_id', 'calls.connector_id', 'calls.tool', 'calls.node_id', 'calls.at'])
    .where('call_outcomes.call_id', 'is', null)
    .where('calls.id', '>', after)
    .orderBy('calls.id')
    .limit(BATCH)
    .execute()
}

/** Answers false when another process closed it first. */
async function close(storage: Storage, call: Unfinished, at: number): Promise<boolean> {
  const { db } = storage
  const outcome = { call_id: call.id, at, state: 'unknown' as const, code: null, duration_ms: Math.max(0, at - call.at), sealed_result: null }
  const facts = { connector: call.connector_id, tool: call.tool, user: call.user_id }
  try {
    await storage.write([
      writeUnique(db.insertInto('call_outcomes').values(outcome), () => new AlreadyEndedError()),
      record(db, { event: 'call.unknown', workspace: call.workspace_id, subject: call.id, by: 'system', at, facts }),
    ])
    return true
  } catch (error) {
    if (error instanceof AlreadyEndedError) return false
    throw error
  }
}
