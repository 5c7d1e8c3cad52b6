import { type Clock, MINUTE } from '../lib/index.ts'
import { type Deadline, type Done, type Due, GiveUpError, type Handler, LeaseLostError, pauseAfter, type Schedule } from '../schedule/index.ts'
import type { Enforcement, Storage, Write } from '../storage/index.ts'

/** How an attempt ended. `lost`: somebody else holds the deadline, or it was moved or taken away; what this attempt wrote is undone. */
export type Ended = 'done' | 'again' | 'dead' | 'lost' | 'returned'

export type AttemptNeeds = {
  readonly storage: Storage
  readonly enforcement: Enforcement
  readonly clock: Clock
  readonly schedule: Schedule
  readonly random: () => number
  /** What is written where a deadline is given up, such as an entry of the ledger. */
  readonly burial: (deadline: Deadline, reason: string) => readonly Write[]
  readonly onFault: (error: unknown, deadline: Deadline) => void
}

export const ATTEMPTS = 12
export const LONGEST = 5 * MINUTE
const LONGEST_REASON = 300

/** One attempt at one deadline, from its work to what became of it. Throws only where the database does. */
export async function attempt(needs: AttemptNeeds, handler: Handler, deadline: Deadline, lease: string, stop: AbortSignal): Promise<Ended> {
  const { attempts: most = ATTEMPTS, longest = LONGEST } = handler
  const goesOn = handler.every !== undefined
  // The process ended in the middle so often that this may be why.
  if (deadline.attempts > most && !goesOn) return await bury(needs, handler, deadline, lease, 'the process ended in the middle of the last attempt')
  const tooLong = new AbortController()
  const timer = setTimeout(() => tooLong.abort(new Error(`it took longer than ${Math.round(longest / 1000)} s`)), longest)
  const signal = AbortSignal.any([stop, tooLong.signal])
  try {
    const due: Due = { ...deadline, now: needs.clock.now(), signal }
    const done = (await Promise.race([handler.work(due), aborted(signal)])) ?? {}
    return await finish(needs, handler, deadline, lease, done)
  } catch (error) {
    if (error instanceof LeaseLostError) return 'lost'
    if (stop.aborted) return await giveBack(needs, deadline, lease)
    needs.onFault(error, deadline)
    const reason = reasonOf(error)
    if (!goesOn && (error instanceof GiveUpError || deadline.attempts >= most)) return await bury(needs, handler, deadline, lease, reason)
    const pause = pauseAfter(deadline.attempts, needs.random())
    return await settle(needs, [needs.schedule.failing(deadline.id, lease, reason, needs.clock.now() + pause)], 'again')
  } finally {
    clearTimeout(timer)
  }
}

async function finish(needs: AttemptNeeds, { every }: Handler, deadline: Deadline, lease: string, done: Done): Promise<Ended> {
  const next = done.next ?? (every === undefined ? undefined : needs.clock.now() + every)
  const ending = needs.schedule.finishing(deadline, lease, next === undefined ? done : { ...done, next })
  // First, so that a lost lease undoes the rest before anything else is looked at.
  const writes = [ending, ...(done.writes ?? [])]
  if (done.keys === undefined || done.keys.length === 0) await needs.storage.write(writes)
  else await needs.enforcement.change(writes, done.keys)
  return 'done'
}

function bury(needs: AttemptNeeds, { abandoned }: Handler, deadline: Deadline, lease: string, reason: string): Promise<Ended> {
  const burying = needs.schedule.burying(deadline.id, lease, reason)
  return settle(needs, [burying, ...needs.burial(deadline, reason), ...(abandoned?.(deadline, needs.clock.now()) ?? [])], 'dead')
}

async function giveBack(needs: AttemptNeeds, { id }: Deadline, lease: string): Promise<Ended> {
  await needs.storage.write([needs.schedule.returning(id, lease)])
  return 'returned'
}

async function settle({ storage }: AttemptNeeds, writes: readonly Write[], ended: Ended): Promise<Ended> {
  try {
    await storage.write(writes)
    return ended
  } catch (error) {
    if (error instanceof LeaseLostError) return 'lost'
    throw error
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const say = (): void => reject(signal.reason as Error)
    if (signal.aborted) say()
    else signal.addEventListener('abort', say, { once: true })
  })
}

/** For the operator. The whole error is in the log. */
function reasonOf(error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown }
  const text = typeof message === 'string' ? (message.split('\n')[0] ?? '') : String(error)
  return `${typeof code === 'string' ? `${code}: ` : ''}${text}`.slice(0, LONGEST_REASON)
}
