import type { CallId, ConnectorId, DeveloperId, Id, JsonObject, WorkspaceId } from '../lib/index.ts'
import type { LoggedEvent } from './event-log.ts'

export type ComplaintId = Id<'cpl'>
export type ComplaintKind = 'abuse' | 'rights' | 'defamation' | 'privacy' | 'safety' | 'other'
export type ComplaintState = 'received' | 'acknowledged' | 'decided'
/** What an upheld complaint leads to at once. Whatever else is due is a decision about the connector. */
export type ComplaintAction = 'none' | 'block-answer' | 'suspend'
export type ComplaintEventKind = 'received' | 'acknowledged' | 'developer-said' | 'reminded' | 'decided'
export type ComplaintEvent = LoggedEvent<ComplaintEventKind>

export type ComplaintRecord = {
  readonly id: ComplaintId
  readonly workspace: WorkspaceId
  readonly kind: ComplaintKind
  readonly connector: ConnectorId | null
  readonly developer: DeveloperId | null
  readonly call: CallId | null
  readonly explanation: string
  readonly complainant: { readonly name: string; readonly email: string }
  /** What stood when it came, as canonical JSON with its digest. */
  readonly evidence: string
  readonly evidenceSha256: string
  readonly decideBy: number
  readonly createdAt: number
}

export type ComplaintDecision = { readonly upheld: boolean; readonly action: ComplaintAction; readonly at: number }

/** What stands, from the timeline alone. The first decision counts. */
export function complaintStandOf(events: readonly { readonly kind: ComplaintEventKind; readonly facts: JsonObject; readonly at: number }[]): {
  readonly state: ComplaintState
  readonly decision: ComplaintDecision | null
} {
  const decided = events.find(({ kind }) => kind === 'decided')
  if (decided !== undefined) {
    const { facts, at } = decided
    return { state: 'decided', decision: { upheld: facts['upheld'] === true, action: facts['action'] as ComplaintAction, at } }
  }
  return { state: events.some(({ kind }) => kind === 'acknowledged') ? 'acknowledged' : 'received', decision: null }
}
