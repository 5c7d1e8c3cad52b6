import { type ConnectorId, DAY, type DeveloperId, type Id, type UserId } from '../lib/index.ts'

/** A connector that changes hands, or an organisation that comes under somebody else's control (clause 7d-assignment). Times in milliseconds, UTC. */
export type Transfer = {
  readonly id: Id<'trf'>
  readonly kind: 'connector' | 'control'
  readonly connector: ConnectorId | null
  /** Who gives, or whose control changes. */
  readonly developer: DeveloperId
  /** Who takes. Null for a change of control. */
  readonly to: DeveloperId | null
  /** Who controls the organisation from then on, in words. */
  readonly newControl: string | null
  readonly reason: string
  readonly askedBy: UserId
  readonly askedAt: number
  readonly expiresAt: number
  /** The acceptance of the terms by whoever takes. */
  readonly acceptance: { readonly id: string; readonly by: UserId; readonly at: number } | null
  readonly decision: { readonly approved: boolean; readonly writing: string; readonly by: UserId; readonly at: number } | null
  /** Taken back, or out of time. */
  readonly endedAt: number | null
}

export type TransferState = 'asked' | 'accepted' | 'approved' | 'refused' | 'ended'

/** So long a transfer waits for the other side and for the operator. */
export const TRANSFER_LASTS = 30 * DAY

export function stateOfTransfer(transfer: Pick<Transfer, 'acceptance' | 'decision' | 'endedAt' | 'expiresAt'>, now: number): TransferState {
  const { acceptance, decision, endedAt, expiresAt } = transfer
  if (decision !== null) return decision.approved ? 'approved' : 'refused'
  if (endedAt !== null || now >= expiresAt) return 'ended'
  return acceptance === null ? 'asked' : 'accepted'
}
