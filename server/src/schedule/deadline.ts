import { HOUR, type Id, type JsonObject, SECOND } from '../lib/index.ts'
import type { Write } from '../storage/index.ts'

export type DeadlineId = Id<'ddl'>

/** Something that has to happen at a time, whether or not anybody is awake then. One is open per workspace, kind and subject. */
export type Deadline = {
  readonly id: DeadlineId
  readonly workspace: string
  /** What has to be done, as `room.verb`: it names the handler. */
  readonly kind: string
  /** The id that it is about. Deadlines of one subject are first tried in the order in which they are due. */
  readonly subject: string
  /** When it was to happen, in UTC milliseconds. */
  readonly dueAt: number
  /** What the handler needs to know besides. No secrets, no contents. */
  readonly payload: JsonObject
  /** How often it was tried, the attempt under way included. */
  readonly attempts: number
}

export type NewDeadline = Omit<Deadline, 'id' | 'attempts' | 'payload'> & { readonly payload?: JsonObject }
/** Names one open deadline. */
export type DeadlineOf = Pick<Deadline, 'workspace' | 'kind' | 'subject'>

/** `waiting`: its time has not come, or it is tried again later. `dead`: given up, for a person to look at. */
export type DeadlineState = 'waiting' | 'due' | 'under-way' | 'done' | 'dead'

/** A deadline as the operator sees it. */
export type DeadlineNote = Deadline & {
  readonly state: DeadlineState
  /** When it is tried again, where an attempt failed. */
  readonly triedAgainAt: number | null
  /** Why the last attempt failed. */
  readonly reason: string | null
  /** When it was done or given up: the real time, which can be long after it was due. */
  readonly endedAt: number | null
}

/** A deadline in the hands of a handler. */
export type Due = Deadline & {
  /** When this attempt began. Later than `dueAt`, by 40 days where every node was down for so long. */
  readonly now: number
  /** Ends when the attempt has taken too long, was taken over by another node, or the process stops. */
  readonly signal: AbortSignal
}

/** How an attempt ended. Nothing at all: it is done. */
export type Done = {
  /** Written in the transaction that ends the deadline: all of it once, or nothing. */
  readonly writes?: readonly Write[]
  /** Enforcement keys, where the writes change what may be called. */
  readonly keys?: readonly string[]
  /** When it is due again; the same deadline, so that its number of attempts starts anew. */
  readonly next?: number
  readonly payload?: JsonObject
}

/**
 * What a room does when a deadline of a kind is due. It runs at least once: what it does besides its `writes` has to bear being done again.
 * @throws anything: it is tried again later. GiveUpError: it is not.
 */
export type Handler = {
  readonly work: (due: Due) => Promise<Done> | Promise<void>
  /** Time that one attempt may take, in milliseconds. */
  readonly longest?: number
  /** How many attempts there are. */
  readonly attempts?: number
  /** What is written with it where it is given up, so that nothing goes on saying that it is under way. */
  readonly abandoned?: (deadline: Deadline, at: number) => readonly Write[]
  /** Comes back this long after it was done, in milliseconds, and for the first time so long after the first start. Missed times are made up for once. */
  readonly every?: number
}

/** By kind. A node leaves kinds that it has no handler for to nodes that have one. */
export type Handlers = Readonly<Record<string, Handler>>

/** Said by a handler: trying again would change nothing. */
export class GiveUpError extends Error {
  override readonly name = 'GiveUpError'
}

const FIRST_PAUSE = 10 * SECOND
const LONGEST_PAUSE = 6 * HOUR

/** How long to wait after so many failed attempts: doubling, at most six hours, a quarter to either side. @param random from 0 up to below 1 */
export function pauseAfter(attempts: number, random: number): number {
  const whole = Math.min(FIRST_PAUSE * 2 ** Math.max(0, attempts - 1), LONGEST_PAUSE)
  return Math.round(whole * (0.75 + random / 2))
}
