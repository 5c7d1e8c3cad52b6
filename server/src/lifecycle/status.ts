import { groundOf } from '@handfast/contract'
import type { ReleaseId } from '../lib/index.ts'
import { agreementOf } from './agreement.ts'
import { type Decision, type DecisionKind, effectOf, hasEffect, type Side, sideOf, sidesOf } from './decision.ts'

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
  /** The one that was live last, also after a removal; null: none ever was. */
  readonly lastRelease: ReleaseId | null
  /** Whether whoever approved that release also stands behind it. */
  readonly selfReviewed: boolean
  readonly suspendedBy: readonly Side[]
  readonly pausedBy: readonly Side[]
  readonly pausedTools: readonly PausedTool[]
  /** Why new people do not find it; null: they do, once it is live. */
  readonly unlisted: Decision | null
  /** When calls stop for good, or did: the end of the agreement, or the removal. Null while neither was decided. */
  readonly endsAt: number | null
  /** When the notice was given that makes it end; null: none runs. */
  readonly endingSince: number | null
  /** When the clock alone changes this next; null: never. Whoever keeps this answer asks again from then on. */
  readonly changesAt: number | null
}

/** Whether the reason of a decision may not be told yet: a law forbade it, and nobody has found since that it may be told. */
export function isWithheld(decision: Pick<Decision, 'id' | 'about' | 'withheldUntil'>, decisions: readonly Decision[]): boolean {
  if (decision.withheldUntil === null) return false
  // What follows from a withheld decision, such as the removal that comes with an end, is told with it.
  return !decisions.some(
    ({ kind, about, withheldUntil }) =>
      kind === 'look-again' && withheldUntil === null && about !== null && (about === decision.id || about === decision.about),
  )
}

/** What is said about the end of an agreement is between its two sides; everybody else reads its ground. */
function reasonShown({ kind, ground, reason }: Decision): string {
  return (kind === 'give-notice' || kind === 'end') && ground !== null ? groundOf(ground).says : reason
}

/** Said instead of a reason that is withheld. */
const NOT_TOLD = 'The reason cannot be told at present.'

/** With these a release waits no longer. A first of two yeses is not among them. */
const endsReview: ReadonlySet<DecisionKind> = new Set<DecisionKind>(['approve', 'reject', 'request-changes', 'withdraw'])

type KnownRelease = { readonly id: ReleaseId; readonly digest: string }

/** What stops something, by the side that says so. */
type Stops = Map<Side, Decision>

/** Those whose time has not run out. */
function standingStops(stops: Stops | undefined, now: number): readonly (readonly [Side, Decision])[] {
  return [...(stops ?? [])].filter(([, { until }]) => until === null || until > now)
}

function stop(stops: Stops, decision: Decision): void {
  const side = sideOf(decision.decidedAs)
  // The newest one explains what stands, so it moves to the end.
  stops.delete(side)
  stops.set(side, decision)
}

function lift(stops: Stops | undefined, { decidedAs }: Decision): void {
  for (const side of sidesOf(decidedAs)) stops?.delete(side)
}

/**
 * What stands at a time (clauses 2d-review, 2d-remove, 5a-notice). A release is approved when the first decision about it, after it was handed in, is
 * an approval of exactly its digest; of several, the one approved last is live. A stop stands whatever is approved meanwhile, until
 * the same side lifts it or its time is over. A removal, and the end of the agreement, are final.
 * @param decisions in the order of their ids
 */
