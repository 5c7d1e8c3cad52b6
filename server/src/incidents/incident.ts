import type { Id, JsonObject } from '../lib/index.ts'

export type IncidentId = Id<'inc'>
export type IncidentKind = 'breach' | 'vulnerability' | 'both'
export type IncidentState = 'open' | 'acknowledged' | 'contained' | 'closed'
export type IncidentSource = 'developer' | 'operator' | 'outsider'

export type IncidentEventKind = 'reported' | 'acknowledged' | 'noted' | 'amended' | 'contained' | 'told' | 'clock-met' | 'closed' | 'reopened'

/** One line of the timeline. Lines are only added; what stands is computed from them. */
export type IncidentEvent = {
  readonly kind: IncidentEventKind
  /** Ids and codes. The clocks that run stand in the facts of `reported`: a later change of settings moves no deadline. */
  readonly facts: JsonObject
  readonly note: string | null
  /** A user id, or `system`; empty: somebody without an account. */
  readonly by: string
  /** Milliseconds, UTC. */
  readonly at: number
}

/** A deadline of an incident. */
export type RunningClock = { readonly id: string; readonly title: string; readonly dueAt: number; readonly metAt: number | null }

/** What stands, from the timeline alone. Whoever acknowledges meets that clock with it. */
export function standOf(events: readonly Pick<IncidentEvent, 'kind' | 'facts' | 'at'>[]): {
  readonly state: IncidentState
  readonly clocks: readonly RunningClock[]
} {
  let state: IncidentState = 'open'
  let before: IncidentState = 'open'
  let clocks: readonly RunningClock[] = []
  const meet = (id: string, at: number) => {
    clocks = clocks.map((clock) => (clock.id === id && clock.metAt === null ? { ...clock, metAt: at } : clock))
  }
  for (const { kind, facts, at } of events) {
    if (kind === 'reported')
      clocks = (facts['clocks'] as unknown as readonly Omit<RunningClock, 'metAt'>[]).map((clock) => ({ ...clock, metAt: null }))
    else if (kind === 'clock-met') meet(String(facts['clock']), at)
    else if (kind === 'acknowledged') {
      meet('acknowledge', at)
      if (state === 'open') state = 'acknowledged'
    } else if (kind === 'contained') state = 'contained'
    else if (kind === 'closed') {
      before = state
      state = 'closed'
    } else if (kind === 'reopened') state = before
  }
  return { state, clocks }
}

/** The clock that is due next. */
export function nextClock(clocks: readonly RunningClock[]): RunningClock | null {
  return clocks.filter(({ metAt }) => metAt === null).toSorted((a, b) => a.dueAt - b.dueAt)[0] ?? null
}

export function isLate({ dueAt, metAt }: RunningClock, now: number): boolean {
  return (metAt ?? now) > dueAt
}
