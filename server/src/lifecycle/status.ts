import type { ReleaseId } from '../lib/index.ts'
import { agreementOf } from './agreement.ts'
import { type Decision, effectOf, type Side, sideOf, sidesOf } from './decision.ts'

export type ConnectorStatus = 'draft' | 'in-review' | 'live' | 'paused' | 'suspended' | 'ending' | 'removed'

/** A tool that is neither listed nor called. */
export type PausedTool = { readonly tool: string; readonly by: readonly Side[]; readonly reason: string; readonly until: number | null }

export type StandingStatus = {
  readonly status: ConnectorStatus
  /** For whoever asks why: of the suspension, the pause, the end, the removal, the refusal to list or the last rejection. */
  readonly reason: string | null
  /** The decision that explains the status, where one does. */
  readonly because: Decision | null
  /** The release that calls go to once nothing stands against it. */
  readonly release: ReleaseId | null
  readonly suspendedBy: readonly Side[]
  readonly pausedBy: readonly Side[]
  readonly pausedTools: readonly PausedTool[]
  /** Why new people do not find it; null: they do, once it is live. */
  readonly unlisted: Decision | null
  /** When calls stop for good, or did: the end of the agreement, or the removal. Null while neither was decided. */
  readonly endsAt: number | null
  /** When the clock alone changes this next; null: never. Whoever keeps this answer asks again from then on. */
  readonly changesAt: number | null
}

type KnownRelease = { readonly id: ReleaseId; readonly digest: string }

/** What holds something still, by the side that says so. */
type Holds = Map<Side, Decision>

/** Holds whose time has not run out. */
function holding(holds: Holds | undefined, now: number): readonly (readonly [Side, Decision])[] {
  return [...(holds ?? [])].filter(([, { until }]) => until === null || until > now)
}

function hold(holds: Holds, decision: Decision): void {
  const side = sideOf(decision.decidedAs)
  // The newest one explains what stands, so it moves to the end.
  holds.delete(side)
  holds.set(side, decision)
}

function release(holds: Holds | undefined, { decidedAs }: Decision): void {
  for (const side of sidesOf(decidedAs)) holds?.delete(side)
}

/**
 * What stands at a time (clauses 2d-review, 2d-remove, 5a-notice). A release is approved when the first decision about it, after it was handed in, is
 * an approval of exactly its digest; of several, the one approved last is live. What holds a connector still holds whatever is approved meanwhile, until
 * the same side lifts it or its time is over. A removal, and the end of the agreement, are final.
 * @param decisions in the order of their ids
 */
export function statusOf(decisions: readonly Decision[], releases: readonly KnownRelease[], now: number): StandingStatus {
  const digests = new Map(releases.map(({ id, digest }) => [id, digest]))
  const waiting = new Set<ReleaseId>()
  const suspended: Holds = new Map()
  const paused: Holds = new Map()
  const tools = new Map<string, Holds>()
  const agreement = agreementOf(decisions, now)
  const end = agreement.endsAt ?? Number.POSITIVE_INFINITY
  let gone: Decision | null = null
  let live: ReleaseId | null = null
  let rejection: Decision | null = null
  let unlisted: Decision | null = null
  for (const decision of decisions) {
    const { kind } = decision
    if (kind === 'remove' && effectOf(decision) <= now) {
      gone = decision
      break
    }
    if (kind === 'suspend') hold(suspended, decision)
    else if (kind === 'reinstate') release(suspended, decision)
    else if (kind === 'pause' || kind === 'resume') {
      const holds = decision.tool === null ? paused : (tools.get(decision.tool) ?? new Map())
      if (decision.tool !== null) tools.set(decision.tool, holds)
      if (kind === 'pause') hold(holds, decision)
      else release(holds, decision)
    } else if (kind === 'refuse-listing') unlisted = decision
    else if (kind === 'allow-listing') unlisted = null
    else if (decision.release !== null && digests.get(decision.release) === decision.digest) {
      if (kind === 'submit') waiting.add(decision.release)
      else if ((kind === 'approve' || kind === 'reject') && waiting.delete(decision.release)) {
        if (kind === 'approve') live = decision.release
        rejection = kind === 'reject' ? decision : null
      }
    }
  }
  const suspensions = holding(suspended, now)
  const pauses = holding(paused, now)
  const pausedTools = [...tools].flatMap(([tool, holds]) => pausedTool(tool, holding(holds, now)))
  const common = { suspendedBy: suspensions.map(([side]) => side), pausedBy: pauses.map(([side]) => side), pausedTools, unlisted }
  const stands = (status: ConnectorStatus, because: Decision | null): StandingStatus => ({
    ...common,
    status,
    because,
    reason: because?.reason ?? null,
    release: live,
    endsAt: agreement.endsAt,
    changesAt: soonest(now, [end, ...untils(suspended, paused, ...tools.values())]),
  })
  const goneAt = gone === null ? Number.POSITIVE_INFINITY : effectOf(gone)
  if (Math.min(goneAt, end) <= now) {
    const because = goneAt < end ? gone : agreement.endedBy
    return { ...stands('removed', because), release: null, endsAt: Math.min(goneAt, end), changesAt: null }
  }
  const suspension = suspensions.at(-1)?.[1]
  if (suspension !== undefined) return stands('suspended', suspension)
  if (live !== null) {
    const pause = pauses.at(-1)?.[1]
    if (pause !== undefined) return stands('paused', pause)
    return agreement.state === 'notice-given' ? stands('ending', agreement.notices[0]?.decision ?? null) : stands('live', null)
  }
  return waiting.size > 0 ? stands('in-review', null) : stands('draft', rejection ?? unlisted)
}

function pausedTool(tool: string, holds: readonly (readonly [Side, Decision])[]): readonly PausedTool[] {
  const last = holds.at(-1)?.[1]
  if (last === undefined) return []
  const untils = holds.map(([, { until }]) => until)
  return [
    {
      tool,
      by: holds.map(([side]) => side),
      reason: last.reason,
      until: untils.includes(null) ? null : Math.max(...untils.map((until) => until ?? 0)),
    },
  ]
}

function untils(...all: readonly Holds[]): readonly number[] {
  return all.flatMap((holds) => [...holds.values()].map(({ until }) => until ?? Number.POSITIVE_INFINITY))
}

function soonest(now: number, times: readonly number[]): number | null {
  const next = Math.min(...times.filter((time) => time > now))
  return next === Number.POSITIVE_INFINITY ? null : next
}