export function statusOf(decisions: readonly Decision[], releases: readonly KnownRelease[], now: number): StandingStatus {
  const digests = new Map(releases.map(({ id, digest }) => [id, digest]))
  const waiting = new Set<ReleaseId>()
  const handedIn = new Set<ReleaseId>()
  const turnedDown = new Set<ReleaseId>()
  const suspended: Stops = new Map()
  const paused: Stops = new Map()
  const tools = new Map<string, Stops>()
  const agreement = agreementOf(decisions, now)
  const end = agreement.endsAt ?? Number.POSITIVE_INFINITY
  let gone: Decision | null = null
  let live: ReleaseId | null = null
  let selfReviewed = false
  let rejection: Decision | null = null
  let unlisted: Decision | null = null
  for (const decision of decisions) {
    const { kind } = decision
    if (kind === 'remove' && hasEffect(decision, now)) {
      gone = decision
      break
    }
    if (kind === 'suspend') stop(suspended, decision)
    else if (kind === 'reinstate') lift(suspended, decision)
    else if (kind === 'pause' || kind === 'resume') {
      const stops = decision.tool === null ? paused : (tools.get(decision.tool) ?? new Map())
      if (decision.tool !== null) tools.set(decision.tool, stops)
      if (kind === 'pause') stop(stops, decision)
      else lift(stops, decision)
    } else if (kind === 'refuse-listing') unlisted = decision
    else if (kind === 'allow-listing') unlisted = null
    else if (decision.release !== null && digests.get(decision.release) === decision.digest) {
      // A release is handed in once, and is opened again only where it was turned down.
      if (kind === 'submit' ? !handedIn.has(decision.release) : kind === 'reopen' && turnedDown.delete(decision.release)) {
        // One release waits at a time: the next one supersedes it.
        waiting.clear()
        waiting.add(decision.release)
        handedIn.add(decision.release)
      } else if (endsReview.has(kind) && waiting.delete(decision.release)) {
        if (kind === 'approve') {
          live = decision.release
          selfReviewed = decision.decidedAs.includes('self-review')
        }
        rejection = kind === 'reject' || kind === 'request-changes' ? decision : null
        if (rejection !== null) turnedDown.add(decision.release)
      }
    }
  }
  const suspensions = standingStops(suspended, now)
  const pauses = standingStops(paused, now)
  const pausedTools = [...tools].flatMap(([tool, stops]) => pausedTool(tool, standingStops(stops, now)))
  const common = { suspendedBy: suspensions.map(([side]) => side), pausedBy: pauses.map(([side]) => side), pausedTools, unlisted }
  const stands = (status: ConnectorStatus, because: Decision | null): StandingStatus => ({
    ...common,
    status,
    because,
    reason: because === null ? null : isWithheld(because, decisions) ? NOT_TOLD : reasonShown(because),
    release: live,
    lastRelease: live,
    selfReviewed,
    endsAt: agreement.endsAt,
    endingSince: agreement.state === 'notice-given' ? (agreement.notices[0]?.decision.at ?? null) : null,
    changesAt: soonest(now, [end, ...untils(suspended, paused, ...tools.values())]),
  })
  const goneAt = gone === null ? Number.POSITIVE_INFINITY : effectOf(gone)
  if (gone !== null || agreement.state === 'ended') {
    const because = goneAt < end ? gone : agreement.endedBy
    const nothing = { release: null, suspendedBy: [], pausedBy: [], pausedTools: [], endingSince: null, changesAt: null }
    return { ...stands('removed', because), ...nothing, endsAt: Math.min(goneAt, end) }
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

function pausedTool(tool: string, stops: readonly (readonly [Side, Decision])[]): readonly PausedTool[] {
  const last = stops.at(-1)?.[1]
  if (last === undefined) return []
  const untils = stops.map(([, { until }]) => until)
  return [
    {
      tool,
      by: stops.map(([side]) => side),
      reason: last.reason,
      until: untils.includes(null) ? null : Math.max(...untils.map((until) => until ?? 0)),
    },
  ]
}

function untils(...all: readonly Stops[]): readonly number[] {
  return all.flatMap((stops) => [...stops.values()].map(({ until }) => until ?? Number.POSITIVE_INFINITY))
}

function soonest(now: number, times: readonly number[]): number | null {
  const next = Math.min(...times.filter((time) => time > now))
  return next === Number.POSITIVE_INFINITY ? null : next
}
